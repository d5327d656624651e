/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "logs/sg-log-record.h"

G_BEGIN_DECLS

/**
 * SgSyncEvents:
 *
 * What is told of single operations: the last ones, and those that are yet to be stored. Of both
 * there are only so many, and in a second only so many more. Safe from any thread.
 */
typedef struct _SgSyncEvents SgSyncEvents;

SgSyncEvents *sg_sync_events_new         (guint              max_recent,
                                          guint              max_per_second);
void          sg_sync_events_free        (SgSyncEvents      *self);
gboolean      sg_sync_events_admit       (SgSyncEvents      *self,
                                          SgMonotonic        now,
                                          gboolean           preferred);
void          sg_sync_events_add         (SgSyncEvents      *self,
                                          const SgLogRecord *record);
SgLogBatch   *sg_sync_events_get_recent  (SgSyncEvents      *self,
                                          guint              limit,
                                          const char        *name,
                                          const char        *status);
SgLogBatch   *sg_sync_events_take        (SgSyncEvents      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSyncEvents, sg_sync_events_free)

G_END_DECLS
