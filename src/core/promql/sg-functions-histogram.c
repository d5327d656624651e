/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-functions-private.h"

#include "base/sg-number.h"
#include "promql/sg-buckets.h"
#include "promql/sg-go-text.h"

#include <math.h>

/*
 * Classic histograms: the series that differ in "le" alone are the buckets of one. A series whose "le"
 * is no number is left out, with a warning.
 */

typedef struct
{
  double bound;
  const double *values;
} BucketSeries;

/* One histogram: its buckets by their bounds. */
typedef struct
{
  GArray *buckets;
} Histogram;

/* That the counts of a metric's buckets fell, summed up over all times; @labels have its name. */
typedef struct
{
  const SgLabels *labels;
  SgBucketRepair repair;
  guint n;
  SgTimeMs first;
  SgTimeMs last;
} Repairs;

typedef struct
{
  SgEval *eval;
  SgPlanNode *node;
  SgPlanNode *child;
  SgVectorBlock block;
  SgLabelKey key;
  SgLabelTable table;
  GArray *histograms;
  GArray *repairs;
  SgBucket *scratch;
} Histograms;

static void
histogram_clear (gpointer data)
{
  g_array_unref (((Histogram *) data)->buckets);
}

static void
histograms_clear (Histograms *self)
{
  sg_vector_block_clear (&self->block);
  sg_label_table_clear (&self->table);
  sg_label_key_clear (&self->key);
  g_clear_pointer (&self->histograms, g_array_unref);
  g_clear_pointer (&self->repairs, g_array_unref);
  g_free (self->scratch);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Histograms, histograms_clear)

static int
compare_bounds (gconstpointer a,
                gconstpointer b)
{
  double x = ((const BucketSeries *) a)->bound;
  double y = ((const BucketSeries *) b)->bound;

  return (x > y) - (x < y);
}

static char *
name_suffix (const SgLabels *labels)
{
  const char *name = sg_labels_get (labels, SG_LABEL_NAME);
  g_autofree char *quoted = sg_go_quote (name, strlen (name));

  return name[0] == '\0' ? g_strdup ("") : g_strdup_printf (" for metric name %s", quoted);
}

static void
warn_bad_bound (Histograms     *self,
                const SgLabels *labels)
{
  const char *le = sg_labels_get (labels, "le");
  g_autofree char *quoted = sg_go_quote (le, strlen (le));
  g_autofree char *suffix = name_suffix (labels);

  sg_annotations_warn (self->eval->annotations, self->child->expr->span.start,
                       "bucket label \"le\" is missing or has a malformed value of %s%s", quoted,
                       suffix);
}

static void
add_bucket (Histograms           *self,
            const SgVectorSeries *series)
{
  const char *le = sg_labels_get (series->labels, "le");
  BucketSeries bucket = { 0, series->values };
  gboolean added;
  guint number;

  if (!sg_double_parse (le, strlen (le), &bucket.bound))
    {
      warn_bad_bound (self, series->labels);
      return;
    }
  number = sg_label_table_add (&self->table, series->labels, &added);
  if (added)
    {
      Histogram histogram = { g_array_new (FALSE, FALSE, sizeof (BucketSeries)) };

      g_array_append_val (self->histograms, histogram);
    }
  g_array_append_val (g_array_index (self->histograms, Histogram, number).buckets, bucket);
}

/* Puts the series of @child together to histograms. */
static gboolean
histograms_init (Histograms *self,
                 SgEval     *eval,
                 SgPlanNode *node,
                 SgPlanNode *child)
{
  static const char *const names[] = { "le" };

  self->eval = eval;
  self->node = node;
  self->child = child;
  self->histograms = g_array_new (FALSE, FALSE, sizeof (Histogram));
  self->repairs = g_array_new (FALSE, TRUE, sizeof (Repairs));
  g_array_set_clear_func (self->histograms, histogram_clear);
  sg_label_key_init (&self->key, FALSE, names, G_N_ELEMENTS (names), NULL);
  sg_label_table_init (&self->table, &self->key);
  if (!sg_eval_collect (eval, child, node->grid.n, &self->block))
    return FALSE;
  for (guint i = 0; i < sg_vector_block_get_n (&self->block); i++)
    add_bucket (self, sg_vector_block_get (&self->block, i));
  for (guint i = 0; i < self->histograms->len; i++)
    g_array_sort (g_array_index (self->histograms, Histogram, i).buckets, compare_bounds);
  self->scratch = g_new (SgBucket, sg_vector_block_get_n (&self->block) + 1);
  return TRUE;
}

/* Copies the buckets that there are at the time @step to the scratch. Returns: how many there are */
static gsize
gather (Histograms      *self,
        const Histogram *histogram,
        guint            step)
{
  gsize n = 0;

  for (guint i = 0; i < histogram->buckets->len; i++)
    {
      const BucketSeries *bucket = &g_array_index (histogram->buckets, BucketSeries, i);

      if (!sg_is_absent (bucket->values[step]))
        self->scratch[n++] = (SgBucket) { bucket->bound, bucket->values[step] };
    }
  return n;
}

