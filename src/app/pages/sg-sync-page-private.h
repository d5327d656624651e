/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-sync-page.h"

#include "chart/sg-chart.h"
#include "models/sg-source-plan.h"
#include "models/sg-table-model.h"
#include "widgets/sg-loading.h"
#include "widgets/sg-operations-view.h"
#include "widgets/sg-source-chooser.h"
#include "widgets/sg-strip.h"
#include "widgets/sg-tile.h"

G_BEGIN_DECLS

typedef enum
{
  SG_SYNC_TILE_OPERATIONS,
  SG_SYNC_TILE_SUCCESS,
  SG_SYNC_TILE_RATE,
  SG_SYNC_TILE_P95,
  SG_SYNC_TILE_ACTIVE,
  SG_SYNC_TILE_FAILURES,
  SG_SYNC_N_TILES,
} SgSyncTile;

typedef enum
{
  SG_SYNC_CHART_TYPES,
  SG_SYNC_CHART_DURATION,
  SG_SYNC_CHART_STATUS,
  SG_SYNC_CHART_SPREAD,
  SG_SYNC_CHART_RECORDS,
  SG_SYNC_CHART_SUCCESS,
  SG_SYNC_N_CHARTS,
} SgSyncChart;

/* From when on what is degraded, and what unhealthy; as the user wants it. */
typedef struct
{
  double success_degraded;
  double success_unhealthy;
  double p95_degraded;
  double p95_unhealthy;
} SgSyncThresholds;

/* What the files of the page share: sg-sync-page.c, -charts.c and -tables.c. */
struct _SgSyncPage
{
  SgPage parent_instance;
  GSettings *settings;
  SgSourcePlan *plan;
  SgChartGroup *group;
  SgSyncThresholds thresholds;
  SgLogAnswer *recent;
  SgLogAnswer *troubles;
  SgLogBatch *shown_recent;
  gboolean shown_ms;
  GPtrArray *types;
  GtkWidget *tiles[SG_SYNC_N_TILES];
  SgChart *charts[SG_SYNC_N_CHARTS];
  SgTableModel *types_model;
  SgTableModel *recent_model;
  SgTableModel *checks_model;
  SgTableModel *reconciliations_model;
  GtkWidget *types_table;
  GtkWidget *recent_table;
  GtkStack *main;
  SgLoading *loading;
  AdwStatusPage *failed;
  AdwStatusPage *empty;
  SgSourceChooser *chooser;
  GtkLabel *change;
  SgStrip *strip;
  GtkBox *tile_box;
  GtkBox *chart_box;
  GtkBox *types_box;
  GtkBox *recent_section;
  GtkBox *recent_box;
  GtkBox *checks_section;
  GtkBox *checks_box;
  GtkBox *reconciliations_section;
  GtkBox *reconciliations_box;
  SgOperationsView *operations;
};

void    sg_sync_page_make_charts     (SgSyncPage      *self);
void    sg_sync_page_update_charts   (SgSyncPage      *self);
void    sg_sync_page_update_tiles    (SgSyncPage      *self);
SgLevel sg_sync_page_judge_success   (SgSyncPage      *self,
                                      double           ratio);

void    sg_sync_page_make_tables     (SgSyncPage      *self);
void    sg_sync_page_update_tables   (SgSyncPage      *self);
/* How many types are not healthy. */
guint   sg_sync_page_count_unhealthy (SgSyncPage      *self);

/* Shows what the plan was answered and which records there are; tests bring both. */
void    sg_sync_page_take_records    (SgSyncPage      *self,
                                      SgLogAnswer     *recent,
                                      SgLogAnswer     *troubles);
void    sg_sync_page_update          (SgSyncPage      *self);
/* Opens the operations of a type, %NULL for all. */
void    sg_sync_page_show_operations (SgSyncPage      *self,
                                      const char      *type);

G_END_DECLS
