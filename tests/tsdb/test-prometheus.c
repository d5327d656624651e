/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-fixture.h"
#include "tools/sg-test-peer.h"
#include "tsdb/sg-block-scan.h"
#include "tsdb/sg-compactor.h"

#include <json-glib/json-glib.h>
#include <stdio.h>

/*
 * Blocks go from here to a real Prometheus and from there to here; what is in them stays the same. The
 * judges are promtool, which reads and writes blocks, and a server on a free port. Without them the
 * tests are skipped.
 */

#define T0   G_GINT64_CONSTANT (1767225600000)
#define HOUR G_GINT64_CONSTANT (3600000)

typedef struct
{
  char *folder;
  char *blocks;
  GPtrArray *list;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *wal = NULL;

  fixture->folder = g_dir_make_tmp ("sg-prometheus-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->blocks = g_build_filename (fixture->folder, "data", NULL);
  wal = g_build_filename (fixture->blocks, "wal", NULL);
  g_assert_true (sg_folder_create (wal, NULL));
  fixture->list = test_series_list_new ();
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->folder);
  g_free (fixture->blocks);
  g_ptr_array_unref (fixture->list);
}

/* Runs promtool tsdb. Returns: what it wrote; NULL, with the test skipped, when it is not there */
static char *
run_promtool (const char *first_argument,
              ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  char *output = NULL;
  int status;
  va_list args;

  g_ptr_array_add (argv, (gpointer) "promtool");
  g_ptr_array_add (argv, (gpointer) "tsdb");
  va_start (args, first_argument);
  for (const char *a = first_argument; a != NULL; a = va_arg (args, const char *))
    g_ptr_array_add (argv, (gpointer) a);
  va_end (args);
  g_ptr_array_add (argv, NULL);
  status = sg_test_run_program ((const char *const *) argv->pdata, NULL, &output);
  if (status > 0)
    g_error ("promtool tsdb %s: %s", first_argument, output);
  if (status < 0)
    g_test_skip ("promtool is not installed");
  return output;
}

static void
append_escaped (GString    *text,
                const char *value)
{
  for (; *value != '\0'; value++)
    {
      if (*value == '\n')
        g_string_append (text, "\\n");
      else if (*value == '"' || *value == '\\')
        g_string_append_printf (text, "\\%c", *value);
      else
        g_string_append_c (text, *value);
    }
}

/* The series as OpenMetrics writes it: no blank after a comma. */
static void
append_labels (GString        *text,
               const SgLabels *labels)
{
  gboolean first = TRUE;

  g_string_append_printf (text, "%s{", sg_labels_get (labels, SG_LABEL_NAME));
  for (guint i = 0; i < labels->n_labels; i++)
    {
      if (g_str_equal (labels->labels[i].name, SG_LABEL_NAME))
        continue;
      g_string_append_printf (text, "%s%s=\"", first ? "" : ",", labels->labels[i].name);
      append_escaped (text, labels->labels[i].value);
      g_string_append_c (text, '"');
      first = FALSE;
    }
  g_string_append_c (text, '}');
}

static void
append_value (GString *text,
              double   value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value))
    g_string_append (text, "NaN");
  else if (isinf (value))
    g_string_append (text, value > 0 ? "+Inf" : "-Inf");
  else
    g_string_append (text, g_ascii_dtostr (digits, sizeof digits, value));
}

static char *
write_openmetrics (Fixture *fixture)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char *path = g_build_filename (fixture->folder, "in.om", NULL);

  for (guint i = 0; i < fixture->list->len; i++)
    {
      const TestSeries *series = g_ptr_array_index (fixture->list, i);

      for (guint k = 0; k < series->samples->len; k++)
        {
          const TestSample *sample = &g_array_index (series->samples, TestSample, k);

          append_labels (text, series->labels);
          g_string_append_c (text, ' ');
          append_value (text, sample->value);
          g_string_append_printf (text, " %" G_GINT64_FORMAT ".%03d\n", sample->t / 1000,
                                  (int) (sample->t % 1000));
        }
    }
  g_string_append (text, "# EOF\n");
  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
  return path;
}

