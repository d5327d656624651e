/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-verifier.h"

#include "tsdb/sg-block.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store-private.h"

#include <string.h>

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

/* Who comes after a restart goes on where the last one ended. */
static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (SgStoreVerifier) verifier = sg_store_verifier_new (fixture->store);
  SgStoreVerifierStats stats;

  g_assert_true (sg_store_verifier_step (verifier, NULL, NULL));
  sg_store_verifier_free (g_steal_pointer (&verifier));
  verifier = sg_store_verifier_new (fixture->store);
  sg_store_verifier_get_stats (verifier, &stats);
  g_assert_cmpuint (stats.n_verified, ==, 1);
  g_assert_cmpuint (stats.verified, ==, 0);
  g_assert_cmpint (stats.last, ==, T0);
  for (guint i = 0; i < 3; i++)
    g_assert_true (sg_store_verifier_step (verifier, NULL, NULL));
  g_assert_cmpuint (count_lines (fixture->told), ==, 2);
}

static guint64
count_samples (SgStore *store)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, NULL);
  const SgSeries *series;
  guint64 n = 0;

  while (sg_series_set_next (set, &series, NULL))
    n += series->columns->n;
  g_assert_cmpstr (sg_series_set_get_warnings (set)[0], ==, NULL);
  return n;
}

/* Returns: (transfer full): the chunks of the oldest block */
static char *
find_chunks (Fixture *fixture)
{
  g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (fixture->store);

  return g_build_filename (sg_block_get_folder (blocks->pdata[0]), "chunks", "000001", NULL);
}

/* What one damaged chunk has is lost; all else is in a new block, and the old one is kept. */
static void
test_repaired (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (SgStoreVerifier) verifier = sg_store_verifier_new (fixture->store);
  g_autofree char *path = find_chunks (fixture);
  g_autofree char *repairs = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  SgStoreVerifierStats stats;
  SgStoreStats store_stats;
  guint n_lost;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  /* Behind the header, two bytes of length and the encoding there is how many samples the chunk has. */
  n_lost = (guint8) bytes[11] * 256u + (guint8) bytes[12];
  bytes[40] = (char) (bytes[40] ^ 0xff);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
  sg_store_close (fixture->store, NULL);
  g_clear_object (&fixture->store);
  fixture->store =
      sg_store_new (&(SgStoreOptions) { .path = fixture->path, .clock = fixture->clock }, &error);
  g_assert_no_error (error);
  sg_store_verifier_free (g_steal_pointer (&verifier));
  verifier = sg_store_verifier_new (fixture->store);
  while (sg_store_verifier_step (verifier, NULL, &error))
    sg_clock_advance (fixture->clock, 1000);
  g_test_message ("%s", error->message);
  sg_store_get_stats (fixture->store, &store_stats);
  g_assert_cmpuint (store_stats.blocks_set_aside, ==, 1);
  g_assert_cmpuint (store_stats.n_blocks, ==, 2);
  repairs = sg_store_get_repairs (fixture->store);
  g_test_message ("%s", repairs);
  g_assert_nonnull (strstr (repairs, ".damaged, and "));
  g_assert_cmpuint (count_samples (fixture->store), ==, 5 * 240 - n_lost);
  for (guint i = 0; i < 3; i++)
    g_assert_true (sg_store_verifier_step (verifier, NULL, NULL));
  sg_store_verifier_get_stats (verifier, &stats);
  g_assert_cmpuint (stats.n_verified, ==, 2);
  g_assert_cmpuint (stats.n_damaged, ==, 0);
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
  g_test_add ("/store-verifier/kept", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add ("/store-verifier/repaired", Fixture, NULL, set_up, test_repaired, tear_down);
  g_test_add ("/store-verifier/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  return g_test_run ();
}
