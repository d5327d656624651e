/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* How many changes may wait to be written, and how long one may be waited for unless told. */
#define SG_STATE_DB_QUEUE_MAX 1024
#define SG_STATE_DB_WAIT_MS   10000

/**
 * SgStateDb:
 *
 * What must not be forgotten and is no series, log record or span: one SQLite file, and one thread that
 * writes it. A change that was answered with success survives a crash of the machine. All calls are safe
 * from any thread. Counted.
 */
typedef struct _SgStateDb SgStateDb;

/*
 * Changes the database within a transaction; runs on the thread that writes. What it changed is undone when
 * it returns %FALSE.
 */
typedef gboolean (*SgStateDbFunc) (sqlite3  *db,
                                   gpointer  data,
                                   GError  **error);

SgStateDb  *sg_state_db_open     (const char     *path,
                                  const char     *damaged_folder,
                                  SgClock        *clock,
                                  GError        **error);
SgStateDb  *sg_state_db_ref      (SgStateDb      *self);
void        sg_state_db_unref    (SgStateDb      *self);
/* Whether there is a file, or a change was made that makes one: else there is nothing to read. */
gboolean    sg_state_db_is_begun (SgStateDb      *self);
/* Returns: (nullable): where a damaged file was moved, if it was, when it was to be opened */
const char *sg_state_db_get_set_aside (SgStateDb *self);
/*
 * Waits until the change is on disk. When it fails because @wait_ms have passed, the change may still come
 * to be. @destroy is called on any thread, once @func will not be called any more.
 */
gboolean    sg_state_db_run      (SgStateDb      *self,
                                  SgStateDbFunc   func,
                                  gpointer        data,
                                  GDestroyNotify  destroy,
                                  guint           wait_ms,
                                  GError        **error);
/* Writes what waits, then closes the file. Further changes are refused. */
void        sg_state_db_close    (SgStateDb      *self);

/* Sets @error from what SQLite says. Returns: always %FALSE */
gboolean    sg_state_db_fail     (sqlite3        *db,
                                  const char     *what,
                                  GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStateDb, sg_state_db_unref)

G_END_DECLS
