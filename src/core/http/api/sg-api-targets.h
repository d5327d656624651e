/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-server.h"
#include "ingest/scrape/sg-target-status.h"

G_BEGIN_DECLS

/**
 * SgApiTargetsSource:
 * @list: all targets at this moment (transfer full)
 * @reload: reads the configuration again
 * @user_data: for both
 *
 * What the pages of this part ask; they do so on workers.
 */
typedef struct
{
  SgTargetList *(*list) (gpointer user_data);
  gboolean (*reload) (gpointer   user_data,
                      GError   **error);
  gpointer user_data;
} SgApiTargetsSource;

/* /api/v1/targets, /api/v1/scrape_pools and /-/reload. */
void sg_api_targets_add (SgHttpServer             *server,
                         const SgApiTargetsSource *source);

G_END_DECLS