static double
random_value (double last)
{
  static const double special[] = {
    0, -0.0, 1, INFINITY, -INFINITY, 5e-324, 1.7976931348623157e308, -1e-300, 0.1
  };

  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
      return special[g_test_rand_int_range (0, G_N_ELEMENTS (special))];
    case 1:
      return sg_double_from_bits (SG_NORMAL_NAN_BITS);
    case 2:
      return last;
    case 3:
      return last + g_test_rand_int_range (1, 100);
    case 4:
      return g_test_rand_double_range (-1e6, 1e6);
    default:
      return g_test_rand_int_range (0, 1000) / 8.0;
    }
}

/* Series over six hours: regular, jittering and rare ones, some of which end early. */
static void
make_series (Fixture *fixture,
             guint    n)
{
  static const char *const values[] = { "x", "grün", "a\"b\\c\nd", "{}", " ", "日本" };

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("metric_%u", i % 7);
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (
          SG_LABEL_NAME, name, "n", number, "odd", values[i % G_N_ELEMENTS (values)], NULL);
      TestSeries *series = test_series_add_labels (fixture->list, labels);
      SgTimeMs end = T0 + (i % 5 == 0 ? 3 : 6) * HOUR;
      gint64 step = i % 3 == 0 ? 15000 : g_test_rand_int_range (1000, 300000);
      double value = 0;

      for (SgTimeMs t = T0 + g_test_rand_int_range (0, 15000); t < end;
           t += step + (i % 4 == 0 ? g_test_rand_int_range (0, 700) : 0))
        {
          value = random_value (isfinite (value) ? value : 0);
          test_series_append (series, t, value);
        }
    }
}

static void
append_series (GPtrArray *list,
               GPtrArray *more)
{
  for (guint i = 0; i < more->len; i++)
    {
      const TestSeries *from = g_ptr_array_index (more, i);
      TestSeries *series = test_series_add_labels (list, from->labels);

      g_array_append_vals (series->samples, from->samples->data, from->samples->len);
    }
}

/* The samples of each chunk, put into a chunk here, are the same bytes but for a byte of padding. */
static void
assert_chunks_exact (SgBlock *block)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgChunkSeriesSet) set = sg_block_series_new (block, NULL);
  SgChunkSeries series;

  while (sg_chunk_series_set_next_series (set, &series, &error))
    {
      for (gsize i = 0; i < series.n_chunks; i++)
        {
          const SgChunkBytes *bytes = &series.chunks[i].bytes;
          g_auto (SgXorAppender) appender;
          SgXorIter iter;
          SgTimeMs t;
          double value;

          sg_xor_appender_init (&appender);
          sg_xor_iter_init (&iter, bytes->data, bytes->length);
          while (sg_xor_iter_next (&iter, &t, &value, &error))
            g_assert_true (sg_xor_appender_append (&appender, t, value));
          g_assert_cmpuint (bytes->length - sg_xor_appender_length (&appender), <=, 1);
          g_assert_cmpmem (appender.data, sg_xor_appender_length (&appender), bytes->data,
                           sg_xor_appender_length (&appender));
        }
    }
  g_assert_no_error (error);
}

/* Writes the symbols and series of a block's index into another one. */
static void
copy_index (SgBlock    *block,
            const char *path)
{
  const SgIndexReader *index = sg_block_get_index (block);
  g_autoptr (SgIndexWriter) writer = sg_index_writer_new (path, NULL);
  g_autoptr (SgPostings) all = sg_index_reader_get_all (index, NULL);
  g_autoptr (GArray) chunks = g_array_new (FALSE, FALSE, sizeof (SgChunkMeta));
  SgSeriesRef ref;

  for (guint32 i = 0; i < sg_index_reader_get_n_symbols (index); i++)
    {
      const char *text;
      gsize length;

      g_assert_true (sg_index_reader_get_symbol (index, i, &text, &length, NULL));
      g_assert_true (sg_index_writer_add_symbol (writer, text, length, NULL));
    }
  while (sg_postings_next (all, &ref))
    {
      g_autoptr (SgLabels) labels = NULL;
      SgIndexSeries series;
      SgSeriesRef written;

      g_assert_true (sg_index_reader_get_series (index, ref, &series, NULL));
      labels = sg_index_reader_read_labels (index, &series, NULL);
      g_assert_true (sg_index_reader_read_chunks (index, &series, chunks, NULL));
      g_assert_true (sg_index_writer_add_series (writer, labels,
                                                 (const SgChunkMeta *) (gpointer) chunks->data,
                                                 chunks->len, &written, NULL));
      g_assert_cmpuint (written, ==, ref);
    }
  g_assert_true (sg_index_writer_close (writer, NULL));
}

