/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-sample.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-record.h"

#include <string.h>

static void
assert_bytes (const SgWireWriter *out,
              const char         *expected)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (gsize i = 0; i < out->length; i++)
    g_string_append_printf (hex, "%02x", out->data[i]);
  g_assert_cmpstr (hex->str, ==, expected);
}

static void
test_series (void)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("__name__", "up", "job", "x", NULL);
  g_auto (SgWireWriter) out = { 0 };
  g_autoptr (GArray) decoded = sg_wal_series_array_new ();
  g_autoptr (GError) error = NULL;
  SgWalSeries series[] = { { 1, labels }, { G_GUINT64_CONSTANT (0xfedcba9876543210), labels } };
  const SgWalSeries *second;

  sg_wal_encode_series (&out, series, 2);
  assert_bytes (&out, "01"
                      "0000000000000001"
                      "02"
                      "085f5f6e616d655f5f"
                      "027570"
                      "036a6f62"
                      "0178"
                      "fedcba9876543210"
                      "02"
                      "085f5f6e616d655f5f"
                      "027570"
                      "036a6f62"
                      "0178");
  g_assert_true (sg_wal_decode_series (out.data, out.length, decoded, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (decoded->len, ==, 2);
  second = &g_array_index (decoded, SgWalSeries, 1);
  g_assert_cmphex (second->ref, ==, G_GUINT64_CONSTANT (0xfedcba9876543210));
  g_assert_true (sg_labels_equal (second->labels, labels));
}

static void
test_samples (void)
{
  g_auto (SgWireWriter) out = { 0 };
  g_autoptr (GArray) decoded = g_array_new (FALSE, FALSE, sizeof (SgWalSample));
  g_autoptr (GError) error = NULL;
  SgWalSample samples[] = {
    { 16, 1000, 1.5 },
    { 15, 1001, -0.0 },
    { 300, G_MININT64, G_MAXDOUBLE },
    { G_MAXUINT64, G_MAXINT64, sg_stale_nan () },
  };

  sg_wal_encode_samples (&out, samples, 2);
  assert_bytes (&out, "02"
                      "0000000000000010"
                      "00000000000003e8"
                      "00"
                      "00"
                      "3ff8000000000000"
                      "01"
                      "02"
                      "8000000000000000");
  sg_wire_writer_reset (&out);
  sg_wal_encode_samples (&out, samples, G_N_ELEMENTS (samples));
  g_assert_true (sg_wal_decode_samples (out.data, out.length, decoded, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (decoded->data, decoded->len * sizeof (SgWalSample), samples, sizeof samples);
}

/* Prometheus 3 with start times: the second has none, the third that of the sample before it. */
static void
test_samples_2 (void)
{
  static const guint8 record[] = {
    0x0b, 0x0a, 0xd0, 0x0f, 0xc8, 0x01, 0x3f, 0xf0, 0,    0,    0,    0,    0,    0,    0x02, 0x02,
    0x00, 0x40, 0x00, 0,    0,    0,    0,    0,    0,    0x02, 0x04, 0x01, 0x40, 0x08, 0,    0,
    0,    0,    0,    0,    0x01, 0x06, 0x02, 0x14, 0x40, 0x10, 0,    0,    0,    0,    0,    0,
  };
  static const SgWalSample expected[] = {
    { 5, 1000, 1 }, { 6, 1001, 2 }, { 7, 1002, 3 }, { 6, 1003, 4 }
  };
  g_autoptr (GArray) decoded = g_array_new (FALSE, FALSE, sizeof (SgWalSample));
  g_autoptr (GError) error = NULL;

  g_assert_true (sg_wal_decode_samples (record, sizeof record, decoded, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (decoded->data, decoded->len * sizeof (SgWalSample), expected, sizeof expected);
}

static void
test_tombstones (void)
{
  g_auto (SgWireWriter) out = { 0 };
  g_autoptr (GArray) decoded = g_array_new (FALSE, FALSE, sizeof (SgWalTombstone));
  SgWalTombstone stones[] = { { 3, -1, 64 }, { 4, G_MININT64, G_MAXINT64 } };

  sg_wal_encode_tombstones (&out, stones, 1);
  assert_bytes (&out, "03"
                      "0000000000000003"
                      "01"
                      "8001");
  sg_wire_writer_reset (&out);
  sg_wal_encode_tombstones (&out, stones, 2);
  g_assert_true (sg_wal_decode_tombstones (out.data, out.length, decoded, NULL));
  g_assert_cmpmem (decoded->data, decoded->len * sizeof (SgWalTombstone), stones, sizeof stones);
}

static void
test_exemplars (void)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("trace_id", "ab", NULL);
  g_auto (SgWireWriter) out = { 0 };
  g_autoptr (GArray) decoded = sg_wal_exemplars_array_new ();
  SgWalExemplar exemplars[] = { { 1, 2, 0.5, labels }, { 2, 1, 1.0, labels } };
  const SgWalExemplar *second;

  sg_wal_encode_exemplars (&out, exemplars, 2);
  assert_bytes (&out, "04"
                      "0000000000000001"
                      "0000000000000002"
                      "00"
                      "00"
                      "3fe0000000000000"
                      "01"
                      "0874726163655f6964"
                      "026162"
                      "02"
                      "01"
                      "3ff0000000000000"
                      "01"
                      "0874726163655f6964"
                      "026162");
  g_assert_true (sg_wal_decode_exemplars (out.data, out.length, decoded, NULL));
  g_assert_cmpuint (decoded->len, ==, 2);
  second = &g_array_index (decoded, SgWalExemplar, 1);
  g_assert_cmpuint (second->ref, ==, 2);
  g_assert_cmpint (second->t, ==, 1);
  g_assert_true (sg_labels_equal (second->labels, labels));
}

static void
test_markers (void)
{
  g_auto (SgWireWriter) out = { 0 };
  g_autoptr (GArray) decoded = g_array_new (FALSE, FALSE, sizeof (SgWalMmapMarker));
  SgWalMmapMarker marker = { 7, G_GUINT64_CONSTANT (0x100000008) };

  sg_wal_encode_mmap_markers (&out, &marker, 1);
  assert_bytes (&out, "05"
                      "0000000000000007"
                      "0000000100000008");
  g_assert_true (sg_wal_decode_mmap_markers (out.data, out.length, decoded, NULL));
  g_assert_cmpmem (decoded->data, decoded->len * sizeof marker, &marker, sizeof marker);
}

static void
test_metadata (void)
{
  g_auto (SgWireWriter) out = { 0 };
  g_autoptr (GArray) decoded = sg_wal_metadata_array_new ();
  SgWalMetadata metadata = { 200, 1, (char *) "s", (char *) "Help." };
  const SgWalMetadata *first;

  sg_wal_encode_metadata (&out, &metadata, 1);
  assert_bytes (&out, "06"
                      "c801"
                      "01"
                      "02"
                      "04554e4954"
                      "0173"
                      "0448454c50"
                      "0548656c702e");
  g_assert_true (sg_wal_decode_metadata (out.data, out.length, decoded, NULL));
  g_assert_cmpuint (decoded->len, ==, 1);
  first = &g_array_index (decoded, SgWalMetadata, 0);
  g_assert_cmpuint (first->ref, ==, 200);
  g_assert_cmpstr (sg_wal_metric_type_to_string (first->type), ==, "counter");
  g_assert_cmpstr (first->unit, ==, "s");
  g_assert_cmpstr (first->help, ==, "Help.");
  g_assert_cmpuint (sg_wal_metric_type_from_string ("stateset"), ==, 7);
  g_assert_cmpuint (sg_wal_metric_type_from_string ("nonsense"), ==, 0);
  g_assert_cmpuint (sg_wal_metric_type_from_string (NULL), ==, 0);
  g_assert_cmpstr (sg_wal_metric_type_to_string (99), ==, "unknown");
}

/* Each record cut anywhere but between two items is refused, and leaves the array as it was. */
static void
test_cut (void)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs ("__name__", "up", NULL);
  g_auto (SgWireWriter) out = { 0 };
  SgWalSeries series = { 1, labels };

  sg_wal_encode_series (&out, &series, 1);
  for (gsize length = 0; length < out.length; length++)
    {
      g_autoptr (GArray) decoded = sg_wal_series_array_new ();
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *copy = g_memdup2 (out.data, MAX (length, 1));

      if (length == 1)
        continue;
      g_assert_false (sg_wal_decode_series (copy, length, decoded, &error));
      g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT);
      g_assert_cmpuint (decoded->len, ==, 0);
    }
}

/* A NUL would end a text early and make two label sets one: such a set is told apart, not shortened. */
static void
test_nul (void)
{
  static const guint8 record[] = { 1, 0, 0, 0, 0, 0, 0, 0, 9, 1, 1, 'a', 3, 'x', 0, 'y' };
  g_autoptr (GArray) decoded = sg_wal_series_array_new ();

  g_assert_true (sg_wal_decode_series (record, sizeof record, decoded, NULL));
  g_assert_cmpuint (decoded->len, ==, 1);
  g_assert_cmpuint (g_array_index (decoded, SgWalSeries, 0).ref, ==, 9);
  g_assert_null (g_array_index (decoded, SgWalSeries, 0).labels);
}

/* Counts that are far beyond the record must not make it allocate. */
static void
test_lies (void)
{
  static const guint8 series[] = { 1, 0, 0, 0, 0, 0, 0, 0, 9, 0xff, 0xff, 0xff, 0xff, 0x7f, 1 };
  static const guint8 metadata[] = { 6, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0 };
  g_autoptr (GArray) decoded = sg_wal_series_array_new ();
  g_autoptr (GArray) more = sg_wal_metadata_array_new ();

  g_assert_false (sg_wal_decode_series (series, sizeof series, decoded, NULL));
  g_assert_false (sg_wal_decode_metadata (metadata, sizeof metadata, more, NULL));
  g_assert_cmpuint (more->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wal-record/series", test_series);
  g_test_add_func ("/wal-record/samples", test_samples);
  g_test_add_func ("/wal-record/samples-2", test_samples_2);
  g_test_add_func ("/wal-record/tombstones", test_tombstones);
  g_test_add_func ("/wal-record/exemplars", test_exemplars);
  g_test_add_func ("/wal-record/markers", test_markers);
  g_test_add_func ("/wal-record/metadata", test_metadata);
  g_test_add_func ("/wal-record/cut", test_cut);
  g_test_add_func ("/wal-record/nul", test_nul);
  g_test_add_func ("/wal-record/lies", test_lies);
  return g_test_run ();
}
