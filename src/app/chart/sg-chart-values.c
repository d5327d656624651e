/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart-private.h"

#include "chart/sg-legend-item.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>

/*
 * What a chart says in figures. The legend has a name for each series: up to eight in the order of the
 * series, of more than that the first six by their value. The tooltip has the values at the crosshair,
 * as the series lie on the plot: the highest first, those of a stack from its top.
 */
#define MOST_NAMES      8
#define NAMES_OF_MANY   6
#define MOST_ROWS       12
#define TOOLTIP_BESIDE  12
#define TOOLTIP_MARGIN  6
#define TOOLTIP_PADDING 16
#define DAY_MS          G_GINT64_CONSTANT (86400000)

typedef struct
{
  guint index;
  double value;
} Ranked;

static int
compare_ranked (gconstpointer a,
                gconstpointer b)
{
  double x = ((const Ranked *) a)->value;
  double y = ((const Ranked *) b)->value;

  /* What is not known comes last; equals stay as they are. */
  if (isnan (x) || isnan (y))
    return isnan (x) - isnan (y);
  return x < y   ? 1
         : x > y ? -1
                 : (int) ((const Ranked *) a)->index - (int) ((const Ranked *) b)->index;
}

static double
last_value (SgChart *self,
            guint    i)
{
  SgScene *scene = sg_chart_get_scene (self);

  return sg_series_data_get_last (sg_scene_get_series (scene, i)->data, scene->from, scene->to);
}

/* The value that the legend shows: at the crosshair while there is one, else the last in the window. */
static double
shown_value (SgChart *self,
             guint    i)
{
  gint64 cursor = sg_plot_get_cursor (self->plot);

  return cursor != SG_CHART_NO_CURSOR
             ? sg_scene_get_value (sg_chart_get_scene (self), i, cursor, NULL)
             : last_value (self, i);
}

/* (transfer full) (element-type Ranked): all series, the one with the greatest last value first */
static GArray *
rank (SgChart *self)
{
  guint n = sg_chart_get_scene (self)->series->len;
  GArray *ranked = g_array_sized_new (FALSE, FALSE, sizeof (Ranked), n);

  for (guint i = 0; i < n; i++)
    {
      Ranked one = { i, last_value (self, i) };

      g_array_append_val (ranked, one);
    }
  g_array_sort (ranked, compare_ranked);
  return ranked;
}

static SgSwatch
swatch_of (SgChart *self,
           guint    i)
{
  SgScene *scene = sg_chart_get_scene (self);
  const SgSceneSeries *series = sg_scene_get_series (scene, i);

  return (SgSwatch) {
    .shape = sg_scene_is_stacked (scene) ? SG_SWATCH_AREA : SG_SWATCH_LINE,
    .colour = series->colour,
    .dash = series->dash,
    .hidden = series->hidden,
  };
}

static void
on_toggled (SgLegendItem *item,
            SgChart      *self)
{
  const char *name = sg_legend_item_get_name (item);

  sg_chart_set_hidden (self, name, !sg_chart_get_hidden (self, name));
}

static void
on_isolated (SgLegendItem *item,
             SgChart      *self)
{
  sg_chart_isolate (self, sg_legend_item_get_name (item));
}

/*
 * The item of @name at @place: the one that stands there, when it has that name, so that a refresh
 * changes no widget and no focus is lost.
 */
static SgLegendItem *
item_at (SgChart     *self,
         GtkWidget  **place,
         const char  *name)
{
  GtkWidget *item = *place;

  if (item != NULL && g_str_equal (sg_legend_item_get_name (SG_LEGEND_ITEM (item)), name))
    {
      *place = gtk_widget_get_next_sibling (item);
      return SG_LEGEND_ITEM (item);
    }
  item = sg_legend_item_new (name);
  g_signal_connect (item, "toggled", G_CALLBACK (on_toggled), self);
  g_signal_connect (item, "isolated", G_CALLBACK (on_isolated), self);
  gtk_widget_insert_before (item, self->legend, *place);
  return SG_LEGEND_ITEM (item);
}

static void
set_item (SgChart    *self,
          GtkWidget **place,
          guint       i)
{
  const SgSceneSeries *series = sg_scene_get_series (sg_chart_get_scene (self), i);
  SgSwatch swatch = swatch_of (self, i);
  g_autofree char *value =
      sg_value_axis_format_value (&sg_chart_get_scene (self)->axis, shown_value (self, i));

  sg_legend_item_set (item_at (self, place, sg_series_data_get_name (series->data)), &swatch,
                      value);
}

