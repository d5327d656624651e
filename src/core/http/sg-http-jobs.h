/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-task.h"

G_BEGIN_DECLS

/**
 * SgHttpJobs:
 *
 * Has tasks run by the compute pool and brings them back: see sg-http-jobs.c.
 */
typedef struct _SgHttpJobs SgHttpJobs;

typedef void (*SgHttpJobsFunc) (SgHttpTask *task,
                                gpointer    user_data);

SgHttpJobs *sg_http_jobs_new         (GMainContext    *context,
                                      SgHttpJobsFunc   done,
                                      gpointer         user_data,
                                      GError         **error);
void        sg_http_jobs_push        (SgHttpJobs      *self,
                                      SgHttpTask      *task);
guint       sg_http_jobs_get_pending (SgHttpJobs      *self);
gboolean    sg_http_jobs_is_crowded  (SgHttpJobs      *self);
void        sg_http_jobs_close       (SgHttpJobs      *self);
void        sg_http_jobs_stop        (SgHttpJobs      *self);

G_END_DECLS
