/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pages/sg-cache-page-private.h"

#include "chart/sg-unit.h"
#include "models/sg-answer-series.h"
#include "models/sg-answer-trend.h"
#include "models/sg-format.h"
#include "pages/sg-page-chart.h"
#include "widgets/sg-level-style.h"

#include <glib/gi18n.h>
#include <math.h>

/* What loads an entry that was missed, as operations are called everywhere. */
#define LOADING_TYPE "read_through"

#define MAX_ROLES 2

static const struct
{
  const char *name;
  SgUnit unit;
  const char *value;
  const char *trend;
} tiles[SG_CACHE_N_TILES] = {
  [SG_CACHE_TILE_HITS] = { N_ ("Hits"), SG_UNIT_COUNT, "hits", "hit-rate" },
  [SG_CACHE_TILE_MISSES] = { N_ ("Misses"), SG_UNIT_COUNT, "misses", "miss-rate" },
  [SG_CACHE_TILE_COST] = { N_ ("Cost of misses"), SG_UNIT_SECONDS, NULL, "miss-rate" },
  [SG_CACHE_TILE_ENTRIES] = { N_ ("Entries"), SG_UNIT_COUNT, "size", "size" },
  [SG_CACHE_TILE_MEMORY] = { N_ ("Memory"), SG_UNIT_BYTES, "memory", "memory" },
  [SG_CACHE_TILE_EVICTIONS] = { N_ ("Evictions"), SG_UNIT_COUNT, "evictions", "eviction-rate" },
};

/* The roles of a chart's series, with what they are called; "" is called by its labels. */
static const struct
{
  const char *title;
  const char *subject;
  SgUnit unit;
  SgChartKind kind;
  const char *roles[MAX_ROLES];
  const char *names[MAX_ROLES];
} charts[SG_CACHE_N_CHARTS] = {
  [SG_CACHE_CHART_RATIO] = { N_ ("Hit rate"),
                             NULL,
                             SG_UNIT_RATIO,
                             SG_CHART_LINE,
                             { "ratio-trend" },
                             { N_ ("hit rate") } },
  [SG_CACHE_CHART_EVENTS] = { N_ ("Hits and misses"),
                              NULL,
                              SG_UNIT_PER_SECOND,
                              SG_CHART_STACK,
                              { "hit-rate", "miss-rate" },
                              { N_ ("hits"), N_ ("misses") } },
  [SG_CACHE_CHART_TYPES] = { N_ ("Hit rate by type"),
                             N_ ("operations"),
                             SG_UNIT_RATIO,
                             SG_CHART_LINE,
                             { "types" },
                             { "" } },
  [SG_CACHE_CHART_ENTRIES] = { N_ ("Entries"),
                               NULL,
                               SG_UNIT_COUNT,
                               SG_CHART_LINE,
                               { "size" },
                               { N_ ("entries") } },
  [SG_CACHE_CHART_MEMORY] = { N_ ("Memory"),
                              NULL,
                              SG_UNIT_BYTES,
                              SG_CHART_LINE,
                              { "memory" },
                              { N_ ("memory") } },
  [SG_CACHE_CHART_EVICTIONS] = { N_ ("Evictions"),
                                 NULL,
                                 SG_UNIT_PER_SECOND,
                                 SG_CHART_LINE,
                                 { "eviction-rate" },
                                 { N_ ("evictions") } },
};

static double
get_value (SgCachePage *self,
           const char  *role)
{
  return sg_answer_trend_last (sg_query_plan_get_answer (self->plan, role), 0);
}

/* What a miss costs is what operations take that load through the cache, where they are told apart. */
static double
get_load_seconds (SgCachePage *self)
{
  SgQueryAnswer *answer = sg_query_plan_get_answer (self->plan, "load");

  for (guint i = 0; answer != NULL && answer->result != NULL && i < answer->result->n_series; i++)
    {
      if (g_str_equal (sg_labels_get (answer->result->series[i].labels, "type"), LOADING_TYPE))
        return sg_answer_trend_last (answer, i);
    }
  return NAN;
}

static void
read_figures (SgCachePage *self)
{
  self->figures = (SgCacheFigures) {
    .hit_ratio = get_value (self, "ratio"),
    .hit_ratio_before = get_value (self, "ratio-before"),
    .hits = get_value (self, "hits"),
    .misses = get_value (self, "misses"),
    .miss_seconds = get_load_seconds (self),
    .size = get_value (self, "size"),
    .size_limit = get_value (self, "size-limit"),
    .memory = get_value (self, "memory"),
    .memory_limit = get_value (self, "memory-limit"),
    .evictions = get_value (self, "evictions"),
  };
}