static Repairs *
get_repairs (Histograms *self,
             guint       number)
{
  const SgLabels *labels = sg_label_table_get_labels (&self->table, number);
  Repairs repairs = { labels };

  for (guint i = 0; i < self->repairs->len; i++)
    {
      Repairs *known = &g_array_index (self->repairs, Repairs, i);

      if (g_str_equal (sg_labels_get (known->labels, SG_LABEL_NAME),
                       sg_labels_get (labels, SG_LABEL_NAME)))
        return known;
    }
  g_array_append_val (self->repairs, repairs);
  return &g_array_index (self->repairs, Repairs, self->repairs->len - 1);
}

static void
note_repair (Histograms           *self,
             guint                 number,
             guint                 step,
             const SgBucketRepair *repair)
{
  Repairs *all = get_repairs (self, number);
  SgTimeMs time = sg_grid_get_time (&self->node->grid, step);

  if (all->n == 0)
    *all = (Repairs) { all->labels, *repair, 0, time, time };
  all->n++;
  all->repair.min_bound = fmin (all->repair.min_bound, repair->min_bound);
  all->repair.max_bound = fmax (all->repair.max_bound, repair->max_bound);
  all->repair.max_difference = fmax (all->repair.max_difference, repair->max_difference);
  all->first = MIN (all->first, time);
  all->last = MAX (all->last, time);
}

static char *
format_time (SgTimeMs time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time / 1000);

  return date == NULL ? g_strdup_printf ("%" G_GINT64_FORMAT, time)
                      : g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ");
}

static void
inform_repairs (Histograms *self)
{
  for (guint i = 0; i < self->repairs->len; i++)
    {
      const Repairs *all = &g_array_index (self->repairs, Repairs, i);
      g_autofree char *suffix = name_suffix (all->labels);
      g_autofree char *min = sg_go_format_general (all->repair.min_bound);
      g_autofree char *max = sg_go_format_general (all->repair.max_bound);
      g_autofree char *first = format_time (all->first);
      g_autofree char *last = format_time (all->last);

      sg_annotations_inform (
          self->eval->annotations, self->child->expr->span.start,
          "input to histogram_quantile needed to be fixed for monotonicity (see "
          "https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)%s, "
          "from buckets %s to %s, with a max diff of %.2g, over %u samples from %s to %s",
          suffix, min, max, all->repair.max_difference, all->n, first, last);
    }
}

static void
warn_quantiles (Histograms           *self,
                const SgPlanNode     *argument,
                const SgScalarColumn *q)
{
  for (guint i = 0; i < self->node->grid.n; i++)
    {
      double value = sg_scalar_at (q, i);
      g_autofree char *text = NULL;

      if (value >= 0 && value <= 1)
        continue;
      text = sg_go_format_general (value);
      sg_annotations_warn (self->eval->annotations, argument->expr->span.start,
                           "quantile value should be between 0 and 1, got %s", text);
      if (q->operand.values == NULL)
        break;
    }
}

/* The quantiles of the histogram @number at all times. */
static gboolean
compute_quantiles (Histograms           *self,
                   guint                 number,
                   const SgScalarColumn *q,
                   double               *out)
{
  const Histogram *histogram = &g_array_index (self->histograms, Histogram, number);

  for (guint i = 0; i < self->node->grid.n; i++)
    {
      gsize n = gather (self, histogram, i);
      SgBucketRepair repair = { FALSE };

      out[i] = n == 0 ? sg_absent ()
                      : sg_buckets_quantile (sg_scalar_at (q, i), self->scratch, n, &repair);
      if (repair.forced)
        note_repair (self, number, i, &repair);
      if (!sg_eval_work (self->eval, n + 1))
        return FALSE;
    }
  return TRUE;
}

/* Which quantile is told by a label; @wanted: (nullable): at which times it is this one. */
typedef struct
{
  const char *name;
  const char *value;
  const gboolean *wanted;
} QuantileLabel;

static SgLabels *
make_labels (Histograms          *self,
             guint                number,
             const QuantileLabel *label)
{
  const SgLabels *first = sg_label_table_get_labels (&self->table, number);
  g_autoptr (SgLabels) plain = sg_label_key_project (&self->key, first);
  g_auto (SgLabelsBuilder) builder = { 0 };

  if (label == NULL)
    return g_steal_pointer (&plain);
  sg_labels_builder_init (&builder, plain);
  sg_labels_builder_set (&builder, label->name, label->value);
  return sg_labels_builder_build (&builder);
}

