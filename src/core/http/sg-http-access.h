/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-router.h"

G_BEGIN_DECLS

/**
 * SgHttpAccess:
 * @token: the token
 * @has_users: there are names and passwords, and whoever has none may do nothing
 * @require_token: even on loopback, acting needs the token
 * @open_to_remote: whoever reaches the machine may read
 * @allowed_hosts: (nullable): further names of this server
 * @own_name: (nullable): the name of the machine
 *
 * Who may do what: see sg-http-access.c.
 */
typedef struct
{
  char *token;
  gboolean has_users;
  gboolean require_token;
  gboolean open_to_remote;
  GStrv allowed_hosts;
  char *own_name;
} SgHttpAccess;

/**
 * SgHttpCaller:
 * @is_local: its address is a loopback one, or its certificate is as good
 * @host: (nullable): the Host field
 * @target: the request target, which names a host when it is absolute
 * @origin: (nullable): the Origin field: a browser's page asks
 * @authorization: (nullable): the Authorization field
 *
 * What is known of who asks.
 */
typedef struct
{
  gboolean is_local;
  const char *host;
  const char *target;
  const char *origin;
  const char *authorization;
} SgHttpCaller;

/**
 * SgHttpVerdict:
 * @status: 0 when it may pass, else the status to answer
 * @needs_password: it may pass once its password was found to be right
 * @problem: why not, and what to do
 * @challenge: (nullable): the WWW-Authenticate field to answer with
 */
typedef struct
{
  guint status;
  gboolean needs_password;
  const char *problem;
  const char *challenge;
} SgHttpVerdict;

#define SG_HTTP_CHALLENGE_BASIC  "Basic realm=\"sightglass\", charset=\"UTF-8\""
#define SG_HTTP_CHALLENGE_BEARER "Bearer realm=\"sightglass\""

void          sg_http_access_clear      (SgHttpAccess       *self);
SgHttpVerdict sg_http_access_check_host (const SgHttpAccess *self,
                                         const SgHttpCaller *caller);
SgHttpVerdict sg_http_access_check      (const SgHttpAccess *self,
                                         const SgHttpCaller *caller,
                                         SgHttpScope         scope);

G_END_DECLS
