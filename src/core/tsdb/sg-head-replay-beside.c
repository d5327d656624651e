/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-replay-private.h"

#include <string.h>

/* What a log has beside samples: what was deleted, exemplars, and what metrics are. */

void
sg_head_replay_take_tombstones (SgHeadReplay *self)
{
  for (guint i = 0; i < self->tombstones->len; i++)
    {
      const SgWalTombstone *item = &g_array_index (self->tombstones, SgWalTombstone, i);
      SgHeadSeries *series = sg_head_replay_find_series (self, item->ref, item->max_t);

      self->last_ref = MAX (self->last_ref, item->ref);
      if (series == NULL)
        self->stats.unknown++;
      else if (item->max_t >= self->head->min_valid_t)
        sg_head_series_delete (series, item->min_t, item->max_t, &self->head->gate);
    }
}

void
sg_head_replay_take_exemplars (SgHeadReplay *self)
{
  for (guint i = 0; i < self->exemplars->len; i++)
    {
      const SgWalExemplar *item = &g_array_index (self->exemplars, SgWalExemplar, i);
      const SgHeadSeries *series = sg_head_replay_find_series (self, item->ref, item->t);

      self->stats.exemplars++;
      if (series == NULL)
        self->stats.unknown++;
      else
        sg_head_exemplars_add (&self->head->exemplars, series->labels,
                               &(SgSampleExemplar) { item->t, item->value, item->labels });
    }
}

/* The metric that a series belongs to: that of its name, without what a histogram's series have. */
static char *
metric_of (const SgLabels *labels,
           const char     *type)
{
  static const char *const suffixes[] = { "_bucket", "_count", "_sum" };
  const char *name = sg_labels_get (labels, SG_LABEL_NAME);
  gboolean parts = g_str_equal (type, "histogram") || g_str_equal (type, "gaugehistogram")
                   || g_str_equal (type, "summary");

  for (guint i = 0; parts && i < G_N_ELEMENTS (suffixes); i++)
    {
      if (g_str_has_suffix (name, suffixes[i]))
        return g_strndup (name, strlen (name) - strlen (suffixes[i]));
    }
  return g_strdup (name);
}

void
sg_head_replay_take_metadata (SgHeadReplay *self)
{
  for (guint i = 0; i < self->metadata->len; i++)
    {
      const SgWalMetadata *item = &g_array_index (self->metadata, SgWalMetadata, i);
      const SgHeadSeries *series = sg_head_replay_find_series (self, item->ref, SG_TIME_MS_MIN);
      const char *type = sg_wal_metric_type_to_string (item->type);

      if (series != NULL)
        {
          g_autofree char *name = metric_of (series->labels, type);

          sg_head_metadata_set (&self->head->metadata,
                                &(SgMetadata) { name, type, item->help, item->unit });
        }
      else
        self->stats.unknown++;
    }
}
