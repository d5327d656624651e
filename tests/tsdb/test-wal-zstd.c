/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-config.h"
#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-wal-reader.h"
#include "tsdb/sg-wal-record.h"
#include "tsdb/sg-wal-segments.h"
#include "tsdb/sg-wire.h"

#include <string.h>
#ifdef SG_HAVE_ZSTD
#include <zstd.h>

/*
 * A log as newer versions of Prometheus write it when they are told to compress with zstd. The frames may
 * say how long they become, or not.
 */
#define T0        G_GINT64_CONSTANT (1700000000000)
#define N_SAMPLES 500

/* Appends one record, in one fragment. */
static void
put_record (SgWireWriter       *segment,
            const SgWireWriter *record,
            gboolean            tell_size)
{
  gsize bound = ZSTD_compressBound (record->length);
  g_autofree guint8 *compressed = g_malloc (bound);
  ZSTD_CCtx *context = ZSTD_createCCtx ();
  gsize length;

  ZSTD_CCtx_setParameter (context, ZSTD_c_contentSizeFlag, tell_size);
  length = ZSTD_compress2 (context, compressed, bound, record->data, record->length);
  ZSTD_freeCCtx (context);
  g_assert_false (ZSTD_isError (length));
  sg_wire_put_u8 (segment, SG_WAL_FRAGMENT_FULL | SG_WAL_FRAGMENT_ZSTD);
  sg_wire_put_u16 (segment, (guint16) length);
  sg_wire_put_u32 (segment, sg_crc32c (0, compressed, length));
  sg_wire_put_bytes (segment, compressed, length);
}

/* One series, and its samples in two records. */
static void
write_segment (const char *path,
               gboolean    tell_size)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, "z", "a", "b", NULL);
  g_auto (SgWireWriter) segment;
  g_auto (SgWireWriter) record;
  SgWalSeries series = { 7, labels };

  sg_wire_writer_init (&segment);
  sg_wire_writer_init (&record);
  sg_wal_encode_series (&record, &series, 1);
  put_record (&segment, &record, tell_size);
  for (guint part = 0; part < 2; part++)
    {
      SgWalSample samples[N_SAMPLES];

      for (guint i = 0; i < N_SAMPLES; i++)
        {
          guint k = part * N_SAMPLES + i;

          samples[i] = (SgWalSample) { 7, T0 + k * 1000, k };
        }
      sg_wire_writer_reset (&record);
      sg_wal_encode_samples (&record, samples, N_SAMPLES);
      put_record (&segment, &record, tell_size);
    }
  g_assert_cmpuint (segment.length, <, SG_WAL_PAGE_SIZE);
  g_assert_true (
      g_file_set_contents (path, (const char *) segment.data, (gssize) segment.length, NULL));
}

static void
assert_samples (SgStore *store)
{
  g_autoptr (SgQuerier) querier = sg_store_querier_new (store);
  SgSelectHints hints = { .start = G_MININT64, .end = G_MAXINT64 };
  g_autoptr (SgSeriesSet) set = sg_querier_select (querier, NULL, 0, &hints, NULL, NULL);
  const SgSeries *series;

  g_assert_true (sg_series_set_next (set, &series, NULL));
  g_assert_cmpuint (series->columns->n, ==, 2 * N_SAMPLES);
  for (guint i = 0; i < 2 * N_SAMPLES; i++)
    {
      g_assert_cmpint (series->columns->t[i], ==, T0 + i * 1000);
      g_assert_cmpfloat (series->columns->f[i], ==, i);
    }
  g_assert_false (sg_series_set_next (set, &series, NULL));
}

/* It is read, and carried on: such records are known, so that nobody need say that they may be lost. */
static void
test_read (gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("sg-zstd-XXXXXX", NULL);
  g_autofree char *tsdb = g_build_filename (folder, "tsdb", NULL);
  g_autofree char *wal = g_build_filename (tsdb, "wal", NULL);
  g_autofree char *segment = g_build_filename (wal, "00000000", NULL);
  g_autoptr (GError) error = NULL;
  SgStore *store;

  g_assert_cmpint (g_mkdir_with_parents (wal, 0777), ==, 0);
  write_segment (segment, GPOINTER_TO_INT (data));
  for (guint i = 0; i < 2; i++)
    {
      store = sg_store_new (&(SgStoreOptions) { .path = folder, .read_only = i == 0 }, &error);
      g_assert_no_error (error);
      g_assert_cmpint (sg_store_get_read_only_reason (store) == NULL, ==, i == 1);
      assert_samples (store);
      g_object_unref (store);
    }
  g_assert_true (sg_folder_remove (folder, NULL));
}

/* Each byte changed: the checksum finds it, or, made right, zstd or the records do, or nothing is wrong. */
static void
test_damage (gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("sg-zstd-XXXXXX", NULL);
  g_autofree char *segment = g_build_filename (folder, "00000000", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  write_segment (segment, GPOINTER_TO_INT (data));
  g_assert_true (g_file_get_contents (segment, &bytes, &length, NULL));
  for (gsize i = SG_WAL_HEADER_LENGTH; i < length; i++)
    {
      gsize size = sg_wire_get_u16 ((guint8 *) bytes + 1);
      g_autofree guint8 *changed = g_memdup2 (bytes, length);
      g_autoptr (SgWalReader) reader = NULL;
      const guint8 *record;
      gsize record_length;

      changed[i] ^= 0x55;
      if (i < SG_WAL_HEADER_LENGTH + size)
        sg_wire_set_u32 (changed + 3, sg_crc32c (0, changed + SG_WAL_HEADER_LENGTH, size));
      g_assert_true (g_file_set_contents_full (segment, (char *) changed, (gssize) length,
                                               G_FILE_SET_CONTENTS_NONE, 0666, NULL));
      reader = sg_wal_reader_new (folder, 0, 0, NULL);
      while (sg_wal_reader_next (reader, &record, &record_length, NULL))
        g_assert_cmpuint (record_length, <, G_MAXUINT32);
      if (i >= SG_WAL_HEADER_LENGTH + size)
        g_assert_cmpint (sg_wal_reader_get_damage (reader), !=, SG_WAL_DAMAGE_NONE);
    }
  g_assert_true (sg_folder_remove (folder, NULL));
}
#endif

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#ifdef SG_HAVE_ZSTD
  g_test_add_data_func ("/wal-zstd/size-told", GINT_TO_POINTER (TRUE), test_read);
  g_test_add_data_func ("/wal-zstd/size-not-told", GINT_TO_POINTER (FALSE), test_read);
  g_test_add_data_func ("/wal-zstd/damage-told", GINT_TO_POINTER (TRUE), test_damage);
  g_test_add_data_func ("/wal-zstd/damage-not-told", GINT_TO_POINTER (FALSE), test_damage);
#endif
  return g_test_run ();
}
