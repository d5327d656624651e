/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-mapping-service.h"

#include "tools/sg-test-peer.h"

typedef struct
{
  char *folder;
  SgMappingService *service;
  gboolean done;
} Fixture;

static void
on_started (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_assert_true (sg_service_start_finish (SG_SERVICE (source), result, NULL));
  ((Fixture *) user_data)->done = TRUE;
}

static void
on_stopped (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_assert_true (sg_service_stop_finish (SG_SERVICE (source), result, NULL));
  ((Fixture *) user_data)->done = TRUE;
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->done;
}

static void
put (Fixture    *fixture,
     const char *name,
     const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();

  fixture->folder = g_dir_make_tmp ("test-mapping-service-XXXXXX", NULL);
  sg_engine_options_set_mappings_path (options, fixture->folder);
  fixture->service = sg_mapping_service_new (options);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  fixture->done = FALSE;
  sg_service_stop_async (SG_SERVICE (fixture->service), on_stopped, fixture);
  sg_test_wait_until (is_done, fixture);
  g_object_unref (fixture->service);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static void
start (Fixture *fixture)
{
  sg_service_start_async (SG_SERVICE (fixture->service), on_started, fixture);
  sg_test_wait_until (is_done, fixture);
}

static gboolean
has_mine (gpointer data)
{
  g_autoptr (SgMappingList) list = sg_mapping_service_get (((Fixture *) data)->service);

  return sg_mapping_list_find (list, "mine") != NULL;
}

/* A bad file is told and the others stay; when it is mended, a reload takes it. */
static void
test_reload (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *message = NULL;

  put (fixture, "mine.yml", "name: mine\nroles:\n  sizes: {}\n");
  start (fixture);
  g_assert_cmpint (sg_service_check (SG_SERVICE (fixture->service), &message), ==,
                   SG_LEVEL_DEGRADED);
  g_assert_nonnull (strstr (message, "mine.yml:3:3: there is no role “sizes”"));
  g_assert_false (has_mine (fixture));
  put (fixture, "mine.yml", "name: mine\nroles:\n  size: {selector: s, kind: gauge}\n");
  sg_mapping_service_reload (fixture->service);
  g_clear_pointer (&message, g_free);
  g_assert_cmpint (sg_service_check (SG_SERVICE (fixture->service), &message), ==,
                   SG_LEVEL_HEALTHY);
  g_assert_true (has_mine (fixture));
}

/* A file that comes is seen without a reload. */
static void
test_watch (Fixture       *fixture,
            gconstpointer  data)
{
  start (fixture);
  g_assert_false (has_mine (fixture));
  put (fixture, "mine.yml", "name: mine\nroles:\n  size: {selector: s, kind: gauge}\n");
  sg_test_wait_until (has_mine, fixture);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/mapping-service/reload", Fixture, NULL, set_up, test_reload, tear_down);
  g_test_add ("/mapping-service/watch", Fixture, NULL, set_up, test_watch, tear_down);
  return g_test_run ();
}
