/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgStoreLock:
 *
 * The right to write to a data directory. Two things are asked for:
 *
 *  - an flock on its file "lock", which another Sightglass holds, and Prometheus if it was told to;
 *  - a write lease on the newest segment of the log, which is denied as long as anybody has that file
 *    open: a Prometheus that takes no lock has.
 *
 * The flock is held until sg_store_lock_free(); the lease is given back at once.
 */
typedef struct _SgStoreLock SgStoreLock;

SgStoreLock *sg_store_lock_acquire (const char   *folder,
                                    const char   *segment,
                                    GError      **error);
gboolean     sg_store_lock_is_ours (SgStoreLock  *self);
gboolean     sg_store_lock_mark    (SgStoreLock  *self,
                                    GError      **error);
guint64      sg_store_lock_get_accepted (SgStoreLock  *self);
void         sg_store_lock_set_accepted (SgStoreLock  *self,
                                         guint64       n_segments);
void         sg_store_lock_free    (SgStoreLock  *self);
char        *sg_store_lock_find_holder (const char *folder,
                                         const char *segment);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStoreLock, sg_store_lock_free)

G_END_DECLS
