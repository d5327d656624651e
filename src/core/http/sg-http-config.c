/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-config.h"

G_DEFINE_BOXED_TYPE (SgHttpConfig, sg_http_config, sg_http_config_copy, sg_http_config_free)

/**
 * sg_http_config_new:
 *
 * Returns: (transfer full): the defaults: loopback, port 8080 or the next free one
 */
SgHttpConfig *
sg_http_config_new (void)
{
  SgHttpConfig *self = g_new0 (SgHttpConfig, 1);

  self->listen_addresses = g_strsplit (SG_HTTP_DEFAULT_LISTEN_ADDRESS, " ", 1);
  self->limits = SG_HTTP_LIMITS_DEFAULT;
  return self;
}

SgHttpConfig *
sg_http_config_copy (const SgHttpConfig *self)
{
  SgHttpConfig *copy = g_memdup2 (self, sizeof *self);

  copy->listen_addresses = g_strdupv (self->listen_addresses);
  copy->allowed_hosts = g_strdupv (self->allowed_hosts);
  copy->state_dir = g_strdup (self->state_dir);
  if (self->web != NULL)
    sg_web_config_ref (self->web);
  if (self->clock != NULL)
    g_object_ref (self->clock);
  return copy;
}

void
sg_http_config_free (SgHttpConfig *self)
{
  g_strfreev (self->listen_addresses);
  g_strfreev (self->allowed_hosts);
  g_free (self->state_dir);
  g_clear_pointer (&self->web, sg_web_config_unref);
  g_clear_object (&self->clock);
  g_free (self);
}