/* Up to the end of the series, which the table of contents names, the two files are the same. */
static void
assert_index_exact (Fixture *fixture,
                    SgBlock *block)
{
  g_autofree char *theirs_path = g_build_filename (sg_block_get_folder (block), "index", NULL);
  g_autofree char *ours_path = g_build_filename (fixture->folder, "index", NULL);
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;
  gsize theirs_length;
  gsize ours_length;
  gsize end;

  copy_index (block, ours_path);
  g_assert_true (g_file_get_contents (theirs_path, &theirs, &theirs_length, NULL));
  g_assert_true (g_file_get_contents (ours_path, &ours, &ours_length, NULL));
  end = sg_wire_get_u64 ((const guint8 *) theirs + theirs_length - 52 + 16);
  g_assert_cmpuint (end, >, 100);
  g_assert_cmpuint (end, ==, sg_wire_get_u64 ((const guint8 *) ours + ours_length - 52 + 16));
  g_assert_cmpmem (theirs, end, ours, end);
}

/* Text becomes blocks over there; read here, they are the text. */
static void
test_prometheus_read (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) read = test_series_list_new ();
  g_autoptr (SgBlockScan) found = NULL;
  g_autofree char *input = NULL;
  g_autofree char *output = NULL;

  make_series (fixture, 60);
  input = write_openmetrics (fixture);
  output = run_promtool ("create-blocks-from", "openmetrics", input, fixture->blocks, NULL);
  if (output == NULL)
    return;
  found = sg_block_scan (fixture->blocks, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->troubles->len, ==, 0);
  g_assert_cmpuint (found->blocks->len, ==, 3);
  for (guint i = 0; i < found->blocks->len; i++)
    {
      SgBlock *block = g_ptr_array_index (found->blocks, i);
      g_autoptr (GPtrArray) part = test_block_read (block, &error);

      g_assert_no_error (error);
      sg_block_verify (block, NULL, &error);
      g_assert_no_error (error);
      append_series (read, part);
      assert_chunks_exact (block);
      assert_index_exact (fixture, block);
    }
  test_assert_series_equal (read, fixture->list);
}

/* Writes what is between two times into a block, in chunks of 120. */
static SgBlock *
write_part (Fixture  *fixture,
            SgTimeMs  begin,
            SgTimeMs  end)
{
  g_autoptr (GPtrArray) part = test_series_list_new ();

  for (guint i = 0; i < fixture->list->len; i++)
    {
      const TestSeries *series = g_ptr_array_index (fixture->list, i);
      TestSeries *copy = test_series_add_labels (part, series->labels);

      for (guint k = 0; k < series->samples->len; k++)
        {
          const TestSample *sample = &g_array_index (series->samples, TestSample, k);

          if (sample->t >= begin && sample->t < end)
            test_series_append (copy, sample->t, sample->value);
        }
    }
  return test_block_write (fixture->blocks, part, begin, end, 120);
}

/*
 * The six hours as a store would have them: the first four compacted into one block, and two
 * hours by themselves. The parents of the compacted block are gone.
 */
static void
write_blocks (Fixture *fixture)
{
  g_autoptr (GPtrArray) parents = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_unref);
  g_autoptr (GError) error = NULL;

  sg_block_unref (write_part (fixture, T0 + 4 * HOUR, T0 + 6 * HOUR));
  g_ptr_array_add (parents, write_part (fixture, T0, T0 + 2 * HOUR));
  g_ptr_array_add (parents, write_part (fixture, T0 + 2 * HOUR, T0 + 4 * HOUR));
  sg_compaction_run (fixture->blocks, parents, T0, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < parents->len; i++)
    g_assert_true (sg_block_remove (sg_block_get_folder (g_ptr_array_index (parents, i)), NULL));
}

