/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-gallery.h"
#include "app/sg-test-series.h"

#include "widgets/sg-gauge.h"
#include "widgets/sg-grid-layout.h"
#include "widgets/sg-table.h"
#include "widgets/sg-tile.h"

#include <math.h>

/* Tiles, gauges and tables: what pages are made of besides charts. */

static GtkWidget *
pad (GtkWidget *child)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_add_css_class (box, "sg-page");
  gtk_box_append (GTK_BOX (box), child);
  return box;
}

static void
add_tile (GtkWidget  *grid,
          const char *name,
          SgUnit      unit,
          double      value,
          double      before,
          double      warning,
          double      error)
{
  GtkWidget *tile = sg_tile_new (name, unit);
  SgTestRandom random = { (guint64) (value * 7) };
  double trend[40];
  double at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (trend); i++)
    trend[i] = at = at * .85 + sg_test_random (&random) - .5;
  sg_tile_set_value (SG_TILE (tile), value);
  sg_tile_set_before (SG_TILE (tile), before);
  sg_tile_set_thresholds (SG_TILE (tile), warning, error);
  if (!isnan (value))
    sg_tile_set_trend (SG_TILE (tile), trend, G_N_ELEMENTS (trend));
  gtk_widget_set_parent (tile, grid);
}

GtkWidget *
sg_gallery_make_tiles (void)
{
  GtkWidget *grid = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_set_layout_manager (grid, sg_grid_layout_new (132, 6));
  add_tile (grid, "Operations", SG_UNIT_COUNT, 128400, 123200, NAN, NAN);
  add_tile (grid, "Success rate", SG_UNIT_RATIO, .978, .992, .98, .95);
  add_tile (grid, "Rate", SG_UNIT_PER_SECOND, 143, 137.2, NAN, NAN);
  add_tile (grid, "Duration p95", SG_UNIT_SECONDS, .0842, .0752, .1, .5);
  add_tile (grid, "Failures", SG_UNIT_COUNT, 2826, 1755, 100, 1000);
  add_tile (grid, "Backlog", SG_UNIT_COUNT, NAN, NAN, NAN, NAN);
  return pad (grid);
}

static GtkWidget *
make_gauge (GtkWidget  *gauge,
            double      part,
            const char *text,
            SgLevel     level)
{
  sg_gauge_set_value (SG_GAUGE (gauge), part, text);
  sg_gauge_set_level (SG_GAUGE (gauge), level);
  return gauge;
}

GtkWidget *
sg_gallery_make_gauges (void)
{
  GtkWidget *rings = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  GtkWidget *bars = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);

  gtk_box_append (GTK_BOX (rings),
                  make_gauge (sg_gauge_new_ring ("Score"), .97, "97", SG_LEVEL_HEALTHY));
  gtk_box_append (GTK_BOX (rings),
                  make_gauge (sg_gauge_new_ring ("Score"), .82, "82", SG_LEVEL_DEGRADED));
  gtk_box_append (GTK_BOX (rings),
                  make_gauge (sg_gauge_new_ring ("Score"), .31, "31", SG_LEVEL_UNHEALTHY));
  gtk_box_append (GTK_BOX (rings),
                  make_gauge (sg_gauge_new_ring ("Score"), NAN, NULL, SG_LEVEL_UNKNOWN));
  gtk_box_append (GTK_BOX (bars),
                  make_gauge (sg_gauge_new_bar ("Disk"), .42, NULL, SG_LEVEL_HEALTHY));
  gtk_box_append (GTK_BOX (bars),
                  make_gauge (sg_gauge_new_bar ("Disk"), .91, NULL, SG_LEVEL_DEGRADED));
  gtk_box_append (GTK_BOX (bars),
                  make_gauge (sg_gauge_new_bar ("Disk"), 1, NULL, SG_LEVEL_UNHEALTHY));
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "sg-chart");
  gtk_widget_set_halign (rings, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (bars, 14);
  gtk_widget_set_margin_end (bars, 14);
  gtk_box_append (GTK_BOX (card), rings);
  gtk_box_append (GTK_BOX (card), bars);
  return pad (card);
}

static const SgTableColumn columns[] = {
  { "type", "Type", .fills = TRUE, .least_width = 130 },
  { "count", "Count", .numeric = TRUE, .least_width = 80 },
  { "success", "Success", .pill = TRUE, .least_width = 100 },
  { "p95", "p95", .numeric = TRUE, .least_width = 80 },
  { "error", "Last error", .expand = TRUE, .least_width = 160 },
};

static const struct
{
  const char *type;
  double count;
  double success;
  double p95;
  const char *error;
} rows[] = {
  { "read_through", 55842, .997, .0314, "key expired during load · 13:49:02" },
  { "write_through", 30615, .972, .096, "database is locked · 13:56:41" },
  { "write_behind", 18904, .994, .0448, "–" },
  { "bulk_insert", 14377, .918, .188, "disk I/O error · 13:57:04" },
  { "refresh", 8112, .999, .0225, "–" },
};

static void
fill_cell (guint        row,
           guint        column,
           SgTableCell *cell,
           gpointer     data)
{
  switch (column)
    {
    case 0:
      cell->text = g_strdup (rows[row].type);
      cell->has_swatch = TRUE;
      cell->swatch =
          (SgSwatch) { SG_SWATCH_AREA, sg_palette_get_series (sg_palette_get_current (), row) };
      break;
    case 1:
      cell->number = rows[row].count;
      cell->text = g_strdup_printf ("%'.0f", cell->number);
      break;
    case 2:
      cell->number = rows[row].success;
      cell->level = cell->number > .98   ? SG_LEVEL_HEALTHY
                    : cell->number > .95 ? SG_LEVEL_DEGRADED
                                         : SG_LEVEL_UNHEALTHY;
      cell->text = sg_unit_format (SG_UNIT_RATIO, cell->number);
      break;
    case 3:
      cell->number = rows[row].p95;
      cell->text = sg_unit_format (SG_UNIT_SECONDS, cell->number);
      break;
    default:
      cell->text = g_strdup (rows[row].error);
      break;
    }
}

GtkWidget *
sg_gallery_make_table (void)
{
  g_autoptr (SgTableModel) model = sg_table_model_new (columns, G_N_ELEMENTS (columns));
  GtkWidget *table;

  sg_table_model_set_rows (model, G_N_ELEMENTS (rows), fill_cell, NULL, NULL);
  table = sg_table_new (model, NULL, NULL);
  sg_table_set_max_rows (SG_TABLE (table), 10);
  return pad (table);
}
