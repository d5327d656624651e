/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-symbols.h"

#include "base/sg-lock.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * An open-addressed table of pointers that only ever grows. Readers take no lock: a slot goes from
 * NULL to its final name once, by a store with release; a table that became too small is replaced
 * by a larger one and kept, since a reader may still be looking at it. All tables together are less
 * than twice the last one.
 */
typedef struct Table Table;
struct Table
{
  /* The one that this replaced, so that leak checkers see that it is kept on purpose. */
  Table *before;
  guint mask;
  const char *slots[];
};

static SgLock table_lock = SG_LOCK_INIT;
static Table *table;
static guint n_symbols;

static Table *
table_new (guint size)
{
  Table *new_table = g_malloc0 (sizeof (Table) + size * sizeof (char *));

  new_table->mask = size - 1;
  return new_table;
}

/* Returns: the slot that holds @name, or the empty one where it belongs. */
static const char **
table_find (Table      *in,
            const char *name,
            gsize       length)
{
  guint i = (guint) XXH3_64bits (name, length) & in->mask;

  for (;;)
    {
      const char *symbol = __atomic_load_n (&in->slots[i], __ATOMIC_ACQUIRE);

      if (symbol == NULL || (strncmp (symbol, name, length) == 0 && symbol[length] == '\0'))
        return &in->slots[i];
      i = (i + 1) & in->mask;
    }
}

static void
table_grow (void)
{
  Table *old = table;
  Table *grown = table_new (old == NULL ? 1024 : (old->mask + 1) * 2);

  for (guint i = 0; old != NULL && i <= old->mask; i++)
    {
      if (old->slots[i] != NULL)
        *table_find (grown, old->slots[i], strlen (old->slots[i])) = old->slots[i];
    }
  grown->before = old;
  __atomic_store_n (&table, grown, __ATOMIC_RELEASE);
}

static const char *
intern_locked (const char *name,
               gsize       length)
{
  const char **slot;

  if (table == NULL || n_symbols * 2 > table->mask)
    table_grow ();
  slot = table_find (table, name, length);
  if (*slot == NULL)
    {
      if (n_symbols >= SG_SYMBOLS_MAX)
        return NULL;
      __atomic_store_n (&n_symbols, n_symbols + 1, __ATOMIC_RELAXED);
      __atomic_store_n (slot, g_strndup (name, length), __ATOMIC_RELEASE);
    }
  return *slot;
}

/**
 * sg_symbols_intern:
 * @name: the bytes of a name, without a NUL among them
 * @length: how many
 *
 * Returns: (nullable): the one copy of @name, or %NULL when the vocabulary has no room for it
 */
const char *
sg_symbols_intern (const char *name,
                   gsize       length)
{
  Table *current = __atomic_load_n (&table, __ATOMIC_ACQUIRE);

  if (length > SG_SYMBOL_MAX_LENGTH)
    return NULL;
  if (current != NULL)
    {
      const char *found = __atomic_load_n (table_find (current, name, length), __ATOMIC_ACQUIRE);

      if (found != NULL)
        return found;
    }
  SG_LOCK_SCOPE (&table_lock);
  return intern_locked (name, length);
}

guint
sg_symbols_get_count (void)
{
  return __atomic_load_n (&n_symbols, __ATOMIC_RELAXED);
}
