/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-damage-list.h"

void
sg_damage_list_init (SgDamageList *self)
{
  self->errors = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
  self->n_more = 0;
}

void
sg_damage_list_clear (SgDamageList *self)
{
  g_clear_pointer (&self->errors, g_ptr_array_unref);
}

void
sg_damage_list_take (SgDamageList *self,
                     GError       *damage)
{
  if (self->errors->len < SG_DAMAGE_LIST_MAX)
    {
      g_ptr_array_add (self->errors, damage);
      return;
    }
  self->n_more++;
  g_error_free (damage);
}

void
sg_damage_list_reset (SgDamageList *self)
{
  g_ptr_array_set_size (self->errors, 0);
  self->n_more = 0;
}
