/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-aggregation-private.h"

#include "promql/sg-go-text.h"

#include <math.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * Aggregations that choose series: topk, bottomk, limitk, limit_ratio. What they yield are the series
 * themselves, with the values at the times at which they were chosen.
 *
 * topk keeps the best in a binary heap whose root is the worst of them, as Prometheus does, so that the
 * same of several equal series are chosen. limit_ratio chooses a series by the hash of its labels, as
 * Prometheus computes it: xxHash64 over each name and value with its length before it, in one byte, or
 * in 0xff and three bytes from 255 on.
 */

typedef struct
{
  double value;
  guint member;
} Candidate;

typedef struct
{
  Candidate *items;
  gsize n;
  gboolean descending;
} Heap;

/* Whether @a is worse than @b. NaN is worse than anything. */
static gboolean
heap_less (const Heap *heap,
           gsize       a,
           gsize       b)
{
  double x = heap->items[a].value;
  double y = heap->items[b].value;

  if (isnan (x))
    return TRUE;
  return heap->descending ? x < y : x > y;
}

static void
heap_swap (Heap  *heap,
           gsize  a,
           gsize  b)
{
  Candidate item = heap->items[a];

  heap->items[a] = heap->items[b];
  heap->items[b] = item;
}

static void
heap_up (Heap  *heap,
         gsize  j)
{
  while (j > 0)
    {
      gsize parent = (j - 1) / 2;

      if (!heap_less (heap, j, parent))
        break;
      heap_swap (heap, parent, j);
      j = parent;
    }
}

static void
heap_down (Heap *heap)
{
  gsize i = 0;

  for (;;)
    {
      gsize child = 2 * i + 1;

      if (child >= heap->n)
        break;
      if (child + 1 < heap->n && heap_less (heap, child + 1, child))
        child++;
      if (!heap_less (heap, child, i))
        break;
      heap_swap (heap, i, child);
      i = child;
    }
}

/* Offers a candidate to the @k best. */
static void
heap_offer (Heap      *heap,
            Candidate  candidate,
            gsize      k)
{
  double worst = heap->n > 0 ? heap->items[0].value : 0;

  if (heap->n < k)
    {
      heap->items[heap->n++] = candidate;
      heap_up (heap, heap->n - 1);
    }
  else if ((heap->descending ? worst < candidate.value : worst > candidate.value)
           || (isnan (worst) && !isnan (candidate.value)))
    {
      heap->items[0] = candidate;
      heap_down (heap);
    }
}

static int
compare_candidates (gconstpointer a,
                    gconstpointer b,
                    gpointer      descending)
{
  const Candidate *left = a;
  const Candidate *right = b;
  int order;

  if (isnan (left->value) || isnan (right->value))
    order = isnan (left->value) - isnan (right->value);
  else if (descending != NULL)
    order = (left->value < right->value) - (left->value > right->value);
  else
    order = (left->value > right->value) - (left->value < right->value);
  return order != 0 ? order : (left->member > right->member) - (left->member < right->member);
}

/**
 * sg_eval_counts: (skip)
 * @eval: the evaluator
 * @node: an aggregation whose parameter is a number of series
 * @ret_k: the numbers, to be cleared in any case
 *
 * Returns: FALSE when it failed, or one of them is no number of series
 */
gboolean
sg_eval_counts (SgEval         *eval,
                SgPlanNode     *node,
                SgScalarColumn *ret_k)
{
  double min = INFINITY;
  double max = -INFINITY;

  if (!sg_eval_scalar (eval, node->children[1], node->grid.n, ret_k))
    return FALSE;
  for (guint i = 0; i < node->grid.n; i++)
    {
      double k = sg_scalar_at (ret_k, i);

      if (isnan (k))
        return sg_eval_fail (eval, SG_PROMQL_ERROR_EXECUTION, "Parameter value is NaN");
      min = fmin (min, k);
      max = fmax (max, k);
    }
  if (min <= -0x1p63 || max >= 0x1p63)
    {
      g_autofree char *text = sg_go_format_general (min <= -0x1p63 ? min : max);

      return sg_eval_fail (eval, SG_PROMQL_ERROR_EXECUTION, "Scalar value %s %s int64", text,
                           min <= -0x1p63 ? "underflows" : "overflows");
    }
  return TRUE;
}

/* Fills @heap with the @k best of a group at the only time. */
static void
choose (SgGroups *self,
        guint     group,
        gsize     k,
        Heap     *heap)
{
  GArray *members = sg_groups_get_members (self, group);

  heap->n = 0;
  for (guint i = 0; i < members->len && k > 0; i++)
    {
      guint member = g_array_index (members, guint, i);

      heap_offer (heap,
                  (Candidate) { sg_vector_block_get (&self->block, member)->values[0], member }, k);
    }
}

