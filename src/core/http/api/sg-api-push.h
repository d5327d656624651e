/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-server.h"
#include "ingest/push/sg-push-groups.h"

G_BEGIN_DECLS

/* Returns: (transfer full) (nullable): %NULL while nothing can be pushed; called on workers */
typedef SgPushGroups *(*SgApiPushSource) (gpointer user_data);

/* Has @server, which has not started, take what Pushgateway takes. */
void sg_api_push_add (SgHttpServer    *server,
                      SgApiPushSource  source,
                      gpointer         user_data);

G_END_DECLS
