/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-sync-page-private.h"

#include "models/sg-answer-series.h"
#include "models/sg-format.h"
#include "models/sg-record-rows.h"
#include "pages/sg-page-chart.h"
#include "widgets/sg-grid-layout.h"

#include <glib/gi18n.h>
#include <math.h>

#define TILE_WIDTH   132
#define MOST_TILES   6
#define CHART_WIDTH  380
#define CHART_NARROW 300
#define MOST_CHARTS  2
#define TREND_MAX    2048

static const struct
{
  const char *name;
  SgUnit unit;
  const char *query;
} tiles[] = {
  [SG_SYNC_TILE_OPERATIONS] = { N_ ("Operations"), SG_UNIT_COUNT, "count" },
  [SG_SYNC_TILE_SUCCESS] = { N_ ("Success rate"), SG_UNIT_RATIO, "success" },
  [SG_SYNC_TILE_RATE] = { N_ ("Rate"), SG_UNIT_PER_SECOND, "types" },
  [SG_SYNC_TILE_P95] = { N_ ("Duration p95"), SG_UNIT_SECONDS, "p95" },
  [SG_SYNC_TILE_ACTIVE] = { N_ ("Active"), SG_UNIT_COUNT, "active" },
  [SG_SYNC_TILE_FAILURES] = { N_ ("Failures"), SG_UNIT_COUNT, "failures" },
};

static const struct
{
  const char *title;
  const char *subject;
  SgUnit unit;
  SgChartKind kind;
  const char *domain;
  const char *query;
} charts[] = {
  [SG_SYNC_CHART_TYPES] = { N_ ("Operations by type"), NULL, SG_UNIT_PER_SECOND, SG_CHART_STACK,
                            SG_RECORD_TYPE_DOMAIN, "types" },
  [SG_SYNC_CHART_DURATION] = { N_ ("Duration"), N_ ("percentiles"), SG_UNIT_SECONDS, SG_CHART_LINE,
                               NULL, "p95-range" },
  [SG_SYNC_CHART_STATUS] = { N_ ("Operations by status"), NULL, SG_UNIT_PER_SECOND,
                             SG_CHART_COLUMNS, NULL, "good" },
  [SG_SYNC_CHART_SPREAD] = { N_ ("Duration spread"), N_ ("operations in each bucket"),
                             SG_UNIT_SECONDS, SG_CHART_HEAT, NULL, "buckets" },
  [SG_SYNC_CHART_RECORDS] = { N_ ("Affected records"), NULL, SG_UNIT_PER_SECOND, SG_CHART_STACK,
                              SG_RECORD_TYPE_DOMAIN, "records" },
  [SG_SYNC_CHART_SUCCESS] = { N_ ("Success rate by type"), NULL, SG_UNIT_RATIO, SG_CHART_LINE,
                              SG_RECORD_TYPE_DOMAIN, "success-range" },
};

/* What stands behind a number is opened in Explore. */
static void
tile_clicked (SgSyncPage *self,
              GtkWidget  *tile)
{
  for (guint i = 0; i < SG_SYNC_N_TILES; i++)
    {
      SgQueryAnswer *answer = sg_source_plan_get_answer (self->plan, tiles[i].query);

      if (self->tiles[i] == tile && answer != NULL)
        gtk_widget_activate_action (tile, "win.ask", "s", answer->text);
    }
}

static void
make_chart (SgSyncPage *self,
            guint       i)
{
  const char *subject = charts[i].subject != NULL ? _ (charts[i].subject) : NULL;
  GtkWidget *chart = sg_chart_new (_ (charts[i].title), subject);

  self->charts[i] = SG_CHART (chart);
  sg_chart_set_group (self->charts[i], self->group);
  if (charts[i].domain != NULL)
    sg_chart_set_domain (self->charts[i], charts[i].domain);
  sg_chart_set_kind (self->charts[i], charts[i].kind);
  sg_chart_set_unit (self->charts[i], charts[i].unit);
  sg_page_adopt_chart (SG_PAGE (self), self->charts[i]);
  gtk_box_append (self->chart_box, chart);
}

static void
lay_out (SgSyncPage *self)
{
  gboolean narrow = sg_page_get_width_class (SG_PAGE (self)) == SG_WIDTH_NARROW;

  gtk_widget_set_layout_manager (GTK_WIDGET (self->chart_box),
                                 sg_grid_layout_new (narrow ? CHART_NARROW : CHART_WIDTH,
                                                     MOST_CHARTS));
}

