/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-exposition-view.h"

#include <string.h>

/*
 * A refresh changes most values and hardly any series, so that rows are compared by who they are and
 * not by what they say: a sample by its series, a comment by its keyword and family. Each row keeps a
 * 64-bit hash of that. Two rows of equal hash count as one and the same row; should two series ever
 * collide, a selection could move to a neighbour, and nothing worse.
 *
 * The difference between two views is a list of hunks in rising order. What is equal at both ends is
 * cut off first, which is all there is to do for most refreshes. Of what remains, the rows of the old
 * view go into a table; then the new rows are gone through, and one that is found further on in the old
 * view ends a hunk. That is not the shortest list where rows have changed places, but it is right, and
 * takes one pass. Where it would be long, one last hunk covers the rest.
 */
struct _SgExpositionView
{
  gatomicrefcount ref_count;
  SgExpositionPage *page;
  char *filter;
  guint32 *lines;
  guint64 *keys;
  guint n_rows;
  guint n_families;
  guint n_series;
};

#define MAX_HUNKS 64

#define FNV_OFFSET G_GUINT64_CONSTANT (0xcbf29ce484222325)
#define FNV_PRIME  G_GUINT64_CONSTANT (0x100000001b3)

static guint64
hash_bytes (guint64     hash,
            const char *bytes,
            gsize       length)
{
  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guchar) bytes[i]) * FNV_PRIME;
  return hash;
}

static gsize
skip_blanks (const char *line,
             gsize       length,
             gsize       from)
{
  while (from < length && (line[from] == ' ' || line[from] == '\t'))
    from++;
  return from;
}

/* How many bytes of a sample's line are its series: its name, and its labels if it has any. */
static gsize
series_length (const char *line,
               gsize       length)
{
  gsize name_end = 0;
  gsize i;
  gboolean quotes = FALSE;

  while (name_end < length && strchr ("{ \t", line[name_end]) == NULL)
    name_end++;
  i = skip_blanks (line, length, name_end);
  if (i == length || line[i] != '{')
    return name_end;
  for (; i < length && (quotes || line[i] != '}'); i++)
    {
      if (quotes && line[i] == '\\')
        i++;
      else if (line[i] == '"')
        quotes = !quotes;
    }
  return MIN (i + 1, length);
}

static guint64
line_key (SgExpositionPage *page,
          guint             line)
{
  SgExpositionLineKind kind = sg_exposition_page_get_line_kind (page, line);
  const SgExpositionFamily *family;
  guint64 hash = FNV_OFFSET ^ (guint64) kind;
  const char *text;
  gsize length;

  if (kind != SG_EXPOSITION_LINE_SAMPLE && kind != SG_EXPOSITION_LINE_COMMENT)
    {
      family =
          sg_exposition_page_get_family (page, sg_exposition_page_get_line_family (page, line));
      return hash_bytes (hash, family->name, strlen (family->name));
    }
  text = sg_exposition_page_get_line (page, line, &length);
  if (kind == SG_EXPOSITION_LINE_SAMPLE)
    length = series_length (text, length);
  return hash_bytes (hash, text, length);
}

static void
view_add_family (SgExpositionView *self,
                 guint             index)
{
  const SgExpositionFamily *family = sg_exposition_page_get_family (self->page, index);

  for (guint i = 0; i < family->n_lines; i++)
    {
      self->lines[self->n_rows] = family->first_line + i;
      self->keys[self->n_rows] = line_key (self->page, family->first_line + i);
      self->n_rows++;
    }
  self->n_families++;
  self->n_series += family->n_series;
}

/* The families that have all words of @filter; without words, all of them. */
static GArray *
find_families (SgExpositionPage *page,
               const char       *filter)
{
  GArray *all;
  guint n_families = sg_exposition_page_get_n_families (page);

  if (filter[strspn (filter, " \t\n")] != '\0')
    return sg_exposition_page_find (page, filter);
  all = g_array_sized_new (FALSE, FALSE, sizeof (guint), n_families);
  for (guint i = 0; i < n_families; i++)
    g_array_append_val (all, i);
  return all;
}

/**
 * sg_exposition_view_new:
 * @page: a page of metrics
 * @filter: words that a family must have to be shown, or ""
 *
 * Takes as long as the page is big: for a worker.
 *
 * Returns: (transfer full): the rows
 */
SgExpositionView *
sg_exposition_view_new (SgExpositionPage *page,
                        const char       *filter)
{
  g_autoptr (GArray) families = find_families (page, filter);
  SgExpositionView *self = g_new0 (SgExpositionView, 1);
  guint n_lines = 0;

  g_atomic_ref_count_init (&self->ref_count);
  self->page = sg_exposition_page_ref (page);
  self->filter = g_strdup (filter);
  for (guint i = 0; i < families->len; i++)
    n_lines += sg_exposition_page_get_family (page, g_array_index (families, guint, i))->n_lines;
  self->lines = g_new (guint32, n_lines);
  self->keys = g_new (guint64, n_lines);
  for (guint i = 0; i < families->len; i++)
    view_add_family (self, g_array_index (families, guint, i));
  return self;
}

