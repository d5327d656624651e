/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sync/sg-consistency.h"

G_BEGIN_DECLS

/**
 * SgDemoError:
 * @SG_DEMO_ERROR_LOCKED: somebody else kept the database too long
 * @SG_DEMO_ERROR_TIMEOUT: it did not answer in the time that it had
 * @SG_DEMO_ERROR_EXISTS: a record that was to be added is there already
 * @SG_DEMO_ERROR_DATABASE: SQLite says otherwise that it does not work
 */
typedef enum
{
  SG_DEMO_ERROR_LOCKED,
  SG_DEMO_ERROR_TIMEOUT,
  SG_DEMO_ERROR_EXISTS,
  SG_DEMO_ERROR_DATABASE,
} SgDemoError;

#define SG_DEMO_ERROR (sg_demo_error_quark ())

GQuark sg_demo_error_quark (void);

/* Waits for so long; or less, when everything stops. */
typedef void (*SgDemoPause) (gint64   us,
                             gpointer user_data);

/**
 * SgDemoDatabase:
 *
 * A connection to a SQLite file that behaves as one to a database on another machine: each access takes its
 * time. To be used by one thread at a time; each has its own.
 */
typedef struct _SgDemoDatabase SgDemoDatabase;

SgDemoDatabase *sg_demo_database_open      (const char      *path,
                                            guint32          seed,
                                            SgDemoPause      pause,
                                            gpointer         user_data,
                                            GError         **error);
void            sg_demo_database_free      (SgDemoDatabase  *self);
void            sg_demo_database_set_speed (SgDemoDatabase  *self,
                                            double           slower,
                                            gint64           limit_us);
gboolean        sg_demo_database_probe     (SgDemoDatabase  *self,
                                            GError         **error);
gboolean        sg_demo_database_read      (SgDemoDatabase  *self,
                                            const char      *key,
                                            GBytes         **ret_content,
                                            guint64         *ret_version,
                                            GError         **error);
gboolean        sg_demo_database_write     (SgDemoDatabase  *self,
                                            const char      *key,
                                            GBytes          *content,
                                            guint64         *version,
                                            GError         **error);
gboolean        sg_demo_database_insert    (SgDemoDatabase  *self,
                                            const char      *key,
                                            GBytes          *content,
                                            GError         **error);
gboolean        sg_demo_database_damage    (SgDemoDatabase  *self,
                                            const char      *key,
                                            GBytes          *content,
                                            GError         **error);
gboolean        sg_demo_database_remove    (SgDemoDatabase  *self,
                                            const char      *key,
                                            GError         **error);
gboolean        sg_demo_database_begin     (SgDemoDatabase  *self,
                                            gboolean         exclusive,
                                            GError         **error);
gboolean        sg_demo_database_commit    (SgDemoDatabase  *self,
                                            GError         **error);
void            sg_demo_database_roll_back (SgDemoDatabase  *self);
void            sg_demo_database_get_side  (SgDemoDatabase  *self,
                                            SgSyncSide      *ret_side);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDemoDatabase, sg_demo_database_free)

G_END_DECLS
