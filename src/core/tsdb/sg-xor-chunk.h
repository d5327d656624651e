/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-sample.h"

G_BEGIN_DECLS

/**
 * SgChunkEncoding:
 * @SG_CHUNK_XOR: floats, the one that is read and written here
 * @SG_CHUNK_HISTOGRAM: native histograms with whole counts
 * @SG_CHUNK_FLOAT_HISTOGRAM: native histograms with fractional counts
 *
 * The byte before a chunk's data. Others, and newer ones, are carried about as they are.
 */
typedef enum
{
  SG_CHUNK_XOR = 1,
  SG_CHUNK_HISTOGRAM = 2,
  SG_CHUNK_FLOAT_HISTOGRAM = 3,
} SgChunkEncoding;

/* What the count at the beginning of a chunk can say; and how many Prometheus puts into one. */
#define SG_XOR_CHUNK_MAX_SAMPLES 65535
#define SG_CHUNK_USUAL_SAMPLES   120

/* No sample takes more bits: 4 + 64 for its time, 2 + 5 + 6 + 64 for its value. */
#define SG_XOR_SAMPLE_MAX_BITS 145

/*
 * With so many bytes behind the last whole one, appending a sample does not move the data: it takes
 * 145 bits at most, from bit 7 of a byte, and what is stored last begins before their end.
 */
#define SG_XOR_APPENDER_ROOM 24

/**
 * SgXorAppender:
 *
 * A chunk that is being written, and what the next sample is compared with. A plain struct of 48
 * bytes beside one block of memory that grows with the chunk; belongs to whoever holds the series'
 * lock. The bytes are a whole and valid chunk after each append.
 */
typedef struct
{
  guint8 *data;
  guint32 n_bits;
  guint32 capacity;
  guint16 n_samples;
  guint8 leading;
  guint8 trailing;
  SgTimeMs t;
  guint64 delta;
  guint64 value;
} SgXorAppender;

void     sg_xor_appender_init    (SgXorAppender  *self);
gboolean sg_xor_appender_resume  (SgXorAppender  *self,
                                  const guint8   *data,
                                  gsize           length,
                                  GError        **error);
gboolean sg_xor_appender_append  (SgXorAppender  *self,
                                  SgTimeMs        t,
                                  double          value);
guint8  *sg_xor_appender_steal   (SgXorAppender  *self,
                                  gsize          *ret_length);
void     sg_xor_appender_clear   (SgXorAppender  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgXorAppender, sg_xor_appender_clear)

/* How many bytes the chunk has; they begin at @data. 0 before the first sample. */
static inline gsize
sg_xor_appender_length (const SgXorAppender *self)
{
  return (self->n_bits + 7) / 8;
}

/* Where reading is within a chunk; sg-xor-chunk.c says what the fields mean. */
typedef struct
{
  gsize bit;
  SgTimeMs t;
  guint64 delta;
  guint64 value;
  guint width;
  guint trailing;
  gboolean bad;
} SgXorCursor;

/**
 * SgXorIter:
 *
 * Reads a chunk sample by sample. It lives on the stack; the bytes must stay as they are meanwhile.
 */
typedef struct
{
  const guint8 *data;
  gsize length;
  guint n_samples;
  guint n_read;
  SgXorCursor cursor;
} SgXorIter;

void     sg_xor_iter_init        (SgXorIter      *self,
                                  const guint8   *data,
                                  gsize           length);
gboolean sg_xor_iter_next        (SgXorIter      *self,
                                  SgTimeMs       *ret_t,
                                  double         *ret_value,
                                  GError        **error);

/* How many samples a chunk says that it has; 0 for one too short to say so. */
static inline guint
sg_xor_chunk_count (const guint8 *data,
                    gsize         length)
{
  return length < 2 ? 0 : (guint) data[0] << 8 | data[1];
}

gboolean sg_xor_chunk_decode_until (const guint8   *data,
                                    gsize           length,
                                    SgTimeMs        until,
                                    SgTimeMs       *times,
                                    double         *values,
                                    guint          *ret_n,
                                    GError        **error);
gboolean sg_xor_chunk_decode     (const guint8   *data,
                                  gsize           length,
                                  SgTimeMs       *times,
                                  double         *values,
                                  GError        **error);

G_END_DECLS
