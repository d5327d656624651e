/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-index-reader.h"
#include "tsdb/sg-tsdb-error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *path;
  GPtrArray *series;
  GArray *chunks;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sg-index-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "index", NULL);
  fixture->series = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_labels_unref);
  fixture->chunks = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_ptr_array_unref (fixture->series);
  g_array_unref (fixture->chunks);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static int
compare_labels (gconstpointer a,
                gconstpointer b)
{
  return sg_labels_compare (*(const SgLabels *const *) a, *(const SgLabels *const *) b);
}

static int
compare_strings (gconstpointer a,
                 gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_sorted_symbols (SgIndexWriter *writer,
                    GPtrArray     *series)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) symbols = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  for (guint i = 0; i < series->len; i++)
    {
      const SgLabels *labels = g_ptr_array_index (series, i);

      for (guint k = 0; k < labels->n_labels; k++)
        {
          g_hash_table_add (seen, (gpointer) labels->labels[k].name);
          g_hash_table_add (seen, (gpointer) labels->labels[k].value);
        }
    }
  g_hash_table_iter_init (&iter, seen);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (symbols, key);
  g_ptr_array_sort (symbols, compare_strings);
  for (guint i = 0; i < symbols->len; i++)
    {
      const char *symbol = g_ptr_array_index (symbols, i);

      g_assert_true (sg_index_writer_add_symbol (writer, symbol, strlen (symbol), NULL));
    }
}

/* Three chunks each; their times and references say which series and chunk they are. */
static SgChunkMeta
nth_chunk (guint series,
           guint chunk)
{
  SgTimeMs t = (SgTimeMs) series * 1000 - 500000 + chunk * 100;

  return (SgChunkMeta) { 8 + ((guint64) series << 34) + chunk * 77, t, t + series % 100 };
}

static void
write_index (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgIndexWriter) writer = sg_index_writer_new (fixture->path, &error);

  g_assert_no_error (error);
  g_ptr_array_sort (fixture->series, compare_labels);
  add_sorted_symbols (writer, fixture->series);
  for (guint i = 0; i < fixture->series->len; i++)
    {
      SgChunkMeta chunks[] = { nth_chunk (i, 0), nth_chunk (i, 1), nth_chunk (i, 2) };

      sg_index_writer_add_series (writer, g_ptr_array_index (fixture->series, i), chunks, i % 4,
                                  NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_true (sg_index_writer_close (writer, &error));
  g_assert_no_error (error);
}

static SgIndexReader *
open_index (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SgIndexReader *reader = sg_index_reader_open (fixture->path, &error);

  g_assert_no_error (error);
  return reader;
}

#define N_VALUES 53

static void
write_many (Fixture *fixture)
{
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *unique = g_strdup_printf ("%u", i);
      g_autofree char *value = g_strdup_printf ("value-%u", i % N_VALUES);
      const char *odd = i % 2 ? "odd" : "";
      const char *utf8 = i % 7 ? "" : "grün";

      g_ptr_array_add (fixture->series,
                       sg_labels_new_from_pairs (SG_LABEL_NAME, "metric", "unique", unique, "label",
                                                 value, "odd", odd, "utf8.name", utf8, NULL));
    }
  write_index (fixture);
}

static SgLabels *
read_labels (SgIndexReader *reader,
             SgSeriesRef    ref,
             GArray        *chunks)
{
  g_autoptr (GError) error = NULL;
  SgIndexSeries series;
  SgLabels *labels;

  g_assert_true (sg_index_reader_get_series (reader, ref, &series, &error));
  labels = sg_index_reader_read_labels (reader, &series, &error);
  g_assert_no_error (error);
  g_assert_true (sg_index_reader_read_chunks (reader, &series, chunks, &error));
  return labels;
}

static void
test_index_reader_series (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (SgIndexReader) reader = NULL;
  g_autoptr (SgPostings) all = NULL;
  SgSeriesRef ref;
  guint i = 0;

  write_many (fixture);
  reader = open_index (fixture);
  all = sg_index_reader_get_all (reader, NULL);
  for (; sg_postings_next (all, &ref); i++)
    {
      g_autoptr (SgLabels) labels = read_labels (reader, ref, fixture->chunks);

      g_assert_true (sg_labels_equal (labels, g_ptr_array_index (fixture->series, i)));
      g_assert_cmpuint (fixture->chunks->len, ==, i % 4);
      for (guint k = 0; k < i % 4; k++)
        {
          SgChunkMeta wanted = nth_chunk (i, k);

          g_assert_cmpmem (&g_array_index (fixture->chunks, SgChunkMeta, k), sizeof wanted, &wanted,
                           sizeof wanted);
        }
    }
  g_assert_cmpuint (i, ==, fixture->series->len);
  g_assert_true (sg_index_reader_check_whole (reader, NULL));
}

