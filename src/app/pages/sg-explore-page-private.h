/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-explore-page.h"
#include "pages/sg-page-chart.h"

#include "chart/sg-chart.h"
#include "models/sg-query-history.h"
#include "models/sg-query-plan.h"
#include "widgets/sg-answer-table.h"
#include "widgets/sg-answer-text.h"
#include "widgets/sg-explanation-view.h"
#include "widgets/sg-loading.h"
#include "widgets/sg-metric-browser.h"
#include "widgets/sg-query-row.h"
#include "widgets/sg-strip.h"

G_BEGIN_DECLS

/* So many queries can be asked at once. */
#define SG_EXPLORE_MAX_QUERIES 10u

/* What the files of the page share: sg-explore-page.c, -queries.c, -results.c and -actions.c. */
struct _SgExplorePage
{
  SgPage parent_instance;
  GSettings *settings;
  SgQueryPlan *plan;
  SgQueryHistory *history;
  GSimpleActionGroup *actions;
  SgCatalog *catalog;
  SgTimeMs catalog_time;
  GCancellable *catalog_loading;
  GCancellable *explaining;
  char *explained;
  GPtrArray *answers;
  gboolean restored;
  GtkStack *main;
  SgStrip *strip;
  GtkBox *queries;
  GtkBox *tools;
  GtkWidget *start_tools;
  GtkWidget *shapes;
  GtkWidget *browse;
  GtkMenuButton *history_button;
  GtkStack *results;
  SgLoading *loading;
  GtkListBox *examples;
  GtkBox *head;
  GtkLabel *summary;
  GtkLabel *warnings;
  GtkStack *views;
  SgChart *chart;
  SgAnswerTable *table;
  SgAnswerText *text;
  SgExplanationView *explanation;
  SgMetricBrowser *browser;
};

/* sg-explore-page-queries.c */
guint       sg_explore_page_count_rows     (SgExplorePage *self);
SgQueryRow *sg_explore_page_get_row        (SgExplorePage *self,
                                            guint          place);
SgQueryRow *sg_explore_page_add_row        (SgExplorePage *self,
                                            const char    *text);
void        sg_explore_page_restore        (SgExplorePage *self);
void        sg_explore_page_run            (SgExplorePage *self);
/* Returns: (transfer full): the first query that is shown, or "" */
char       *sg_explore_page_get_first_text (SgExplorePage *self);
gboolean    sg_explore_page_is_range       (SgExplorePage *self);
/* The role that the query of a row has in the plan. */
const char *sg_explore_page_get_role       (guint          place);

/* sg-explore-page-results.c */
void        sg_explore_page_update_results (SgExplorePage *self);
void        sg_explore_page_update_view    (SgExplorePage *self);
void        sg_explore_page_stop_explaining (SgExplorePage *self);

/* sg-explore-page-actions.c */
void        sg_explore_page_list_commands  (SgPage        *page,
                                            GPtrArray     *commands);
void        sg_explore_page_actions_init   (SgExplorePage *self);
const char *sg_explore_page_get_view       (SgExplorePage *self);
void        sg_explore_page_set_view       (SgExplorePage *self,
                                            const char    *view);

G_END_DECLS
