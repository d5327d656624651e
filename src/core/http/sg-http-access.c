/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-access.h"

#include "http/sg-http-token.h"
#include "http/wire/sg-http-head.h"

#include <string.h>

/*
 * Whoever asks must call us by a name that is ours: an address, "localhost", the machine's own name, or
 * one that was allowed. Else a page of the web could have its own name point at 127.0.0.1 and read all
 * that the browser of this machine may read.
 *
 * Then the scope decides. "Local" is a client whose address is a loopback one, or which has proved with
 * a certificate who it is; "foreign" an Origin that is not the host which was asked: some other page in
 * a browser.
 *
 *            without users                              with users
 *   read     local, or open to remote, or the token     password, or the token
 *   ingest   local without foreign Origin, or the token password, or the token
 *   act      local without any Origin, or the token     password without foreign Origin, or the token
 *   admin    the token                                  the token
 *
 * With "require token", act is as admin. The token comes as "Authorization: Bearer …". Browsers send
 * a remembered password along with requests that a foreign page makes; that is why it is not enough
 * to act on. No answer ever allows another origin to read it.
 */

static const SgHttpVerdict allowed = { 0 };

void
sg_http_access_clear (SgHttpAccess *self)
{
  g_clear_pointer (&self->token, g_free);
  g_clear_pointer (&self->allowed_hosts, g_strfreev);
  g_clear_pointer (&self->own_name, g_free);
}

static gboolean
name_is_ours (const SgHttpAccess *self,
              const char         *name)
{
  if (g_str_equal (name, "localhost") || g_hostname_is_ip_address (name))
    return TRUE;
  if (self->own_name != NULL && g_ascii_strcasecmp (self->own_name, name) == 0)
    return TRUE;
  for (guint i = 0; self->allowed_hosts != NULL && self->allowed_hosts[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (self->allowed_hosts[i], name) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
host_is_ours (const SgHttpAccess *self,
              const char         *host)
{
  g_autofree char *name = sg_http_host_get_name (host);

  return name != NULL && name_is_ours (self, name);
}

static gboolean
target_is_ours (const SgHttpAccess *self,
                const char         *target)
{
  g_autofree char *authority = NULL;

  if (target[0] == '/')
    return TRUE;
  target += strlen ("http://");
  authority = g_strndup (target, strcspn (target, "/?"));
  return host_is_ours (self, authority);
}

/* A client of HTTP/1.0 may name no host: it is no browser. */
SgHttpVerdict
sg_http_access_check_host (const SgHttpAccess *self,
                           const SgHttpCaller *caller)
{
  if ((caller->host == NULL || host_is_ours (self, caller->host))
      && target_is_ours (self, caller->target))
    return allowed;
  return (SgHttpVerdict) {
    .status = 421,
    .problem = "this server does not go by that name: use its address, or allow the name with "
               "--web.allowed-host",
  };
}

/* "null" is what a browser sends for a page without a host. */
static gboolean
is_foreign (const SgHttpCaller *caller)
{
  const char *separator;

  if (caller->origin == NULL)
    return FALSE;
  separator = strstr (caller->origin, "://");
  return caller->host == NULL || separator == NULL
         || g_ascii_strcasecmp (separator + 3, caller->host) != 0;
}

static const char *
get_credentials (const SgHttpCaller *caller,
                 const char         *scheme)
{
  gsize length = strlen (scheme);
  const char *text = caller->authorization;

  if (text == NULL || g_ascii_strncasecmp (text, scheme, length) != 0 || text[length] != ' ')
    return NULL;
  return text + length + strspn (text + length, " ");
}

static SgHttpVerdict
refuse (const SgHttpCaller *caller,
        gboolean            by_password,
        const char         *problem)
{
  return (SgHttpVerdict) {
    .status = 401,
    .problem = caller->authorization != NULL
                   ? "what came in the Authorization field does not open this"
                   : problem,
    .challenge = by_password ? SG_HTTP_CHALLENGE_BASIC : SG_HTTP_CHALLENGE_BEARER,
  };
}

static SgHttpVerdict
refuse_origin (void)
{
  return (SgHttpVerdict) {
    .status = 403,
    .problem = "a page of another origin may not do this: send the token",
  };
}

static SgHttpVerdict
check_with_users (const SgHttpAccess *self,
                  const SgHttpCaller *caller,
                  SgHttpScope         scope)
{
  if (scope == SG_HTTP_SCOPE_ACT && is_foreign (caller))
    return refuse_origin ();
  if (get_credentials (caller, "Basic") == NULL)
    return refuse (caller, TRUE, "this needs a user name and a password");
  return (SgHttpVerdict) { .needs_password = TRUE };
}

static SgHttpVerdict
check_without_users (const SgHttpAccess *self,
                     const SgHttpCaller *caller,
                     SgHttpScope         scope)
{
  const char *problem = "from another machine this needs the token of state/token";

  if (scope == SG_HTTP_SCOPE_READ)
    {
      if (caller->is_local || self->open_to_remote)
        return allowed;
      return refuse (caller, FALSE, problem);
    }
  if (scope == SG_HTTP_SCOPE_INGEST ? is_foreign (caller) : caller->origin != NULL)
    return refuse_origin ();
  if (caller->is_local)
    return allowed;
  return refuse (caller, FALSE, problem);
}

/**
 * sg_http_access_check:
 * @self: who may do what
 * @caller: who asks
 * @scope: what it wants to do
 *
 * Returns: whether it may
 */
SgHttpVerdict
sg_http_access_check (const SgHttpAccess *self,
                      const SgHttpCaller *caller,
                      SgHttpScope         scope)
{
  const char *bearer = get_credentials (caller, "Bearer");

  if (bearer != NULL && self->token != NULL && sg_http_token_equal (self->token, bearer))
    return allowed;
  if (scope == SG_HTTP_SCOPE_ADMIN || (scope == SG_HTTP_SCOPE_ACT && self->require_token))
    return refuse (caller, FALSE, "this needs the token of state/token");
  return self->has_users ? check_with_users (self, caller, scope)
                         : check_without_users (self, caller, scope);
}