void
sg_sync_page_make_charts (SgSyncPage *self)
{
  gtk_widget_set_layout_manager (GTK_WIDGET (self->tile_box),
                                 sg_grid_layout_new (TILE_WIDTH, MOST_TILES));
  for (guint i = 0; i < SG_SYNC_N_TILES; i++)
    {
      self->tiles[i] = sg_tile_new (_ (tiles[i].name), tiles[i].unit);
      g_signal_connect_swapped (self->tiles[i], "clicked", G_CALLBACK (tile_clicked), self);
      gtk_box_append (self->tile_box, self->tiles[i]);
    }
  for (guint i = 0; i < SG_SYNC_N_CHARTS; i++)
    make_chart (self, i);
  sg_chart_set_free_start (self->charts[SG_SYNC_CHART_SUCCESS], TRUE);
  lay_out (self);
  g_signal_connect (self, "notify::width-class", G_CALLBACK (lay_out), NULL);
}

static SgQueryAnswer *
get_answer (SgSyncPage *self,
            const char *role)
{
  return sg_source_plan_get_answer (self->plan, role);
}

static double
get_value (SgSyncPage *self,
           const char *role)
{
  return sg_answer_series_value (get_answer (self, role), NULL, NULL);
}

/* A type that did nothing in the window has no place in the legend. */
static void
drop_idle (GPtrArray *series)
{
  for (guint i = series->len; i-- > 0;)
    {
      SgSeriesData *data = series->pdata[i];
      const double *values = sg_series_data_get_values (data);
      gboolean any = FALSE;

      for (gsize j = 0; !any && j < sg_series_data_get_n (data); j++)
        any = values[j] != 0;
      if (!any)
        g_ptr_array_remove_index (series, i);
    }
}

static GPtrArray *
collect (SgSyncPage  *self,
         SgSyncChart  chart)
{
  GPtrArray *series = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);

  switch (chart)
    {
    case SG_SYNC_CHART_TYPES:
      sg_answer_series_add (series, get_answer (self, "types"), "type", _ ("other"),
                            SG_UNIT_PER_SECOND);
      drop_idle (series);
      break;
    case SG_SYNC_CHART_DURATION:
      sg_answer_series_add (series, get_answer (self, "p50-range"), NULL, "p50", SG_UNIT_SECONDS);
      sg_answer_series_add (series, get_answer (self, "p95-range"), NULL, "p95", SG_UNIT_SECONDS);
      sg_answer_series_add (series, get_answer (self, "p99-range"), NULL, "p99", SG_UNIT_SECONDS);
      break;
    case SG_SYNC_CHART_STATUS:
      sg_answer_series_add (series, get_answer (self, "good"), NULL, "success", SG_UNIT_PER_SECOND);
      sg_answer_series_add (series, get_answer (self, "rest"), NULL, "partial, timeout",
                            SG_UNIT_PER_SECOND);
      sg_answer_series_add (series, get_answer (self, "bad"), NULL, "failed", SG_UNIT_PER_SECOND);
      break;
    case SG_SYNC_CHART_SPREAD:
      sg_answer_series_add_buckets (series, get_answer (self, "buckets"), SG_UNIT_SECONDS);
      break;
    case SG_SYNC_CHART_SUCCESS:
      sg_answer_series_add (series, get_answer (self, "success-range"), "type", _ ("other"),
                            SG_UNIT_RATIO);
      break;
    case SG_SYNC_CHART_RECORDS:
    case SG_SYNC_N_CHARTS:
    default:
      sg_answer_series_add (series, get_answer (self, "records"), "type", _ ("other"),
                            SG_UNIT_PER_SECOND);
      drop_idle (series);
    }
  return series;
}

/* The queries of one chart that failed say so in its card, and the others go on. */
static void
update_chart (SgSyncPage *self,
              guint       i,
              SgTimeMs    from,
              SgTimeMs    to)
{
  SgQueryAnswer *answer = get_answer (self, charts[i].query);
  g_autoptr (GPtrArray) series = collect (self, (SgSyncChart) i);

  gtk_widget_set_visible (GTK_WIDGET (self->charts[i]), answer != NULL);
  if (answer == NULL)
    return;
  sg_chart_set_error (self->charts[i], answer->error != NULL ? answer->error->message : NULL);
  sg_chart_set_query (self->charts[i], answer->text);
  sg_chart_set_window (self->charts[i], from, to);
  sg_chart_set_series (self->charts[i], series, answer->step);
}

