/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-openmetrics-import.h"

#include "ingest/sg-exposition-parser.h"
#include "tsdb/sg-block-builder.h"
#include "tsdb/sg-map.h"
#include "tsdb/sg-tsdb-blocks.h"
#include "tsdb/sg-tsdb-table.h"

/*
 * The samples of one metric stand together in OpenMetrics, whatever their times, so that every block
 * needs lines from all over the file. The file is read once to see whether all of it is well formed
 * and how many samples each two hours have, then once for each group of such ranges that fits into
 * memory together. Nothing is written before the first reading has found nothing wrong.
 */

/* So many samples are kept in memory at once, two to nine bytes each; but a range is never divided. */
#define MAX_SAMPLES G_GUINT64_CONSTANT (16000000)

/* How many lines are read between two looks at the cancellable. */
#define LINES_A_LOOK 4096

typedef struct
{
  const char *path;
  const char *folder;
  const SgTsdbTask *task;
  SgMap *map;
  GHashTable *counts;
  guint64 read_before;
  guint64 total;
  GPtrArray *metas;
} Import;

/* A group of ranges, from the first to the last. */
typedef struct
{
  gint64 first;
  gint64 last;
  guint64 n_samples;
} Group;

static gint64
range_of (SgTimeMs t)
{
  return t / SG_TSDB_RANGE_MS - (t % SG_TSDB_RANGE_MS < 0);
}

static gboolean
look_around (Import                    *self,
             const SgExpositionParser  *parser,
             GError                   **error)
{
  if (parser->line_number % LINES_A_LOOK != 0)
    return TRUE;
  if (self->task->progress != NULL)
    self->task->progress (self->read_before + (guint64) (parser->p - parser->start), self->total,
                          self->task->progress_data);
  return !g_cancellable_set_error_if_cancelled (self->task->cancellable, error);
}

/* Of the sample that was read last: the parser is at the line behind it. */
static guint64
line_of (const SgExpositionParser *parser)
{
  return parser->line_number - 1;
}

static gboolean
fail_line (const Import              *self,
           const SgExpositionParser  *parser,
           const char                *problem,
           GError                   **error)
{
  g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX, "%s:%" G_GUINT64_FORMAT ": %s",
               self->path, line_of (parser), problem);
  return FALSE;
}

static void
count_sample (Import   *self,
              SgTimeMs  t)
{
  gint64 range = range_of (t);
  guint64 *count = g_hash_table_lookup (self->counts, &range);

  if (count == NULL)
    {
      count = g_new0 (guint64, 1);
      g_hash_table_insert (self->counts, g_memdup2 (&range, sizeof range), count);
    }
  *count += 1;
}

static void
begin_reading (Import             *self,
               SgExpositionParser *parser)
{
  sg_exposition_parser_init (parser, (const char *) sg_map_get_data (self->map),
                             sg_map_get_length (self->map), SG_EXPOSITION_DIALECT_OPENMETRICS);
}

/* Returns: whether nothing was wrong, and nothing is missing */
static gboolean
end_reading (Import  *self,
             GError  *problem,
             GError **error)
{
  self->read_before += sg_map_get_length (self->map);
  if (problem != NULL)
    {
      g_propagate_prefixed_error (error, problem, "%s:", self->path);
      return FALSE;
    }
  if (!sg_map_is_faulted (self->map))
    return TRUE;
  g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX,
               "%s: the file was cut while it was read: try again", self->path);
  return FALSE;
}

static gboolean
count_samples (Import  *self,
               GError **error)
{
  SgExpositionParser parser;
  SgExpositionEntry entry;
  GError *problem = NULL;

  begin_reading (self, &parser);
  while (sg_exposition_parser_next (&parser, &entry, &problem))
    {
      g_autoptr (SgLabels) labels = NULL;

      if (!look_around (self, &parser, error))
        return FALSE;
      if (entry.kind != SG_EXPOSITION_SAMPLE)
        continue;
      if (!entry.has_t)
        return fail_line (self, &parser, "a sample without a time: write one behind its value",
                          error);
      if (!entry.expected)
        {
          labels = sg_exposition_parse_labels (entry.series, &problem);
          if (labels == NULL)
            break;
        }
      sg_exposition_parser_expect (&parser, entry.series);
      count_sample (self, entry.t);
    }
  return end_reading (self, problem, error);
}