static double
parse_value (const char  *text,
             const char **ret_end)
{
  char *end;
  double value = g_ascii_strtod (text, &end);

  g_assert_true (end > text);
  *ret_end = end;
  return isnan (value) ? sg_double_from_bits (SG_NORMAL_NAN_BITS) : value;
}

/* Takes what promtool tsdb dump writes: {a="b", c="d"} value time; texts are quoted as in Go. */
static void
parse_dump (char      *text,
            GPtrArray *list)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      char *end = strrchr (lines[i], '}');
      g_autofree char *name = g_strndup (lines[i], (gsize) (end + 1 - lines[i]));
      const char *rest;
      double value = parse_value (end + 2, &rest);

      test_series_append (test_series_get (list, name), g_ascii_strtoll (rest, NULL, 10), value);
    }
}

static void
test_prometheus_dump (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GPtrArray) read = test_series_list_new ();
  g_autofree char *dump = NULL;

  make_series (fixture, 60);
  write_blocks (fixture);
  dump = run_promtool ("dump", fixture->blocks, NULL);
  if (dump == NULL)
    return;
  parse_dump (dump, read);
  test_assert_series_equal (read, fixture->list);
}

static void
test_prometheus_list (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autofree char *list = NULL;
  g_autofree char *analysis = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *name = NULL;
  guint64 n_samples = 0;

  make_series (fixture, 60);
  write_blocks (fixture);
  for (guint i = 0; i < fixture->list->len; i++)
    n_samples += ((TestSeries *) g_ptr_array_index (fixture->list, i))->samples->len;
  list = run_promtool ("list", fixture->blocks, NULL);
  if (list == NULL)
    return;
  lines = g_strsplit (list, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  for (guint i = 1; i < 3; i++)
    {
      guint64 listed;
      char ulid[SG_ULID_LENGTH + 1];
      gint64 times[2];

      g_assert_cmpint (
          sscanf (lines[i], "%26s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %*s %" G_GUINT64_FORMAT,
                  ulid, &times[0], &times[1], &listed),
          ==, 4);
      g_assert_cmpint (times[0], ==, i == 1 ? T0 : T0 + 4 * HOUR);
      g_assert_cmpint (times[1], ==, i == 1 ? T0 + 4 * HOUR : T0 + 6 * HOUR);
      n_samples -= listed;
    }
  g_assert_cmpuint (n_samples, ==, 0);
  name = g_strndup (lines[1], SG_ULID_LENGTH);
  analysis = run_promtool ("analyze", fixture->blocks, name, NULL);
  g_assert_nonnull (strstr (analysis, "Series: 60\nLabel names: 3\n"));
  g_assert_nonnull (strstr (analysis, "Postings entries (total label pairs): 180\n"));
}

/* Returns: a server on the blocks, which answers; NULL, with the test skipped, when it is not there */
static SgTestPeer *
start_server (Fixture *fixture,
              guint   *ret_port)
{
  guint port = sg_test_peer_find_port ();
  g_autofree char *config = g_build_filename (fixture->folder, "prometheus.yml", NULL);
  g_autofree char *config_flag = g_strconcat ("--config.file=", config, NULL);
  g_autofree char *path_flag = g_strconcat ("--storage.tsdb.path=", fixture->blocks, NULL);
  g_autofree char *address_flag = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", port);
  const char *const argv[] = { "prometheus",
                               config_flag,
                               path_flag,
                               address_flag,
                               "--web.enable-admin-api",
                               "--storage.tsdb.retention.time=100y",
                               NULL };

  g_assert_true (g_file_set_contents (config, "global: {}\n", -1, NULL));
  *ret_port = port;
  return sg_test_peer_start (argv, port, "/-/ready");
}

static void
add_result (GPtrArray  *list,
            JsonObject *result)
{
  JsonObject *metric = json_object_get_object_member (result, "metric");
  JsonArray *values = json_object_get_array_member (result, "values");
  g_auto (SgLabelsBuilder) builder;
  g_autoptr (SgLabels) labels = NULL;
  TestSeries *series;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  sg_labels_builder_init (&builder, NULL);
  json_object_iter_init (&iter, metric);
  while (json_object_iter_next (&iter, &name, &value))
    sg_labels_builder_set (&builder, name, json_node_get_string (value));
  labels = sg_labels_builder_build (&builder);
  series = test_series_add_labels (list, labels);
  for (guint i = 0; i < json_array_get_length (values); i++)
    {
      JsonArray *pair = json_array_get_array_element (values, i);
      const char *end;

      test_series_append (series, llround (json_array_get_double_element (pair, 0) * 1000),
                          parse_value (json_array_get_string_element (pair, 1), &end));
    }
}

/* All samples that the server has. */
static GPtrArray *
ask_for_all (guint port)
{
  g_autofree char *query = g_uri_escape_string ("{__name__=~\".+\"}[7h]", NULL, FALSE);
  g_autofree char *path = g_strdup_printf ("/api/v1/query?time=%" G_GINT64_FORMAT "&query=%s",
                                           (T0 + 6 * HOUR) / 1000, query);
  guint status;
  g_autofree char *answer = sg_test_http_get (port, path, &status);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  GPtrArray *list = test_series_list_new ();
  JsonObject *root;
  JsonArray *results;

  g_assert_cmpuint (status, ==, 200);
  json_parser_load_from_data (parser, answer, -1, &error);
  g_assert_no_error (error);
  root = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (root, "status"), ==, "success");
  results = json_object_get_array_member (json_object_get_object_member (root, "data"), "result");
  for (guint i = 0; i < json_array_get_length (results); i++)
    add_result (list, json_array_get_object_element (results, i));
  return list;
}

