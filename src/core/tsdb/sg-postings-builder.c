/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-postings-builder.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * Each label name has a list of (value, series), 8 bytes for each series that has the label. Series
 * come in order, so that a stable sort by value is all that a list needs: by one byte of it after the
 * other, the least significant first.
 *
 * How long postings will be is known from their count, and all are multiples of 4 bytes: length,
 * count, series, checksum. So where each begins is counted once to find the length of the table of
 * offsets and once more to write it, and the table is never in memory.
 */

#define WORD 4

typedef struct
{
  guint32 value;
  SgSeriesRef ref;
} Entry;

typedef struct
{
  guint32 symbol;
  GArray *entries;
} Name;

struct _SgPostingsBuilder
{
  GHashTable *by_symbol;
  GPtrArray *names;
  GArray *all;
};

static void
name_free (gpointer data)
{
  Name *name = data;

  g_array_unref (name->entries);
  g_free (name);
}

SgPostingsBuilder *
sg_postings_builder_new (void)
{
  SgPostingsBuilder *self = g_new (SgPostingsBuilder, 1);

  self->by_symbol = g_hash_table_new (NULL, NULL);
  self->names = g_ptr_array_new_with_free_func (name_free);
  self->all = g_array_new (FALSE, FALSE, sizeof (SgSeriesRef));
  return self;
}

void
sg_postings_builder_free (SgPostingsBuilder *self)
{
  g_hash_table_unref (self->by_symbol);
  g_ptr_array_unref (self->names);
  g_array_unref (self->all);
  g_free (self);
}

/* Begins a series, which is after all others; its labels follow. */
void
sg_postings_builder_add_series (SgPostingsBuilder *self,
                                SgSeriesRef        ref)
{
  g_array_append_val (self->all, ref);
}

void
sg_postings_builder_add_label (SgPostingsBuilder *self,
                               guint32            name,
                               guint32            value)
{
  Entry entry = { value, g_array_index (self->all, SgSeriesRef, self->all->len - 1) };
  Name *list = g_hash_table_lookup (self->by_symbol, GUINT_TO_POINTER (name));

  if (list == NULL)
    {
      list = g_new (Name, 1);
      list->symbol = name;
      list->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
      g_ptr_array_add (self->names, list);
      g_hash_table_insert (self->by_symbol, GUINT_TO_POINTER (name), list);
    }
  g_array_append_val (list->entries, entry);
}

/* One pass of the sort, by the byte of the values at @shift. */
static void
sort_by_byte (const Entry *from,
              Entry       *to,
              gsize        n,
              guint        shift)
{
  gsize places[256] = { 0 };
  gsize place = 0;

  for (gsize i = 0; i < n; i++)
    places[(from[i].value >> shift) & 0xff]++;
  for (guint byte = 0; byte < 256; byte++)
    {
      gsize count = places[byte];

      places[byte] = place;
      place += count;
    }
  for (gsize i = 0; i < n; i++)
    to[places[(from[i].value >> shift) & 0xff]++] = from[i];
}

static void
sort_by_value (GArray *entries)
{
  GArray *other = g_array_sized_new (FALSE, FALSE, sizeof (Entry), entries->len);
  Entry *from = (Entry *) (gpointer) entries->data;
  Entry *to = (Entry *) (gpointer) other->data;
  guint32 differing = 0;

  for (guint i = 1; i < entries->len; i++)
    differing |= from[i].value ^ from[0].value;
  for (guint shift = 0; shift < 32; shift += 8)
    {
      Entry *swapped = from;

      if (((differing >> shift) & 0xff) == 0)
        continue;
      sort_by_byte (from, to, entries->len, shift);
      from = to;
      to = swapped;
    }
  if (from != (Entry *) (gpointer) entries->data)
    memcpy (entries->data, from, entries->len * sizeof (Entry));
  g_array_unref (other);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  const Name *left = *(const Name *const *) a;
  const Name *right = *(const Name *const *) b;

  return left->symbol < right->symbol ? -1 : left->symbol > right->symbol;
}

/* Goes through the pairs of name and value in order. */
typedef struct
{
  SgPostingsBuilder *builder;
  guint name;
  guint begin;
  guint end;
} Pairs;

static gboolean
pairs_next (Pairs *self)
{
  const GPtrArray *names = self->builder->names;
  const Name *name = NULL;

  for (; self->name < names->len; self->name++, self->end = 0)
    {
      name = g_ptr_array_index (names, self->name);
      if (self->end < name->entries->len)
        break;
    }
  if (self->name == names->len)
    return FALSE;
  self->begin = self->end;
  do
    self->end++;
  while (self->end < name->entries->len
         && g_array_index (name->entries, Entry, self->end).value
                == g_array_index (name->entries, Entry, self->begin).value);
  return TRUE;
}

static const Entry *
pairs_get (const Pairs *self)
{
  const Name *name = g_ptr_array_index (self->builder->names, self->name);

  return &g_array_index (name->entries, Entry, self->begin);
}

static guint32
pairs_get_name (const Pairs *self)
{
  return ((const Name *) g_ptr_array_index (self->builder->names, self->name))->symbol;
}

static void
begin_postings (SgWireWriter *scratch,
                gsize         n)
{
  sg_wire_writer_reset (scratch);
  sg_wire_put_u32 (scratch, (guint32) (WORD + n * WORD));
  sg_wire_put_u32 (scratch, (guint32) n);
}

