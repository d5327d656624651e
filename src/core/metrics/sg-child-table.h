/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "metrics/sg-instrument.h"
#include "metrics/sg-metric.h"

G_BEGIN_DECLS

/* The children of a family by the values of their labels. Private to the module. */
typedef union
{
  SgCounter counter;
  SgGauge gauge;
  SgHistogram histogram;
  SgSummary summary;
} SgHandle;

/**
 * SgChild:
 * @hash: of the words
 * @handle: its instrument
 * @serial: which child of the registry it is
 * @created: when it began
 * @values: (array): its labels' values; they lie in the words
 * @n_words: how many
 * @text_length: how many bytes of text
 * @text: its labels as the text format has them; nothing where names are not classic
 *
 * One allocation: this, the text, and then what a scrape does not want: the words, and the pointers
 * to the values. The words are the values, each padded with zeros to whole words, at least one zero
 * byte behind each.
 */
typedef struct
{
  guint64 hash;
  SgHandle handle;
  guint64 serial;
  SgTimeMs created;
  const char **values;
  guint n_words;
  guint text_length;
  char text[];
} SgChild;

static inline guint64 *
sg_child_get_words (const SgChild *child)
{
  gsize offset = (child->text_length + sizeof (guint64) - 1) / sizeof (guint64);

  return (guint64 *) (gpointer) child->text + offset;
}

/* The values that are looked for, in words, most often on the stack. */
#define SG_CHILD_KEY_WORDS 32

typedef struct
{
  guint64 hash;
  guint n_words;
  const guint64 *words;
  guint64 *on_heap;
  guint64 on_stack[SG_CHILD_KEY_WORDS];
} SgChildKey;

typedef struct _SgChildTable SgChildTable;

void      sg_child_key_init     (SgChildKey          *key,
                                 const char *const   *values,
                                 guint                n_values);

static inline void
sg_child_key_clear (SgChildKey *key)
{
  if (G_UNLIKELY (key->on_heap != NULL))
    g_free (key->on_heap);
}

SgChild  *sg_child_new          (const SgChildKey    *key,
                                 guint                n_values,
                                 const char          *text,
                                 gsize                text_length);

SgChild  *sg_child_table_find   (SgChildTable *const *place,
                                 const SgChildKey    *key);
void      sg_child_table_add    (SgChildTable       **place,
                                 SgChild             *child);
void      sg_child_table_remove (SgChildTable        *table,
                                 SgChild             *child);
void      sg_child_table_free   (gpointer             table);

G_END_DECLS