/* The chosen ones of one time in their order. */
static gboolean
push_ordered (SgGroups     *self,
              Heap         *heap,
              SgVectorSink *sink)
{
  g_qsort_with_data (heap->items, (int) heap->n, sizeof *heap->items, compare_candidates,
                     GINT_TO_POINTER (heap->descending));
  for (gsize i = 0; i < heap->n; i++)
    {
      SgVectorSeries series = *sg_vector_block_get (&self->block, heap->items[i].member);

      if (!sink->push (sink, &series))
        return FALSE;
    }
  return TRUE;
}

static gboolean
choose_at_once (SgGroups             *self,
                const SgScalarColumn *k,
                gboolean              descending,
                SgVectorSink         *sink)
{
  guint n = sg_vector_block_get_n (&self->block);
  g_autofree Candidate *items = g_new (Candidate, n);
  Heap heap = { items, 0, descending };

  for (guint i = 0; i < sg_groups_get_n (self); i++)
    {
      choose (self, i, (gsize) CLAMP (sg_scalar_at (k, 0), 0, n), &heap);
      if (!sg_eval_work (self->eval, sg_groups_get_members (self, i)->len * 4)
          || !push_ordered (self, &heap, sink))
        return FALSE;
    }
  return TRUE;
}

/*
 * The columns of the series lie far apart in memory, so that going through all series for one time after
 * the other would fetch each line of memory anew. This many times are done together.
 */
#define TILE 8

/* Takes away those values of the times from @step on that are not chosen. */
static gboolean
choose_tile (SgGroups             *self,
             guint                 group,
             guint                 step,
             const SgScalarColumn *k,
             Heap                 *heaps)
{
  GArray *members = sg_groups_get_members (self, group);
  guint n_steps = MIN (TILE, self->node->grid.n - step);
  gsize most[TILE];

  for (guint i = 0; i < n_steps; i++)
    {
      most[i] = (gsize) CLAMP (sg_scalar_at (k, step + i), 0, members->len);
      heaps[i].n = 0;
    }
  for (guint j = 0; j < members->len; j++)
    {
      guint member = g_array_index (members, guint, j);
      double *values = sg_vector_block_get (&self->block, member)->values + step;

      for (guint i = 0; i < n_steps; i++)
        {
          if (!sg_is_absent (values[i]) && most[i] > 0)
            heap_offer (&heaps[i], (Candidate) { values[i], member }, most[i]);
          values[i] = sg_absent ();
        }
    }
  for (guint i = 0; i < n_steps; i++)
    {
      for (gsize j = 0; j < heaps[i].n; j++)
        sg_vector_block_get (&self->block, heaps[i].items[j].member)->values[step + i] =
            heaps[i].items[j].value;
    }
  return sg_eval_work (self->eval, (guint64) members->len * n_steps * 4);
}

/* Takes the values of those away that are not chosen, then passes on all. */
static gboolean
choose_each_time (SgGroups             *self,
                  const SgScalarColumn *k,
                  gboolean              descending,
                  SgVectorSink         *sink)
{
  guint n = sg_vector_block_get_n (&self->block);
  g_autofree Candidate *items = g_new (Candidate, (gsize) n * TILE);
  Heap heaps[TILE];

  for (guint i = 0; i < TILE; i++)
    heaps[i] = (Heap) { items + (gsize) i * n, 0, descending };
  for (guint step = 0; step < self->node->grid.n; step += TILE)
    {
      for (guint group = 0; group < sg_groups_get_n (self); group++)
        {
          if (!choose_tile (self, group, step, k, heaps))
            return FALSE;
        }
    }
  return sg_vector_block_replay (&self->block, sink);
}

gboolean
sg_eval_top (SgEval       *eval,
             SgPlanNode   *node,
             SgVectorSink *sink)
{
  g_auto (SgGroups) self = { 0 };
  g_auto (SgScalarColumn) k = { 0 };
  gboolean descending = node->expr->aggregate.op == SG_TOKEN_TOPK;

  if (!sg_eval_counts (eval, node, &k) || !sg_groups_init (&self, eval, node))
    return FALSE;
  return node->grid.n == 1 ? choose_at_once (&self, &k, descending, sink)
                           : choose_each_time (&self, &k, descending, sink);
}

