/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-child-table.h"

#include "metrics/sg-cells.h"

#include <string.h>

/*
 * Finding a child by its labels
 *
 * The values are turned into a key: each value in words of eight bytes, the last one filled up with
 * zeros, with one zero byte at least. Hence the words of "GET" "200" are two, and no other values
 * have the same ones; hashing and comparing then take one step a word instead of one a byte, and no
 * length is ever compared. The hash folds 128-bit products, a word at a time.
 *
 * The table is open-addressed and holds pointers. Readers are inside an epoch and take no lock; who
 * adds or removes holds the registry's. A slot goes from NULL to a child by a store with release; a
 * removed child leaves a mark behind, so that those after it are still found. When half of the
 * table is used, marks included, a new one without marks replaces it, and the old one is retired,
 * as is a removed child.
 */
struct _SgChildTable
{
  guint mask;
  guint n_used;
  SgChild *slots[];
};

static SgChild removed_mark;

static guint64
load_16 (const char *bytes)
{
  guint16 word;

  memcpy (&word, bytes, sizeof word);
  return GUINT16_FROM_LE (word);
}

static guint64
load_32 (const char *bytes)
{
  guint32 word;

  memcpy (&word, bytes, sizeof word);
  return GUINT32_FROM_LE (word);
}

static guint64
load_64 (const char *bytes)
{
  guint64 word;

  memcpy (&word, bytes, sizeof word);
  return GUINT64_FROM_LE (word);
}

/* Returns: the @n < 8 bytes, the first in the lowest place, by loads that overlap but never overrun
 */
static inline guint64
load_rest (const char *bytes,
           gsize       n)
{
  if (n >= 4)
    return load_32 (bytes) | load_32 (bytes + n - 4) << (8 * (n - 4));
  if (n >= 2)
    return load_16 (bytes) | load_16 (bytes + n - 2) << (8 * (n - 2));
  return n == 1 ? (guint8) bytes[0] : 0;
}