static void
update_success_threshold (SgSyncPage *self)
{
  SgChart *chart = self->charts[SG_SYNC_CHART_SUCCESS];
  g_autofree char *limit = sg_unit_format_bound (SG_UNIT_RATIO, self->thresholds.success_degraded);
  g_autofree char *name = g_strdup_printf (_ ("limit %s"), limit);

  sg_chart_clear_thresholds (chart);
  sg_chart_add_threshold (chart, self->thresholds.success_degraded, SG_LEVEL_UNHEALTHY, name);
}

static void
update_threshold (SgSyncPage *self)
{
  SgChart *chart = self->charts[SG_SYNC_CHART_DURATION];
  g_autofree char *limit = sg_unit_format_bound (SG_UNIT_SECONDS, self->thresholds.p95_degraded);
  g_autofree char *name = g_strdup_printf (_ ("p95 limit %s"), limit);

  sg_chart_clear_thresholds (chart);
  sg_chart_add_threshold (chart, self->thresholds.p95_degraded, SG_LEVEL_UNHEALTHY, name);
}

void
sg_sync_page_update_charts (SgSyncPage *self)
{
  SgTimeWindow *window = sg_page_get_time_window (SG_PAGE (self));
  SgQueryAnswer *answer = get_answer (self, "types");
  SgTimeMs from, to;

  sg_time_window_get_range (window, &from, &to);
  if (answer != NULL && sg_time_window_get_mode (window) == SG_TIME_LIVE)
    {
      from = answer->end - (to - from);
      to = answer->end;
    }
  update_threshold (self);
  update_success_threshold (self);
  for (guint i = 0; i < SG_SYNC_N_CHARTS; i++)
    update_chart (self, i, from, to);
}

/* Adds the values of all series of @answer at the times of a grid. Returns: how many times it has */
static guint
add_to_grid (SgQueryAnswer *answer,
             double        *sums)
{
  guint n;

  if (answer == NULL || answer->result == NULL || answer->step <= 0)
    return 0;
  n = (guint) ((answer->end - answer->start) / answer->step) + 1;
  if (n > TREND_MAX)
    return 0;
  for (guint i = 0; i < answer->result->n_series; i++)
    {
      const SgColumn *column = &answer->result->series[i].column;

      for (gsize j = 0; j < column->n; j++)
        {
          guint at = (guint) ((column->t[j] - answer->start) / answer->step);

          if (at < n && !isnan (column->f[j]))
            sums[at] = (isnan (sums[at]) ? 0 : sums[at]) + column->f[j];
        }
    }
  return n;
}

typedef struct
{
  double values[TREND_MAX];
  guint n;
} Trend;

static void
sum_trend (SgSyncPage        *self,
           const char *const *queries,
           Trend             *trend)
{
  trend->n = 0;
  for (guint i = 0; i < TREND_MAX; i++)
    trend->values[i] = NAN;
  for (guint i = 0; queries[i] != NULL; i++)
    trend->n = MAX (trend->n, add_to_grid (get_answer (self, queries[i]), trend->values));
}

static void
update_trends (SgSyncPage *self)
{
  static const char *const all[] = { "good", "rest", "bad", NULL };
  static const char *const active[] = { "active-trend", NULL };
  static const char *const p95[] = { "p95-range", NULL };
  static const char *const failed[] = { "rest", "bad", NULL };
  static const char *const good[] = { "good", NULL };
  Trend total, part;

  sum_trend (self, all, &total);
  sg_tile_set_trend (SG_TILE (self->tiles[SG_SYNC_TILE_OPERATIONS]), total.values, total.n);
  sg_tile_set_trend (SG_TILE (self->tiles[SG_SYNC_TILE_RATE]), total.values, total.n);
  sum_trend (self, failed, &part);
  sg_tile_set_trend (SG_TILE (self->tiles[SG_SYNC_TILE_FAILURES]), part.values, part.n);
  sum_trend (self, good, &part);
  for (guint i = 0; i < part.n; i++)
    part.values[i] = total.values[i] > 0 ? part.values[i] / total.values[i] : NAN;
  sg_tile_set_trend (SG_TILE (self->tiles[SG_SYNC_TILE_SUCCESS]), part.values, part.n);
  sum_trend (self, p95, &part);
  sg_tile_set_trend (SG_TILE (self->tiles[SG_SYNC_TILE_P95]), part.values, part.n);
  sum_trend (self, active, &part);
  sg_tile_set_trend (SG_TILE (self->tiles[SG_SYNC_TILE_ACTIVE]), part.values, part.n);
}