static void
show_banner (SgCachePage *self)
{
  SgLevel level = sg_cache_figures_judge (&self->figures);
  g_autofree char *reason = sg_cache_figures_explain (&self->figures);
  g_autofree char *percent = g_strdup_printf ("%.0f", 100. * self->figures.hit_ratio);

  sg_gauge_set_value (SG_GAUGE (self->ring), self->figures.hit_ratio,
                      isnan (self->figures.hit_ratio) ? NULL : percent);
  sg_gauge_set_level (SG_GAUGE (self->ring), level);
  gtk_image_set_from_icon_name (self->icon, sg_level_style_get_icon_name (level));
  sg_level_style_apply (GTK_WIDGET (self->icon), level);
  gtk_label_set_label (self->word, sg_level_style_get_word (level));
  gtk_label_set_label (self->reason, reason);
  sg_page_set_level (SG_PAGE (self), level,
                     level == SG_LEVEL_DEGRADED || level == SG_LEVEL_UNHEALTHY ? 1 : 0);
}

/* "of 10 k, 62 %" */
static char *
describe_limit (double value,
                double limit,
                SgUnit unit)
{
  g_autofree char *most = NULL;
  g_autofree char *part = NULL;

  if (!(limit > 0.) || isnan (value))
    return NULL;
  most = sg_unit_format (unit, limit);
  part = sg_unit_format (SG_UNIT_RATIO, value / limit);
  /* Translators: a limit, and how much of it is used: “of 64 MiB, 62 %” */
  return g_strdup_printf (_ ("of %s, %s"), most, part);
}

static char *
describe_memory (const SgCacheFigures *figures)
{
  double size = sg_cache_figures_get_entry_size (figures);
  g_autofree char *entry = sg_unit_format (SG_UNIT_BYTES, size);

  return isnan (size) ? g_strdup ("") : g_strdup_printf (_ ("%s an entry"), entry);
}

static void
show_notes (SgCachePage *self)
{
  const SgCacheFigures *figures = &self->figures;
  g_autofree char *entries = describe_limit (figures->size, figures->size_limit, SG_UNIT_COUNT);
  g_autofree char *memory = describe_memory (figures);
  g_autofree char *load = sg_unit_format (SG_UNIT_SECONDS, figures->miss_seconds);
  g_autofree char *each = g_strdup_printf (_ ("%s each"), load);

  sg_tile_set_before (self->tiles[SG_CACHE_TILE_HITS], get_value (self, "hits-before"));
  sg_tile_set_before (self->tiles[SG_CACHE_TILE_MISSES], get_value (self, "misses-before"));
  sg_tile_set_note (self->tiles[SG_CACHE_TILE_COST], isnan (figures->miss_seconds) ? "" : each);
  sg_tile_set_note (self->tiles[SG_CACHE_TILE_ENTRIES], entries != NULL ? entries : "");
  sg_tile_set_note (self->tiles[SG_CACHE_TILE_MEMORY], memory);
}

static void
show_tiles (SgCachePage *self)
{
  for (guint i = 0; i < SG_CACHE_N_TILES; i++)
    {
      guint n;
      g_autofree double *trend =
          sg_answer_trend_new (sg_query_plan_get_answer (self->plan, tiles[i].trend), 0, &n);

      sg_tile_set_value (self->tiles[i], tiles[i].value != NULL
                                             ? get_value (self, tiles[i].value)
                                             : sg_cache_figures_get_miss_cost (&self->figures));
      sg_tile_set_trend (self->tiles[i], trend, n);
    }
  show_notes (self);
}

/* The series of an answer, by the name that the page has for them, or else by their types. */
static void
append_named (GPtrArray     *series,
              SgQueryAnswer *answer,
              SgUnit         unit,
              const char    *name)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  g_autoptr (GPtrArray) made = NULL;

  g_ptr_array_add (one, answer);
  made = sg_answer_series_make (one);
  for (guint i = 0; i < made->len; i++)
    {
      SgSeriesData *data = made->pdata[i];
      SgLabels *labels = sg_series_data_get_labels (data);
      gsize n = sg_series_data_get_n (data);
      g_autoptr (GBytes) times = g_bytes_new (sg_series_data_get_times (data), n * sizeof (gint64));
      g_autoptr (GBytes) values =
          g_bytes_new (sg_series_data_get_values (data), n * sizeof (double));
      const char *called = *name != '\0' ? name : sg_labels_get (labels, "type");

      g_ptr_array_add (series, sg_series_data_new (labels, called, unit, times, values));
    }
}

static void
show_limit (SgCachePage  *self,
            SgCacheChart  chart,
            double        limit)
{
  sg_chart_clear_thresholds (self->charts[chart]);
  if (limit > 0.)
    sg_chart_add_threshold (self->charts[chart], limit, SG_LEVEL_UNHEALTHY, _ ("limit"));
}

