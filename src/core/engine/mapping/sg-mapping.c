/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/mapping/sg-mapping.h"

#include "engine/mapping/sg-mapping-private.h"

#include <string.h>

static const char *const role_names[] = {
  [SG_ROLE_OPERATIONS] = "operations",
  [SG_ROLE_DURATIONS] = "durations",
  [SG_ROLE_RECORDS] = "records",
  [SG_ROLE_ACTIVE] = "active",
  [SG_ROLE_CONFLICTS] = "conflicts",
  [SG_ROLE_CACHE_EVENTS] = "cache_events",
  [SG_ROLE_HIT_RATE] = "hit_rate",
  [SG_ROLE_SIZE] = "size",
  [SG_ROLE_SIZE_LIMIT] = "size_limit",
  [SG_ROLE_MEMORY] = "memory",
  [SG_ROLE_MEMORY_LIMIT] = "memory_limit",
  [SG_ROLE_EVICTIONS] = "evictions",
  [SG_ROLE_CHECKS] = "checks",
  [SG_ROLE_INCONSISTENCIES] = "inconsistencies",
  [SG_ROLE_RECONCILIATIONS] = "reconciliations",
  [SG_ROLE_RECONCILIATION_DURATIONS] = "reconciliation_durations",
};

static const char *const label_names[] = {
  [SG_MAPPING_TYPE] = "type",         [SG_MAPPING_STATUS] = "status",
  [SG_MAPPING_SEVERITY] = "severity", [SG_MAPPING_STRATEGY] = "strategy",
  [SG_MAPPING_CHECK] = "check",       [SG_MAPPING_CACHE] = "cache",
};

G_STATIC_ASSERT (G_N_ELEMENTS (role_names) == SG_N_ROLES);
G_STATIC_ASSERT (G_N_ELEMENTS (label_names) == SG_MAPPING_N_LABELS);

G_DEFINE_BOXED_TYPE (SgMapping, sg_mapping, sg_mapping_ref, sg_mapping_unref)

const char *const *
sg_mapping_list_role_names (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (role_names);
  return role_names;
}

const char *const *
sg_mapping_list_label_names (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (label_names);
  return label_names;
}

const char *
sg_mapping_role_to_string (SgMappingRole role)
{
  g_return_val_if_fail ((guint) role < SG_N_ROLES, NULL);
  return role_names[role];
}

gboolean
sg_mapping_role_from_string (const char    *text,
                             SgMappingRole *ret_role)
{
  for (guint i = 0; i < G_N_ELEMENTS (role_names); i++)
    {
      if (!g_str_equal (text, role_names[i]))
        continue;
      *ret_role = (SgMappingRole) i;
      return TRUE;
    }
  return FALSE;
}

const char *
sg_mapping_label_to_string (SgMappingLabel label)
{
  g_return_val_if_fail ((guint) label < SG_MAPPING_N_LABELS, NULL);
  return label_names[label];
}

SgMappingPart *
sg_mapping_part_new (SgMappingRole role,
                     SgMappingKind kind)
{
  SgMappingPart *self = g_new0 (SgMappingPart, 1);

  self->role = role;
  self->kind = kind;
  self->factor = 1;
  return self;
}

void
sg_mapping_part_free (SgMappingPart *self)
{
  g_free (self->name);
  g_free (self->matchers);
  for (guint i = 0; i < SG_MAPPING_N_LABELS; i++)
    g_strfreev (self->labels[i]);
  g_strfreev (self->good);
  g_strfreev (self->bad);
  g_free (self);
}

/* Returns: (transfer full): the same part in an application whose families begin with @name_space */
SgMappingPart *
sg_mapping_part_bind (const SgMappingPart *self,
                      const char          *name_space)
{
  SgMappingPart *bound = g_memdup2 (self, sizeof *self);

  bound->name = g_str_has_prefix (self->name, SG_MAPPING_NAMESPACE)
                    ? g_strconcat (name_space, self->name + strlen (SG_MAPPING_NAMESPACE), NULL)
                    : g_strdup (self->name);
  bound->matchers = g_strdup (self->matchers);
  for (guint i = 0; i < SG_MAPPING_N_LABELS; i++)
    bound->labels[i] = g_strdupv (self->labels[i]);
  bound->good = g_strdupv (self->good);
  bound->bad = g_strdupv (self->bad);
  return bound;
}

/* Returns: (transfer full): a mapping without families */
SgMapping *
sg_mapping_new (const char *name,
                const char *title)
{
  SgMapping *self = g_new0 (SgMapping, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->name = g_strdup (name);
  self->title = g_strdup (title);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_mapping_part_free);
  return self;
}

SgMapping *
sg_mapping_ref (SgMapping *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_mapping_unref (SgMapping *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->name);
  g_free (self->title);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

gboolean
sg_mapping_has_role (const SgMapping *self,
                     SgMappingRole    role)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      if (((const SgMappingPart *) self->parts->pdata[i])->role == role)
        return TRUE;
    }
  return FALSE;
}
