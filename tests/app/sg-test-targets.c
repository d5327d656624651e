/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-targets.h"

#include "pages/sg-targets-page-private.h"

#include <string.h>

typedef struct
{
  const char *job;
  const char *address;
  const char *labels;
  gboolean is_builtin;
  SgTargetHealth health;
  double seconds;
  gint64 interval_ms;
  guint64 samples;
  guint64 added;
} Seed;

static const Seed builtin[] = {
  { "sightglass", "desk", "", TRUE, SG_TARGET_UP, .0011, 5000, 312, 0 },
  { "node", "desk", "", TRUE, SG_TARGET_UP, .0042, 5000, 641, 2 },
};

static const Seed configured[] = {
  { "shop", "localhost:9401", "team=\"web\", env=\"live\"", FALSE, SG_TARGET_UP, .0123, 15000, 1204,
    0 },
  { "shop", "localhost:9402", "team=\"web\", env=\"live\"", FALSE, SG_TARGET_UP, .0154, 15000, 1198,
    14 },
  { "shop", "localhost:9403", "team=\"web\", env=\"test\"", FALSE, SG_TARGET_DOWN, .0087, 15000, 0,
    0 },
  { "postgres", "db.example.org:9187", "", FALSE, SG_TARGET_UP, .0846, 30000, 2317, 0 },
  { "redis", "localhost:9121", "", FALSE, SG_TARGET_UP, 8.62, 15000, 402, 0 },
  { "batch", "10.0.4.17:8000", "queue=\"mail\"", FALSE, SG_TARGET_UNKNOWN, 0, 60000, 0, 0 },
};

static SgLabels *
make_labels (const Seed *seed,
             gboolean    discovered)
{
  g_autofree char *text =
      discovered && !seed->is_builtin
          ? g_strdup_printf (
              "{__address__=\"%s\", __metrics_path__=\"/metrics\", __scheme__=\"http\", "
              "job=\"%s\"%s%s}",
              seed->address, seed->job, *seed->labels != '\0' ? ", " : "", seed->labels)
          : g_strdup_printf ("{instance=\"%s\", job=\"%s\"%s%s}", seed->address, seed->job,
                             *seed->labels != '\0' ? ", " : "", seed->labels);
  g_autoptr (GError) error = NULL;
  SgLabels *labels = sg_labels_parse (text, &error);

  g_assert_no_error (error);
  return labels;
}

static SgTargetStatus *
make_status (const Seed *seed)
{
  SgTargetStatus *status = sg_target_status_new ();

  status->job = g_strdup (seed->job);
  status->url =
      seed->is_builtin ? g_strdup ("") : g_strdup_printf ("http://%s/metrics", seed->address);
  status->labels = make_labels (seed, FALSE);
  status->discovered = make_labels (seed, TRUE);
  status->is_builtin = seed->is_builtin;
  status->health = seed->health;
  status->interval_ms = seed->interval_ms;
  status->timeout_ms = MIN (seed->interval_ms, 10000);
  if (seed->health == SG_TARGET_UNKNOWN)
    return status;
  status->last_scrape = SG_TEST_NOW - seed->interval_ms / 3;
  status->duration_seconds = seed->seconds;
  status->samples = status->kept = seed->samples;
  status->added = seed->added;
  status->scrapes = 418;
  status->page_bytes = seed->is_builtin ? 0 : seed->samples * 61;
  status->content_type = seed->is_builtin ? NULL : g_strdup ("text/plain; version=0.0.4");
  if (seed->health == SG_TARGET_DOWN)
    {
      status->error = g_strdup ("line 41, column 34: a number is expected, and “NaN%” is none: "
                                "write NaN, +Inf, -Inf or a decimal number");
      status->error_line = 41;
      status->error_context =
          g_strdup ("  39: # HELP shop_cart_fill Part of the carts that hold something\n"
                    "  40: # TYPE shop_cart_fill gauge\n"
                    "> 41: shop_cart_fill{country=\"norway\"} NaN%\n"
                    "  42: shop_cart_fill{country=\"sweden\"} 0.41\n"
                    "  43: # HELP shop_orders_total Orders taken\n");
    }
  return status;
}

static void
add_seeds (SgTargetListBuilder *builder,
           const Seed          *seeds,
           gsize                n)
{
  for (gsize i = 0; i < n; i++)
    {
      if (i == 0 || !g_str_equal (seeds[i].job, seeds[i - 1].job))
        sg_target_list_builder_add_job (builder, seeds[i].job);
      sg_target_list_builder_add_target (builder, make_status (&seeds[i]));
    }
}

SgTargetList *
sg_test_targets_new (void)
{
  g_autoptr (SgLabels) dropped = sg_labels_parse ("{__address__=\"localhost:9404\"}", NULL);
  SgTargetListBuilder builder;

  sg_target_list_builder_init (&builder);
  add_seeds (&builder, builtin, G_N_ELEMENTS (builtin));
  add_seeds (&builder, configured, G_N_ELEMENTS (configured));
  sg_target_list_builder_add_dropped (&builder, "shop", dropped);
  return sg_target_list_builder_end (&builder);
}

SgTargetList *
sg_test_targets_new_builtin (void)
{
  SgTargetListBuilder builder;

  sg_target_list_builder_init (&builder);
  add_seeds (&builder, builtin, G_N_ELEMENTS (builtin));
  return sg_target_list_builder_end (&builder);
}

SgConfigStatus *
sg_test_config_status_new (const char *error)
{
  SgConfigStatus *status = sg_config_status_new ();

  status->path = g_strdup ("/etc/sightglass/prometheus.yml");
  status->is_good = error == NULL;
  status->error = g_strdup (error);
  status->last_read = SG_TEST_NOW - 47000;
  status->last_good = error == NULL ? status->last_read : SG_TEST_NOW - 3 * 3600 * 1000;
  status->warnings = g_new0 (char *, 1);
  return status;
}

void
sg_test_targets_show (SgTargetsPage  *page,
                      SgTargetList   *list,
                      SgConfigStatus *config)
{
  static const char *const one[] = { "{}" };
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) planned =
      sg_query_plan_prepare (page->plan, sg_page_get_time_window (SG_PAGE (page)));
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);

  for (guint i = 0; i < list->n_targets; i++)
    g_ptr_array_add (labels, sg_labels_to_string (list->targets[i]->labels));
  for (guint i = 0; i < planned->len; i++)
    {
      const char *text = g_array_index (planned, SgPlannedQuery, i).query.text;
      gboolean each = g_str_equal (text, "scrape_duration_seconds");

      g_ptr_array_add (answers,
                       sg_test_answer_new (text, each ? (const char *const *) labels->pdata : one,
                                           each ? labels->len : 1, 90));
    }
  sg_query_plan_take (page->plan, planned, answers);
  sg_targets_page_show (page, list, config, SG_TEST_NOW);
}

static SgFoundTarget *
make_found (const char *name,
            const char *address,
            guint       n_samples)
{
  SgFoundTarget *found = g_new0 (SgFoundTarget, 1);

  *found = (SgFoundTarget) { 1, g_strdup (address), g_strdup (name), n_samples };
  return found;
}

GPtrArray *
sg_test_found_new (void)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_found_target_unref);

  g_ptr_array_add (found, make_found ("node_exporter", "127.0.0.1:9100", 641));
  g_ptr_array_add (found, make_found ("a Python application", "127.0.0.1:8000", 48));
  return found;
}
