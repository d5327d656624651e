/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-labels.h"

#include "base/sg-symbols.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * One allocation holds it all, in this order:
 *
 *   SgLabels | n × SgLabel | values, each with its NUL | names that were not interned
 *
 * The values stand in the order of the labels, so that the length of one is the distance to the
 * next. The hash is xxHash64 over name 0xff value 0xff of each label: 0xff occurs in no UTF-8 text.
 */

G_DEFINE_BOXED_TYPE (SgLabels, sg_labels, sg_labels_ref, sg_labels_unref)

typedef struct
{
  const char *name;
  const char *interned;
  const char *value;
  gsize value_length;
  gsize order;
} Part;

static int
part_compare (const void *a,
              const void *b)
{
  const Part *left = a;
  const Part *right = b;
  int by_name = strcmp (left->name, right->name);

  if (by_name != 0)
    return by_name;
  return left->order < right->order ? -1 : 1;
}

/* Sorts @parts; of equal names the one given last stays. Empty values go. Returns: how many stay.
 */
static gsize
parts_normalize (Part  *parts,
                 gsize  n_parts)
{
  gsize kept = 0;

  qsort (parts, n_parts, sizeof (Part), part_compare);
  for (gsize i = 0; i < n_parts; i++)
    {
      if (i + 1 < n_parts && strcmp (parts[i].name, parts[i + 1].name) == 0)
        continue;
      if (parts[i].value_length > 0)
        parts[kept++] = parts[i];
    }
  return kept;
}

static gsize
parts_measure (Part  *parts,
               gsize  n_parts)
{
  gsize size = sizeof (SgLabels) + n_parts * sizeof (SgLabel);

  for (gsize i = 0; i < n_parts; i++)
    {
      gsize name_length = strlen (parts[i].name);

      parts[i].interned = sg_symbols_intern (parts[i].name, name_length);
      size += parts[i].value_length + 1 + (parts[i].interned != NULL ? 0 : name_length + 1);
    }
  return size;
}

static guint64
labels_compute_hash (const SgLabels *self)
{
  XXH64_state_t state;

  XXH64_reset (&state, 0);
  for (guint i = 0; i < self->n_labels; i++)
    {
      XXH64_update (&state, self->labels[i].name, strlen (self->labels[i].name));
      XXH64_update (&state, "\xff", 1);
      XXH64_update (&state, self->labels[i].value, sg_labels_value_length (self, i));
      XXH64_update (&state, "\xff", 1);
    }
  return XXH64_digest (&state);
}

static SgLabels *
labels_new_from_parts (Part  *parts,
                       gsize  n_parts)
{
  gsize n = parts_normalize (parts, n_parts);
  SgLabels *self = g_malloc (parts_measure (parts, n));
  char *bytes = (char *) &self->labels[n];

  g_atomic_ref_count_init (&self->ref_count);
  self->n_labels = n;
  for (gsize i = 0; i < n; i++)
    {
      self->labels[i].value = memcpy (bytes, parts[i].value, parts[i].value_length + 1);
      bytes += parts[i].value_length + 1;
    }
  for (gsize i = 0; i < n; i++)
    {
      self->labels[i].name = parts[i].interned;
      if (parts[i].interned == NULL)
        {
          self->labels[i].name = bytes;
          bytes = stpcpy (bytes, parts[i].name) + 1;
        }
    }
  self->hash = labels_compute_hash (self);
  return self;
}

/**
 * sg_labels_new:
 * @pairs: (array length=n_pairs): names and values in any order
 * @n_pairs: how many
 *
 * A pair with an empty value is left out; of two pairs with one name the later one counts.
 *
 * Returns: (transfer full): the label set
 */
SgLabels *
sg_labels_new (const SgLabel *pairs,
               gsize          n_pairs)
{
  Part on_stack[32];
  g_autofree Part *on_heap = NULL;
  Part *parts = on_stack;

  if (n_pairs > G_N_ELEMENTS (on_stack))
    parts = on_heap = g_new (Part, n_pairs);
  for (gsize i = 0; i < n_pairs; i++)
    parts[i] = (Part) { pairs[i].name, NULL, pairs[i].value, strlen (pairs[i].value), i };
  return labels_new_from_parts (parts, n_pairs);
}

/**
 * sg_labels_new_from_pairs: (skip)
 * @first_name: a name, followed by its value, then further names and values, then %NULL
 *
 * Returns: (transfer full): the label set
 */
SgLabels *
sg_labels_new_from_pairs (const char *first_name,
                          ...)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (SgLabel));
  va_list args;

  va_start (args, first_name);
  for (const char *name = first_name; name != NULL; name = va_arg (args, const char *))
    {
      SgLabel pair = { name, va_arg (args, const char *) };

      g_array_append_val (pairs, pair);
    }
  va_end (args);
  return sg_labels_new ((const SgLabel *) (gpointer) pairs->data, pairs->len);
}

