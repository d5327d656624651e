/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-index-writer.h"
#include "tsdb/sg-tsdb-error.h"

#include <glib/gstdio.h>
#include <string.h>

/*
 * The index of a{x="1",y="p"}, a{x="2",y="p"}, b{z="q"}. Symbols, series and postings are those that
 * Prometheus 2.42 wrote for the same chunks; the empty table of label offsets, and so the places of
 * what follows it, are those of sg-index-format.h.
 */
static const char golden[] =
    "baaad70002000000200000000b0001310132085f5f6e616d655f5f016101620170017101780179017af7c800c8"
    "00000011030304080109060180a0d5edee66987508cf58a3030000000000000000000010030304080209060180"
    "a0d5edee66002412245f8700000000000000000000000e0203050a070180a0d5edee66003b1d9023b300000004"
    "0000000048674bc700000000100000000300000003000000050000000706376b9b0000000c0000000200000003"
    "00000005bb33cbd400000008000000010000000760f3b9cd000000080000000100000003a7692ed20000000800"
    "0000010000000581c8c93a0000000c000000020000000300000005bb33cbd400000008000000010000000760f3"
    "b9cd0000004100000007020000900102085f5f6e616d655f5f0161a80102085f5f6e616d655f5f0162bc010201"
    "780131cc010201780132dc010201790170ec0102017a01718002c5427988000000000000000500000000000000"
    "2d00000000000000830000000000000083000000000000009000000000000001109086bf3a";

#define T0 G_GINT64_CONSTANT (1767225600000)

typedef struct
{
  char *folder;
  char *path;
  SgIndexWriter *writer;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sg-index-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "index", NULL);
  fixture->writer = sg_index_writer_new (fixture->path, &error);
  g_assert_no_error (error);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  sg_index_writer_free (fixture->writer);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
add_symbols (Fixture           *fixture,
             const char *const *symbols)
{
  g_autoptr (GError) error = NULL;

  for (; *symbols != NULL; symbols++)
    {
      sg_index_writer_add_symbol (fixture->writer, *symbols, strlen (*symbols), &error);
      g_assert_no_error (error);
    }
}

static gboolean
add_series (Fixture      *fixture,
            const char   *text,
            SgChunkMeta   chunk,
            GError      **error)
{
  g_autoptr (SgLabels) labels = sg_labels_parse (text, NULL);

  return sg_index_writer_add_series (fixture->writer, labels, &chunk, 1, NULL, error);
}

static char *
hex_of_file (const char *path)
{
  g_autofree char *content = NULL;
  gsize length;
  GString *hex = g_string_new (NULL);

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", (guint8) content[i]);
  return g_string_free (hex, FALSE);
}

static void
test_index_writer_golden (Fixture       *fixture,
                          gconstpointer  data)
{
  static const char *const symbols[] = { "",  "1", "2", "__name__", "a", "b",
                                         "p", "q", "x", "y",        "z", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *hex = NULL;

  add_symbols (fixture, symbols);
  add_series (fixture, "a{x=\"1\",y=\"p\"}", (SgChunkMeta) { 8, T0, T0 + 15000 }, &error);
  g_assert_no_error (error);
  add_series (fixture, "a{x=\"2\",y=\"p\"}", (SgChunkMeta) { 36, T0, T0 }, &error);
  g_assert_no_error (error);
  add_series (fixture, "b{z=\"q\"}", (SgChunkMeta) { 59, T0, T0 }, &error);
  g_assert_no_error (error);
  g_assert_true (sg_index_writer_close (fixture->writer, &error));
  g_assert_no_error (error);
  hex = hex_of_file (fixture->path);
  g_assert_cmpstr (hex, ==, golden);
}

static void
test_index_writer_symbol_order (Fixture       *fixture,
                                gconstpointer  data)
{
  static const char *const symbols[] = { "", "a", "ab", "b", NULL };
  static const char *const refused[] = { "b", "ab", "", "a\xff" };

  add_symbols (fixture, symbols);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          sg_index_writer_add_symbol (fixture->writer, refused[i], strlen (refused[i]), &error));
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_OUT_OF_ORDER);
    }
}

static void
assert_refused (Fixture     *fixture,
                const char  *text,
                SgChunkMeta  chunk,
                SgTsdbError  code,
                const char  *problem)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf ("%s: %s", fixture->path, problem);

  g_assert_false (add_series (fixture, text, chunk, &error));
  g_assert_error (error, SG_TSDB_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_index_writer_series_refused (Fixture       *fixture,
                                  gconstpointer  data)
{
  static const char *const symbols[] = { "__name__", "a", "b", "c", NULL };
  SgChunkMeta chunk = { 8, 0, 1 };

  add_symbols (fixture, symbols);
  g_assert_true (add_series (fixture, "b", chunk, NULL));
  assert_refused (fixture, "b", chunk, SG_TSDB_ERROR_OUT_OF_ORDER,
                  "a series is not after the one before it");
  assert_refused (fixture, "a", chunk, SG_TSDB_ERROR_OUT_OF_ORDER,
                  "a series is not after the one before it");
  assert_refused (fixture, "{}", chunk, SG_TSDB_ERROR_INVALID, "a series has no labels");
  assert_refused (fixture, "c", (SgChunkMeta) { 8, 1, 0 }, SG_TSDB_ERROR_OUT_OF_ORDER,
                  "a chunk is not after the one before it");
  assert_refused (fixture, "z", chunk, SG_TSDB_ERROR_INVALID,
                  "\"z\" is in a series and not among the symbols");
}

static void
test_index_writer_chunks_refused (Fixture       *fixture,
                                  gconstpointer  data)
{
  static const char *const symbols[] = { "__name__", "a", NULL };
  static const SgChunkMeta chunks[] = { { 8, 0, 10 }, { 30, 10, 20 } };
  g_autoptr (SgLabels) labels = sg_labels_parse ("a", NULL);
  g_autoptr (GError) error = NULL;

  add_symbols (fixture, symbols);
  g_assert_false (sg_index_writer_add_series (fixture->writer, labels, chunks, 2, NULL, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_OUT_OF_ORDER);
}

#define ADD(name, function)                                                        \
  g_test_add ("/tsdb/index-writer/" name, Fixture, NULL, fixture_set_up, function, \
              fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("golden", test_index_writer_golden);
  ADD ("symbol-order", test_index_writer_symbol_order);
  ADD ("series-refused", test_index_writer_series_refused);
  ADD ("chunks-refused", test_index_writer_chunks_refused);
  return g_test_run ();
}
