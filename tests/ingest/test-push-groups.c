/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/push/sg-push-groups.h"

#include "tools/sg-test-peer.h"

#include <string.h>

typedef struct
{
  char *folder;
  SgClock *clock;
  SgRegistry *registry;
  SgStateDb *db;
  SgPushGroups *groups;
} Fixture;

static void
open_groups (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "state.db", NULL);
  g_autoptr (GError) error = NULL;

  fixture->registry = sg_registry_new (fixture->clock);
  fixture->db = sg_state_db_open (path, fixture->folder, fixture->clock, &error);
  g_assert_no_error (error);
  fixture->groups =
      sg_push_groups_new (fixture->db, fixture->clock, fixture->registry, 3, 10, &error);
  g_assert_no_error (error);
}

static void
close_groups (Fixture *fixture)
{
  sg_push_groups_unref (fixture->groups);
  sg_state_db_unref (fixture->db);
  g_object_unref (fixture->registry);
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("test-push-XXXXXX", NULL);
  fixture->clock = sg_clock_new_manual ((SgTimeNs) { G_GINT64_CONSTANT (1700000000) * 1000000000 });
  open_groups (fixture);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  close_groups (fixture);
  g_object_unref (fixture->clock);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static void
push_as (Fixture             *fixture,
         const char          *key_text,
         SgPushMode           mode,
         const char          *text,
         SgExpositionDialect  dialect,
         const char          *expected_error)
{
  g_autoptr (SgLabels) key = sg_labels_parse (key_text, NULL);
  g_autoptr (GError) error = NULL;
  gboolean good =
      sg_push_groups_push (fixture->groups, key, mode, text, strlen (text), dialect, &error);

  if (expected_error == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (good);
      return;
    }
  g_assert_false (good);
  g_assert_nonnull (error);
  if (strstr (error->message, expected_error) == NULL)
    g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, expected_error));
}

static void
push (Fixture    *fixture,
      const char *key,
      SgPushMode  mode,
      const char *text,
      const char *expected_error)
{
  push_as (fixture, key, mode, text, SG_EXPOSITION_DIALECT_TEXT, expected_error);
}

static void
assert_page (Fixture    *fixture,
             const char *expected)
{
  g_autoptr (GBytes) page = sg_push_groups_write_page (fixture->groups);
  g_autofree char *text = g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));
  char *times = strstr (text, "# HELP push_failure_time_seconds");

  if (times != NULL)
    *times = '\0';
  g_assert_cmpstr (text, ==, expected);
}

static void
test_modes (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (SgLabels) key = sg_labels_parse ("{job=\"j\", instance=\"i\"}", NULL);

  push (fixture, "{job=\"j\", instance=\"i\"}", SG_PUSH_REPLACE,
        "# TYPE a counter\n# HELP a two\\nlines\na{x=\"1\"} 3\na{x=\"q\\\"\",job=\"zz\"} 4\nb 1\n",
        NULL);
  assert_page (fixture, "# HELP a two\\nlines\n# TYPE a counter\n"
                        "a{instance=\"i\",job=\"j\",x=\"1\"} 3\n"
                        "a{instance=\"i\",job=\"j\",x=\"q\\\"\"} 4\n"
                        "# TYPE b untyped\nb{instance=\"i\",job=\"j\"} 1\n");
  push (fixture, "{job=\"j\", instance=\"i\"}", SG_PUSH_ADD, "# TYPE b gauge\nb 2\nc 3\n", NULL);
  push (fixture, "{job=\"j\", instance=\"i\"}", SG_PUSH_ADD, "# TYPE a gauge\na 0\n", NULL);
  assert_page (fixture, "# TYPE a gauge\na{instance=\"i\",job=\"j\"} 0\n"
                        "# TYPE b gauge\nb{instance=\"i\",job=\"j\"} 2\n"
                        "# TYPE c untyped\nc{instance=\"i\",job=\"j\"} 3\n");
  push (fixture, "{job=\"j\", instance=\"i\"}", SG_PUSH_REPLACE, "d 1\n", NULL);
  assert_page (fixture, "# TYPE d untyped\nd{instance=\"i\",job=\"j\"} 1\n");
  g_assert_true (sg_push_groups_delete (fixture->groups, key, NULL));
  g_assert_true (sg_push_groups_delete (fixture->groups, key, NULL));
  assert_page (fixture, "");
}

static void
test_times (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GBytes) page = NULL;

  push (fixture, "{job=\"a\"}", SG_PUSH_ADD, "x 1\n", NULL);
  sg_clock_advance (fixture->clock, 5500);
  push (fixture, "{job=\"a\"}", SG_PUSH_ADD, "x 1 5\n", "must not have timestamps");
  push (fixture, "{job=\"b\"}", SG_PUSH_ADD, "x 1\nx 2\n", "was collected before");
  page = sg_push_groups_write_page (fixture->groups);
  g_assert_cmpmem (g_bytes_get_data (page, NULL), 50,
                   "# TYPE x untyped\nx{instance=\"\",job=\"a\"} 1\n# HELP pus", 50);
  close_groups (fixture);
  open_groups (fixture);
  g_bytes_unref (page);
  page = sg_push_groups_write_page (fixture->groups);
  {
    g_autofree char *text = g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));

    g_assert_nonnull (strstr (text, "push_time_seconds{instance=\"\",job=\"a\"} 1700000000\n"));
    g_assert_nonnull (
        strstr (text, "push_failure_time_seconds{instance=\"\",job=\"a\"} 1700000005.5\n"));
    g_assert_nonnull (strstr (text, "push_time_seconds{instance=\"\",job=\"b\"} 0\n"));
    g_assert_nonnull (
        strstr (text, "push_failure_time_seconds{instance=\"\",job=\"b\"} 1700000005.5\n"));
  }
}