/**
 * sg_labels_get_empty:
 *
 * Returns: (transfer full): the label set without labels
 */
SgLabels *
sg_labels_get_empty (void)
{
  static SgLabels *empty;

  if (g_once_init_enter (&empty))
    g_once_init_leave (&empty, sg_labels_new (NULL, 0));
  return sg_labels_ref (empty);
}

SgLabels *
sg_labels_ref (const SgLabels *self)
{
  SgLabels *mutable_self = (SgLabels *) self;

  __atomic_fetch_add (&mutable_self->ref_count, 1, __ATOMIC_RELAXED);
  return mutable_self;
}

void
sg_labels_unref (SgLabels *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) == 0)
    g_free (self);
}

/**
 * sg_labels_get:
 * @self: a label set
 * @name: a name
 *
 * Returns: the value of the label, "" when there is none, as the query language sees it
 */
const char *
sg_labels_get (const SgLabels *self,
               const char     *name)
{
  for (guint i = 0; i < self->n_labels; i++)
    {
      if (sg_label_name_equal (self->labels[i].name, name))
        return self->labels[i].value;
    }
  return "";
}

gsize
sg_labels_value_length (const SgLabels *self,
                        guint           i)
{
  if (i + 1 < self->n_labels)
    return (gsize) (self->labels[i + 1].value - self->labels[i].value) - 1;
  return strlen (self->labels[i].value);
}

gboolean
sg_labels_equal (const SgLabels *a,
                 const SgLabels *b)
{
  if (a == b)
    return TRUE;
  if (a->hash != b->hash || a->n_labels != b->n_labels)
    return FALSE;
  for (guint i = 0; i < a->n_labels; i++)
    {
      if (!sg_label_name_equal (a->labels[i].name, b->labels[i].name)
          || strcmp (a->labels[i].value, b->labels[i].value) != 0)
        return FALSE;
    }
  return TRUE;
}

/* Label by label, name before value, byte by byte; a set comes after each of its beginnings. */
int
sg_labels_compare (const SgLabels *a,
                   const SgLabels *b)
{
  guint n = MIN (a->n_labels, b->n_labels);

  for (guint i = 0; i < n; i++)
    {
      int order = 0;

      if (a->labels[i].name != b->labels[i].name)
        order = strcmp (a->labels[i].name, b->labels[i].name);
      if (order == 0)
        order = strcmp (a->labels[i].value, b->labels[i].value);
      if (order != 0)
        return order;
    }
  return a->n_labels < b->n_labels ? -1 : a->n_labels > b->n_labels;
}

guint
sg_labels_hash (gconstpointer self)
{
  return (guint) ((const SgLabels *) self)->hash;
}

gboolean
sg_labels_equal_func (gconstpointer a,
                      gconstpointer b)
{
  return sg_labels_equal (a, b);
}

void
sg_labels_builder_init (SgLabelsBuilder *self,
                        const SgLabels  *base)
{
  self->pairs = g_array_new (FALSE, FALSE, sizeof (SgLabel));
  if (base != NULL)
    g_array_append_vals (self->pairs, base->labels, base->n_labels);
}

static SgLabel *
builder_find (SgLabelsBuilder *self,
              const char      *name)
{
  for (guint i = 0; i < self->pairs->len; i++)
    {
      SgLabel *pair = &g_array_index (self->pairs, SgLabel, i);

      if (sg_label_name_equal (pair->name, name))
        return pair;
    }
  return NULL;
}

/* Setting a label to "" removes it. */
void
sg_labels_builder_set (SgLabelsBuilder *self,
                       const char      *name,
                       const char      *value)
{
  SgLabel *pair = builder_find (self, name);
  SgLabel added = { name, value };

  if (pair != NULL)
    pair->value = value;
  else
    g_array_append_val (self->pairs, added);
}

void
sg_labels_builder_unset (SgLabelsBuilder *self,
                         const char      *name)
{
  SgLabel *pair = builder_find (self, name);

  if (pair != NULL)
    pair->value = "";
}

const char *
sg_labels_builder_get (SgLabelsBuilder *self,
                       const char      *name)
{
  SgLabel *pair = builder_find (self, name);

  return pair != NULL ? pair->value : "";
}

gboolean
sg_labels_builder_has (SgLabelsBuilder *self,
                       const char      *name)
{
  return builder_find (self, name) != NULL;
}

SgLabels *
sg_labels_builder_build (SgLabelsBuilder *self)
{
  return sg_labels_new ((const SgLabel *) (gpointer) self->pairs->data, self->pairs->len);
}

void
sg_labels_builder_clear (SgLabelsBuilder *self)
{
  g_clear_pointer (&self->pairs, g_array_unref);
}
