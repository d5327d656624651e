/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/api/sg-api.h"

G_BEGIN_DECLS

struct _SgApi
{
  SgApiBackend backend;
  SgTimeMs start_time;
  SgHttpRouter *router;
};

typedef struct
{
  const char *path;
  SgHttpMethods methods;
  SgHttpScope scope;
  SgHttpHandler handler;
} SgApiRoute;

/* One table for each file of handlers; the last entry of each has no path. */
extern const SgApiRoute sg_api_routes_admin[];
extern const SgApiRoute sg_api_routes_exemplars[];
extern const SgApiRoute sg_api_routes_federate[];
extern const SgApiRoute sg_api_routes_metadata[];
extern const SgApiRoute sg_api_routes_parse[];
extern const SgApiRoute sg_api_routes_queries[];
extern const SgApiRoute sg_api_routes_read[];
extern const SgApiRoute sg_api_routes_rules[];
extern const SgApiRoute sg_api_routes_series[];
extern const SgApiRoute sg_api_routes_statistics[];
extern const SgApiRoute sg_api_routes_status[];
extern const SgApiRoute sg_api_routes_write[];

/* The querier or the store, or the answer that there is none yet. */
SgQuerier *sg_api_get_querier  (SgApi           *self,
                                SgHttpResponse **ret_refusal);
SgStore   *sg_api_get_store    (SgApi           *self,
                                SgHttpResponse **ret_refusal);

G_END_DECLS
