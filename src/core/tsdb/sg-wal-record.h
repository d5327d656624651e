/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-appender.h"
#include "tsdb/sg-wire.h"

G_BEGIN_DECLS

/**
 * SgWalRecordType:
 * @SG_WAL_SERIES: references and the label sets that they stand for
 * @SG_WAL_SAMPLES: floats
 * @SG_WAL_TOMBSTONES: ranges of time that were deleted
 * @SG_WAL_EXEMPLARS: exemplars
 * @SG_WAL_MMAP_MARKERS: out-of-order samples that are in a chunk by now
 * @SG_WAL_METADATA: type, unit and help
 * @SG_WAL_HISTOGRAMS: native histograms, the first of the types that are kept as they are
 * @SG_WAL_SAMPLES_2: floats with their start times, from a Prometheus 3 that was told to write them
 *
 * The first byte of a record.
 */
typedef enum
{
  SG_WAL_SERIES = 1,
  SG_WAL_SAMPLES = 2,
  SG_WAL_TOMBSTONES = 3,
  SG_WAL_EXEMPLARS = 4,
  SG_WAL_MMAP_MARKERS = 5,
  SG_WAL_METADATA = 6,
  SG_WAL_HISTOGRAMS = 7,
  SG_WAL_SAMPLES_2 = 11,
} SgWalRecordType;

/* @labels is %NULL for a label set that cannot be kept here: one with a NUL byte among its texts. */
typedef struct
{
  SgHeadRef ref;
  SgLabels *labels;
} SgWalSeries;

typedef struct
{
  SgHeadRef ref;
  SgTimeMs t;
  double value;
} SgWalSample;

/* Both ends belong to the range. */
typedef struct
{
  SgHeadRef ref;
  SgTimeMs min_t;
  SgTimeMs max_t;
} SgWalTombstone;

typedef struct
{
  SgHeadRef ref;
  SgTimeMs t;
  double value;
  SgLabels *labels;
} SgWalExemplar;

typedef struct
{
  SgHeadRef ref;
  guint64 chunk_ref;
} SgWalMmapMarker;

/* @type is a number of Prometheus' own, see sg_wal_metric_type_to_string(). */
typedef struct
{
  SgHeadRef ref;
  guint8 type;
  char *unit;
  char *help;
} SgWalMetadata;

/*
 * A record of samples, one after the other, for who has them in another form: begun with the first, which
 * is then added like the others. Differences wrap, as Go's do: a reader adds them up to what they were.
 */
static inline void
sg_wal_begin_samples (SgWireWriter      *out,
                      const SgWalSample *first)
{
  sg_wire_put_u8 (out, SG_WAL_SAMPLES);
  sg_wire_put_u64 (out, first->ref);
  sg_wire_put_u64 (out, (guint64) first->t);
}

static inline void
sg_wal_add_sample (SgWireWriter      *out,
                   const SgWalSample *first,
                   const SgWalSample *sample)
{
  guint8 *p = sg_wire_writer_reserve (out, 2 * SG_UVARINT_MAX_LENGTH + 8);
  gint64 later = (gint64) ((guint64) sample->t - (guint64) first->t);
  gsize length = sg_wire_set_uvarint (p, sg_wire_zigzag ((gint64) (sample->ref - first->ref)));

  length += sg_wire_set_uvarint (p + length, sg_wire_zigzag (later));
  sg_wire_set_u64 (p + length, sg_double_to_bits (sample->value));
  out->length += length + 8;
}

/* Each writes one record; nothing for no items but its type. */
void     sg_wal_encode_series       (SgWireWriter          *out,
                                     const SgWalSeries     *series,
                                     gsize                  n);
void     sg_wal_encode_samples      (SgWireWriter          *out,
                                     const SgWalSample     *samples,
                                     gsize                  n);
void     sg_wal_encode_tombstones   (SgWireWriter          *out,
                                     const SgWalTombstone  *tombstones,
                                     gsize                  n);
void     sg_wal_encode_exemplars    (SgWireWriter          *out,
                                     const SgWalExemplar   *exemplars,
                                     gsize                  n);
void     sg_wal_encode_mmap_markers (SgWireWriter          *out,
                                     const SgWalMmapMarker *markers,
                                     gsize                  n);
void     sg_wal_encode_metadata     (SgWireWriter          *out,
                                     const SgWalMetadata   *metadata,
                                     gsize                  n);

/*
 * Each appends what a record holds to a GArray of the type above, which owns it and frees it when it
 * was made by the function of the same name. After a failure the array is as it was before.
 */
GArray  *sg_wal_series_array_new    (void);
GArray  *sg_wal_exemplars_array_new (void);
GArray  *sg_wal_metadata_array_new  (void);

gboolean sg_wal_decode_series       (const guint8          *record,
                                     gsize                  length,
                                     GArray                *series,
                                     GError               **error);
gboolean sg_wal_decode_samples      (const guint8          *record,
                                     gsize                  length,
                                     GArray                *samples,
                                     GError               **error);
gboolean sg_wal_decode_tombstones   (const guint8          *record,
                                     gsize                  length,
                                     GArray                *tombstones,
                                     GError               **error);
gboolean sg_wal_decode_exemplars    (const guint8          *record,
                                     gsize                  length,
                                     GArray                *exemplars,
                                     GError               **error);
gboolean sg_wal_decode_mmap_markers (const guint8          *record,
                                     gsize                  length,
                                     GArray                *markers,
                                     GError               **error);
gboolean sg_wal_decode_metadata     (const guint8          *record,
                                     gsize                  length,
                                     GArray                *metadata,
                                     GError               **error);

const char *sg_wal_metric_type_to_string   (guint8      type);
guint8      sg_wal_metric_type_from_string (const char *type);

G_END_DECLS