static void
test_index_reader_names (Fixture       *fixture,
                         gconstpointer  data)
{
  static const char *const names[] = { SG_LABEL_NAME, "label", "odd", "unique", "utf8.name" };
  g_autoptr (SgIndexReader) reader = NULL;

  write_many (fixture);
  reader = open_index (fixture);
  g_assert_cmpuint (sg_index_reader_get_n_names (reader), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (sg_index_reader_get_name (reader, i), ==, names[i]);
}

static void
test_index_reader_symbols (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (SgIndexReader) reader = NULL;
  g_autofree char *last = g_strdup ("");
  const char *text;
  gsize length;
  guint n;

  write_many (fixture);
  reader = open_index (fixture);
  n = sg_index_reader_get_n_symbols (reader);
  g_assert_cmpuint (n, ==, 3000 + N_VALUES + 5 + 2);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *symbol = NULL;

      g_assert_true (sg_index_reader_get_symbol (reader, i, &text, &length, NULL));
      symbol = g_strndup (text, length);
      g_assert_cmpstr (last, <, symbol);
      g_free (last);
      last = g_steal_pointer (&symbol);
    }
  g_assert_false (sg_index_reader_get_symbol (reader, n, &text, &length, NULL));
}

/* The series that the postings of a pair yield are those that have it, and no others. */
static void
assert_postings (Fixture       *fixture,
                 SgIndexReader *reader,
                 const char    *name,
                 const char    *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgPostings) postings = sg_index_reader_get_postings (reader, name, value, &error);
  SgSeriesRef ref;

  g_assert_no_error (error);
  for (guint i = 0; i < fixture->series->len; i++)
    {
      const SgLabels *wanted = g_ptr_array_index (fixture->series, i);
      g_autoptr (SgLabels) labels = NULL;

      if (!g_str_equal (sg_labels_get (wanted, name), value))
        continue;
      g_assert_true (sg_postings_next (postings, &ref));
      labels = read_labels (reader, ref, fixture->chunks);
      g_assert_true (sg_labels_equal (labels, wanted));
    }
  g_assert_false (sg_postings_next (postings, &ref));
}

static void
test_index_reader_postings (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr (SgIndexReader) reader = NULL;

  write_many (fixture);
  reader = open_index (fixture);
  for (guint i = 0; i < N_VALUES; i++)
    {
      g_autofree char *value = g_strdup_printf ("value-%u", i);

      assert_postings (fixture, reader, "label", value);
    }
  assert_postings (fixture, reader, SG_LABEL_NAME, "metric");
  assert_postings (fixture, reader, "odd", "odd");
  assert_postings (fixture, reader, "utf8.name", "grün");
  assert_postings (fixture, reader, "unique", "0");
  assert_postings (fixture, reader, "unique", "1499");
  assert_postings (fixture, reader, "unique", "999");
  assert_postings (fixture, reader, "unique", "9990");
  assert_postings (fixture, reader, "unique", "");
  assert_postings (fixture, reader, "label", "value");
  assert_postings (fixture, reader, "nothing", "x");
}

static guint
count_values_from (SgIndexReader *reader,
                   const char    *name,
                   const char    *at_least)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *last = g_strdup (at_least);
  SgIndexValueIter iter;
  const char *value;
  gsize length;
  guint64 place;
  guint n = 0;

  g_assert_true (sg_index_value_iter_seek (&iter, reader, name, at_least, &error));
  for (; sg_index_value_iter_next (&iter, &value, &length, &place, &error); n++)
    {
      g_autofree char *copy = g_strndup (value, length);

      g_assert_cmpint (strcmp (last, copy), <=, n == 0 ? 0 : -1);
      g_free (last);
      last = g_steal_pointer (&copy);
    }
  g_assert_no_error (error);
  return n;
}

