/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-postings.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static guint64
hash_name (gconstpointer item)
{
  return ((const SgHeadName *) item)->hash;
}

static guint64
hash_value (gconstpointer item)
{
  return ((const SgHeadValue *) item)->hash;
}

void
sg_head_postings_init (SgHeadPostings *self,
                       SgHeadGate     *gate)
{
  *self = (SgHeadPostings) { .gate = gate };
  sg_head_table_init (&self->names, hash_name);
}

static void
value_free (gpointer item)
{
  SgHeadValue *value = item;

  g_free (value->list);
  g_free (value);
}

static void
name_free (gpointer item)
{
  SgHeadName *name = item;

  for (guint i = 0; i <= name->values.slots->mask; i++)
    {
      gpointer value = sg_head_table_peek (name->values.slots, i);

      if (value != NULL)
        value_free (value);
    }
  sg_head_table_clear (&name->values);
  g_free (name);
}

void
sg_head_postings_clear (SgHeadPostings *self)
{
  for (guint i = 0; i <= self->names.slots->mask; i++)
    {
      gpointer name = sg_head_table_peek (self->names.slots, i);

      if (name != NULL)
        name_free (name);
    }
  sg_head_table_clear (&self->names);
  g_clear_pointer (&self->all, g_free);
}

static const SgHeadName *
find_name (const SgHeadPostings *self,
           const char           *name,
           guint64               hash)
{
  const SgHeadTableSlots *slots = sg_head_table_get_slots (&self->names);
  guint at = (guint) hash;
  const SgHeadName *found;

  while ((found = sg_head_table_step (slots, &at)) != NULL)
    {
      if (found->hash == hash && g_str_equal (found->name, name))
        return found;
    }
  return NULL;
}

static const SgHeadValue *
find_value (const SgHeadName *name,
            const char       *value,
            guint64           hash)
{
  const SgHeadTableSlots *slots = sg_head_table_get_slots (&name->values);
  guint at = (guint) hash;
  const SgHeadValue *found;

  while ((found = sg_head_table_step (slots, &at)) != NULL)
    {
      if (found->hash == hash && g_str_equal (found->value, value))
        return found;
    }
  return NULL;
}

/* Returns: (nullable): what is known of a label name; %NULL when no series has it */
const SgHeadName *
sg_head_postings_find_name (const SgHeadPostings *self,
                            const char           *name)
{
  return find_name (self, name, XXH3_64bits (name, strlen (name)));
}

/* Returns: (nullable): what is known of a value of @name; %NULL when no series has it */
const SgHeadValue *
sg_head_postings_find_value (const SgHeadName *name,
                             const char       *value)
{
  return find_value (name, value, XXH3_64bits (value, strlen (value)));
}

static SgHeadName *
ensure_name (SgHeadPostings *self,
             const char     *text)
{
  gsize length = strlen (text);
  guint64 hash = XXH3_64bits (text, length);
  SgHeadName *name = (SgHeadName *) find_name (self, text, hash);

  if (name == NULL)
    {
      name = g_malloc0 (sizeof (SgHeadName) + length + 1);
      sg_head_table_init (&name->values, hash_value);
      name->hash = hash;
      memcpy (name->name, text, length + 1);
      sg_head_table_insert (&self->names, self->gate, name);
    }
  return name;
}

static SgHeadValue *
ensure_value (SgHeadPostings *self,
              SgHeadName     *name,
              const char     *text,
              gsize           length)
{
  guint64 hash = XXH3_64bits (text, length);
  SgHeadValue *value = (SgHeadValue *) find_value (name, text, hash);

  if (value == NULL)
    {
      value = g_malloc0 (sizeof (SgHeadValue) + length + 1);
      value->hash = hash;
      memcpy (value->value, text, length + 1);
      sg_head_table_insert (&name->values, self->gate, value);
    }
  return value;
}

static SgHeadList *
list_new (guint capacity)
{
  SgHeadList *list = g_malloc (sizeof (SgHeadList) + capacity * sizeof (guint32));

  list->n = 0;
  list->capacity = capacity;
  return list;
}

static void
replace_list (SgHeadPostings  *self,
              SgHeadList     **place,
              SgHeadList      *list)
{
  SgHeadList *old = *place;

  __atomic_store_n (place, list, __ATOMIC_RELEASE);
  if (old != NULL)
    sg_head_gate_retire (self->gate, old, g_free);
}

/* @id is greater than those that are there. */
static void
list_add (SgHeadPostings  *self,
          SgHeadList     **place,
          guint32          id)
{
  SgHeadList *list = *place;

  if (list == NULL || list->n == list->capacity)
    {
      guint n = list != NULL ? list->n : 0;
      SgHeadList *grown = list_new (n + n / 4 + 2);

      if (n > 0)
        memcpy (grown->ids, list->ids, n * sizeof (guint32));
      grown->n = n;
      replace_list (self, place, grown);
      list = grown;
    }
  list->ids[list->n] = id;
  __atomic_store_n (&list->n, list->n + 1, __ATOMIC_RELEASE);
}

/* Ids come in rising order. */
void
sg_head_postings_add (SgHeadPostings *self,
                      guint32         id,
                      const SgLabels *labels)
{
  for (guint i = 0; i < labels->n_labels; i++)
    {
      SgHeadName *name = ensure_name (self, labels->labels[i].name);
      SgHeadValue *value =
          ensure_value (self, name, labels->labels[i].value, sg_labels_value_length (labels, i));

      list_add (self, &value->list, id);
    }
  list_add (self, &self->all, id);
}

/* Replaces a list by what is left of it. @ids are sorted. Returns: how many are left. */
static guint
list_remove (SgHeadPostings  *self,
             SgHeadList     **place,
             const guint32   *ids,
             guint            n_ids)
{
  const SgHeadList *old = *place;
  SgHeadList *left = list_new (old->n);
  guint next = 0;

  for (guint i = 0; i < old->n; i++)
    {
      while (next < n_ids && ids[next] < old->ids[i])
        next++;
      if (next == n_ids || ids[next] != old->ids[i])
        left->ids[left->n++] = old->ids[i];
    }
  replace_list (self, place, left);
  return left->n;
}

static void
remove_value (SgHeadPostings *self,
              SgHeadName     *name,
              SgHeadValue    *value)
{
  sg_head_table_remove (&name->values, value);
  sg_head_gate_retire (self->gate, value, value_free);
  if (name->values.n_items > 0)
    return;
  sg_head_table_remove (&self->names, name);
  sg_head_gate_retire (self->gate, name, name_free);
}

/**
 * sg_head_postings_remove:
 * @self: postings
 * @ids: (array length=n): series that go, in rising order
 * @labels: (array length=n): their labels
 * @n: how many
 *
 * Each list that they were in is written anew once, however many of them were in it.
 */
void
sg_head_postings_remove (SgHeadPostings        *self,
                         const guint32         *ids,
                         const SgLabels *const *labels,
                         guint                  n)
{
  g_autoptr (GHashTable) changed = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer value;
  gpointer name;

  for (guint i = 0; i < n; i++)
    {
      for (guint k = 0; k < labels[i]->n_labels; k++)
        {
          const SgLabel *label = &labels[i]->labels[k];

          name = (gpointer) sg_head_postings_find_name (self, label->name);
          value = (gpointer) sg_head_postings_find_value (name, label->value);
          g_hash_table_insert (changed, value, name);
        }
    }
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &value, &name))
    {
      if (list_remove (self, &((SgHeadValue *) value)->list, ids, n) == 0)
        remove_value (self, name, value);
    }
  if (n > 0)
    list_remove (self, &self->all, ids, n);
}
