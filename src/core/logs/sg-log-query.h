/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "logs/sg-log-record.h"

G_BEGIN_DECLS

#define SG_LOG_ALL_KINDS ((1u << SG_LOG_N_KINDS) - 1)
#define SG_LOG_ALL_SEVERITIES ((1u << SG_LOG_N_SEVERITIES) - 1)

/**
 * SgLogOrder:
 * @SG_LOG_NEWEST_FIRST: as people read
 * @SG_LOG_OLDEST_FIRST: as it happened
 */
typedef enum
{
  SG_LOG_NEWEST_FIRST,
  SG_LOG_OLDEST_FIRST,
} SgLogOrder;

/**
 * SgLogPlace:
 * @time: a record's time
 * @sequence: its sequence
 *
 * Where a record stands among all.
 */
typedef struct
{
  SgTimeNs time;
  guint sequence;
} SgLogPlace;

/**
 * SgLogQuery:
 * @from: the first time that is asked for
 * @to: the first time after it that is not
 * @kinds: a bit for each #SgLogKind, or 0 for all
 * @severities: a bit for each #SgLogSeverity, or 0 for all
 * @service: (nullable): only records of this service
 * @name: (nullable): only records of this name
 * @status: (nullable): only records of this status
 * @key: (nullable): only records of this very key
 * @contains: (nullable): only records whose key or message has this in it, letter case of ASCII aside
 * @min_duration_us: only records that took at least that long, or 0
 * @max_duration_us: only records that took less than that, or 0 for any
 * @order: which come first
 * @after: (nullable): in that order, only those after this place: the last one of the page before
 * @limit: how many at most
 *
 * Which records. All that is given must hold.
 */
typedef struct
{
  SgTimeNs from;
  SgTimeNs to;
  guint kinds;
  guint severities;
  const char *service;
  const char *name;
  const char *status;
  const char *key;
  const char *contains;
  gint64 min_duration_us;
  gint64 max_duration_us;
  SgLogOrder order;
  const SgLogPlace *after;
  guint limit;
} SgLogQuery;

#define SG_LOG_QUERY_INIT { .to = { G_MAXINT64 }, .limit = 100 }

G_END_DECLS