static guint64
hash_labels (const SgLabels *labels)
{
  XXH64_state_t state;

  XXH64_reset (&state, 0);
  for (guint i = 0; i < labels->n_labels * 2; i++)
    {
      const char *text = i % 2 == 0 ? labels->labels[i / 2].name : labels->labels[i / 2].value;
      gsize n = strlen (text);
      guchar size[] = { 0xff, n & 0xff, (n >> 8) & 0xff, (n >> 16) & 0xff };

      if (n < 255)
        XXH64_update (&state, &size[1], 1);
      else
        XXH64_update (&state, size, sizeof size);
      XXH64_update (&state, text, n);
    }
  return XXH64_digest (&state);
}

/* Whether a series is in the share @ratio of all; a negative share is counted from the other end. */
static gboolean
is_in_ratio (double offset,
             double ratio)
{
  return ratio >= 0 ? offset < ratio : offset >= 1 + ratio;
}

/* Passes on the first series of each group, or a share of all: a sink before another. */
typedef struct
{
  SgVectorSink sink;
  SgVectorSink *next;
  SgEval *eval;
  gboolean by_ratio;
  SgScalarColumn parameter;
  SgLabelKey key;
  SgLabelTable table;
  GPtrArray *counts;
  guint n;
} Limiting;

static void
limit_by_count (Limiting       *self,
                SgVectorSeries *series)
{
  gboolean added;
  guint group = sg_label_table_add (&self->table, series->labels, &added);
  guint32 *counts;

  if (added)
    g_ptr_array_add (self->counts, g_new0 (guint32, self->n));
  counts = g_ptr_array_index (self->counts, group);
  for (guint i = 0; i < self->n; i++)
    {
      if (sg_is_absent (series->values[i]))
        continue;
      if (counts[i] < (gint64) sg_scalar_at (&self->parameter, i))
        counts[i]++;
      else
        series->values[i] = sg_absent ();
    }
}

static void
limit_by_ratio (Limiting       *self,
                SgVectorSeries *series)
{
  double offset = (double) hash_labels (series->labels) / 0x1p64;

  for (guint i = 0; i < self->n; i++)
    {
      double ratio = CLAMP (sg_scalar_at (&self->parameter, i), -1, 1);

      if (!is_in_ratio (offset, ratio))
        series->values[i] = sg_absent ();
    }
}

static gboolean
limiting_push (SgVectorSink   *sink,
               SgVectorSeries *series)
{
  Limiting *self = (Limiting *) sink;

  if (self->by_ratio)
    limit_by_ratio (self, series);
  else
    limit_by_count (self, series);
  if (!sg_column_has_value (series->values, self->n))
    return TRUE;
  return sg_eval_work (self->eval, self->n) && self->next->push (self->next, series);
}

static gboolean
eval_ratios (SgEval         *eval,
             SgPlanNode     *node,
             SgScalarColumn *ret_ratio)
{
  if (!sg_eval_scalar (eval, node->children[1], node->grid.n, ret_ratio))
    return FALSE;
  for (guint i = 0; i < node->grid.n; i++)
    {
      double ratio = sg_scalar_at (ret_ratio, i);
      g_autofree char *text = NULL;

      if (isnan (ratio))
        return sg_eval_fail (eval, SG_PROMQL_ERROR_EXECUTION, "Ratio value is NaN");
      if (ratio >= -1 && ratio <= 1)
        continue;
      text = sg_go_format_general (ratio);
      sg_annotations_warn (eval->annotations, node->children[1]->expr->span.start,
                           "ratio value should be between -1 and 1, got %s, capping to %d", text,
                           ratio > 0 ? 1 : -1);
    }
  return TRUE;
}

gboolean
sg_eval_limit (SgEval       *eval,
               SgPlanNode   *node,
               SgVectorSink *sink)
{
  Limiting self = { { limiting_push }, sink, eval };
  gboolean success;

  self.by_ratio = node->expr->aggregate.op == SG_TOKEN_LIMIT_RATIO;
  self.n = node->grid.n;
  self.counts = g_ptr_array_new_with_free_func (g_free);
  sg_aggregation_key_init (&self.key, &node->expr->aggregate, NULL);
  sg_label_table_init (&self.table, &self.key);
  success = (self.by_ratio ? eval_ratios (eval, node, &self.parameter)
                           : sg_eval_counts (eval, node, &self.parameter))
            && sg_eval_vector (eval, node->children[0], self.n, &self.sink);
  sg_scalar_column_clear (&self.parameter);
  g_ptr_array_unref (self.counts);
  sg_label_table_clear (&self.table);
  sg_label_key_clear (&self.key);
  return success;
}
