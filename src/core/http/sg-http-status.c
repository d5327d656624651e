/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-status.h"

G_DEFINE_BOXED_TYPE (SgHttpStatus, sg_http_status, sg_http_status_ref, sg_http_status_unref)

SgHttpStatus *
sg_http_status_new (void)
{
  SgHttpStatus *self = g_new0 (SgHttpStatus, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->level = SG_LEVEL_UNKNOWN;
  self->url = g_strdup ("");
  self->address = g_strdup ("");
  return self;
}

SgHttpStatus *
sg_http_status_ref (SgHttpStatus *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_http_status_unref (SgHttpStatus *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->url);
  g_free (self->address);
  g_free (self->note);
  g_free (self->last_scraper);
  g_free (self);
}

/* Returns: (transfer full): another, to be changed before anybody else sees it */
SgHttpStatus *
sg_http_status_copy (const SgHttpStatus *self)
{
  SgHttpStatus *copy = g_memdup2 (self, sizeof *self);

  g_atomic_ref_count_init (&copy->ref_count);
  copy->url = g_strdup (self->url);
  copy->address = g_strdup (self->address);
  copy->note = g_strdup (self->note);
  copy->last_scraper = g_strdup (self->last_scraper);
  return copy;
}