static void
set_thresholds (SgChart    *self,
                GtkWidget **place)
{
  SgScene *scene = sg_chart_get_scene (self);

  for (guint i = 0; i < scene->thresholds->len; i++)
    {
      const SgThreshold *threshold = sg_scene_get_threshold (scene, i);
      SgSwatch swatch = { SG_SWATCH_THRESHOLD,
                          sg_palette_get_level (sg_palette_get_current (), threshold->level) };

      if (threshold->name != NULL)
        sg_legend_item_set (item_at (self, place, threshold->name), &swatch, NULL);
    }
}

static void
update_more (SgChart *self,
             guint    left)
{
  g_autofree char *text =
      self->shows_legend_table ? g_strdup (_ ("Fewer")) : g_strdup_printf (_ ("%u more…"), left);

  gtk_widget_set_visible (GTK_WIDGET (self->more), left > 0 || self->shows_legend_table);
  gtk_button_set_label (self->more, text);
}

void
sg_chart_update_legend (SgChart *self)
{
  SgScene *scene = sg_chart_get_scene (self);
  gboolean is_heat = scene->kind == SG_CHART_HEAT;
  guint n = is_heat ? 0 : scene->series->len;
  guint shown = n <= MOST_NAMES ? n : NAMES_OF_MANY;
  g_autoptr (GArray) ranked = rank (self);
  GtkWidget *place = gtk_widget_get_first_child (self->legend);

  for (guint i = 0; i < shown; i++)
    set_item (self, &place, shown < n ? g_array_index (ranked, Ranked, i).index : i);
  set_thresholds (self, &place);
  while (place != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (place);

      gtk_widget_unparent (place);
      place = next;
    }
  update_more (self, n - shown);
  gtk_widget_set_visible (self->heat_scale, is_heat);
  gtk_widget_set_visible (self->legend, !self->shows_legend_table
                                            && gtk_widget_get_first_child (self->legend) != NULL);
}

/* In a window of more than a day the time alone says little. */
static char *
format_moment (SgChart *self,
               gint64   t)
{
  const SgScene *scene = sg_chart_get_scene (self);
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (t / 1000);

  return g_date_time_format (when, scene->to - scene->from > DAY_MS ? "%-d %b %H:%M" : "%H:%M:%S");
}

/* What lies highest on the plot comes first. */
static void
sort_rows (SgChart *self,
           GArray  *rows)
{
  if (!sg_scene_is_stacked (sg_chart_get_scene (self))
      && sg_chart_get_scene (self)->kind != SG_CHART_HEAT)
    {
      g_array_sort (rows, compare_ranked);
      return;
    }
  for (guint i = 0; i < rows->len / 2; i++)
    {
      Ranked *a = &g_array_index (rows, Ranked, i);
      Ranked *b = &g_array_index (rows, Ranked, rows->len - 1 - i);
      Ranked kept = *a;

      *a = *b;
      *b = kept;
    }
}

/* (transfer full) (element-type Ranked): the visible series that have a value at @cursor */
static GArray *
collect_rows (SgChart *self,
              gint64   cursor,
              double  *ret_total)
{
  SgScene *scene = sg_chart_get_scene (self);
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Ranked));

  *ret_total = 0;
  for (guint i = 0; i < scene->series->len; i++)
    {
      Ranked row = { i, sg_scene_get_value (scene, i, cursor, NULL) };

      if (sg_scene_get_series (scene, i)->hidden || isnan (row.value)
          || (scene->kind == SG_CHART_HEAT && row.value == 0))
        continue;
      *ret_total += row.value;
      g_array_append_val (rows, row);
    }
  sort_rows (self, rows);
  return rows;
}

static char *
format_value (SgChart *self,
              double   value)
{
  SgScene *scene = sg_chart_get_scene (self);

  return scene->kind == SG_CHART_HEAT ? sg_unit_format (SG_UNIT_COUNT, value)
                                      : sg_value_axis_format_value (&scene->axis, value);
}

static void
add_series_row (SgChart      *self,
                const Ranked *row)
{
  SgScene *scene = sg_chart_get_scene (self);
  const SgSceneSeries *series = sg_scene_get_series (scene, row->index);
  SgSwatch swatch = swatch_of (self, row->index);
  g_autofree char *value = format_value (self, row->value);

  sg_chart_tooltip_add_row (self->tooltip, scene->kind == SG_CHART_HEAT ? NULL : &swatch,
                            sg_series_data_get_name (series->data), value);
}

static void
add_total (SgChart *self,
           double   total)
{
  g_autofree char *value = format_value (self, total);

  sg_chart_tooltip_add_row (self->tooltip, NULL, _ ("Total"), value);
}