static gboolean
end_postings (SgWireWriter  *scratch,
              SgFileWriter  *file,
              GError       **error)
{
  sg_wire_put_u32 (scratch, sg_crc32c (0, scratch->data + WORD, scratch->length - WORD));
  return sg_file_writer_put (file, scratch->data, scratch->length, error);
}

static guint64
postings_length (gsize n)
{
  return (3 + n) * WORD;
}

static gboolean
write_postings (SgPostingsBuilder  *self,
                SgFileWriter       *file,
                SgWireWriter       *scratch,
                GError            **error)
{
  Pairs pairs = { self };

  begin_postings (scratch, self->all->len);
  for (guint i = 0; i < self->all->len; i++)
    sg_wire_put_u32 (scratch, g_array_index (self->all, SgSeriesRef, i));
  if (!end_postings (scratch, file, error))
    return FALSE;
  while (pairs_next (&pairs))
    {
      const Entry *entries = pairs_get (&pairs);
      guint n = pairs.end - pairs.begin;

      begin_postings (scratch, n);
      for (guint i = 0; i < n; i++)
        sg_wire_put_u32 (scratch, entries[i].ref);
      if (!end_postings (scratch, file, error))
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  SgFileWriter *file;
  SgSymbolFunc get_symbol;
  gpointer user_data;
  SgWireWriter *scratch;
  guint64 length;
  guint32 crc;
} Table;

/* Adds to the length and the checksum of the table, and to the file when there is one. */
static gboolean
table_put_scratch (Table   *table,
                   GError **error)
{
  const SgWireWriter *scratch = table->scratch;

  table->length += scratch->length;
  if (table->file == NULL)
    return TRUE;
  table->crc = sg_crc32c (table->crc, scratch->data, scratch->length);
  return sg_file_writer_put (table->file, scratch->data, scratch->length, error);
}

static void
put_symbol (Table   *table,
            guint32  symbol)
{
  gsize length;
  const char *text = table->get_symbol (symbol, &length, table->user_data);

  sg_wire_put_text (table->scratch, text, length);
}

static gboolean
put_entries (SgPostingsBuilder  *self,
             Table              *table,
             guint32             n_pairs,
             guint64             place,
             GError            **error)
{
  Pairs pairs = { self };

  sg_wire_writer_reset (table->scratch);
  sg_wire_put_u32 (table->scratch, n_pairs + 1);
  sg_wire_put_uvarint (table->scratch, SG_INDEX_PAIR);
  sg_wire_put_text (table->scratch, "", 0);
  sg_wire_put_text (table->scratch, "", 0);
  sg_wire_put_uvarint (table->scratch, place);
  if (!table_put_scratch (table, error))
    return FALSE;
  place += postings_length (self->all->len);
  while (pairs_next (&pairs))
    {
      sg_wire_writer_reset (table->scratch);
      sg_wire_put_uvarint (table->scratch, SG_INDEX_PAIR);
      put_symbol (table, pairs_get_name (&pairs));
      put_symbol (table, pairs_get (&pairs)->value);
      sg_wire_put_uvarint (table->scratch, place);
      if (!table_put_scratch (table, error))
        return FALSE;
      place += postings_length (pairs.end - pairs.begin);
    }
  return TRUE;
}

static guint64
count_pairs (SgPostingsBuilder *self)
{
  Pairs pairs = { self };
  guint64 n = 0;

  while (pairs_next (&pairs))
    n++;
  return n;
}

static gboolean
put_word (SgFileWriter  *file,
          guint32        value,
          GError       **error)
{
  guint8 word[WORD];

  sg_wire_set_u32 (word, value);
  return sg_file_writer_put (file, word, sizeof word, error);
}

static gboolean
write_table (SgPostingsBuilder  *self,
             Table               table,
             guint64             postings,
             GError            **error)
{
  Table counted = table;
  guint64 n_pairs = count_pairs (self);

  counted.file = NULL;
  put_entries (self, &counted, (guint32) n_pairs, postings, NULL);
  if (n_pairs >= G_MAXUINT32 || counted.length > G_MAXUINT32)
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT,
                   "the table of label values takes more than 4 GiB: store fewer different ones");
      return FALSE;
    }
  return put_word (table.file, (guint32) counted.length, error)
         && put_entries (self, &table, (guint32) n_pairs, postings, error)
         && put_word (table.file, table.crc, error);
}

/**
 * sg_postings_builder_write:
 * @self: all series of an index with their labels
 * @file: the index, after its label offsets
 * @get_symbol: says the texts of names and values
 * @contents: (inout): where the places of the two sections go
 *
 * Writes the postings and the table of their offsets.
 *
 * Returns: whether they were written
 */
gboolean
sg_postings_builder_write (SgPostingsBuilder  *self,
                           SgFileWriter       *file,
                           SgSymbolFunc        get_symbol,
                           gpointer            user_data,
                           SgIndexContents    *contents,
                           GError            **error)
{
  g_auto (SgWireWriter) scratch;
  Table table = { file, get_symbol, user_data, &scratch };

  sg_wire_writer_init (&scratch);
  g_ptr_array_sort (self->names, compare_names);
  for (guint i = 0; i < self->names->len; i++)
    sort_by_value (((Name *) g_ptr_array_index (self->names, i))->entries);
  if (!sg_file_writer_align (file, WORD, error))
    return FALSE;
  contents->postings = sg_file_writer_tell (file);
  if (!write_postings (self, file, &scratch, error))
    return FALSE;
  contents->postings_offsets = sg_file_writer_tell (file);
  return write_table (self, table, contents->postings, error);
}
