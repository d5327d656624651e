/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-store-service.h"

#include "engine/sg-engine-options-private.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-file-writer.h"

#include <string.h>

/* A store that somebody else writes is followed, and taken over when he has ended. */
typedef struct
{
  char *folder;
  SgRegistry *registry;
  SgSelfMonitor *monitor;
  SgStore *writer;
  SgStoreService *service;
  GAsyncResult *result;
  double wanted;
} Fixture;

static SgEngineOptions *
make_options (Fixture *fixture)
{
  SgEngineOptions *options = sg_engine_options_new ();
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *line = g_strdup_printf ("x --storage.path=%s", fixture->folder);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);

  g_option_context_set_main_group (context, sg_engine_options_get_group (options));
  g_assert_true (g_option_context_parse_strv (context, &argv, NULL));
  return options;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  SgStoreOptions writer = { 0 };
  SgEngineOptions *options;

  fixture->folder = g_dir_make_tmp ("sg-store-service-XXXXXX", NULL);
  writer.path = fixture->folder;
  fixture->writer = sg_store_new (&writer, NULL);
  g_assert_nonnull (fixture->writer);
  options = make_options (fixture);
  fixture->registry = sg_registry_new (sg_clock_get_system ());
  fixture->monitor = sg_self_monitor_new (fixture->registry, sg_clock_get_system ());
  fixture->service = sg_store_service_new (options, fixture->registry, fixture->monitor, NULL,
                                           sg_clock_get_system ());
  sg_store_service_set_follow_interval (fixture->service, 20);
  sg_engine_options_free (options);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_object (&fixture->service);
  g_clear_object (&fixture->writer);
  g_clear_object (&fixture->monitor);
  g_clear_object (&fixture->registry);
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->folder);
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->result != NULL;
}

static void
start (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  sg_service_start_async (SG_SERVICE (fixture->service), on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  sg_service_start_finish (SG_SERVICE (fixture->service), fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
}

static void
stop (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  sg_service_stop_async (SG_SERVICE (fixture->service), on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  sg_service_stop_finish (SG_SERVICE (fixture->service), fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
}

static void
append (SgStore *store,
        double   value)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "followed", NULL);
  SgSample sample = { G_GINT64_CONSTANT (1700000000000) + (SgTimeMs) value * 1000,
                      0,
                      { SG_VALUE_FLOAT, { value } } };
  SgHeadRef ref = 0;

  g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
  g_assert_true (sg_appender_commit (appender, NULL));
}

static gboolean
sees_wanted (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (SgStore) store = sg_store_service_get_store (fixture->service);
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, NULL);
  const SgSeries *series;

  g_assert_nonnull (set);
  return sg_series_set_next (set, &series, NULL)
         && series->columns->f[series->columns->n - 1] == fixture->wanted;
}

static gboolean
may_write (gpointer data)
{
  g_autoptr (SgStore) store = sg_store_service_get_store (((Fixture *) data)->service);

  return sg_store_get_read_only_reason (store) == NULL;
}

static void
test_follow (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (SgStore) store = NULL;

  start (fixture);
  g_assert_false (may_write (fixture));
  for (fixture->wanted = 1; fixture->wanted < 4; fixture->wanted++)
    {
      append (fixture->writer, fixture->wanted);
      sg_test_wait_until (sees_wanted, fixture);
    }

  g_assert_true (sg_store_close (fixture->writer, NULL));
  g_clear_object (&fixture->writer);
  sg_test_wait_until (may_write, fixture);
  store = sg_store_service_get_store (fixture->service);
  append (store, fixture->wanted);
  g_assert_true (sees_wanted (fixture));
  stop (fixture);
}

/* It may be stopped while it looks. */
static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  append (fixture->writer, 1);
  fixture->wanted = 1;
  start (fixture);
  sg_test_wait_until (sees_wanted, fixture);
  stop (fixture);
  g_assert_null (sg_store_service_get_store (fixture->service));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store-service/follow", Fixture, NULL, set_up, test_follow, tear_down);
  g_test_add ("/store-service/stop", Fixture, NULL, set_up, test_stop, tear_down);
  return g_test_run ();
}