static void
show_chart (SgCachePage  *self,
            SgCacheChart  which,
            SgTimeMs      from,
            SgTimeMs      to)
{
  g_autoptr (GPtrArray) series =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_series_data_unref);
  const char *error = NULL;
  gint64 step = 0;

  for (guint i = 0; i < MAX_ROLES && charts[which].roles[i] != NULL; i++)
    {
      const char *name = charts[which].names[i];
      SgQueryAnswer *answer = sg_query_plan_get_answer (self->plan, charts[which].roles[i]);

      if (answer == NULL)
        continue;
      step = answer->step;
      if (answer->error != NULL)
        error = answer->error->message;
      else
        append_named (series, answer, charts[which].unit, *name != '\0' ? _ (name) : "");
      if (i == 0)
        sg_chart_set_query (self->charts[which], answer->text);
    }
  sg_chart_set_error (self->charts[which], error);
  sg_chart_set_window (self->charts[which], from, to);
  sg_chart_set_series (self->charts[which], series, step);
}

/* What no family tells is not shown as empty: the chart is not there. */
static void
show_charts (SgCachePage *self)
{
  SgTimeMs from, to;

  if (sg_page_get_time_window (SG_PAGE (self)) == NULL)
    return;
  sg_time_window_get_range (sg_page_get_time_window (SG_PAGE (self)), &from, &to);
  show_limit (self, SG_CACHE_CHART_ENTRIES, self->figures.size_limit);
  show_limit (self, SG_CACHE_CHART_MEMORY, self->figures.memory_limit);
  for (guint i = 0; i < SG_CACHE_N_CHARTS; i++)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->charts[i]),
                              sg_query_plan_get_answer (self->plan, charts[i].roles[0]) != NULL);
      show_chart (self, i, from, to);
    }
}

static void
show_change (SgCachePage *self)
{
  SgTimeWindow *window = sg_page_get_time_window (SG_PAGE (self));
  g_autofree char *range = NULL;
  g_autofree char *text = NULL;
  SgTimeMs from, to;

  if (window == NULL)
    return;
  sg_time_window_get_range (window, &from, &to);
  range = sg_format_range (from - (to - from), from);
  text = g_strdup_printf (_ ("Change is against the window before, %s"), range);
  gtk_label_set_label (self->change, text);
}

static const char *
choose_state (SgCachePage *self)
{
  SgPageState state = sg_page_get_state (SG_PAGE (self));

  if (state == SG_PAGE_FAILED)
    return "failed";
  if (state == SG_PAGE_LOADING && self->sources == NULL)
    return "loading";
  return self->ids->len == 0 ? "empty" : "caches";
}

void
sg_cache_page_update (SgCachePage *self)
{
  const char *error = sg_page_get_error (SG_PAGE (self));
  g_autofree char *markup = g_markup_escape_text (error != NULL ? error : "", -1);

  if (self->ring == NULL || self->main == NULL)
    return;
  adw_status_page_set_description (self->failed, markup);
  gtk_stack_set_visible_child_name (self->main, choose_state (self));
  if (self->sources == NULL)
    return;
  read_figures (self);
  show_banner (self);
  show_tiles (self);
  show_change (self);
  show_charts (self);
}

void
sg_cache_page_lay_out (SgCachePage *self)
{
  gboolean narrow = sg_page_get_width_class (SG_PAGE (self)) == SG_WIDTH_NARROW;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->tools),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_label_set_xalign (self->change, narrow ? 0.f : 1.f);
}

static void
tile_clicked (SgTile   *tile,
              gpointer  data)
{
  SgCachePage *self = data;
  const char *role = g_object_get_data (G_OBJECT (tile), "role");
  SgQueryAnswer *answer = sg_query_plan_get_answer (self->plan, role);

  if (answer != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.ask", "s", answer->text);
}

void
sg_cache_page_make_view (SgCachePage *self)
{
  self->group = sg_chart_group_new ();
  self->ring = sg_gauge_new_ring (_ ("Hit rate in per cent"));
  gtk_box_prepend (self->banner, self->ring);
  for (guint i = 0; i < SG_CACHE_N_TILES; i++)
    {
      GtkWidget *tile = sg_tile_new (_ (tiles[i].name), tiles[i].unit);

      g_object_set_data (G_OBJECT (tile), "role", (gpointer) tiles[i].trend);
      g_signal_connect_object (tile, "clicked", G_CALLBACK (tile_clicked), self, 0);
      gtk_box_append (GTK_BOX (self->tile_box), tile);
      self->tiles[i] = SG_TILE (tile);
    }
  for (guint i = 0; i < SG_CACHE_N_CHARTS; i++)
    {
      GtkWidget *chart = sg_chart_new (_ (charts[i].title),
                                       charts[i].subject != NULL ? _ (charts[i].subject) : NULL);

      self->charts[i] = SG_CHART (chart);
      sg_chart_set_group (self->charts[i], self->group);
      sg_chart_set_kind (self->charts[i], charts[i].kind);
      sg_chart_set_unit (self->charts[i], charts[i].unit);
      sg_page_adopt_chart (SG_PAGE (self), self->charts[i]);
      gtk_box_append (GTK_BOX (self->chart_box), chart);
    }
  sg_cache_page_lay_out (self);
}
