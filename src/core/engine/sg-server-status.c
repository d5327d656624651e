/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-server-status.h"

G_DEFINE_BOXED_TYPE (SgServerStatus, sg_server_status, sg_server_status_ref, sg_server_status_unref)

/* Returns: (transfer full): a status whose owner fills it in before anybody else sees it. */
SgServerStatus *
sg_server_status_new (void)
{
  SgServerStatus *self = g_new0 (SgServerStatus, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->level = SG_LEVEL_UNKNOWN;
  self->url = g_strdup ("");
  self->address = g_strdup ("");
  return self;
}

SgServerStatus *
sg_server_status_ref (SgServerStatus *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_server_status_unref (SgServerStatus *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->url);
  g_free (self->address);
  g_free (self->note);
  g_free (self->last_scraper);
  g_free (self);
}
