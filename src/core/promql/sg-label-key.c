/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-label-key.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * Labels and names are both sorted, so that the labels that count are found by one walk over both.
 * The table is one of open addressing: a slot holds the number of an entry and 1, and 0 when it is
 * free; at most half of the slots are taken.
 */
const SgLabelKey sg_label_key_all = { FALSE, NULL, 0 };

typedef struct
{
  guint64 hash;
  SgLabels *labels;
} Entry;

static int
compare_names (const void *a,
               const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * sg_label_key_init: (skip)
 * @self: a key
 * @keep: whether the names are what counts, or all others
 * @names: (array length=n_names): label names, in any order, which must outlive @self
 * @n_names: how many
 * @extra: (nullable): one more
 */
void
sg_label_key_init (SgLabelKey        *self,
                   gboolean           keep,
                   const char *const *names,
                   guint              n_names,
                   const char        *extra)
{
  self->keep = keep;
  self->names = g_new (const char *, n_names + 1);
  if (n_names > 0)
    memcpy (self->names, names, n_names * sizeof *names);
  self->n_names = n_names;
  if (extra != NULL)
    self->names[self->n_names++] = extra;
  qsort (self->names, self->n_names, sizeof *self->names, compare_names);
}

void
sg_label_key_clear (SgLabelKey *self)
{
  g_clear_pointer (&self->names, g_free);
}

/* A walk over the labels of a series that count. */
typedef struct
{
  const SgLabelKey *key;
  const SgLabels *labels;
  guint label;
  guint name;
} Walk;

/* Returns: the next label that counts, NULL when there is none any more. */
static const SgLabel *
walk_next (Walk *walk)
{
  while (walk->label < walk->labels->n_labels)
    {
      const SgLabel *label = &walk->labels->labels[walk->label];
      int order = -1;

      while (walk->name < walk->key->n_names
             && (order = label->name == walk->key->names[walk->name]
                             ? 0
                             : strcmp (label->name, walk->key->names[walk->name]))
                    > 0)
        walk->name++;
      if (walk->name == walk->key->n_names)
        {
          if (walk->key->keep)
            return NULL;
          order = -1;
        }
      walk->label++;
      if ((order == 0) == walk->key->keep)
        return label;
    }
  return NULL;
}

guint64
sg_label_key_hash (const SgLabelKey *self,
                   const SgLabels   *labels)
{
  Walk walk = { self, labels, 0, 0 };
  guint64 hash = 0;
  const SgLabel *label;

  if (self->n_names == 0)
    return self->keep ? 0 : labels->hash;
  while ((label = walk_next (&walk)) != NULL)
    {
      hash = XXH3_64bits_withSeed (label->name, strlen (label->name), hash + 1);
      hash = XXH3_64bits_withSeed (label->value, sg_labels_value_length (labels, walk.label - 1),
                                   hash);
    }
  return hash;
}

gboolean
sg_label_key_equal (const SgLabelKey *self,
                    const SgLabels   *a,
                    const SgLabels   *b)
{
  Walk left = { self, a, 0, 0 };
  Walk right = { self, b, 0, 0 };

  if (a == b)
    return TRUE;
  for (;;)
    {
      const SgLabel *x = walk_next (&left);
      const SgLabel *y = walk_next (&right);

      if (x == NULL || y == NULL)
        return x == y;
      if (!sg_label_name_equal (x->name, y->name) || strcmp (x->value, y->value) != 0)
        return FALSE;
    }
}

/* Returns: (transfer full): the labels that count */
SgLabels *
sg_label_key_project (const SgLabelKey *self,
                      const SgLabels   *labels)
{
  Walk walk = { self, labels, 0, 0 };
  g_autofree SgLabel *kept = NULL;
  const SgLabel *label;
  gsize n = 0;

  if (self->n_names == 0)
    return self->keep ? sg_labels_get_empty () : sg_labels_ref (labels);
  kept = g_new (SgLabel, labels->n_labels);
  while ((label = walk_next (&walk)) != NULL)
    kept[n++] = *label;
  return n == labels->n_labels ? sg_labels_ref (labels) : sg_labels_new (kept, n);
}

void
sg_label_table_init (SgLabelTable     *self,
                     const SgLabelKey *key)
{
  self->key = key;
  self->n_slots = 16;
  self->slots = g_new0 (guint, self->n_slots);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
}

void
sg_label_table_clear (SgLabelTable *self)
{
  if (self->entries == NULL)
    return;
  for (guint i = 0; i < self->entries->len; i++)
    sg_labels_unref (g_array_index (self->entries, Entry, i).labels);
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->slots, g_free);
}

/* Returns: the slot that has @labels, or the free one where they belong */
static guint *
table_probe (const SgLabelTable *self,
             const SgLabels     *labels,
             guint64             hash)
{
  for (guint i = (guint) (hash & (self->n_slots - 1));; i = (i + 1) & (self->n_slots - 1))
    {
      guint *slot = &self->slots[i];
      const Entry *entry;

      if (*slot == 0)
        return slot;
      entry = &g_array_index (self->entries, Entry, *slot - 1);
      if (entry->hash == hash && sg_label_key_equal (self->key, entry->labels, labels))
        return slot;
    }
}

static void
table_grow (SgLabelTable *self)
{
  g_free (self->slots);
  self->n_slots *= 2;
  self->slots = g_new0 (guint, self->n_slots);
  for (guint i = 0; i < self->entries->len; i++)
    {
      guint64 hash = g_array_index (self->entries, Entry, i).hash;
      guint slot = (guint) (hash & (self->n_slots - 1));

      while (self->slots[slot] != 0)
        slot = (slot + 1) & (self->n_slots - 1);
      self->slots[slot] = i + 1;
    }
}

/**
 * sg_label_table_add: (skip)
 * @self: a table
 * @labels: a label set
 * @ret_added: (optional): whether its key is new
 *
 * Returns: the number of the key of @labels
 */
guint
sg_label_table_add (SgLabelTable   *self,
                    const SgLabels *labels,
                    gboolean       *ret_added)
{
  guint64 hash = sg_label_key_hash (self->key, labels);
  guint *slot = table_probe (self, labels, hash);
  gboolean added = *slot == 0;
  guint number;

  if (added)
    {
      Entry entry = { hash, sg_labels_ref (labels) };

      g_array_append_val (self->entries, entry);
      *slot = self->entries->len;
    }
  number = *slot - 1;
  if (added && self->entries->len * 2 > self->n_slots)
    table_grow (self);
  if (ret_added != NULL)
    *ret_added = added;
  return number;
}

/* Returns: the number of the key of @labels, or SG_LABEL_TABLE_NONE */
guint
sg_label_table_find (const SgLabelTable *self,
                     const SgLabels     *labels)
{
  guint slot = *table_probe (self, labels, sg_label_key_hash (self->key, labels));

  return slot == 0 ? SG_LABEL_TABLE_NONE : slot - 1;
}

guint
sg_label_table_get_n (const SgLabelTable *self)
{
  return self->entries->len;
}

/* Returns: the label set that the key @i came with first */
const SgLabels *
sg_label_table_get_labels (const SgLabelTable *self,
                           guint               i)
{
  return g_array_index (self->entries, Entry, i).labels;
}

/* Returns: (transfer full): @self without its name, type and unit */
SgLabels *
sg_labels_drop_metric (const SgLabels *self)
{
  static const char *const names[] = { SG_LABEL_NAME, "__type__", "__unit__" };
  SgLabelKey key = { FALSE, (const char **) names, G_N_ELEMENTS (names) };

  return sg_label_key_project (&key, self);
}
