/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/sightglass.h"

#include "tools/sg-test-peer.h"

#include <string.h>

/*
 * The configuration as the whole engine has it: it is read at the start, again when it changes, and not
 * taken when it is wrong; a job of it stands in the place of a built-in one.
 */
typedef struct
{
  char *folder;
  char *path;
  SgEngine *engine;
  guint port;
  GAsyncResult *result;
  gboolean is_good;
  const char *job;
  gboolean is_builtin;
} Fixture;

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *fixture = user_data;

  fixture->result = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->result != NULL;
}

static void
write_config (Fixture    *fixture,
              const char *text)
{
  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
}

static gboolean
fixture_start (Fixture     *fixture,
               const char  *text,
               GError     **error)
{
  g_autoptr (SgEngineOptions) options = sg_engine_options_new ();
  g_autofree char *address = NULL;
  gboolean started;

  fixture->folder = g_dir_make_tmp ("test-scrape-service-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "prometheus.yml", NULL);
  fixture->port = sg_test_peer_find_port ();
  address = g_strdup_printf ("127.0.0.1:%u", fixture->port);
  write_config (fixture, text);
  sg_engine_options_set_storage_path (options, fixture->folder);
  sg_engine_options_set_config_file (options, fixture->path);
  g_assert_true (sg_engine_options_prefer_listen_address (options, address, NULL));
  fixture->engine = sg_engine_new (options);
  sg_engine_start_async (fixture->engine, NULL, on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  started = sg_engine_start_finish (fixture->engine, fixture->result, error);
  g_clear_object (&fixture->result);
  return started;
}

static void
fixture_end (Fixture *fixture)
{
  sg_engine_stop_async (fixture->engine, on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  g_assert_true (sg_engine_stop_finish (fixture->engine, fixture->result, NULL));
  g_clear_object (&fixture->result);
  g_clear_object (&fixture->engine);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static gboolean
config_is_as_wanted (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (SgConfigStatus) status = sg_engine_get_config_status (fixture->engine);

  return status->is_good == fixture->is_good;
}

static gboolean
has_target (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (SgTargetList) list = sg_engine_list_targets (fixture->engine);

  for (guint i = 0; i < list->n_targets; i++)
    {
      if (g_str_equal (list->targets[i]->job, fixture->job)
          && list->targets[i]->is_builtin == fixture->is_builtin
          && list->targets[i]->health == SG_TARGET_UP)
        return TRUE;
    }
  return FALSE;
}

static void
wait_for_target (Fixture    *fixture,
                 const char *job,
                 gboolean    is_builtin)
{
  fixture->job = job;
  fixture->is_builtin = is_builtin;
  sg_test_wait_until (has_target, fixture);
}

static void
wait_for_config (Fixture  *fixture,
                 gboolean  is_good)
{
  fixture->is_good = is_good;
  sg_test_wait_until (config_is_as_wanted, fixture);
}

#define SELF_JOB                                                     \
  "global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: %s\n" \
  "  static_configs: [{targets: ['127.0.0.1:%u']}]\n"

static void
test_service_reload (void)
{
  Fixture fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (SgConfigStatus) status = NULL;
  g_autofree char *good = NULL;
  g_autofree char *other = NULL;
  g_autofree char *health = NULL;
  g_autofree char *targets = NULL;
  guint code;

  fixture_start (&fixture, "", &error);
  g_assert_no_error (error);
  wait_for_target (&fixture, "sightglass", TRUE);
  good = g_strdup_printf (SELF_JOB, "a", fixture.port);
  write_config (&fixture, good);
  wait_for_target (&fixture, "a", FALSE);

  write_config (&fixture, "scrape_confgs: []\n");
  wait_for_config (&fixture, FALSE);
  wait_for_target (&fixture, "a", FALSE);
  status = sg_engine_get_config_status (fixture.engine);
  g_assert_nonnull (strstr (status->error, ":1:1: unknown key \"scrape_confgs\": did you mean "
                                           "\"scrape_configs\"?"));
  g_assert_cmpstr (status->text, ==, good);
  health = sg_test_http_get (fixture.port, "/health", &code);
  g_assert_nonnull (strstr (health, "the configuration is not taken"));

  other = g_strdup_printf (SELF_JOB, "sightglass", fixture.port);
  write_config (&fixture, other);
  wait_for_config (&fixture, TRUE);
  wait_for_target (&fixture, "sightglass", FALSE);
  targets = sg_test_http_get (fixture.port, "/api/v1/scrape_pools", &code);
  g_assert_cmpuint (code, ==, 200);
  g_assert_nonnull (strstr (targets, "\"sightglass\""));
  fixture_end (&fixture);
}

static void
test_service_asked (void)
{
  Fixture fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *metadata = NULL;
  g_autofree char *metrics = NULL;
  guint code;

  fixture_start (&fixture, "", &error);
  g_assert_no_error (error);
  sg_engine_reload_async (fixture.engine, on_done, &fixture);
  sg_test_wait_until (is_done, &fixture);
  g_assert_true (sg_engine_reload_finish (fixture.engine, fixture.result, &error));
  g_clear_object (&fixture.result);
  write_config (&fixture, "x: y\n");
  answer = sg_test_http (fixture.port,
                         "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                         "Connection: close\r\n\r\n",
                         &code);
  g_assert_cmpuint (code, ==, 500);
  g_assert_nonnull (strstr (answer, "failed to reload config: "));
  wait_for_target (&fixture, "sightglass", TRUE);
  metadata = sg_test_http_get (
      fixture.port,
      "/api/v1/targets/metadata?match_target=%7Bjob%3D%22sightglass%22%7D&metric=sightglass_build_info",
      &code);
  g_assert_nonnull (strstr (metadata, "\"job\":\"sightglass\"},\"type\":\"gauge\",\"help\":\"The "
                                      "build of Sightglass that runs here.\",\"unit\":\"\"}]"));
  metrics = sg_test_http_get (fixture.port, "/metrics", &code);
  g_assert_nonnull (strstr (metrics, "\nsightglass_config_last_reload_successful 0\n"));
  fixture_end (&fixture);
}

static void
change (Fixture        *fixture,
        SgTargetChange  what)
{
  g_autoptr (GError) error = NULL;

  sg_engine_change_target_async (fixture->engine, &what, on_done, fixture);
  sg_test_wait_until (is_done, fixture);
  sg_engine_change_target_finish (fixture->engine, fixture->result, &error);
  g_assert_no_error (error);
  g_clear_object (&fixture->result);
}

/* A target is added to the file, scraped, read in the log of metrics, and removed. */
static void
test_service_change (void)
{
  Fixture fixture = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) jobs = NULL;
  g_autoptr (SgExpositionPage) page = NULL;

  fixture_start (&fixture, "# kept\nglobal: {scrape_interval: 1h}  # this too\n", &error);
  g_assert_no_error (error);
  address = g_strdup_printf ("127.0.0.1:%u", fixture.port);
  change (&fixture, (SgTargetChange) { SG_TARGET_VERB_ADD, "a", address, NULL, NULL });
  do
    {
      g_clear_pointer (&jobs, g_strfreev);
      jobs = sg_engine_list_jobs (fixture.engine);
      g_main_context_iteration (NULL, FALSE);
    }
  while (jobs[2] == NULL);
  name = g_strdup_printf ("a http://%s/metrics", address);
  g_assert_cmpstr (jobs[2], ==, name);
  sg_engine_scrape_now (fixture.engine, "a", NULL);
  wait_for_target (&fixture, "a", FALSE);
  sg_engine_get_exposition_async (fixture.engine, name, NULL, on_done, &fixture);
  sg_test_wait_until (is_done, &fixture);
  page = sg_engine_get_exposition_finish (fixture.engine, fixture.result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sg_exposition_page_get_n_series (page), >, 50);
  g_clear_object (&fixture.result);

  change (&fixture, (SgTargetChange) { SG_TARGET_VERB_CHANGE, "a", address, "h:2", NULL });
  change (&fixture, (SgTargetChange) { SG_TARGET_VERB_REMOVE, "a", "h:2", NULL, NULL });
  g_assert_true (g_file_get_contents (fixture.path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==,
                   "# kept\nglobal: {scrape_interval: 1h}  # this too\nscrape_configs:\n"
                   "  - job_name: a\n");
  fixture_end (&fixture);
}

/* A file that was asked for by name and is wrong at the start is no start. */
static void
test_service_bad_start (void)
{
  Fixture fixture = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (fixture_start (&fixture, "alert_rules: []\n", &error));
  g_assert_nonnull (strstr (error->message, "write rule_files"));
  fixture_end (&fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scrape-service/reload", test_service_reload);
  g_test_add_func ("/scrape-service/asked", test_service_asked);
  g_test_add_func ("/scrape-service/change", test_service_change);
  g_test_add_func ("/scrape-service/bad-start", test_service_bad_start);
  return g_test_run ();
}
