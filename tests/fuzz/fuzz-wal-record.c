/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "base/sg-sample.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-record.h"

/* A record of any kind: what was read can be written, and reads as the same. */

typedef gboolean (*Decode) (const guint8 *record, gsize length, GArray *items, GError **error);

static gboolean
decode (Decode        function,
        const guint8 *data,
        gsize         size,
        GArray       *items)
{
  g_autoptr (GError) error = NULL;
  gboolean good = function (data, size, items, &error);

  g_assert_true (good == (error == NULL));
  g_assert_true (good || items->len == 0);
  g_assert_true (good || g_error_matches (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT));
  return good;
}

static void
try_series (const guint8 *data,
            gsize         size)
{
  g_autoptr (GArray) items = sg_wal_series_array_new ();
  g_autoptr (GArray) again = sg_wal_series_array_new ();
  g_autoptr (GArray) named = g_array_new (FALSE, FALSE, sizeof (SgWalSeries));
  g_auto (SgWireWriter) out = { 0 };

  if (!decode (sg_wal_decode_series, data, size, items))
    return;
  for (guint i = 0; i < items->len; i++)
    {
      if (g_array_index (items, SgWalSeries, i).labels != NULL)
        g_array_append_val (named, g_array_index (items, SgWalSeries, i));
    }
  sg_wal_encode_series (&out, (SgWalSeries *) (gpointer) named->data, named->len);
  g_assert_true (decode (sg_wal_decode_series, out.data, out.length, again));
  g_assert_cmpuint (again->len, ==, named->len);
  for (guint i = 0; i < again->len; i++)
    g_assert_true (sg_labels_equal (g_array_index (again, SgWalSeries, i).labels,
                                    g_array_index (named, SgWalSeries, i).labels));
}

static void
try_samples (const guint8 *data,
             gsize         size)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (SgWalSample));
  g_autoptr (GArray) again = g_array_new (FALSE, FALSE, sizeof (SgWalSample));
  g_auto (SgWireWriter) out = { 0 };

  if (!decode (sg_wal_decode_samples, data, size, items))
    return;
  sg_wal_encode_samples (&out, (SgWalSample *) (gpointer) items->data, items->len);
  g_assert_true (decode (sg_wal_decode_samples, out.data, out.length, again));
  g_assert_cmpmem (items->data, items->len * sizeof (SgWalSample), again->data,
                   again->len * sizeof (SgWalSample));
}

static void
try_tombstones (const guint8 *data,
                gsize         size)
{
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (SgWalTombstone));
  g_autoptr (GArray) again = g_array_new (FALSE, FALSE, sizeof (SgWalTombstone));
  g_auto (SgWireWriter) out = { 0 };

  if (!decode (sg_wal_decode_tombstones, data, size, items))
    return;
  sg_wal_encode_tombstones (&out, (SgWalTombstone *) (gpointer) items->data, items->len);
  g_assert_true (decode (sg_wal_decode_tombstones, out.data, out.length, again));
  g_assert_cmpmem (items->data, items->len * sizeof (SgWalTombstone), again->data,
                   again->len * sizeof (SgWalTombstone));
}

static void
try_others (const guint8 *data,
            gsize         size)
{
  g_autoptr (GArray) exemplars = sg_wal_exemplars_array_new ();
  g_autoptr (GArray) markers = g_array_new (FALSE, FALSE, sizeof (SgWalMmapMarker));
  g_autoptr (GArray) metadata = sg_wal_metadata_array_new ();
  g_auto (SgWireWriter) out = { 0 };

  if (decode (sg_wal_decode_exemplars, data, size, exemplars))
    sg_wal_encode_exemplars (&out, (SgWalExemplar *) (gpointer) exemplars->data, exemplars->len);
  if (decode (sg_wal_decode_mmap_markers, data, size, markers))
    sg_wal_encode_mmap_markers (&out, (SgWalMmapMarker *) (gpointer) markers->data, markers->len);
  if (decode (sg_wal_decode_metadata, data, size, metadata))
    sg_wal_encode_metadata (&out, (SgWalMetadata *) (gpointer) metadata->data, metadata->len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  try_series (data, size);
  try_samples (data, size);
  try_tombstones (data, size);
  try_others (data, size);
  return 0;
}
