/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-stack.h"

#include "chart/sg-layer.h"

#include <math.h>

/*
 * Series of one query share their grid, but they begin and end at different times, and two queries may
 * have two grids. So the grid of the stack is the union of theirs, found by merging: at each turn the
 * least of the next times is taken, and every series that has it moves on.
 */
typedef struct
{
  const gint64 *times;
  const double *values;
  gsize at;
  gsize end;
} Cursor;

static Cursor *
open_cursors (const SgScene *scene,
              gsize         *ret_most)
{
  Cursor *cursors = g_new0 (Cursor, scene->series->len);

  *ret_most = 0;
  for (guint i = 0; i < scene->series->len; i++)
    {
      const SgSceneSeries *series = sg_scene_get_series (scene, i);

      if (series->hidden)
        continue;
      cursors[i].times = sg_series_data_get_times (series->data);
      cursors[i].values = sg_series_data_get_values (series->data);
      sg_layer_get_slice (scene, series, &cursors[i].at, &cursors[i].end);
      *ret_most += cursors[i].end - cursors[i].at;
    }
  return cursors;
}

static gboolean
next_time (const Cursor *cursors,
           guint         n,
           gint64       *ret_time)
{
  gboolean found = FALSE;

  for (guint i = 0; i < n; i++)
    {
      if (cursors[i].at < cursors[i].end && (!found || cursors[i].times[cursors[i].at] < *ret_time))
        {
          *ret_time = cursors[i].times[cursors[i].at];
          found = TRUE;
        }
    }
  return found;
}

/* The values of all series at @time into @row; whether any is there. */
static gboolean
take_row (Cursor *cursors,
          guint   n,
          gint64  time,
          double *row)
{
  gboolean any = FALSE;

  for (guint i = 0; i < n; i++)
    {
      Cursor *cursor = &cursors[i];

      row[i] = 0;
      if (cursor->at >= cursor->end || cursor->times[cursor->at] != time)
        continue;
      if (isfinite (cursor->values[cursor->at]))
        {
          row[i] = cursor->values[cursor->at];
          any = TRUE;
        }
      cursor->at++;
    }
  return any;
}

/* Rows of values, as they were taken, become columns of sums. */
static void
pile_up (SgStack      *self,
         const double *rows,
         const guint8 *present)
{
  self->tops = g_new (double, MAX (self->n * self->n_series, 1));
  for (gsize k = 0; k < self->n; k++)
    {
      double sum = 0;

      for (guint i = 0; i < self->n_series; i++)
        {
          sum += rows[k * self->n_series + i];
          self->tops[i * self->n + k] = present[k] ? sum : NAN;
        }
    }
}

void
sg_stack_init (SgStack       *self,
               const SgScene *scene)
{
  gsize most;
  guint n_series = scene->series->len;
  g_autofree Cursor *cursors = open_cursors (scene, &most);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (double) * MAX (n_series, 1));
  g_autofree guint8 *present = g_malloc (MAX (most, 1));
  gint64 time = 0;

  *self = (SgStack) { .n_series = n_series, .times = g_new (gint64, MAX (most, 1)) };
  while (next_time (cursors, n_series, &time))
    {
      g_array_set_size (rows, (guint) self->n + 1);
      present[self->n] =
          take_row (cursors, n_series, time, (double *) (gpointer) rows->data + self->n * n_series);
      self->times[self->n++] = time;
    }
  pile_up (self, (const double *) (gpointer) rows->data, present);
}

static void
keep (SgStack *self,
      gsize    from,
      gsize    to)
{
  self->times[to] = self->times[from];
  for (guint i = 0; i < self->n_series; i++)
    self->tops[i * self->n + to] = self->tops[i * self->n + from];
}

/* After some times were taken out the columns are moved together. */
static void
shorten (SgStack *self,
         gsize    n)
{
  for (guint i = 1; i < self->n_series; i++)
    {
      for (gsize k = 0; k < n; k++)
        self->tops[i * n + k] = self->tops[i * self->n + k];
    }
  self->n = n;
}

void
sg_stack_thin (SgStack       *self,
               const SgScene *scene,
               guint          slots)
{
  double per_slot = (double) (scene->to - scene->from) / MAX (slots, 1);
  gsize kept = 0;
  gint64 slot = G_MININT64;

  if (self->n <= slots)
    return;
  for (gsize k = 0; k < self->n; k++)
    {
      gint64 here = (gint64) floor ((double) (self->times[k] - scene->from) / per_slot);
      double total = sg_stack_get_total (self, k);

      if (here != slot)
        keep (self, k, kept++);
      else if (!(total <= sg_stack_get_total (self, kept - 1)) && !isnan (total))
        keep (self, k, kept - 1);
      slot = here;
    }
  shorten (self, kept);
}

void
sg_stack_clear (SgStack *self)
{
  g_clear_pointer (&self->times, g_free);
  g_clear_pointer (&self->tops, g_free);
}

double
sg_stack_get_top (const SgStack *self,
                  guint          i,
                  gsize          k)
{
  return self->tops[i * self->n + k];
}

double
sg_stack_get_base (const SgStack *self,
                   guint          i,
                   gsize          k)
{
  return i > 0 ? sg_stack_get_top (self, i - 1, k) : 0;
}

double
sg_stack_get_total (const SgStack *self,
                    gsize          k)
{
  return self->n_series > 0 ? sg_stack_get_top (self, self->n_series - 1, k) : 0;
}

/* A stack stands on zero. */
void
sg_stack_get_range (const SgScene *scene,
                    double        *min,
                    double        *max)
{
  g_auto (SgStack) stack = { 0 };

  sg_stack_init (&stack, scene);
  for (guint i = 0; i < stack.n_series; i++)
    {
      for (gsize k = 0; k < stack.n; k++)
        {
          double top = sg_stack_get_top (&stack, i, k);

          *min = top < *min ? top : *min;
          *max = top > *max ? top : *max;
        }
    }
  if (*min <= *max)
    *min = fmin (*min, 0);
}
