/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/api/sg-api.h"

G_BEGIN_DECLS

struct _SgApi
{
  SgPromqlEngine *engine;
  SgClock *clock;
  SgApiQuerierFunc querier;
  gpointer user_data;
};

/* The querier, or the answer that there is none yet. */
SgQuerier *sg_api_get_querier  (SgApi           *self,
                                SgHttpResponse **ret_refusal);

void       sg_api_add_queries  (SgHttpServer    *server,
                                SgApi           *api);
void       sg_api_add_series   (SgHttpServer    *server,
                                SgApi           *api);
void       sg_api_add_status   (SgHttpServer    *server,
                                SgApi           *api);

G_END_DECLS
