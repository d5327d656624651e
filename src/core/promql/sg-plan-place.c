/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-plan.h"

#include "promql/sg-printer.h"
#include "promql/sg-promql-error.h"

/*
 * The way down. Each part gets the times at which it is evaluated:
 *
 *   - what is the same at every time gets one time, the first of the query;
 *   - what is in a subquery gets the multiples of its step that lie in the windows of all its times:
 *     after first - offset - range, up to last - offset;
 *   - all else gets those of what it stands in.
 *
 * A part whose text occurs again with the same times is put in both places and evaluated once; its
 * result is kept in a memo. Selectors whose matchers are the same but not their windows are read once,
 * when that reads no more than reading each alone.
 */

/* Longer parts are not looked up: writing each out would take the square of the length. */
#define KEY_LENGTH_MAX 4096

typedef struct
{
  SgPlan *plan;
  GHashTable *by_text;
  GHashTable *reads_by_text;
  GPtrArray *selectors;
  GError **error;
} Placing;

typedef struct
{
  const SgFunction *function;
  const SgAggregateExpr *aggregate;
} Around;

static SgPlanNode *place (Placing *self, SgPlanNode *node, const SgGrid *grid, Around around);

static gint64
saturate (gint64   a,
          gint64   b,
          gboolean subtract)
{
  gint64 result;
  gboolean overflow =
      subtract ? __builtin_sub_overflow (a, b, &result) : __builtin_add_overflow (a, b, &result);

  if (!overflow)
    return result;
  return a < 0 ? G_MININT64 : G_MAXINT64;
}

/* What a selector reads: back to the start of its first range, or as old as a sample may be. */
static void
set_window (Placing    *self,
            SgPlanNode *node)
{
  const SgPlanParams *params = &self->plan->params;
  SgPlanTime *time = &node->time;
  SgTimeMs first = time->has_at ? time->at : node->grid.start;
  SgTimeMs last = time->has_at ? time->at : sg_grid_get_end (&node->grid);
  gint64 back = node->expr->kind == SG_EXPR_MATRIX ? time->range : params->lookback;

  if (node->expr->kind == SG_EXPR_MATRIX && (node->selector->anchored || node->selector->smoothed))
    back = saturate (back, params->lookback, FALSE);
  time->first = saturate (saturate (first, time->offset, TRUE), back - 1, TRUE);
  time->last = saturate (last, time->offset, TRUE);
  if (node->selector->smoothed)
    time->last = saturate (time->last, params->lookback, FALSE);
}

static gboolean
fail_steps (Placing *self)
{
  g_set_error_literal (
      self->error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_LIMIT,
      "query processing would load too many samples into memory in query execution");
  return FALSE;
}

/* The times at which the inside of a subquery is evaluated; none at all is a grid of no times. */
static gboolean
set_inner_grid (Placing    *self,
                SgPlanNode *node)
{
  SgPlanTime *time = &node->time;
  SgTimeMs first = time->has_at ? time->at : node->grid.start;
  SgTimeMs last = time->has_at ? time->at : sg_grid_get_end (&node->grid);
  gint64 step = node->inner.step;
  SgTimeMs after = saturate (saturate (first, time->offset, TRUE), time->range, TRUE);
  SgTimeMs start = after / step * step;

  if (start <= after)
    start = saturate (start, step, FALSE);
  time->first = start;
  time->last = saturate (last, time->offset, TRUE);
  node->inner.start = start;
  node->inner.n = 0;
  if (time->last < start)
    return TRUE;
  if ((guint64) (time->last - start) / (guint64) step >= self->plan->params.max_steps)
    return fail_steps (self);
  node->inner.n = (guint) ((time->last - start) / step) + 1;
  if (node->inner.n == 1)
    node->inner.step = 0;
  return TRUE;
}

static char *
make_key (const SgPlanNode *node)
{
  g_autofree char *text = sg_printer_print (node->expr);

  return g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%u %s", node->grid.start,
                          node->grid.step, node->grid.n, text);
}

/* Returns: (nullable): what was placed before and is the same as @node at the same times */
static SgPlanNode *
find_same (Placing    *self,
           SgPlanNode *node)
{
  SgPlanNode *same;
  char *key;

  if (node->expr->type != SG_VALUE_TYPE_VECTOR
      || node->expr->span.end - node->expr->span.start > KEY_LENGTH_MAX)
    return NULL;
  key = make_key (node);
  same = g_hash_table_lookup (self->by_text, key);
  if (same == NULL)
    {
      g_hash_table_insert (self->by_text, key, node);
      return NULL;
    }
  g_free (key);
  if (same->memo == 0)
    same->memo = ++self->plan->n_memos;
  return same;
}