static void
test_index_reader_values (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (SgIndexReader) reader = NULL;

  write_many (fixture);
  reader = open_index (fixture);
  g_assert_cmpuint (count_values_from (reader, "unique", ""), ==, 3000);
  g_assert_cmpuint (count_values_from (reader, "unique", "0"), ==, 3000);
  g_assert_cmpuint (count_values_from (reader, "unique", "9"), ==, 111);
  g_assert_cmpuint (count_values_from (reader, "unique", "99"), ==, 11);
  g_assert_cmpuint (count_values_from (reader, "unique", "999"), ==, 1);
  g_assert_cmpuint (count_values_from (reader, "unique", "9991"), ==, 0);
  g_assert_cmpuint (count_values_from (reader, "label", "value-"), ==, N_VALUES);
  g_assert_cmpuint (count_values_from (reader, "odd", "a"), ==, 1);
  g_assert_cmpuint (count_values_from (reader, "odd", "p"), ==, 0);
  g_assert_cmpuint (count_values_from (reader, "nothing", ""), ==, 0);
  for (guint i = 0; i < 3000; i += 13)
    {
      g_autofree char *value = g_strdup_printf ("%u", i);
      SgIndexValueIter iter;
      const char *found;
      gsize length;
      guint64 place;

      g_assert_true (sg_index_value_iter_seek (&iter, reader, "unique", value, NULL));
      g_assert_true (sg_index_value_iter_next (&iter, &found, &length, &place, NULL));
      g_assert_cmpmem (found, length, value, strlen (value));
    }
}

static void
test_index_reader_empty (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (SgIndexReader) reader = NULL;
  g_autoptr (SgPostings) all = NULL;
  SgSeriesRef ref;

  write_index (fixture);
  reader = open_index (fixture);
  all = sg_index_reader_get_all (reader, NULL);
  g_assert_false (sg_postings_next (all, &ref));
  g_assert_cmpuint (sg_index_reader_get_n_names (reader), ==, 0);
}

/* Names that are no symbols of the process, and more labels than fit the stack. */
static void
test_index_reader_large_labels (Fixture       *fixture,
                                gconstpointer  data)
{
  g_autofree char *name = g_strnfill (5000, 'n');
  g_autofree char *value = g_strnfill (70000, 'v');
  g_auto (SgLabelsBuilder) builder;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SgIndexReader) reader = NULL;

  sg_labels_builder_init (&builder, NULL);
  sg_labels_builder_set (&builder, name, value);
  for (guint i = 0; i < 100; i++)
    {
      char *text = g_strdup_printf ("l%u", i);

      g_ptr_array_add (names, text);
      sg_labels_builder_set (&builder, text, text);
    }
  g_ptr_array_add (fixture->series, sg_labels_builder_build (&builder));
  write_index (fixture);
  reader = open_index (fixture);
  g_assert_cmpuint (sg_index_reader_get_n_names (reader), ==, 101);
  assert_postings (fixture, reader, name, value);
  assert_postings (fixture, reader, "l99", "l99");
}

static void
dump_postings (SgIndexReader  *reader,
               guint64         place,
               GString        *out,
               GError        **error)
{
  g_autoptr (SgPostings) postings = sg_index_reader_get_postings_at (reader, place, error);
  SgSeriesRef ref;

  while (postings != NULL && sg_postings_next (postings, &ref))
    g_string_append_printf (out, " %u", ref);
}

static void
dump_values (SgIndexReader  *reader,
             const char     *name,
             GString        *out,
             GError        **error)
{
  SgIndexValueIter iter;
  const char *value;
  gsize length;
  guint64 place;

  sg_index_value_iter_init (&iter, reader, name);
  while (*error == NULL && sg_index_value_iter_next (&iter, &value, &length, &place, error))
    {
      g_string_append_printf (out, "%s=%.*s", name, (int) length, value);
      dump_postings (reader, place, out, error);
    }
}

static void
dump_series (SgIndexReader  *reader,
             SgSeriesRef     ref,
             GArray         *chunks,
             GString        *out,
             GError        **error)
{
  g_autoptr (SgLabels) labels = NULL;
  SgIndexSeries series;

  if (!sg_index_reader_get_series (reader, ref, &series, error))
    return;
  labels = sg_index_reader_read_labels (reader, &series, error);
  if (labels == NULL || !sg_index_reader_read_chunks (reader, &series, chunks, error))
    return;
  sg_labels_append_text (labels, out);
  for (guint i = 0; i < chunks->len; i++)
    {
      const SgChunkMeta *chunk = &g_array_index (chunks, SgChunkMeta, i);

      g_string_append_printf (out, " %" G_GUINT64_FORMAT ":%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                              chunk->ref, chunk->min_time, chunk->max_time);
    }
}

/* Reads everything. Returns: it as text, or NULL when anything could not be read */
static char *
dump_index (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgIndexReader) reader = sg_index_reader_open (fixture->path, &error);
  g_autoptr (SgPostings) all = NULL;
  GString *out = g_string_new (NULL);
  SgSeriesRef ref;

  if (reader != NULL)
    all = sg_index_reader_get_all (reader, &error);
  while (error == NULL && sg_postings_next (all, &ref))
    dump_series (reader, ref, fixture->chunks, out, &error);
  for (guint i = 0; error == NULL && i < sg_index_reader_get_n_names (reader); i++)
    dump_values (reader, sg_index_reader_get_name (reader, i), out, &error);
  if (error == NULL)
    return g_string_free (out, FALSE);
  g_assert_cmpint (error->domain, ==, SG_TSDB_ERROR);
  g_string_free (out, TRUE);
  return NULL;
}