/* Alerts that fired, and moments that are next to the crosshair. */
static void
add_marks (SgChart *self,
           gint64   cursor)
{
  SgScene *scene = sg_chart_get_scene (self);
  gint64 reach = sg_scene_get_reach (scene);

  for (guint i = 0; i < scene->marks->len; i++)
    {
      const SgMark *mark = sg_scene_get_mark (scene, i);
      SgSwatch swatch = { SG_SWATCH_AREA,
                          sg_palette_get_level (sg_palette_get_current (), mark->level) };
      gboolean is_moment = mark->from >= mark->to;

      if (mark->text != NULL && cursor >= mark->from - (is_moment ? reach : 0)
          && cursor <= mark->to + (is_moment ? reach : 0))
        sg_chart_tooltip_add_row (self->tooltip, is_moment ? NULL : &swatch, mark->text, "");
    }
}

static void
fill_tooltip (SgChart *self,
              gint64   cursor)
{
  SgScene *scene = sg_chart_get_scene (self);
  g_autofree char *title = format_moment (self, cursor);
  gboolean has_total = sg_scene_is_stacked (scene);
  double total;
  g_autoptr (GArray) rows = collect_rows (self, cursor, &total);
  guint room, shown;

  sg_chart_tooltip_begin (self->tooltip, title,
                          scene->kind == SG_CHART_HEAT ? ""
                                                       : sg_value_axis_get_symbol (&scene->axis));
  room = sg_chart_tooltip_get_room (self->tooltip, gtk_widget_get_height (GTK_WIDGET (self))
                                                       - TOOLTIP_PADDING - 2 * TOOLTIP_MARGIN);
  room = MIN (room - MIN (room, has_total ? 1 : 0), MOST_ROWS);
  shown = rows->len <= room ? rows->len : room - MIN (room, 1);
  for (guint i = 0; i < shown; i++)
    add_series_row (self, &g_array_index (rows, Ranked, i));
  if (shown < rows->len)
    {
      g_autofree char *rest = g_strdup_printf (_ ("and %u more"), rows->len - shown);

      sg_chart_tooltip_add_row (self->tooltip, NULL, rest, "");
    }
  if (has_total && rows->len > 1)
    add_total (self, total);
  add_marks (self, cursor);
}

void
sg_chart_update_values (SgChart *self)
{
  gint64 cursor = sg_plot_get_cursor (self->plot);
  SgScene *scene = sg_chart_get_scene (self);
  gboolean pointed = sg_chart_group_get_pointed (self->group) == self->plot;

  sg_chart_update_legend (self);
  if (!pointed || scene->series->len == 0 || cursor < scene->from || cursor > scene->to)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->tooltip), FALSE);
      return;
    }
  fill_tooltip (self, cursor);
  gtk_widget_set_visible (GTK_WIDGET (self->tooltip), TRUE);
  gtk_widget_queue_allocate (self->root);
}

void
sg_chart_rescale_values (SgChart *self)
{
  sg_chart_update_values (self);
  for (GtkWidget *item = gtk_widget_get_first_child (self->legend); item != NULL;
       item = gtk_widget_get_next_sibling (item))
    sg_legend_item_forget_width (SG_LEGEND_ITEM (item));
}

/* Beside the crosshair, on the side that has more room, and inside of the card. */
static gboolean
place_tooltip (GtkOverlay    *overlay,
               GtkWidget     *child,
               GtkAllocation *ret_place,
               SgChart       *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (overlay));
  int height = gtk_widget_get_height (GTK_WIDGET (overlay));
  graphene_point_t at;
  int left, right, least, wanted;

  if (child != GTK_WIDGET (self->tooltip)
      || !sg_plot_get_cursor_place (self->plot, GTK_WIDGET (overlay), &at))
    return FALSE;
  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &wanted, NULL, NULL);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, -1, NULL, &ret_place->height, NULL, NULL);
  left = (int) at.x - TOOLTIP_BESIDE - TOOLTIP_MARGIN;
  right = width - (int) at.x - TOOLTIP_BESIDE - TOOLTIP_MARGIN;
  ret_place->width = MAX (MIN (wanted, MAX (left, right)), least);
  ret_place->x =
      right >= left ? (int) at.x + TOOLTIP_BESIDE : (int) at.x - TOOLTIP_BESIDE - ret_place->width;
  ret_place->y =
      MAX (MIN ((int) at.y, height - ret_place->height - TOOLTIP_MARGIN), TOOLTIP_MARGIN);
  return TRUE;
}

void
sg_chart_install_values (SgChart *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->tooltip), FALSE);
  g_signal_connect_swapped (self->plot, "cursor-moved", G_CALLBACK (sg_chart_update_values), self);
  g_signal_connect (self->root, "get-child-position", G_CALLBACK (place_tooltip), self);
  sg_chart_update_legend (self);
}
