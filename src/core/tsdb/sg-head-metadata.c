/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-metadata.h"

#include <string.h>

/* One allocation: the structure, then its four texts. A text that is missing is an empty one. */
SgMetadata *
sg_head_metadata_copy (const SgMetadata *metadata)
{
  const char *texts[] = { metadata->name, metadata->type, metadata->help, metadata->unit };
  const char *copies[4];
  gsize size = sizeof (SgMetadata);
  SgMetadata *copy;
  char *place;

  for (guint i = 0; i < 4; i++)
    size += texts[i] != NULL ? strlen (texts[i]) + 1 : 1;
  copy = g_malloc (size);
  place = (char *) (copy + 1);
  for (guint i = 0; i < 4; i++)
    {
      copies[i] = place;
      place = stpcpy (place, texts[i] != NULL ? texts[i] : "") + 1;
    }
  *copy = (SgMetadata) { copies[0], copies[1], copies[2], copies[3] };
  return copy;
}

void
sg_head_metadata_init (SgHeadMetadata *self)
{
  sg_lock_init (&self->lock);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
}

void
sg_head_metadata_clear (SgHeadMetadata *self)
{
  g_hash_table_unref (self->by_name);
  sg_lock_clear (&self->lock);
}

static gboolean
same (const SgMetadata *a,
      const SgMetadata *b)
{
  return g_strcmp0 (a->type, b->type) == 0 && strcmp (a->help, b->help != NULL ? b->help : "") == 0
         && strcmp (a->unit, b->unit != NULL ? b->unit : "") == 0;
}

/* Returns: whether exactly that is known, or cannot be kept, so that it need not be set */
gboolean
sg_head_metadata_has (SgHeadMetadata   *self,
                      const SgMetadata *metadata)
{
  const SgMetadata *known;

  SG_LOCK_SCOPE (&self->lock);
  known = g_hash_table_lookup (self->by_name, metadata->name);
  if (known == NULL)
    return g_hash_table_size (self->by_name) >= SG_HEAD_METADATA_MAX;
  return same (known, metadata);
}

void
sg_head_metadata_set (SgHeadMetadata   *self,
                      const SgMetadata *metadata)
{
  SgMetadata *copy = sg_head_metadata_copy (metadata);

  SG_LOCK_SCOPE (&self->lock);
  if (g_hash_table_size (self->by_name) < SG_HEAD_METADATA_MAX
      || g_hash_table_contains (self->by_name, copy->name))
    g_hash_table_replace (self->by_name, (gpointer) copy->name, copy);
  else
    g_free (copy);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(const SgMetadata *const *) a)->name, (*(const SgMetadata *const *) b)->name);
}

/**
 * sg_head_metadata_list:
 * @self: metadata
 * @metric: (nullable): a metric, or %NULL for all
 *
 * Returns: (transfer full) (element-type SgMetadata): copies, by name
 */
GPtrArray *
sg_head_metadata_list (SgHeadMetadata *self,
                       const char     *metric)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer value;

  SG_LOCK_SCOPE (&self->lock);
  if (metric != NULL)
    {
      value = g_hash_table_lookup (self->by_name, metric);
      if (value != NULL)
        g_ptr_array_add (list, sg_head_metadata_copy (value));
      return list;
    }
  g_hash_table_iter_init (&iter, self->by_name);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (list, sg_head_metadata_copy (value));
  g_ptr_array_sort (list, compare_names);
  return list;
}
