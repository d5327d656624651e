/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "logs/sg-log-query.h"

G_BEGIN_DECLS

/* Days since 1970, in UTC. */
typedef gint32 SgLogDayNumber;

SgLogDayNumber sg_log_day_number      (SgTimeNs        time);
SgTimeNs       sg_log_day_start       (SgLogDayNumber  day);
char          *sg_log_day_file_name   (SgLogDayNumber  day);
gboolean       sg_log_day_parse_name  (const char     *name,
                                       SgLogDayNumber *ret_day);

/**
 * SgLogDay:
 *
 * One connection to the file of one day. Whoever writes has one that stays open; whoever reads opens
 * one for as long as that takes. Not safe to share between threads.
 */
typedef struct _SgLogDay SgLogDay;

/**
 * SgLogDayMode:
 * @SG_LOG_DAY_READ: an existing file, which is not changed
 * @SG_LOG_DAY_WRITE: a file that is made where there is none
 */
typedef enum
{
  SG_LOG_DAY_READ,
  SG_LOG_DAY_WRITE,
} SgLogDayMode;

SgLogDay      *sg_log_day_open        (const char        *folder,
                                       SgLogDayNumber     number,
                                       SgLogDayMode       mode,
                                       gboolean          *ret_damaged,
                                       GError           **error);
void           sg_log_day_close       (SgLogDay          *self);
SgLogDayNumber sg_log_day_get_number  (const SgLogDay    *self);
gboolean       sg_log_day_is_damaged  (SgLogDay          *self);

gboolean       sg_log_day_begin       (SgLogDay          *self,
                                       GError           **error);
gboolean       sg_log_day_insert      (SgLogDay          *self,
                                       const SgLogRecord *record,
                                       GError           **error);
gboolean       sg_log_day_commit      (SgLogDay          *self,
                                       GError           **error);
void           sg_log_day_rollback    (SgLogDay          *self);

gboolean       sg_log_day_select      (SgLogDay          *self,
                                       const SgLogQuery  *query,
                                       guint              limit,
                                       GCancellable      *cancellable,
                                       SgLogBatch        *page,
                                       GError           **error);
gboolean       sg_log_day_count       (SgLogDay          *self,
                                       const SgLogQuery  *query,
                                       GCancellable      *cancellable,
                                       guint64           *ret_count,
                                       GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLogDay, sg_log_day_close)

G_END_DECLS
