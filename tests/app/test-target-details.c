/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-targets.h"

#include "widgets/sg-target-details.h"
#include "widgets/sg-target-problem.h"

#include <string.h>

static GPtrArray *
make_jobs (void)
{
  g_autoptr (SgQueryPlan) plan = sg_query_plan_new ();
  g_autoptr (SgTargetList) list = sg_test_targets_new ();

  return sg_target_jobs_new (list, plan, SG_TEST_NOW);
}

static void
test_labels (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs ();
  const SgTargetJob *shop = jobs->pdata[0];
  GtkWidget *details = sg_target_details_new ();
  GtkWidget *window = sg_test_present (details, 360, 800);
  SgTargetDetails *self = SG_TARGET_DETAILS (details);

  sg_target_details_set_row (self, shop->rows->pdata[1], SG_TEST_NOW);
  g_assert_cmpstr (sg_target_details_get_change (self, "instance"), ==, "added by relabelling");
  g_assert_cmpstr (sg_target_details_get_change (self, "__address__"), ==, "not kept");
  g_assert_cmpstr (sg_target_details_get_change (self, "team"), ==, "");
  g_assert_null (sg_target_details_get_change (self, "queue"));
  sg_test_destroy_window (GTK_WINDOW (window));
}

/* The error in full, and the line in its context; neither where all is well. */
static void
test_problem (void)
{
  g_autoptr (GPtrArray) jobs = make_jobs ();
  const SgTargetJob *shop = jobs->pdata[0];
  GtkWidget *problem = sg_target_problem_new ();
  GtkWidget *window = sg_test_present (problem, 360, 400);

  sg_target_problem_set_row (SG_TARGET_PROBLEM (problem), shop->rows->pdata[0], TRUE);
  g_assert_true (gtk_widget_get_visible (problem));
  g_assert_true (g_str_has_prefix (sg_target_problem_get_text (SG_TARGET_PROBLEM (problem)),
                                   "http://localhost:9403/metrics\nline 41, column 34: "));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (
                                gtk_widget_get_last_child (gtk_widget_get_last_child (problem)))),
                            "> 41: shop_cart_fill{country=\"norway\"} NaN%"));
  sg_target_problem_set_row (SG_TARGET_PROBLEM (problem), shop->rows->pdata[1], TRUE);
  g_assert_false (gtk_widget_get_visible (problem));
  sg_test_destroy_window (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
  g_test_add_func ("/app/target-details/labels", test_labels);
  g_test_add_func ("/app/target-details/problem", test_problem);
  return g_test_run ();
}
