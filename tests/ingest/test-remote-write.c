/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-remote-write.h"

#include "base/sg-matcher.h"
#include "base/sg-protobuf.h"
#include "ingest/sg-exposition-parser.h"
#include "tsdb/sg-head.h"

#include <string.h>

/* Requests of both versions, put together field by field, and what a head has of them. */

#define NOW 1000000

typedef struct
{
  SgHead *head;
  SgAppender *appender;
  SgRemoteWriteResult result;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  SgHeadOptions options = { .max_exemplars = 10 };

  fixture->head = sg_head_new (&options);
  fixture->appender = sg_head_appender_new (fixture->head);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_remote_write_result_clear (&fixture->result);
  sg_appender_free (fixture->appender);
  sg_head_unref (fixture->head);
}

/* Appends @message to @out, and empties it. */
static void
nest (GByteArray *out,
      guint32     number,
      GByteArray *message)
{
  sg_proto_append_bytes (out, number, message->data, message->len);
  g_byte_array_set_size (message, 0);
}

static void
add_label (GByteArray *out,
           const char *name,
           const char *value)
{
  g_autoptr (GByteArray) label = g_byte_array_new ();

  sg_proto_append_text (label, 1, name);
  sg_proto_append_text (label, 2, value);
  nest (out, 1, label);
}

static void
add_sample (GByteArray *out,
            SgTimeMs    t,
            double      value)
{
  g_autoptr (GByteArray) sample = g_byte_array_new ();

  sg_proto_append_double (sample, 1, value);
  sg_proto_append_varint (sample, 2, (guint64) t);
  nest (out, 2, sample);
}

static gboolean
store (Fixture               *fixture,
       SgRemoteWriteVersion   version,
       const GByteArray      *request,
       GError               **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (request->data, request->len);

  sg_remote_write_result_clear (&fixture->result);
  return sg_remote_write_store (fixture->appender, version, bytes, NOW, &fixture->result, error);
}