SgLevel
sg_sync_page_judge_success (SgSyncPage *self,
                            double      ratio)
{
  if (isnan (ratio))
    return SG_LEVEL_UNKNOWN;
  if (ratio < self->thresholds.success_unhealthy)
    return SG_LEVEL_UNHEALTHY;
  return ratio < self->thresholds.success_degraded ? SG_LEVEL_DEGRADED : SG_LEVEL_HEALTHY;
}

static void
set_tile (SgSyncPage *self,
          SgSyncTile  tile,
          double      value,
          double      before)
{
  sg_tile_set_value (SG_TILE (self->tiles[tile]), value);
  sg_tile_set_before (SG_TILE (self->tiles[tile]), before);
}

/* Not what was in the window, but what is at its end: the past says when that was. */
static void
update_active (SgSyncPage *self)
{
  SgTile *tile = SG_TILE (self->tiles[SG_SYNC_TILE_ACTIVE]);
  SgTimeWindow *window = sg_page_get_time_window (SG_PAGE (self));
  gboolean live = sg_time_window_get_mode (window) == SG_TIME_LIVE;
  double peak = get_value (self, "active-peak");
  g_autofree char *highest = sg_format_count (isnan (peak) ? 0 : (guint64) peak);
  g_autofree char *clock = NULL;
  g_autofree char *note = NULL;
  SgTimeMs from, to;

  gtk_widget_set_visible (GTK_WIDGET (tile), get_answer (self, "active") != NULL);
  sg_time_window_get_range (window, &from, &to);
  clock = sg_format_clock (to, FALSE);
  if (live)
    note = g_strdup_printf (_ ("highest %s"), highest);
  else
    note = g_strdup_printf (_ ("at %s, highest %s"), clock, highest);
  sg_tile_set_value (tile, get_value (self, "active"));
  sg_tile_set_suffix (tile, live ? _ ("now") : NULL);
  sg_tile_set_note (tile, isnan (peak) ? NULL : note);
}

/* The number of failures is judged as the success rate is, so that the two never disagree. */
void
sg_sync_page_update_tiles (SgSyncPage *self)
{
  SgTimeWindow *window = sg_page_get_time_window (SG_PAGE (self));
  double seconds = (double) sg_time_window_get_span (window) / 1000;
  double count = get_value (self, "count");
  double before = get_value (self, "count-before");
  const SgSyncThresholds *limits = &self->thresholds;

  sg_tile_set_thresholds (SG_TILE (self->tiles[SG_SYNC_TILE_SUCCESS]),
                          nextafter (limits->success_degraded, 0),
                          nextafter (limits->success_unhealthy, 0));
  sg_tile_set_thresholds (SG_TILE (self->tiles[SG_SYNC_TILE_P95]), limits->p95_degraded,
                          limits->p95_unhealthy);
  if (count > 0)
    sg_tile_set_thresholds (SG_TILE (self->tiles[SG_SYNC_TILE_FAILURES]),
                            nextafter ((1 - limits->success_degraded) * count, INFINITY),
                            nextafter ((1 - limits->success_unhealthy) * count, INFINITY));
  else
    sg_tile_set_thresholds (SG_TILE (self->tiles[SG_SYNC_TILE_FAILURES]), NAN, NAN);
  set_tile (self, SG_SYNC_TILE_OPERATIONS, count, before);
  set_tile (self, SG_SYNC_TILE_RATE, count / seconds, before / seconds);
  set_tile (self, SG_SYNC_TILE_SUCCESS, get_value (self, "success"),
            get_value (self, "success-before"));
  set_tile (self, SG_SYNC_TILE_P95, get_value (self, "p95"), get_value (self, "p95-before"));
  set_tile (self, SG_SYNC_TILE_FAILURES, get_value (self, "failures"),
            get_value (self, "failures-before"));
  update_active (self);
  update_trends (self);
}