static void
test_consistency (Fixture       *fixture,
                  gconstpointer  data)
{
  push (fixture, "{job=\"a\"}", SG_PUSH_REPLACE, "# TYPE x counter\nx{instance=\"i\"} 1\n", NULL);
  push (fixture, "{job=\"b\"}", SG_PUSH_REPLACE, "# TYPE x gauge\nx 1\n",
        "collected metric \"x\" is a gauge and not a counter");
  push (fixture, "{job=\"a\", instance=\"i\"}", SG_PUSH_REPLACE, "# TYPE x counter\nx 1\n",
        "x{instance=\"i\", job=\"a\"} was collected before");
  push (fixture, "{job=\"c\"}", SG_PUSH_REPLACE, "x{ 1\n", "");
  push (fixture, "{job=\"a\"}", SG_PUSH_REPLACE, "# TYPE x gauge\nx 1\n", NULL);
  push (fixture, "{job=\"b\"}", SG_PUSH_REPLACE, "# TYPE x gauge\nx 1\npush_time_seconds 7\n",
        NULL);
  assert_page (fixture, "# TYPE x gauge\nx{instance=\"\",job=\"a\"} 1\n"
                        "x{instance=\"\",job=\"b\"} 1\n");
}

static void
test_bounds (Fixture       *fixture,
             gconstpointer  data)
{
  push (fixture, "{job=\"a\"}", SG_PUSH_REPLACE, "a 1\nb 1\nc 1\nd 1\ne 1\n", NULL);
  push (fixture, "{job=\"b\"}", SG_PUSH_REPLACE, "a 1\nb 1\nc 1\nd 1\ne 1\nf 1\n",
        "push.max-samples, which is 10");
  push (fixture, "{job=\"b\"}", SG_PUSH_ADD, "a 1\nb 1\nc 1\nd 1\ne 1\n", NULL);
  push (fixture, "{job=\"c\"}", SG_PUSH_REPLACE, "", NULL);
  push (fixture, "{job=\"d\"}", SG_PUSH_REPLACE, "", "push.max-groups");
  g_assert_cmpuint (sg_push_groups_get_size (fixture->groups), ==, 3);
}

static void
test_restart (Fixture       *fixture,
              gconstpointer  data)
{
  static const char page[] =
      "# TYPE h histogram\nh_bucket{instance=\"\",job=\"ä/\\n\",le=\"1\"} 1\n"
      "h_bucket{instance=\"\",job=\"ä/\\n\",le=\"+Inf\"} 2\n"
      "h_sum{instance=\"\",job=\"ä/\\n\"} 3.5\n"
      "h_count{instance=\"\",job=\"ä/\\n\"} 2\n"
      "# TYPE s summary\ns{instance=\"\",job=\"ä/\\n\",quantile=\"0.5\"} NaN\n"
      "s_sum{instance=\"\",job=\"ä/\\n\"} 0\ns_count{instance=\"\",job=\"ä/\\n\"} 0\n";

  push (fixture, "{job=\"ä/\\n\"}", SG_PUSH_REPLACE,
        "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_sum 3.5\nh_count 2\n"
        "# TYPE s summary\ns{quantile=\"0.5\"} NaN\ns_sum 0\ns_count 0\n",
        NULL);
  assert_page (fixture, page);
  close_groups (fixture);
  open_groups (fixture);
  assert_page (fixture, page);
}

static void
test_openmetrics (Fixture       *fixture,
                  gconstpointer  data)
{
  push_as (fixture, "{job=\"j\"}", SG_PUSH_REPLACE,
           "# TYPE c counter\n# HELP c Counted.\nc_total 1\nc_created 5\n# TYPE i info\n"
           "i_info{v=\"1\"} 1\n# TYPE s stateset\ns{s=\"on\"} 1\n# TYPE u unknown\nu 1\n# EOF\n",
           SG_EXPOSITION_DIALECT_OPENMETRICS, NULL);
  assert_page (fixture, "# HELP c_created Counted.\n# TYPE c_created gauge\n"
                        "c_created{instance=\"\",job=\"j\"} 5\n"
                        "# HELP c_total Counted.\n# TYPE c_total counter\n"
                        "c_total{instance=\"\",job=\"j\"} 1\n"
                        "# TYPE i_info gauge\ni_info{instance=\"\",job=\"j\",v=\"1\"} 1\n"
                        "# TYPE s gauge\ns{instance=\"\",job=\"j\",s=\"on\"} 1\n"
                        "# TYPE u untyped\nu{instance=\"\",job=\"j\"} 1\n");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/push-groups/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("modes", test_modes);
  ADD ("times", test_times);
  ADD ("consistency", test_consistency);
  ADD ("bounds", test_bounds);
  ADD ("restart", test_restart);
  ADD ("openmetrics", test_openmetrics);
#undef ADD
  return g_test_run ();
}
