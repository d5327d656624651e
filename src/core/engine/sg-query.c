/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-query.h"

#include "base/sg-json-writer.h"
#include "base/sg-number.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (SgQueryAnswer, sg_query_answer, sg_query_answer_ref, sg_query_answer_unref)

SgQueryAnswer *
sg_query_answer_new (const char *text,
                     SgTimeMs    start,
                     SgTimeMs    end,
                     gint64      step)
{
  SgQueryAnswer *self = g_new0 (SgQueryAnswer, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->text = g_strdup (text);
  self->start = start;
  self->end = end;
  self->step = step;
  return self;
}

SgQueryAnswer *
sg_query_answer_ref (SgQueryAnswer *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_query_answer_unref (SgQueryAnswer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->result, sg_promql_result_unref);
  g_clear_error (&self->error);
  g_free (self->text);
  g_free (self->hint);
  g_free (self);
}

/*
 * Two results on one grid as one: of @before what is from @start on and before @from, of @after all. Both
 * are in the order of their labels, and so is what comes out.
 */
typedef struct
{
  SgPromqlResult *joined;
  GArray *series;
  SgTimeMs start;
  SgTimeMs from;
} Joiner;

/* Returns: the first of the samples of @column that is not before @time */
static gsize
find_time (const SgColumn *column,
           SgTimeMs        time)
{
  gsize low = 0;
  gsize high = column->n;

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;

      if (column->t[middle] < time)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
joiner_add (Joiner               *self,
            const SgPromqlSeries *before,
            const SgPromqlSeries *after)
{
  gsize first = before != NULL ? find_time (&before->column, self->start) : 0;
  gsize n_before = before != NULL ? find_time (&before->column, self->from) - first : 0;
  gsize n_after = after != NULL ? after->column.n : 0;
  gsize n = n_before + n_after;
  SgTimeMs *t = sg_arena_new_array (self->joined->arena, SgTimeMs, n);
  double *f = sg_arena_new_array (self->joined->arena, double, n);
  SgPromqlSeries series = { NULL, { SG_VALUE_FLOAT, n, t, { f } } };

  if (n == 0)
    return;
  if (n_before > 0)
    {
      memcpy (t, before->column.t + first, n_before * sizeof *t);
      memcpy (f, before->column.f + first, n_before * sizeof *f);
    }
  if (n_after > 0)
    {
      memcpy (t + n_before, after->column.t, n_after * sizeof *t);
      memcpy (f + n_before, after->column.f, n_after * sizeof *f);
    }
  series.labels = sg_labels_ref (before != NULL ? before->labels : after->labels);
  g_array_append_val (self->series, series);
}

/**
 * sg_query_join:
 * @before: what was known
 * @after: what was asked anew
 * @start: the first time that is wanted
 * @from: the first time of @after
 *
 * Returns: (transfer full): both in one, with what @after has to say beside its series
 */
SgPromqlResult *
sg_query_join (SgPromqlResult *before,
               SgPromqlResult *after,
               SgTimeMs        start,
               SgTimeMs        from)
{
  Joiner joiner = { sg_promql_result_new (after->type, after->time),
                    g_array_new (FALSE, FALSE, sizeof (SgPromqlSeries)), start, from };
  guint i = 0;
  guint j = 0;

  while (i < before->n_series || j < after->n_series)
    {
      const SgPromqlSeries *a = i < before->n_series ? &before->series[i] : NULL;
      const SgPromqlSeries *b = j < after->n_series ? &after->series[j] : NULL;
      int order = a == NULL ? 1 : b == NULL ? -1 : sg_labels_compare (a->labels, b->labels);

      joiner_add (&joiner, order <= 0 ? a : NULL, order >= 0 ? b : NULL);
      i += order <= 0;
      j += order >= 0;
    }
  joiner.joined->n_series = joiner.series->len;
  joiner.joined->series = (SgPromqlSeries *) (gpointer) g_array_free (joiner.series, FALSE);
  joiner.joined->warnings = g_strdupv (after->warnings);
  joiner.joined->infos = g_strdupv (after->infos);
  joiner.joined->stats = after->stats;
  return joiner.joined;
}

static void
write_sample (SgJsonWriter *json,
              SgTimeMs      time,
              double        value)
{
  char text[SG_DOUBLE_TEXT_MAX];
  char number[SG_DOUBLE_TEXT_MAX];
  gsize length = sg_double_write_json ((double) time / 1000., number);

  sg_double_write (value, text);
  sg_json_writer_begin_array (json);
  sg_json_writer_raw (json, number, length);
  sg_json_writer_string (json, text);
  sg_json_writer_end_array (json);
}

static void
write_labels (SgJsonWriter   *json,
              const SgLabels *labels)
{
  sg_json_writer_begin_object (json);
  for (guint i = 0; i < labels->n_labels; i++)
    {
      sg_json_writer_key (json, labels->labels[i].name);
      sg_json_writer_string (json, labels->labels[i].value);
    }
  sg_json_writer_end_object (json);
}

static void
write_series (SgJsonWriter         *json,
              const SgPromqlSeries *series,
              gboolean              one)
{
  sg_json_writer_begin_object (json);
  sg_json_writer_key (json, "metric");
  write_labels (json, series->labels);
  sg_json_writer_key (json, one ? "value" : "values");
  if (!one)
    sg_json_writer_begin_array (json);
  for (gsize i = 0; i < series->column.n; i++)
    write_sample (json, series->column.t[i], series->column.f[i]);
  if (!one)
    sg_json_writer_end_array (json);
  sg_json_writer_end_object (json);
}

static void
write_result (SgJsonWriter         *json,
              const SgPromqlResult *result)
{
  gboolean one = result->type == SG_VALUE_TYPE_VECTOR;

  if (result->type == SG_VALUE_TYPE_SCALAR)
    {
      write_sample (json, result->time, result->scalar);
      return;
    }
  sg_json_writer_begin_array (json);
  if (result->type == SG_VALUE_TYPE_STRING)
    {
      g_autofree char *text =
          g_strndup (g_bytes_get_data (result->string, NULL), g_bytes_get_size (result->string));
      char number[SG_DOUBLE_TEXT_MAX];
      gsize length = sg_double_write_json ((double) result->time / 1000., number);

      sg_json_writer_raw (json, number, length);
      sg_json_writer_string (json, text);
    }
  for (guint i = 0; i < result->n_series; i++)
    write_series (json, &result->series[i], one);
  sg_json_writer_end_array (json);
}

GBytes *
sg_query_answer_to_json (SgQueryAnswer *self)
{
  SgJsonWriter json;

  sg_json_writer_init (&json);
  sg_json_writer_begin_object (&json);
  if (self->result != NULL)
    {
      sg_json_writer_key (&json, "resultType");
      sg_json_writer_string (&json, sg_value_type_get_api_name (self->result->type));
      sg_json_writer_key (&json, "result");
      write_result (&json, self->result);
    }
  else if (self->error != NULL)
    {
      sg_json_writer_key (&json, "error");
      sg_json_writer_string (&json, self->error->message);
    }
  sg_json_writer_end_object (&json);
  return sg_json_writer_free_to_bytes (&json);
}