/* All samples of @metric as "{labels} value@time …". */
static char *
dump (Fixture    *fixture,
      const char *metric)
{
  g_autoptr (SgQuerier) querier = sg_head_querier_new (fixture->head);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_EQUAL, SG_LABEL_NAME, metric, NULL);
  const SgMatcher *matchers[] = { matcher };
  SgSelectHints hints = { .start = 0, .end = G_MAXINT64 / 2 };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, matchers, 1, &hints, NULL, NULL);
  GString *out = g_string_new (NULL);
  const SgSeries *series;

  while (sg_series_set_next (set, &series, NULL))
    {
      sg_labels_append_text (series->labels, out);
      for (gsize i = 0; i < series->columns[0].n; i++)
        g_string_append_printf (out, " %g@%" G_GINT64_FORMAT, series->columns[0].f[i],
                                series->columns[0].t[i]);
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

static GByteArray *
make_request (const char *metric,
              SgTimeMs    t,
              double      value)
{
  g_autoptr (GByteArray) series = g_byte_array_new ();
  GByteArray *request = g_byte_array_new ();

  add_label (series, "x", "y");
  add_label (series, SG_LABEL_NAME, metric);
  add_sample (series, t, value);
  add_sample (series, t + 10, value + 1);
  nest (request, 1, series);
  return request;
}

static void
test_remote_write_samples (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (GByteArray) request = make_request ("m", 1000, 1);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (store (fixture, SG_REMOTE_WRITE_1, request, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->result.samples, ==, 2);
  g_assert_null (fixture->result.problems);
  found = dump (fixture, "m");
  g_assert_cmpstr (found, ==, "m{x=\"y\"} 1@1000 2@1010\n");
}

/* The same again is no mistake: who did not get the answer sends once more. */
static void
test_remote_write_again (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (GByteArray) request = make_request ("m", 1000, 1);
  g_autoptr (GByteArray) last = g_byte_array_new ();
  g_autoptr (GByteArray) series = g_byte_array_new ();

  g_assert_true (store (fixture, SG_REMOTE_WRITE_1, request, NULL));
  add_label (series, SG_LABEL_NAME, "m");
  add_label (series, "x", "y");
  add_sample (series, 1010, 2);
  nest (last, 1, series);
  g_assert_true (store (fixture, SG_REMOTE_WRITE_1, last, NULL));
  g_assert_null (fixture->result.problems);
}

static void
test_remote_write_refused (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (GByteArray) first = make_request ("m", 1000, 1);
  g_autoptr (GByteArray) late = make_request ("m", 500, 1);
  g_autoptr (GByteArray) ahead = make_request ("n", NOW + SG_REMOTE_WRITE_MAX_AHEAD_MS - 5, 1);
  g_autoptr (GByteArray) other = make_request ("m", 1010, 7);
  g_autofree char *found = NULL;

  g_assert_true (store (fixture, SG_REMOTE_WRITE_1, first, NULL));
  g_byte_array_append (late, first->data, first->len);
  g_assert_true (store (fixture, SG_REMOTE_WRITE_1, late, NULL));
  g_assert_cmpuint (fixture->result.refused, ==, 3);
  g_assert_true (g_str_has_prefix (fixture->result.problems->str,
                                   "out of order sample: m{x=\"y\"}: the sample at 500 ms is"));
  g_assert_nonnull (
      strstr (fixture->result.problems->str, "\n3 samples were refused and 1 stored\n"));
  g_assert_true (store (fixture, SG_REMOTE_WRITE_1, other, NULL));
  g_assert_true (
      g_str_has_prefix (fixture->result.problems->str,
                        "duplicate sample for timestamp: m{x=\"y\"}: the sample at 1010"));
  found = dump (fixture, "m");
  g_assert_cmpstr (found, ==, "m{x=\"y\"} 1@1000 2@1010 8@1020\n");
  g_assert_true (store (fixture, SG_REMOTE_WRITE_1, ahead, NULL));
  g_assert_cmpuint (fixture->result.samples, ==, 1);
  g_assert_nonnull (strstr (fixture->result.problems->str, "is too far in the future"));
}

typedef struct
{
  const char *pairs[8];
  const char *problem;
} LabelCase;

static void
test_remote_write_labels (Fixture       *fixture,
                          gconstpointer  data)
{
  static const LabelCase cases[] = {
    { { "a", "b", NULL }, "invalid labels: there is no metric name\n" },
    { { SG_LABEL_NAME, "", NULL }, "invalid labels: there is no metric name\n" },
    { { SG_LABEL_NAME, "m", "a", "b", "a", "c", NULL }, "invalid labels: a label occurs twice\n" },
    { { SG_LABEL_NAME, "m", "", "b", NULL }, "invalid labels: a label has no name\n" },
    { { SG_LABEL_NAME, "m", "a", "\xff", NULL }, "invalid labels: a label is not UTF-8 text\n" },
    { { SG_LABEL_NAME, "m.8", "l.x", "ä", "none", "", NULL }, NULL },
  };
  g_autofree char *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) series = g_byte_array_new ();
      g_autoptr (GByteArray) request = g_byte_array_new ();

      for (guint k = 0; cases[i].pairs[k] != NULL; k += 2)
        add_label (series, cases[i].pairs[k], cases[i].pairs[k + 1]);
      add_sample (series, 1000, 1);
      nest (request, 1, series);
      g_assert_true (store (fixture, SG_REMOTE_WRITE_1, request, NULL));
      if (cases[i].problem == NULL)
        g_assert_null (fixture->result.problems);
      else
        g_assert_true (g_str_has_prefix (fixture->result.problems->str, cases[i].problem));
    }
  found = dump (fixture, "m.8");
  g_assert_cmpstr (found, ==, "{\"m.8\", \"l.x\"=\"ä\"} 1@1000\n");
}

