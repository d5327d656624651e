/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-table.h"

#include "tsdb/sg-block-meta.h"

#include <string.h>

/*
 * A table of blocks, byte for byte as "promtool tsdb list" prints it: columns as wide as their longest
 * text and two blanks, but 13 at least; the last column ends with its text. With --human-readable times
 * are "2006-01-02 15:04:05 +0000 UTC" without the fraction of the second, and sizes are written in
 * all units at once: "1MiB200KiB17B".
 */
#define N_COLUMNS 8
#define MIN_WIDTH 13
#define PADDING   2

static const char *const headings[N_COLUMNS] = {
  "BLOCK ULID",  "MIN TIME",   "MAX TIME",   "DURATION",
  "NUM SAMPLES", "NUM CHUNKS", "NUM SERIES", "SIZE",
};

/**
 * sg_tsdb_duration_text:
 * @ms: a duration, not negative
 *
 * Returns: (transfer full): as Go writes it: 2h0m0s, 1m0.5s, 15ms, 0s
 */
char *
sg_tsdb_duration_text (gint64 ms)
{
  gint64 seconds = ms / 1000;
  g_autofree char *fraction = g_strdup_printf (".%03d", (int) (ms % 1000));

  if (ms == 0 || ms >= 1000)
    {
      gsize length = strlen (fraction);

      while (fraction[length - 1] == '0')
        fraction[--length] = '\0';
      if (length == 1)
        fraction[0] = '\0';
    }
  else
    return g_strdup_printf ("%dms", (int) ms);
  if (seconds >= 3600)
    return g_strdup_printf ("%" G_GINT64_FORMAT "h%dm%d%ss", seconds / 3600,
                            (int) (seconds / 60 % 60), (int) (seconds % 60), fraction);
  if (seconds >= 60)
    return g_strdup_printf ("%dm%d%ss", (int) (seconds / 60), (int) (seconds % 60), fraction);
  return g_strdup_printf ("%d%ss", (int) seconds, fraction);
}

static char *
time_text (SgTimeMs t,
           gboolean human)
{
  g_autoptr (GDateTime) date = NULL;

  if (human)
    date = g_date_time_new_from_unix_utc (t / 1000);
  if (date == NULL)
    return g_strdup_printf ("%" G_GINT64_FORMAT, t);
  return g_date_time_format (date, "%Y-%m-%d %H:%M:%S +0000 UTC");
}

static char *
size_text (guint64  bytes,
           gboolean human)
{
  static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
  g_autoptr (GString) text = g_string_new (NULL);

  if (!human)
    return g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  for (guint i = 0; i < G_N_ELEMENTS (units) && (bytes > 0 || i == 0); i++, bytes /= 1024)
    {
      g_autofree char *part = g_strdup_printf ("%u%s", (guint) (bytes % 1024), units[i]);

      if (bytes % 1024 != 0 || (i == 0 && bytes == 0))
        g_string_prepend (text, part);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char **
make_row (const SgBlockMeta *meta,
          guint64            size,
          gboolean           human)
{
  char **row = g_new0 (char *, N_COLUMNS + 1);

  row[0] = g_malloc (SG_ULID_LENGTH + 1);
  sg_ulid_print (&meta->ulid, row[0]);
  row[1] = time_text (meta->min_time, human);
  row[2] = time_text (meta->max_time, human);
  row[3] = sg_tsdb_duration_text (meta->max_time - meta->min_time);
  row[4] = g_strdup_printf ("%" G_GUINT64_FORMAT, meta->n_samples);
  row[5] = g_strdup_printf ("%" G_GUINT64_FORMAT, meta->n_chunks);
  row[6] = g_strdup_printf ("%" G_GUINT64_FORMAT, meta->n_series);
  row[7] = size_text (size, human);
  return row;
}

static void
append_row (GString           *out,
            const char *const *row,
            const gsize       *widths)
{
  for (guint k = 0; k + 1 < N_COLUMNS; k++)
    g_string_append_printf (out, "%-*s", (int) widths[k], row[k]);
  g_string_append_printf (out, "%s\n", row[N_COLUMNS - 1]);
}

/**
 * sg_tsdb_print_table:
 * @metas: (element-type SgBlockMeta): blocks
 * @sizes: (element-type guint64): how many bytes each has
 * @human: whether times and sizes are for people
 * @out: the table is appended here
 */
void
sg_tsdb_print_table (GPtrArray *metas,
                     GArray    *sizes,
                     gboolean   human,
                     GString   *out)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  gsize widths[N_COLUMNS];

  for (guint i = 0; i < metas->len; i++)
    g_ptr_array_add (rows, make_row (metas->pdata[i], g_array_index (sizes, guint64, i), human));
  for (guint k = 0; k < N_COLUMNS; k++)
    {
      widths[k] = MAX (MIN_WIDTH, strlen (headings[k]) + PADDING);
      for (guint i = 0; i < rows->len; i++)
        widths[k] = MAX (widths[k], strlen (((char **) rows->pdata[i])[k]) + PADDING);
    }
  append_row (out, headings, widths);
  for (guint i = 0; i < rows->len; i++)
    append_row (out, rows->pdata[i], widths);
}
