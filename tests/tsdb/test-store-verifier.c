/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-verifier.h"

#include "tsdb/sg-file-writer.h"

/*
 * Which block has its turn, and when again.
 */
#define T0      (G_GINT64_CONSTANT (1700000000000))
#define WEEK_MS (G_GINT64_CONSTANT (7) * 24 * 60 * 60 * 1000)

typedef struct
{
  char *path;
  SgClock *clock;
  SgStore *store;
  GString *told;
} Fixture;

static void
on_operation (const SgOperation *operation,
              gpointer           user_data)
{
  if (g_str_equal (operation->type, "consistency_check"))
    g_string_append_printf (user_data, "%s %s %" G_GUINT64_FORMAT "\n", operation->key,
                            sg_operation_status_to_string (operation->status), operation->records);
}

/* Five hours of one series: two blocks and a head. */
static void
fill (SgStore *store)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "verified", NULL);
  g_autoptr (GError) error = NULL;
  SgHeadRef ref = 0;

  for (guint i = 0; i < 5 * 240; i++)
    {
      SgSample sample = { T0 + i * 15000, 0, { SG_VALUE_FLOAT, { i } } };

      g_assert_true (sg_appender_append (appender, &ref, labels, &sample, NULL));
    }
  g_assert_true (sg_appender_commit (appender, NULL));
  sg_store_maintain (store, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  static SgOperationSink sink = { on_operation, NULL };
  SgStoreOptions options = { .sink = &sink };

  fixture->path = g_dir_make_tmp ("sg-verifier-XXXXXX", NULL);
  fixture->told = g_string_new (NULL);
  fixture->clock = sg_clock_new_manual (sg_time_ms_to_ns (T0));
  sink.user_data = fixture->told;
  options.path = fixture->path;
  options.clock = fixture->clock;
  fixture->store = sg_store_new (&options, NULL);
  fill (fixture->store);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_object (&fixture->store);
  g_clear_object (&fixture->clock);
  g_string_free (fixture->told, TRUE);
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->path);
}

static guint
count_lines (const GString *text)
{
  guint n = 0;

  for (gsize i = 0; i < text->len; i++)
    n += text->str[i] == '\n';
  return n;
}

static void
test_turns (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (SgStoreVerifier) verifier = sg_store_verifier_new (fixture->store);
  SgStoreVerifierStats stats;

  sg_store_verifier_get_stats (verifier, &stats);
  g_assert_cmpuint (stats.n_blocks, ==, 2);
  g_assert_cmpuint (stats.n_verified, ==, 0);
  g_assert_cmpint (stats.last, ==, 0);
  for (guint i = 1; i <= 4; i++)
    {
      sg_clock_advance (fixture->clock, 1000);
      g_assert_true (sg_store_verifier_step (verifier, NULL, NULL));
      g_assert_cmpuint (count_lines (fixture->told), ==, MIN (i, 2));
    }
  sg_store_verifier_get_stats (verifier, &stats);
  g_assert_cmpuint (stats.n_verified, ==, 2);
  g_assert_cmpuint (stats.n_damaged, ==, 0);
  g_assert_cmpint (stats.last, ==, T0 + 2000);
  g_assert_cmpint (stats.oldest, ==, T0 + 1000);
  sg_clock_advance (fixture->clock, WEEK_MS);
  for (guint i = 0; i < 4; i++)
    g_assert_true (sg_store_verifier_step (verifier, NULL, NULL));
  g_assert_cmpuint (count_lines (fixture->told), ==, 4);
  sg_store_verifier_get_stats (verifier, &stats);
  g_assert_cmpuint (stats.verified, ==, 4);
  g_assert_null (sg_store_verifier_get_damage (verifier));
}

/* A turn that was cut short is none. */
static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (SgStoreVerifier) verifier = sg_store_verifier_new (fixture->store);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  SgStoreVerifierStats stats;

  g_cancellable_cancel (cancellable);
  g_assert_false (sg_store_verifier_step (verifier, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  sg_store_verifier_get_stats (verifier, &stats);
  g_assert_cmpuint (stats.verified, ==, 0);
  g_assert_cmpstr (fixture->told->str, ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store-verifier/turns", Fixture, NULL, set_up, test_turns, tear_down);
  g_test_add ("/store-verifier/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  return g_test_run ();
}
