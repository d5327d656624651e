/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "logs/sg-log-record.h"

G_BEGIN_DECLS

/**
 * SgSyncType:
 * @SG_SYNC_READ_THROUGH: the cache asked the database for what it did not have
 * @SG_SYNC_WRITE_THROUGH: both were written, one after the other
 * @SG_SYNC_WRITE_BEHIND: the cache was written, the database later
 * @SG_SYNC_BULK_INSERT: many records were added at once
 * @SG_SYNC_BULK_UPDATE: many records were changed at once
 * @SG_SYNC_BULK_UPSERT: many records were added or changed at once
 * @SG_SYNC_REFRESH: what was cached was read again
 * @SG_SYNC_INVALIDATE: what was cached was thrown away
 * @SG_SYNC_CONSISTENCY_CHECK: cache and database were compared
 * @SG_SYNC_RECONCILIATION: what differed between them was repaired
 *
 * What an operation does with a cache and its database. A monitor takes other types too, by name;
 * they have the numbers that follow.
 */
typedef enum
{
  SG_SYNC_READ_THROUGH,
  SG_SYNC_WRITE_THROUGH,
  SG_SYNC_WRITE_BEHIND,
  SG_SYNC_BULK_INSERT,
  SG_SYNC_BULK_UPDATE,
  SG_SYNC_BULK_UPSERT,
  SG_SYNC_REFRESH,
  SG_SYNC_INVALIDATE,
  SG_SYNC_CONSISTENCY_CHECK,
  SG_SYNC_RECONCILIATION,
} SgSyncType;

#define SG_SYNC_N_KNOWN_TYPES (SG_SYNC_RECONCILIATION + 1)

/**
 * SgSyncStatus:
 * @SG_SYNC_SUCCESS: all of it was done
 * @SG_SYNC_FAILED: none of it was done
 * @SG_SYNC_PARTIAL: some of it was done
 * @SG_SYNC_TIMEOUT: it was given up, since it took too long
 * @SG_SYNC_CANCELLED: it was given up, since nobody wanted it any more
 * @SG_SYNC_IN_PROGRESS: it goes on
 *
 * How an operation ended. One that goes on has no row of its own anywhere: it is counted among those
 * that are active.
 */
typedef enum
{
  SG_SYNC_SUCCESS,
  SG_SYNC_FAILED,
  SG_SYNC_PARTIAL,
  SG_SYNC_TIMEOUT,
  SG_SYNC_CANCELLED,
  SG_SYNC_IN_PROGRESS,
} SgSyncStatus;

#define SG_SYNC_N_END_STATUSES SG_SYNC_IN_PROGRESS

/**
 * SgSyncCache:
 * @SG_SYNC_CACHE_UNUSED: no cache was asked
 * @SG_SYNC_CACHE_HIT: the cache had it
 * @SG_SYNC_CACHE_MISS: the cache did not have it
 */
typedef enum
{
  SG_SYNC_CACHE_UNUSED,
  SG_SYNC_CACHE_HIT,
  SG_SYNC_CACHE_MISS,
} SgSyncCache;

const char    *sg_sync_type_to_string      (SgSyncType      type);
const char    *sg_sync_status_to_string    (SgSyncStatus    status);
gboolean       sg_sync_status_from_string  (const char     *text,
                                            SgSyncStatus   *ret_status);
SgLogSeverity  sg_sync_status_get_severity (SgSyncStatus    status);

/* Whether @name can be the name of a type, and so the value of a label: short, and of plain signs. */
gboolean       sg_sync_type_name_is_valid  (const char     *name);

G_END_DECLS