SgExpositionView *
sg_exposition_view_ref (SgExpositionView *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_exposition_view_unref (SgExpositionView *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sg_exposition_page_unref (self->page);
  g_free (self->filter);
  g_free (self->lines);
  g_free (self->keys);
  g_free (self);
}

/* Returns: (transfer none): the page that its rows are lines of */
SgExpositionPage *
sg_exposition_view_get_page (SgExpositionView *self)
{
  return self->page;
}

const char *
sg_exposition_view_get_filter (SgExpositionView *self)
{
  return self->filter;
}

guint
sg_exposition_view_get_n_rows (SgExpositionView *self)
{
  return self->n_rows;
}

guint
sg_exposition_view_get_n_families (SgExpositionView *self)
{
  return self->n_families;
}

guint
sg_exposition_view_get_n_series (SgExpositionView *self)
{
  return self->n_series;
}

guint
sg_exposition_view_get_line (SgExpositionView *self,
                             guint             row)
{
  g_return_val_if_fail (row < self->n_rows, 0);
  return self->lines[row];
}

/*
 * A table from key to the rows that have it, in rising order: open addressing, a power of two of slots
 * of which at most half are used. A key that finds no slot within MAX_PROBES is left out, so that a page
 * made to collide costs a longer hunk and no time.
 */
typedef struct
{
  const guint64 *keys;
  guint32 *slots;
  guint32 *next;
  guint first;
  guint mask;
} KeyTable;

#define MAX_PROBES 32
#define NO_ROW     G_MAXUINT32

/* Returns: the slot of @key, or the empty one where it would stand, or %NULL */
static guint32 *
key_table_slot (const KeyTable *table,
                guint64         key)
{
  guint at = (guint) (key ^ key >> 32) & table->mask;

  for (guint i = 0; i < MAX_PROBES; i++, at = (at + 1) & table->mask)
    {
      if (table->slots[at] == NO_ROW || table->keys[table->slots[at]] == key)
        return &table->slots[at];
    }
  return NULL;
}

static void
key_table_init (KeyTable      *table,
                const guint64 *keys,
                guint          first,
                guint          end)
{
  guint size = 16;

  while (size < 2 * (end - first))
    size *= 2;
  *table = (KeyTable) { .keys = keys, .first = first, .mask = size - 1 };
  table->slots = g_new (guint32, size);
  table->next = g_new (guint32, end - first);
  memset (table->slots, 0xff, size * sizeof (guint32));
  for (guint row = end; row-- > first;)
    {
      guint32 *slot = key_table_slot (table, keys[row]);

      if (slot == NULL)
        continue;
      table->next[row - first] = *slot;
      *slot = row;
    }
}

static void
key_table_clear (KeyTable *table)
{
  g_free (table->slots);
  g_free (table->next);
}

/* The first row from @from on that has @key, or NO_ROW. What lies before @from is never asked again. */
static guint
key_table_find (KeyTable *table,
                guint64   key,
                guint     from)
{
  guint32 *slot = key_table_slot (table, key);

  if (slot == NULL || *slot == NO_ROW)
    return NO_ROW;
  for (guint row = *slot; row != NO_ROW; row = table->next[row - table->first])
    {
      if (row >= from)
        {
          *slot = row;
          return row;
        }
    }
  return NO_ROW;
}

static void
add_hunk (GArray *hunks,
          guint   position,
          guint   removed,
          guint   added)
{
  SgExpositionHunk hunk = { position, removed, added };

  if (removed > 0 || added > 0)
    g_array_append_val (hunks, hunk);
}

/* Compares rows from @start on, up to @end of the new view and @old_end of the old one. */
static void
diff_middle (SgExpositionView *self,
             SgExpositionView *old,
             guint             start,
             guint             end,
             guint             old_end,
             GArray           *hunks)
{
  KeyTable table;
  guint old_row = start;
  guint hunk_start = start;

  key_table_init (&table, old->keys, start, old_end);
  for (guint row = start; row < end && hunks->len < MAX_HUNKS; row++)
    {
      guint found = key_table_find (&table, self->keys[row], old_row);

      if (found == NO_ROW)
        continue;
      add_hunk (hunks, hunk_start, found - old_row, row - hunk_start);
      old_row = found + 1;
      hunk_start = row + 1;
    }
  add_hunk (hunks, hunk_start, old_end - old_row, end - hunk_start);
  key_table_clear (&table);
}

/**
 * sg_exposition_view_diff:
 * @self: the new view
 * @old: the view before it
 *
 * Takes as long as the views are big: for a worker.
 *
 * Returns: (transfer full) (element-type SgExpositionHunk): what makes @old into @self, in order
 */
GArray *
sg_exposition_view_diff (SgExpositionView *self,
                         SgExpositionView *old)
{
  GArray *hunks = g_array_new (FALSE, FALSE, sizeof (SgExpositionHunk));
  guint end = self->n_rows;
  guint old_end = old->n_rows;
  guint start = 0;

  while (start < end && start < old_end && self->keys[start] == old->keys[start])
    start++;
  while (end > start && old_end > start && self->keys[end - 1] == old->keys[old_end - 1])
    {
      end--;
      old_end--;
    }
  if (start == end || start == old_end)
    add_hunk (hunks, start, old_end - start, end - start);
  else
    diff_middle (self, old, start, end, old_end, hunks);
  return hunks;
}
