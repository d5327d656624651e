/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <sqlite3.h>

#include "logs/sg-log-day.h"

G_BEGIN_DECLS

#define SG_LOG_NS_PER_DAY (G_GINT64_CONSTANT (86400) * 1000000000)
#define SG_LOG_SEQUENCE_BITS 16
#define SG_LOG_MAX_SEQUENCE ((1u << SG_LOG_SEQUENCE_BITS) - 1)

/**
 * SgLogDay:
 * @db: the connection
 * @number: which day
 * @path: its file
 * @blank: whether it was opened before its tables were there: a day without records
 * @insert: (nullable): the statement that inserts, once there was one
 * @words: (element-type utf8 gint64): words whose number is known
 * @last: the place of the last record that was inserted, or -1
 */
struct _SgLogDay
{
  sqlite3 *db;
  SgLogDayNumber number;
  char *path;
  gboolean blank;
  sqlite3_stmt *insert;
  GHashTable *words;
  gint64 last;
};

gboolean sg_log_day_fail    (SgLogDay    *self,
                             const char  *what,
                             GError     **error);
gint64   sg_log_day_place   (SgTimeNs     time,
                             guint        sequence);

G_END_DECLS