static gboolean
place_children (Placing    *self,
                SgPlanNode *node,
                Around      around)
{
  const SgExpr *expr = node->expr;
  const SgGrid *grid = &node->grid;

  if (expr->kind == SG_EXPR_SUBQUERY)
    {
      if (!set_inner_grid (self, node))
        return FALSE;
      grid = &node->inner;
      if (grid->n == 0)
        return TRUE;
      around = (Around) { NULL, NULL };
    }
  else if (expr->kind == SG_EXPR_CALL)
    around.function = expr->call.function;
  else if (expr->kind == SG_EXPR_AGGREGATE)
    around = (Around) { NULL, &expr->aggregate };
  else if (expr->kind == SG_EXPR_BINARY)
    around = (Around) { NULL, NULL };
  for (guint i = 0; i < node->n_children; i++)
    {
      /* The selector of info() is not evaluated: it says which labels are wanted. */
      if (i == 1 && around.function != NULL && around.function->id == SG_FUNCTION_INFO)
        break;
      node->children[i] = place (self, node->children[i], grid, around);
      if (node->children[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
place_selector (Placing    *self,
                SgPlanNode *node,
                Around      around)
{
  node->function = around.function;
  node->aggregate = around.aggregate;
  set_window (self, node);
  g_ptr_array_add (self->selectors, node);
}

/* Whether @node is evaluated by the function around it, at the times of that. */
static gboolean
belongs_to_call (const SgPlanNode *node,
                 Around            around)
{
  return node->expr->type == SG_VALUE_TYPE_MATRIX
         || (node->selector != NULL && around.function != NULL
             && around.function->id == SG_FUNCTION_TIMESTAMP);
}

static SgPlanNode *
place (Placing      *self,
       SgPlanNode   *node,
       const SgGrid *grid,
       Around        around)
{
  SgPlanNode *same;

  node->grid = *grid;
  if (node->invariant && !belongs_to_call (node, around))
    node->grid = (SgGrid) { self->plan->params.start, 0, 1 };
  if (node->selector != NULL && belongs_to_call (node, around))
    {
      place_selector (self, node, around);
      return node;
    }
  same = find_same (self, node);
  if (same != NULL)
    return same;
  if (node->selector != NULL)
    place_selector (self, node, around);
  return place_children (self, node, around) ? node : NULL;
}

/* The matchers of @selector as a text, nothing else. */
static char *
make_read_key (const SgVectorExpr *selector)
{
  SgExpr bare = { .kind = SG_EXPR_VECTOR, .type = SG_VALUE_TYPE_VECTOR };

  bare.vector.name = selector->name;
  bare.vector.matchers = selector->matchers;
  bare.vector.n_matchers = selector->n_matchers;
  bare.vector.shift.at_bound = SG_TOKEN_EOF;
  return sg_printer_print (&bare);
}

static double
window_length (SgTimeMs first,
               SgTimeMs last)
{
  return (double) last - (double) first + 1;
}

/* Joins those of @nodes that look at the same data, if one window over all reads no more. */
static void
join_reads (SgPlan    *plan,
            GPtrArray *nodes)
{
  SgPlanNode *first = g_ptr_array_index (nodes, 0);
  SgPlanRead read = { first->selector, first->time.first, first->time.last, nodes->len };
  double sum = 0;

  if (nodes->len < 2)
    return;
  for (guint i = 0; i < nodes->len; i++)
    {
      const SgPlanNode *node = g_ptr_array_index (nodes, i);

      read.first = MIN (read.first, node->time.first);
      read.last = MAX (read.last, node->time.last);
      sum += window_length (node->time.first, node->time.last);
    }
  if (window_length (read.first, read.last) > sum)
    return;
  g_array_append_val (plan->reads, read);
  for (guint i = 0; i < nodes->len; i++)
    ((SgPlanNode *) g_ptr_array_index (nodes, i))->read = plan->reads->len;
}

static void
find_reads (Placing *self)
{
  GHashTableIter iter;
  gpointer nodes;

  for (guint i = 0; i < self->selectors->len; i++)
    {
      SgPlanNode *node = g_ptr_array_index (self->selectors, i);
      g_autofree char *key = make_read_key (node->selector);

      nodes = g_hash_table_lookup (self->reads_by_text, key);
      if (nodes == NULL)
        {
          nodes = g_ptr_array_new ();
          g_hash_table_insert (self->reads_by_text, g_steal_pointer (&key), nodes);
        }
      g_ptr_array_add (nodes, node);
    }
  g_hash_table_iter_init (&iter, self->reads_by_text);
  while (g_hash_table_iter_next (&iter, NULL, &nodes))
    join_reads (self->plan, nodes);
}

/* Gives everything in @self its times. Returns: whether that is possible. */
gboolean
sg_plan_place (SgPlan  *self,
               GError **error)
{
  const SgPlanParams *params = &self->params;
  g_autoptr (GHashTable) by_text = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) reads =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GPtrArray) selectors = g_ptr_array_new ();
  Placing placing = { self, by_text, reads, selectors, error };
  SgGrid grid = { params->start, 0, 1 };

  if (params->step > 0 && params->end > params->start)
    {
      guint64 n = ((guint64) params->end - (guint64) params->start) / (guint64) params->step;

      if (n >= params->max_steps)
        return fail_steps (&placing);
      grid.n = (guint) n + 1;
      grid.step = n == 0 ? 0 : params->step;
    }
  self->n_steps = grid.n;
  self->root = place (&placing, self->root, &grid, (Around) { NULL, NULL });
  if (self->root == NULL)
    return FALSE;
  find_reads (&placing);
  return TRUE;
}
