/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-cache-page.h"

#include "chart/sg-chart.h"
#include "models/sg-cache-judgement.h"
#include "models/sg-query-plan.h"
#include "widgets/sg-gauge.h"
#include "widgets/sg-loading.h"
#include "widgets/sg-strip.h"
#include "widgets/sg-tile.h"

G_BEGIN_DECLS

typedef enum
{
  SG_CACHE_TILE_HITS,
  SG_CACHE_TILE_MISSES,
  SG_CACHE_TILE_COST,
  SG_CACHE_TILE_ENTRIES,
  SG_CACHE_TILE_MEMORY,
  SG_CACHE_TILE_EVICTIONS,
  SG_CACHE_N_TILES,
} SgCacheTile;

typedef enum
{
  SG_CACHE_CHART_RATIO,
  SG_CACHE_CHART_EVENTS,
  SG_CACHE_CHART_TYPES,
  SG_CACHE_CHART_ENTRIES,
  SG_CACHE_CHART_MEMORY,
  SG_CACHE_CHART_EVICTIONS,
  SG_CACHE_N_CHARTS,
} SgCacheChart;

/* What the files of the page share: sg-cache-page.c and -view.c. */
struct _SgCachePage
{
  SgPage parent_instance;
  SgQueryPlan *plan;
  SgSourceList *sources;
  SgChartGroup *group;
  GtkStringList *names;
  GPtrArray *ids;
  gboolean choosing;
  SgCacheFigures figures;
  SgTile *tiles[SG_CACHE_N_TILES];
  SgChart *charts[SG_CACHE_N_CHARTS];
  GtkWidget *ring;
  GtkStack *main;
  SgLoading *loading;
  AdwStatusPage *failed;
  SgStrip *strip;
  GtkBox *tools;
  GtkDropDown *chooser;
  GtkLabel *change;
  GtkBox *banner;
  GtkImage *icon;
  GtkLabel *word;
  GtkLabel *reason;
  GtkWidget *tile_box;
  GtkWidget *chart_box;
};

/* sg-cache-page.c */
/* Takes the applications there are, and plans what is asked of those that have a cache. */
void sg_cache_page_take_sources (SgCachePage  *self,
                                 SgSourceList *sources);

/* sg-cache-page-view.c */
void sg_cache_page_make_view    (SgCachePage  *self);
/* Shows what the plan was answered. */
void sg_cache_page_update       (SgCachePage  *self);
void sg_cache_page_lay_out      (SgCachePage  *self);

G_END_DECLS
