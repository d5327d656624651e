/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-answer-trend.h"

#include <math.h>

/* A range of more points than these is no sparkline. */
#define MAX_POINTS 100000

static const SgPromqlSeries *
get_series (SgQueryAnswer *answer,
            guint          index)
{
  if (answer == NULL || answer->result == NULL || index >= answer->result->n_series)
    return NULL;
  return &answer->result->series[index];
}

double *
sg_answer_trend_new (SgQueryAnswer *answer,
                     guint          index,
                     guint         *ret_n)
{
  const SgPromqlSeries *series = get_series (answer, index);
  gint64 n =
      series != NULL && answer->step > 0 ? (answer->end - answer->start) / answer->step + 1 : 0;
  double *values;

  if (n <= 0 || n > MAX_POINTS)
    {
      *ret_n = 0;
      return NULL;
    }
  values = g_new (double, n);
  for (gint64 i = 0; i < n; i++)
    values[i] = NAN;
  for (guint i = 0; i < series->column.n; i++)
    {
      gint64 place = (series->column.t[i] - answer->start) / answer->step;

      if (place >= 0 && place < n)
        values[place] = series->column.f[i];
    }
  *ret_n = (guint) n;
  return values;
}

double
sg_answer_trend_last (SgQueryAnswer *answer,
                      guint          index)
{
  const SgPromqlSeries *series = get_series (answer, index);

  return series != NULL && series->column.n > 0 ? series->column.f[series->column.n - 1] : NAN;
}

gboolean
sg_answer_trend_find (SgQueryAnswer *answer,
                      const char    *job,
                      const char    *instance,
                      guint         *ret_index)
{
  if (answer == NULL || answer->result == NULL)
    return FALSE;
  for (guint i = 0; i < answer->result->n_series; i++)
    {
      const SgLabels *labels = answer->result->series[i].labels;

      if (g_str_equal (sg_labels_get (labels, "job"), job)
          && g_str_equal (sg_labels_get (labels, "instance"), instance))
        {
          *ret_index = i;
          return TRUE;
        }
    }
  return FALSE;
}
