/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-config-status.h"

G_DEFINE_BOXED_TYPE (SgConfigStatus,
                     sg_config_status,
                     sg_config_status_ref,
                     sg_config_status_unref)

SgConfigStatus *
sg_config_status_new (void)
{
  SgConfigStatus *self = g_new0 (SgConfigStatus, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

SgConfigStatus *
sg_config_status_ref (SgConfigStatus *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_config_status_unref (SgConfigStatus *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->path);
  g_free (self->text);
  g_free (self->error);
  g_strfreev (self->warnings);
  g_free (self);
}