static void
write_few (Fixture *fixture)
{
  static const char *const texts[] = { "a{x=\"1\",y=\"p\"}", "a{x=\"2\",y=\"p\"}", "b{z=\"q\"}",
                                       "b{z=\"r\",y=\"p\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_ptr_array_add (fixture->series, sg_labels_parse (texts[i], NULL));
  write_index (fixture);
}

static void
test_index_reader_damaged (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autofree char *content = NULL;
  g_autofree char *sound = NULL;
  gsize length;
  guint n_noticed = 0;

  write_few (fixture);
  sound = dump_index (fixture);
  g_assert_nonnull (sound);
  g_assert_true (g_file_get_contents (fixture->path, &content, &length, NULL));
  for (gsize bit = 0; bit < length * 8; bit++)
    {
      g_autofree char *text = NULL;

      content[bit / 8] ^= 1 << bit % 8;
      g_assert_true (g_file_set_contents_full (fixture->path, content, length,
                                               G_FILE_SET_CONTENTS_NONE, 0666, NULL));
      text = dump_index (fixture);
      if (text != NULL)
        g_assert_cmpstr (text, ==, sound);
      n_noticed += text == NULL;
      content[bit / 8] ^= 1 << bit % 8;
    }
  g_assert_cmpuint (n_noticed, >, length * 8 * 3 / 4);
}

static void
test_index_reader_cut (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *content = NULL;
  gsize length;

  write_few (fixture);
  g_assert_true (g_file_get_contents (fixture->path, &content, &length, NULL));
  while (length-- > 0)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (truncate (fixture->path, (off_t) length), ==, 0);
      g_assert_null (sg_index_reader_open (fixture->path, &error));
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
    }
}

/* Cut while it is open, wherever: what is read then is an error, or is found out in the end. */
static void
test_index_reader_cut_while_open (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_autoptr (SgIndexReader) reader = NULL;
  g_autoptr (SgPostings) all = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) series_error = NULL;
  SgIndexSeries series;

  write_many (fixture);
  reader = open_index (fixture);
  g_assert_true (sg_index_reader_check_whole (reader, NULL));
  g_assert_cmpint (truncate (fixture->path, (off_t) sg_index_reader_get_size (reader) - 1), ==, 0);
  g_assert_false (sg_index_reader_check_whole (reader, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
  g_assert_cmpint (truncate (fixture->path, 0), ==, 0);
  g_assert_false (sg_index_reader_get_series (reader, 100, &series, &series_error));
  g_assert_error (series_error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
  all = sg_index_reader_get_all (reader, NULL);
  g_assert_null (all);
}

static void
test_index_reader_versions (Fixture       *fixture,
                            gconstpointer  data)
{
  for (char version = 0; version < 5; version++)
    {
      g_autofree char *content = NULL;
      g_autofree char *message = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      g_ptr_array_set_size (fixture->series, 0);
      write_few (fixture);
      g_assert_true (g_file_get_contents (fixture->path, &content, &length, NULL));
      content[4] = version;
      g_assert_true (g_file_set_contents (fixture->path, content, (gssize) length, NULL));
      message = g_strdup_printf ("%s: byte 4: version %d of the index; only 2 is known here",
                                 fixture->path, version);
      if (version == 2)
        continue;
      g_assert_null (sg_index_reader_open (fixture->path, &error));
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_UNSUPPORTED);
      g_assert_cmpstr (error->message, ==, message);
    }
}

#define ADD(name, function)                                                        \
  g_test_add ("/tsdb/index-reader/" name, Fixture, NULL, fixture_set_up, function, \
              fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("series", test_index_reader_series);
  ADD ("names", test_index_reader_names);
  ADD ("symbols", test_index_reader_symbols);
  ADD ("postings", test_index_reader_postings);
  ADD ("values", test_index_reader_values);
  ADD ("empty", test_index_reader_empty);
  ADD ("large-labels", test_index_reader_large_labels);
  ADD ("damaged", test_index_reader_damaged);
  ADD ("cut", test_index_reader_cut);
  ADD ("cut-while-open", test_index_reader_cut_while_open);
  ADD ("versions", test_index_reader_versions);
  return g_test_run ();
}
