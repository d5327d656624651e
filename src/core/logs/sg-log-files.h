/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "logs/sg-log-day.h"

G_BEGIN_DECLS

/*
 * The files of the days, as files: which there are, what they take, and how they go away.
 */
GArray  *sg_log_files_list      (const char      *folder);
guint64  sg_log_files_measure   (const char      *folder,
                                 SgLogDayNumber   day);
void     sg_log_files_delete    (const char      *folder,
                                 SgLogDayNumber   day);
gboolean sg_log_files_set_aside (const char      *folder,
                                 SgLogDayNumber   day,
                                 const char      *aside,
                                 SgTimeNs         now,
                                 char           **ret_where,
                                 GError         **error);

G_END_DECLS