static void
test_remote_write_others (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (GByteArray) series = g_byte_array_new ();
  g_autoptr (GByteArray) exemplar = g_byte_array_new ();
  g_autoptr (GByteArray) request = g_byte_array_new ();
  g_autoptr (GByteArray) metadata = g_byte_array_new ();
  g_autoptr (SgQuerier) querier = sg_head_querier_new (fixture->head);
  g_autoptr (GPtrArray) found = NULL;
  const SgMetadata *item;

  add_label (series, SG_LABEL_NAME, "c_total");
  add_sample (series, 1000, 1);
  add_label (exemplar, "trace_id", "abc");
  sg_proto_append_double (exemplar, 2, 0.5);
  sg_proto_append_varint (exemplar, 3, 999);
  nest (series, 3, exemplar);
  sg_proto_append_text (series, 4, "a native histogram");
  nest (request, 1, series);
  sg_proto_append_varint (metadata, 1, 1);
  sg_proto_append_text (metadata, 2, "c");
  sg_proto_append_text (metadata, 4, "Helps.");
  nest (request, 3, metadata);
  g_assert_true (store (fixture, SG_REMOTE_WRITE_1, request, NULL));
  g_assert_cmpuint (fixture->result.exemplars, ==, 1);
  g_assert_nonnull (strstr (fixture->result.problems->str, "native histograms are not stored"));
  g_assert_true (store (fixture, SG_REMOTE_WRITE_1, request, NULL));
  found = sg_querier_metadata (querier, "c", NULL, NULL);
  g_assert_cmpuint (found->len, ==, 1);
  item = found->pdata[0];
  g_assert_cmpstr (item->type, ==, "counter");
  g_assert_cmpstr (item->help, ==, "Helps.");
}

static void
add_references (GByteArray    *out,
                const guint64 *numbers,
                guint          n)
{
  g_autoptr (GByteArray) scratch = g_byte_array_new ();
  g_autoptr (GByteArray) packed = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    {
      sg_proto_append_varint (scratch, 1, numbers[i]);
      g_byte_array_append (packed, scratch->data + 1, scratch->len - 1);
      g_byte_array_set_size (scratch, 0);
    }
  nest (out, 1, packed);
}

static void
test_remote_write_2 (Fixture       *fixture,
                     gconstpointer  data)
{
  static const char *const symbols[] = { "", SG_LABEL_NAME, "m", "x", "y", "Helps.", "seconds" };
  static const guint64 labels[] = { 1, 2, 3, 4 };
  static const guint64 wrong[] = { 1, 7 };
  g_autoptr (GByteArray) series = g_byte_array_new ();
  g_autoptr (GByteArray) metadata = g_byte_array_new ();
  g_autoptr (GByteArray) request = g_byte_array_new ();
  g_autoptr (SgQuerier) querier = sg_head_querier_new (fixture->head);
  g_autoptr (GPtrArray) described = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    sg_proto_append_text (request, 4, symbols[i]);
  add_references (series, labels, G_N_ELEMENTS (labels));
  add_sample (series, 2000, 3);
  sg_proto_append_varint (metadata, 1, 2);
  sg_proto_append_varint (metadata, 3, 5);
  sg_proto_append_varint (metadata, 4, 6);
  nest (series, 5, metadata);
  sg_proto_append_varint (series, 6, 1500);
  nest (request, 5, series);
  g_assert_true (store (fixture, SG_REMOTE_WRITE_2, request, &error));
  g_assert_no_error (error);
  found = dump (fixture, "m");
  g_assert_cmpstr (found, ==, "m{x=\"y\"} 0@1500 3@2000\n");
  described = sg_querier_metadata (querier, "m", NULL, NULL);
  g_assert_cmpuint (described->len, ==, 1);
  g_assert_cmpstr (((const SgMetadata *) described->pdata[0])->unit, ==, "seconds");
  add_references (series, wrong, G_N_ELEMENTS (wrong));
  nest (request, 5, series);
  g_assert_false (store (fixture, SG_REMOTE_WRITE_2, request, &error));
  g_assert_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX);
}

/* Half a request is none: what came before the damage is not stored. */
static void
test_remote_write_malformed (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autoptr (GByteArray) request = make_request ("m", 1000, 1);
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  g_byte_array_append (request, (const guint8 *) "\x0a\x7f", 2);
  g_assert_false (store (fixture, SG_REMOTE_WRITE_1, request, &error));
  g_assert_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX);
  found = dump (fixture, "m");
  g_assert_cmpstr (found, ==, "");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/remote-write/samples", test_remote_write_samples);
  ADD ("/remote-write/again", test_remote_write_again);
  ADD ("/remote-write/refused", test_remote_write_refused);
  ADD ("/remote-write/labels", test_remote_write_labels);
  ADD ("/remote-write/others", test_remote_write_others);
  ADD ("/remote-write/2", test_remote_write_2);
  ADD ("/remote-write/malformed", test_remote_write_malformed);
  return g_test_run ();
}
