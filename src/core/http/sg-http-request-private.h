/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-form.h"
#include "http/sg-http-request.h"

G_BEGIN_DECLS

/* Filled by the exchange and its task, before the handler sees it. */
struct _SgHttpRequest
{
  int ref_count;
  SgHttpMethods method;
  char *path;
  char *query;
  const char *rest;
  char *peer;
  char *user;
  SgHttpForm *params;
  SgHttpForm *values;
  SgHttpForm *headers;
  GBytes *body;
  GCancellable *cancellable;
};

SgHttpRequest *sg_http_request_new        (const char    *method,
                                           const char    *target);
void           sg_http_request_add_header (SgHttpRequest *self,
                                           const char    *name,
                                           const char    *value);
gboolean       sg_http_request_complete   (SgHttpRequest *self,
                                           gboolean       body_is_data,
                                           GError       **error);
SgHttpMethods  sg_http_method_from_string (const char    *method);

G_END_DECLS