static gboolean
add_sample (Import                    *self,
            const SgExpositionParser  *parser,
            const SgExpositionEntry   *entry,
            SgBlockBuilder            *builder,
            SgBuiltSeries            **series,
            GError                   **error)
{
  if (*series == NULL)
    {
      g_autoptr (SgLabels) labels = sg_exposition_parse_labels (entry->series, error);

      if (labels == NULL)
        return FALSE;
      *series = sg_block_builder_get_series (builder, labels);
    }
  if (sg_block_builder_add (builder, *series, entry->t, entry->value, error))
    return TRUE;
  g_prefix_error (error, "%s:%" G_GUINT64_FORMAT ": ", self->path, line_of (parser));
  return FALSE;
}

/* Reads the samples of a group. */
static gboolean
read_group (Import          *self,
            const Group     *group,
            SgBlockBuilder  *builder,
            GError         **error)
{
  SgBuiltSeries *series = NULL;
  SgExpositionParser parser;
  SgExpositionEntry entry;
  GError *problem = NULL;

  begin_reading (self, &parser);
  while (sg_exposition_parser_next (&parser, &entry, &problem))
    {
      if (!look_around (self, &parser, error))
        return FALSE;
      if (entry.kind != SG_EXPOSITION_SAMPLE)
        continue;
      if (!entry.expected)
        series = NULL;
      sg_exposition_parser_expect (&parser, entry.series);
      if (range_of (entry.t) >= group->first && range_of (entry.t) <= group->last
          && !add_sample (self, &parser, &entry, builder, &series, error))
        return FALSE;
    }
  return end_reading (self, problem, error);
}

static int
compare_ranges (gconstpointer a,
                gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return left < right ? -1 : left > right;
}

/* Returns: (element-type Group): the ranges, as many together as fit */
static GArray *
make_groups (Import *self)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (gint64));
  GArray *groups = g_array_new (FALSE, FALSE, sizeof (Group));
  GHashTableIter iter;
  gpointer range;

  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &range, NULL))
    g_array_append_vals (ranges, range, 1);
  g_array_sort (ranges, compare_ranges);
  for (guint i = 0; i < ranges->len; i++)
    {
      gint64 *one = &g_array_index (ranges, gint64, i);
      guint64 n = *(guint64 *) g_hash_table_lookup (self->counts, one);
      Group *last = groups->len > 0 ? &g_array_index (groups, Group, groups->len - 1) : NULL;
      Group next = { *one, *one, n };

      if (last != NULL && last->n_samples + n <= MAX_SAMPLES)
        {
          last->last = *one;
          last->n_samples += n;
        }
      else
        g_array_append_val (groups, next);
    }
  return groups;
}

static gboolean
make_blocks (Import  *self,
             GError **error)
{
  g_autoptr (GArray) groups = make_groups (self);
  SgTimeMs late_from = sg_tsdb_find_late_time (self->folder);

  self->total = sg_map_get_length (self->map) * (1 + (guint64) groups->len);
  for (guint i = 0; i < groups->len; i++)
    {
      g_autoptr (SgBlockBuilder) builder = sg_block_builder_new (SG_TSDB_RANGE_MS);

      if (!read_group (self, &g_array_index (groups, Group, i), builder, error)
          || !sg_block_builder_write (builder, self->folder, late_from, self->metas,
                                      self->task->cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * sg_openmetrics_import:
 * @path: a file of OpenMetrics text, each sample with its time
 * @folder: a data directory
 * @task: who is told, and who may cancel
 * @table: which blocks were made is appended here
 * @error: what is wrong with the file, with its line, or why blocks could not be made
 *
 * Makes blocks of all samples of the file. It makes all of them, or none.
 *
 * Returns: whether it did
 */
gboolean
sg_openmetrics_import (const char        *path,
                       const char        *folder,
                       const SgTsdbTask  *task,
                       GString           *table,
                       GError           **error)
{
  g_autoptr (SgMap) map = sg_map_new (path, error);
  g_autoptr (GHashTable) counts =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr (GPtrArray) metas =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
  Import self = {
    .path = path, .folder = folder, .task = task, .map = map, .counts = counts, .metas = metas
  };

  if (map == NULL)
    return FALSE;
  self.total = 2 * (guint64) sg_map_get_length (map);
  if (!count_samples (&self, error))
    return FALSE;
  if (!make_blocks (&self, error))
    {
      sg_tsdb_remove_blocks (folder, metas);
      return FALSE;
    }
  sg_tsdb_print_blocks (folder, metas, task->human, table);
  return TRUE;
}
