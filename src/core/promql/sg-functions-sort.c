/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-functions-private.h"

#include <math.h>
#include <string.h>

/* Sorting, which only the result of an instant query shows. */

static gboolean
warn_in_range (SgEval     *eval,
               SgPlanNode *node)
{
  if (node->grid.n == 1)
    return FALSE;
  sg_annotations_warn (eval->annotations, node->expr->span.start,
                       "sort is ineffective for range queries since results are always ordered by "
                       "labels");
  return TRUE;
}

/* NaN comes last, whichever way. */
static int
compare_values (gconstpointer a,
                gconstpointer b,
                gpointer      descending)
{
  double x = ((const SgVectorSeries *) a)->values[0];
  double y = ((const SgVectorSeries *) b)->values[0];

  if (isnan (x) || isnan (y))
    return isnan (x) - isnan (y);
  return descending != NULL ? (x < y) - (x > y) : (x > y) - (x < y);
}

gboolean
sg_call_sort (SgEval       *eval,
              SgPlanNode   *node,
              SgVectorSink *sink)
{
  g_auto (SgVectorBlock) block = { 0 };
  gboolean descending = node->expr->call.function->id == SG_FUNCTION_SORT_DESC;

  if (warn_in_range (eval, node))
    return sg_eval_vector (eval, node->children[0], node->grid.n, sink);
  if (!sg_eval_collect (eval, node->children[0], 1, &block))
    return FALSE;
  g_array_sort_with_data (block.series, compare_values, GINT_TO_POINTER (descending));
  return sg_vector_block_replay (&block, sink);
}

static int
compare_bytes (const char *a,
               gsize       n_a,
               const char *b,
               gsize       n_b)
{
  int order = memcmp (a, b, MIN (n_a, n_b));

  return order != 0 ? order : (n_a > n_b) - (n_a < n_b);
}

/* Compares two runs of digits as numbers, however long. */
static int
compare_digits (const char *a,
                gsize       n_a,
                const char *b,
                gsize       n_b)
{
  while (n_a > 1 && *a == '0')
    {
      a++;
      n_a--;
    }
  while (n_b > 1 && *b == '0')
    {
      b++;
      n_b--;
    }
  return n_a != n_b ? (n_a > n_b) - (n_a < n_b) : memcmp (a, b, n_a);
}

/* As people sort: runs of digits by their numbers, all else by its bytes. */
static int
compare_naturally (const char *a,
                   const char *b)
{
  while (*a != '\0' && *b != '\0')
    {
      gboolean digits = g_ascii_isdigit (*a) && g_ascii_isdigit (*b);
      gsize n_a = g_ascii_isdigit (*a) ? strspn (a, "0123456789") : strcspn (a, "0123456789");
      gsize n_b = g_ascii_isdigit (*b) ? strspn (b, "0123456789") : strcspn (b, "0123456789");
      int order = digits ? compare_digits (a, n_a, b, n_b) : compare_bytes (a, n_a, b, n_b);

      if (order != 0)
        return order;
      a += n_a;
      b += n_b;
    }
  return (*a != '\0') - (*b != '\0');
}

static int
compare_labels (gconstpointer a,
                gconstpointer b,
                gpointer      data)
{
  const SgPlanNode *node = data;
  const SgLabels *left = ((const SgVectorSeries *) a)->labels;
  const SgLabels *right = ((const SgVectorSeries *) b)->labels;
  int order = 0;

  for (guint i = 1; i < node->n_children && order == 0; i++)
    {
      const char *name = sg_eval_string (node->children[i]).text;

      order = compare_naturally (sg_labels_get (left, name), sg_labels_get (right, name));
    }
  if (order == 0)
    order = sg_labels_compare (left, right);
  return node->expr->call.function->id == SG_FUNCTION_SORT_BY_LABEL_DESC ? -order : order;
}

gboolean
sg_call_sort_by_label (SgEval       *eval,
                       SgPlanNode   *node,
                       SgVectorSink *sink)
{
  g_auto (SgVectorBlock) block = { 0 };

  if (warn_in_range (eval, node))
    return sg_eval_vector (eval, node->children[0], node->grid.n, sink);
  if (!sg_eval_collect (eval, node->children[0], 1, &block))
    return FALSE;
  g_array_sort_with_data (block.series, compare_labels, node);
  return sg_vector_block_replay (&block, sink);
}