static void
test_prometheus_query (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GPtrArray) answered = NULL;
  g_autoptr (SgTestPeer) server = NULL;
  guint port;

  make_series (fixture, 60);
  write_blocks (fixture);
  server = start_server (fixture, &port);
  if (server == NULL)
    return;
  answered = ask_for_all (port);
  test_assert_series_equal (answered, fixture->list);
}

/* Deletes over there what has odd="x", from the first hour to the fifth. */
static void
ask_to_delete (guint port)
{
  g_autofree char *matcher = g_uri_escape_string ("{odd=\"x\"}", NULL, FALSE);
  g_autofree char *request =
      g_strdup_printf ("POST /api/v1/admin/tsdb/delete_series?match[]=%s&start=%" G_GINT64_FORMAT
                       "&end=%" G_GINT64_FORMAT " HTTP/1.0\r\nHost: localhost\r\n\r\n",
                       matcher, (T0 + HOUR) / 1000, (T0 + 5 * HOUR) / 1000);
  guint status;

  g_free (sg_test_http (port, request, &status));
  g_assert_cmpuint (status, ==, 204);
}

/* What it deletes from our blocks is deleted for us. */
static void
test_prometheus_delete (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autoptr (GPtrArray) answered = NULL;
  g_autoptr (GPtrArray) read = test_series_list_new ();
  g_autoptr (SgBlockScan) found = NULL;
  g_autoptr (SgTestPeer) server = NULL;
  guint n_stones = 0;
  guint port;

  make_series (fixture, 60);
  write_blocks (fixture);
  server = start_server (fixture, &port);
  if (server == NULL)
    return;
  ask_to_delete (port);
  answered = ask_for_all (port);
  g_clear_pointer (&server, sg_test_peer_stop);
  found = sg_block_scan (fixture->blocks, NULL, NULL);
  g_assert_cmpuint (found->blocks->len, ==, 2);
  for (guint i = 0; i < found->blocks->len; i++)
    {
      SgBlock *block = g_ptr_array_index (found->blocks, i);
      g_autoptr (GPtrArray) part = test_block_read (block, NULL);
      g_autoptr (SgTombstones) stones = sg_block_ref_tombstones (block);

      append_series (read, part);
      n_stones += sg_tombstones_get_count (stones);
    }
  g_assert_cmpuint (n_stones, >=, 18);
  test_assert_series_equal (read, answered);
}

#define ADD(name, function) \
  g_test_add ("/tsdb/prometheus/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("read", test_prometheus_read);
  ADD ("dump", test_prometheus_dump);
  ADD ("list", test_prometheus_list);
  ADD ("query", test_prometheus_query);
  ADD ("delete", test_prometheus_delete);
  return g_test_run ();
}
