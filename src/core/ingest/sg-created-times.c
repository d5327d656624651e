/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-created-times.h"

#include <string.h>

/*
 * A sample of zero at that moment has to come before the first sample, and the line that tells the moment
 * comes after it: so the page is searched for such lines before it is taken.
 *
 *   known   the bytes of each such series, and what it said last
 *   fresh   what is new in this page: the label set of the child (its name that of the family, without the
 *           labels le and quantile) and the time
 *
 * In the first page everything is new, and each of its samples is looked up; in one that says nothing new
 * nothing is looked up at all.
 */
#define SUFFIX "_created"

typedef struct
{
  SgTimeMs t;
  guint64 round;
} Known;

struct _SgCreatedTimes
{
  GHashTable *known;
  GHashTable *fresh;
  guint64 round;
  guint n_seen;
};

SgCreatedTimes *
sg_created_times_new (void)
{
  SgCreatedTimes *self = g_new0 (SgCreatedTimes, 1);

  self->known =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, g_free);
  self->fresh = g_hash_table_new_full (sg_labels_hash, sg_labels_equal_func,
                                       (GDestroyNotify) sg_labels_unref, g_free);
  return self;
}

void
sg_created_times_free (SgCreatedTimes *self)
{
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->fresh);
  g_free (self);
}

void
sg_created_times_forget (SgCreatedTimes *self)
{
  g_hash_table_remove_all (self->known);
  g_hash_table_remove_all (self->fresh);
}

/* What all series of a child have in common, or %NULL when @series has no such name. */
static SgLabels *
child_of (SgSlice            series,
          const char *const *suffixes)
{
  g_autofree char *room = g_malloc (2 * series.length + 2);
  g_auto (SgLabelsBuilder) builder = { 0 };
  g_autofree char *base = NULL;
  const char *name;

  sg_labels_builder_init (&builder, NULL);
  if (!sg_exposition_collect_labels (series, room, &builder, NULL))
    return NULL;
  name = sg_labels_builder_get (&builder, SG_LABEL_NAME);
  for (guint i = 0; suffixes[i] != NULL && base == NULL; i++)
    {
      if (g_str_has_suffix (name, suffixes[i]))
        base = g_strndup (name, strlen (name) - strlen (suffixes[i]));
    }
  if (base == NULL)
    return NULL;
  sg_labels_builder_set (&builder, SG_LABEL_NAME, base);
  sg_labels_builder_unset (&builder, "le");
  return sg_labels_builder_build (&builder);
}

static void
note (SgCreatedTimes *self,
      SgSlice         series,
      SgTimeMs        t)
{
  static const char *const suffixes[] = { SUFFIX, NULL };
  g_autoptr (GBytes) key = g_bytes_new_static (series.text, series.length);
  Known *known = g_hash_table_lookup (self->known, key);
  gboolean same = known != NULL && known->t == t;
  SgLabels *child;

  if (known == NULL)
    {
      known = g_new0 (Known, 1);
      g_hash_table_insert (self->known, g_bytes_new (series.text, series.length), known);
    }
  self->n_seen += known->round != self->round;
  *known = (Known) { t, self->round };
  child = same ? NULL : child_of (series, suffixes);
  if (child != NULL)
    g_hash_table_replace (self->fresh, child, g_memdup2 (&t, sizeof t));
}

/* Reads the line that begins at @line, if it is one of a sample and its time is one. */
static void
take_line (SgCreatedTimes *self,
           const char     *line,
           const char     *end)
{
  SgExpositionParser parser;
  SgExpositionEntry entry;

  sg_exposition_parser_init (&parser, line, (gsize) (end - line),
                             SG_EXPOSITION_DIALECT_OPENMETRICS);
  if (*line == '#' || !sg_exposition_parser_next (&parser, &entry, NULL)
      || entry.kind != SG_EXPOSITION_SAMPLE)
    return;
  if (entry.value > 0 && entry.value < 9e15)
    note (self, entry.series, (SgTimeMs) (entry.value * 1000.0));
}

static gboolean
is_old (gpointer key,
        gpointer value,
        gpointer user_data)
{
  const SgCreatedTimes *self = user_data;

  return ((Known *) value)->round != self->round;
}

gboolean
sg_created_times_scan (SgCreatedTimes *self,
                       const char     *page,
                       gsize           length)
{
  const char *end = page + length;
  const char *p = page;

  self->round++;
  self->n_seen = 0;
  g_hash_table_remove_all (self->fresh);
  while ((p = memmem (p, (gsize) (end - p), SUFFIX, strlen (SUFFIX))) != NULL)
    {
      const char *before = memrchr (page, '\n', (gsize) (p - page));
      const char *line = before != NULL ? before + 1 : page;
      const char *line_end = memchr (p, '\n', (gsize) (end - p));

      if (line_end == NULL)
        break;
      take_line (self, line, line_end + 1);
      p = line_end;
    }
  if (self->n_seen < g_hash_table_size (self->known))
    g_hash_table_foreach_remove (self->known, is_old, self);
  return g_hash_table_size (self->fresh) > 0;
}

SgTimeMs
sg_created_times_find (SgCreatedTimes *self,
                       SgSlice         series)
{
  static const char *const suffixes[] = { "_total", "_bucket", "_count", "_sum", NULL };
  g_autoptr (SgLabels) child = NULL;
  const SgTimeMs *t;

  if (g_hash_table_size (self->fresh) == 0)
    return 0;
  child = child_of (series, suffixes);
  t = child != NULL ? g_hash_table_lookup (self->fresh, child) : NULL;
  return t != NULL ? *t : 0;
}

gboolean
sg_created_times_is_one (SgSlice series,
                         SgSlice name)
{
  gsize length = name.length + strlen (SUFFIX);

  return name.length > 0 && series.length >= length
         && memcmp (series.text, name.text, name.length) == 0
         && memcmp (series.text + name.length, SUFFIX, strlen (SUFFIX)) == 0
         && (series.length == length || series.text[length] == '{' || series.text[length] == ' ');
}