static gboolean
push_quantiles (Histograms           *self,
                const SgScalarColumn *q,
                const QuantileLabel  *label,
                SgVectorSink         *sink)
{
  guint n = self->node->grid.n;
  g_autofree double *values = g_new (double, n);

  for (guint i = 0; i < self->histograms->len; i++)
    {
      g_autoptr (SgLabels) labels = make_labels (self, i, label);
      SgVectorSeries series = { labels, TRUE, values };

      if (!compute_quantiles (self, i, q, values))
        return FALSE;
      for (guint j = 0; j < n && label != NULL && label->wanted != NULL; j++)
        {
          if (!label->wanted[j])
            values[j] = sg_absent ();
        }
      if (!sink->push (sink, &series))
        return FALSE;
    }
  return TRUE;
}

/* A quantile that changes with time has a label for each of its values. */
static gboolean
push_labelled (Histograms           *self,
               const SgScalarColumn *q,
               const char           *name,
               SgVectorSink         *sink)
{
  guint n = self->node->grid.n;
  g_autofree gboolean *wanted = g_new (gboolean, n);
  g_autofree gboolean *done = g_new0 (gboolean, n);

  for (guint i = 0; i < n; i++)
    {
      guint64 bits = sg_double_to_bits (sg_scalar_at (q, i));
      g_autofree char *value = NULL;

      if (done[i])
        continue;
      for (guint j = 0; j < n; j++)
        {
          wanted[j] = sg_double_to_bits (sg_scalar_at (q, j)) == bits;
          done[j] = done[j] || wanted[j];
        }
      value = sg_go_format_general (sg_scalar_at (q, i));
      if (!sg_eval_work (self->eval, n)
          || !push_quantiles (self, q, &(QuantileLabel) { name, value, wanted }, sink))
        return FALSE;
    }
  return TRUE;
}

gboolean
sg_call_histogram_quantile (SgEval       *eval,
                            SgPlanNode   *node,
                            SgVectorSink *sink)
{
  g_auto (Histograms) self = { 0 };
  g_auto (SgScalarColumn) q = { 0 };

  if (!sg_eval_scalar (eval, node->children[0], node->grid.n, &q)
      || !histograms_init (&self, eval, node, node->children[1]))
    return FALSE;
  warn_quantiles (&self, node->children[0], &q);
  if (!push_quantiles (&self, &q, NULL, sink))
    return FALSE;
  inform_repairs (&self);
  return TRUE;
}

/* Several quantiles, told apart by a label whose value is the quantile. */
gboolean
sg_call_histogram_quantiles (SgEval       *eval,
                             SgPlanNode   *node,
                             SgVectorSink *sink)
{
  g_auto (Histograms) self = { 0 };
  SgText label = sg_eval_string (node->children[1]);

  if (label.length == 0 || !g_utf8_validate_len (label.text, label.length, NULL))
    {
      g_autofree char *quoted = sg_go_quote (label.text, label.length);

      return sg_eval_fail (eval, SG_PROMQL_ERROR_EXECUTION, "invalid label name %s", quoted);
    }
  if (!histograms_init (&self, eval, node, node->children[0]))
    return FALSE;
  for (guint i = 2; i < node->n_children; i++)
    {
      g_auto (SgScalarColumn) q = { 0 };

      if (!sg_eval_scalar (eval, node->children[i], node->grid.n, &q))
        return FALSE;
      warn_quantiles (&self, node->children[i], &q);
      if (!push_labelled (&self, &q, label.text, sink))
        return FALSE;
    }
  inform_repairs (&self);
  return TRUE;
}

gboolean
sg_call_histogram_fraction (SgEval       *eval,
                            SgPlanNode   *node,
                            SgVectorSink *sink)
{
  g_auto (Histograms) self = { 0 };
  g_auto (SgScalarColumn) lower = { 0 };
  g_auto (SgScalarColumn) upper = { 0 };
  g_autofree double *values = g_new (double, node->grid.n);

  if (!sg_eval_scalar (eval, node->children[0], node->grid.n, &lower)
      || !sg_eval_scalar (eval, node->children[1], node->grid.n, &upper)
      || !histograms_init (&self, eval, node, node->children[2]))
    return FALSE;
  for (guint i = 0; i < self.histograms->len; i++)
    {
      const SgLabels *first = sg_label_table_get_labels (&self.table, i);
      g_autoptr (SgLabels) labels = sg_label_key_project (&self.key, first);
      SgVectorSeries series = { labels, TRUE, values };

      for (guint j = 0; j < node->grid.n; j++)
        {
          gsize n = gather (&self, &g_array_index (self.histograms, Histogram, i), j);

          values[j] = n == 0 ? sg_absent ()
                             : sg_buckets_fraction (sg_scalar_at (&lower, j),
                                                    sg_scalar_at (&upper, j), self.scratch, n);
        }
      if (!sg_eval_work (eval, node->grid.n * 10) || !sink->push (sink, &series))
        return FALSE;
    }
  return TRUE;
}