static inline guint64
mix (guint64 hash,
     guint64 word)
{
  unsigned __int128 product =
      (unsigned __int128) (hash ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return (guint64) product ^ (guint64) (product >> 64);
}

static guint64 *
key_make_room (SgChildKey *key,
               gsize       n_wanted)
{
  gsize n_allocated = SG_CHILD_KEY_WORDS;
  guint64 *words;

  while (n_allocated < n_wanted)
    n_allocated *= 2;
  words = g_new (guint64, n_allocated);
  memcpy (words, key->words, key->n_words * sizeof (guint64));
  g_free (key->on_heap);
  return key->on_heap = words;
}

/* Fills @key, which sg_child_key_clear() ends. */
void
sg_child_key_init (SgChildKey        *key,
                   const char *const *values,
                   guint              n_values)
{
  guint64 *words = key->on_stack;
  gsize n_fitting = SG_CHILD_KEY_WORDS;
  guint64 hash = 0;

  key->on_heap = NULL;
  key->words = words;
  key->n_words = 0;
  for (guint i = 0; i < n_values; i++)
    {
      const char *value = values[i];
      gsize length = strlen (value);
      gsize n_wanted = key->n_words + length / 8 + 1;

      if (G_UNLIKELY (n_wanted > n_fitting))
        {
          key->words = words = key_make_room (key, n_wanted);
          for (n_fitting = SG_CHILD_KEY_WORDS; n_fitting < n_wanted;)
            n_fitting *= 2;
        }
      for (; length >= 8; length -= 8, value += 8)
        hash = mix (hash, words[key->n_words++] = load_64 (value));
      hash = mix (hash, words[key->n_words++] = load_rest (value, length));
    }
  key->hash = hash;
}

/**
 * sg_child_new: (skip)
 * @key: its values
 * @n_values: how many
 * @text: (nullable): its labels as the text format has them
 * @text_length: how many bytes
 *
 * Returns: (transfer full): a child without an instrument
 */
SgChild *
sg_child_new (const SgChildKey *key,
              guint             n_values,
              const char       *text,
              gsize             text_length)
{
  gsize size = sizeof (SgChild) + text_length + sizeof (guint64) + key->n_words * sizeof (guint64)
               + n_values * sizeof (char *);
  SgChild *child = g_malloc0 (size);
  guint64 *words;
  const char *value;

  child->hash = key->hash;
  child->n_words = key->n_words;
  child->text_length = (guint) text_length;
  if (text != NULL)
    memcpy (child->text, text, text_length);
  words = sg_child_get_words (child);
  for (guint i = 0; i < key->n_words; i++)
    words[i] = GUINT64_TO_LE (key->words[i]);
  child->values = (const char **) (gpointer) (words + key->n_words);
  value = (const char *) words;
  for (guint i = 0; i < n_values; i++)
    {
      child->values[i] = value;
      value += (strlen (value) / 8 + 1) * 8;
    }
  return child;
}

static inline gboolean
child_matches (const SgChild    *child,
               const SgChildKey *key)
{
  const guint64 *words;

  if (child->hash != key->hash || child->n_words != key->n_words)
    return FALSE;
  words = sg_child_get_words (child);
  for (guint i = 0; i < key->n_words; i++)
    {
      if (GUINT64_FROM_LE (words[i]) != key->words[i])
        return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer none) (nullable): the child, to be used inside the epoch or under the lock
 * only */
SgChild *
sg_child_table_find (SgChildTable *const *place,
                     const SgChildKey    *key)
{
  const SgChildTable *table = __atomic_load_n (place, __ATOMIC_ACQUIRE);

  if (table == NULL)
    return NULL;
  for (guint i = (guint) key->hash & table->mask;; i = (i + 1) & table->mask)
    {
      SgChild *child = __atomic_load_n (&table->slots[i], __ATOMIC_ACQUIRE);

      if (child == NULL || child_matches (child, key))
        return child;
    }
}

static void
table_insert (SgChildTable *table,
              SgChild      *child)
{
  guint i = (guint) child->hash & table->mask;

  while (table->slots[i] != NULL)
    i = (i + 1) & table->mask;
  __atomic_store_n (&table->slots[i], child, __ATOMIC_RELEASE);
  table->n_used++;
}

static SgChildTable *
table_new (guint n_children)
{
  guint size = 8;
  SgChildTable *table;

  while (size < n_children * 4)
    size *= 2;
  table = g_malloc0 (sizeof (SgChildTable) + size * sizeof (SgChild *));
  table->mask = size - 1;
  return table;
}

/* Returns: (transfer full): a table of the same children without marks, and with room */
static SgChildTable *
table_renew (const SgChildTable *old)
{
  guint n_children = 0;
  SgChildTable *table;

  for (guint i = 0; old != NULL && i <= old->mask; i++)
    n_children += old->slots[i] != NULL && old->slots[i] != &removed_mark;
  table = table_new (n_children + 1);
  for (guint i = 0; old != NULL && i <= old->mask; i++)
    {
      if (old->slots[i] != NULL && old->slots[i] != &removed_mark)
        table_insert (table, old->slots[i]);
    }
  return table;
}

/* Under the registry's lock. */
void
sg_child_table_add (SgChildTable **place,
                    SgChild       *child)
{
  SgChildTable *table = *place;

  if (table == NULL || (table->n_used + 1) * 2 > table->mask)
    {
      SgChildTable *renewed = table_renew (table);

      __atomic_store_n (place, renewed, __ATOMIC_RELEASE);
      if (table != NULL)
        sg_epoch_retire (table, g_free);
      table = renewed;
    }
  table_insert (table, child);
}

/* Under the registry's lock; the child is then retired. */
void
sg_child_table_remove (SgChildTable *table,
                       SgChild      *child)
{
  guint i = (guint) child->hash & table->mask;

  while (table->slots[i] != child)
    i = (i + 1) & table->mask;
  __atomic_store_n (&table->slots[i], &removed_mark, __ATOMIC_RELEASE);
}

void
sg_child_table_free (gpointer table)
{
  g_free (table);
}
