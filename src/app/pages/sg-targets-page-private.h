/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-targets-page.h"

#include "models/sg-query-plan.h"
#include "models/sg-target-job.h"
#include "sg-target-dialog.h"
#include "widgets/sg-config-bar.h"
#include "widgets/sg-found-list.h"
#include "widgets/sg-loading.h"
#include "widgets/sg-strip.h"
#include "widgets/sg-target-details.h"
#include "widgets/sg-target-section.h"
#include "widgets/sg-tile.h"

G_BEGIN_DECLS

/* What the files of the page share: sg-targets-page.c, -view.c and -actions.c. */
struct _SgTargetsPage
{
  SgPage parent_instance;
  GSettings *settings;
  SgQueryPlan *plan;
  GSimpleActionGroup *actions;
  GPtrArray *jobs;
  SgConfigStatus *config;
  double samples_per_second;
  guint watch;
  gboolean searched;
  char *chosen_job;
  char *chosen_endpoint;
  GtkWidget *focus_before;
  GtkStack *main;
  SgLoading *loading;
  AdwStatusPage *failed;
  GtkBox *body;
  SgStrip *strip;
  SgConfigBar *config_bar;
  GtkWidget *tiles;
  SgTile *up;
  SgTile *down;
  SgTile *samples;
  SgTile *series;
  GtkBox *tools;
  GtkSearchEntry *filter;
  GtkWidget *teach;
  SgFoundList *found;
  GtkBox *sections;
  GtkLabel *no_match;
  GtkWidget *content;
  GtkWidget *separator;
  SgTargetDetails *details;
  GtkLabel *all_title;
  AdwBin *all_table;
};

/* sg-targets-page-view.c */
/* Takes the jobs (element-type SgTargetJob), and shows all of the page anew. */
void               sg_targets_page_take_jobs      (SgTargetsPage  *self,
                                                   GPtrArray      *jobs);
void               sg_targets_page_update         (SgTargetsPage  *self);
void               sg_targets_page_lay_out        (SgTargetsPage  *self);
/* Returns: (transfer none) (nullable): the target whose details are open */
const SgTargetRow *sg_targets_page_get_chosen     (SgTargetsPage  *self);
void               sg_targets_page_choose         (SgTargetsPage  *self,
                                                   const char     *job,
                                                   const char     *endpoint);
void               sg_targets_page_close_details  (SgTargetsPage  *self);
void               sg_targets_page_init_view      (SgTargetsPage  *self);

/* sg-targets-page-actions.c */
void               sg_targets_page_actions_init   (SgTargetsPage  *self);
void               sg_targets_page_update_actions (SgTargetsPage  *self);
void               sg_targets_page_list_commands  (SgPage         *page,
                                                   GPtrArray      *commands);
void               sg_targets_page_add_found      (SgTargetsPage  *self,
                                                   const char     *name,
                                                   const char     *address);

G_END_DECLS
