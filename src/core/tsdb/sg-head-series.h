/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-slab.h"
#include "tsdb/sg-appender.h"
#include "tsdb/sg-head-gate.h"
#include "tsdb/sg-xor-chunk.h"

G_BEGIN_DECLS

typedef struct _SgHeadSeries SgHeadSeries;

/**
 * SgHeadClosed:
 * @series: whose it is
 * @data: its bytes
 * @length: how many
 * @late: whether its samples came out of order
 * @taken: whether somebody is about to write it; his
 * @min_t: its first time
 * @max_t: its last time
 *
 * A chunk that is full and in no file, or not yet.
 */
typedef struct
{
  SgHeadSeries *series;
  guint8 *data;
  guint32 length;
  gboolean late;
  gboolean taken;
  SgTimeMs min_t;
  SgTimeMs max_t;
} SgHeadClosed;

/**
 * SgHeadChunk:
 * @place: in which file, and where in it; or, with %SG_HEAD_IN_MEMORY, an #SgHeadClosed
 * @min_t: its first time
 * @max_t: its last time
 */
typedef struct
{
  guint64 place;
  SgTimeMs min_t;
  SgTimeMs max_t;
} SgHeadChunk;

/* No address and no file has a number with this bit. */
#define SG_HEAD_IN_MEMORY (G_GUINT64_CONSTANT (1) << 63)

static inline guint64
sg_head_closed_place (const SgHeadClosed *closed)
{
  return (guint64) (gsize) closed | SG_HEAD_IN_MEMORY;
}

static inline const SgHeadClosed *
sg_head_place_closed (guint64 place)
{
  return (const SgHeadClosed *) (gsize) (place & ~SG_HEAD_IN_MEMORY);
}

/* Grows like an SgHeadList; the places change when a chunk has got one in a file. */
typedef struct
{
  guint n;
  guint capacity;
  SgHeadChunk chunks[];
} SgHeadChunkList;

/* Samples from @t on, up to the next mark, are of this commit. 0: of one that every reader sees. */
typedef struct
{
  guint64 commit;
  SgTimeMs t;
} SgHeadMark;

/* Both ends belong to it. */
typedef struct
{
  SgTimeMs min_t;
  SgTimeMs max_t;
} SgHeadRange;

/* Ranges that have nothing in common, in no order; replaced as a whole. */
typedef struct
{
  guint n;
  SgHeadRange ranges[];
} SgHeadRanges;

typedef struct
{
  SgTimeMs t;
  double value;
  guint64 commit;
} SgHeadLateSample;

/* Samples that came out of order, by time; replaced as a whole. */
typedef struct
{
  guint n;
  SgHeadLateSample samples[];
} SgHeadLate;

/* What few series have. */
typedef struct
{
  GArray *marks;
  SgHeadRanges *deleted;
  SgHeadLate *late;
  SgHeadChunkList *late_chunks;
} SgHeadExtra;

/**
 * SgHeadSeries:
 * @open: the chunk that is being written; its time is that of the last sample even while it is empty
 * @id: its number in the postings
 * @pending: how many samples of batches that are not committed yet, and how often it is in the queue
 *   of those that have full chunks
 * @cut_after: the next chunk begins with the first sample so many ms after @open_min_t, or later
 * @usual_length: how many bytes its last full chunk had: the next one gets as many at once
 * @has_samples: whether it ever had one
 * @gone: whether it was taken out of the index
 * @named: whether its name is in the log, atomic
 * @ref: its reference
 * @open_min_t: the first time in the open chunk
 * @mark: the last commit that added to it
 * @labels: what it is called
 * @closed: the chunks before the open one
 * @extra: (nullable): see there
 *
 * All but what never changes belongs to whoever holds the series' lock, a stripe of the head's. What
 * an appender looks at most stands in the first 64 bytes, and the whole in two lines of a cache: it comes
 * from a slab.
 */
struct _SgHeadSeries
{
  SgXorAppender open;
  guint32 id;
  guint32 pending;
  guint32 cut_after;
  guint16 usual_length;
  guint8 has_samples : 1;
  guint8 gone : 1;
  guint8 named;
  SgHeadRef ref;
  SgTimeMs open_min_t;
  SgHeadMark mark;
  SgLabels *labels;
  SgHeadChunkList *closed;
  SgHeadExtra *extra;
};

G_STATIC_ASSERT (GLIB_SIZEOF_VOID_P != 8 || sizeof (SgHeadSeries) == 120);

/**
 * SgHeadVerdict:
 *
 * What becomes of a sample. From %SG_HEAD_DUPLICATE on it is refused.
 */
typedef enum
{
  SG_HEAD_IN_ORDER,
  SG_HEAD_LATE,
  SG_HEAD_SAME,
  SG_HEAD_DUPLICATE,
  SG_HEAD_OUT_OF_ORDER,
  SG_HEAD_OUT_OF_BOUNDS,
  SG_HEAD_TOO_OLD,
} SgHeadVerdict;

/**
 * SgHeadWindow:
 * @min_valid_t: samples before this time are out of bounds
 * @max_t: the last time in the head
 * @late_ms: how far behind it samples may come out of order
 */
typedef struct
{
  SgTimeMs min_valid_t;
  SgTimeMs max_t;
  gint64 late_ms;
} SgHeadWindow;

/**
 * SgHeadWrite:
 * @gate: frees what readers may know
 * @chunk_range: chunks do not cross multiples of it
 * @commit: the commit that is applied, 0 while the log is read
 * @horizon: its horizon
 * @full: (nullable) (element-type SgHeadSeries): gets a series for each of its chunks that becomes
 *   full, which is pending as long as it is there; %NULL when full chunks stay in memory
 * @n_closed: how many chunks became full
 *
 * What adding samples to series needs beside them.
 */
typedef struct
{
  SgHeadGate *gate;
  gint64 chunk_range;
  guint64 commit;
  guint64 horizon;
  GPtrArray *full;
  guint n_closed;
} SgHeadWrite;

SgHeadSeries  *sg_head_series_new           (SgSlab              *slab,
                                             SgHeadRef            ref,
                                             guint32              id,
                                             const SgLabels      *labels);
void           sg_head_series_free          (gpointer             self);
SgHeadVerdict  sg_head_series_check         (const SgHeadSeries  *self,
                                             SgTimeMs             t,
                                             double               value,
                                             const SgHeadWindow  *window);
void           sg_head_series_append        (SgHeadSeries        *self,
                                             SgTimeMs             t,
                                             double               value,
                                             SgHeadWrite         *write);
SgHeadVerdict  sg_head_series_insert_late   (SgHeadSeries        *self,
                                             SgTimeMs             t,
                                             double               value,
                                             SgHeadWrite         *write);
void           sg_head_series_take_closed   (SgHeadSeries        *self,
                                             GPtrArray           *taken);
gboolean       sg_head_series_has_closed    (const SgHeadSeries  *self);
void           sg_head_series_set_place     (SgHeadSeries        *self,
                                             const SgHeadClosed  *closed,
                                             guint64              place);
void           sg_head_series_add_chunk     (SgHeadSeries        *self,
                                             const SgHeadChunk   *chunk,
                                             gboolean             late,
                                             SgHeadGate          *gate);
SgHeadExtra   *sg_head_series_ensure_extra  (SgHeadSeries        *self);
void           sg_head_series_delete        (SgHeadSeries        *self,
                                             SgTimeMs             min_t,
                                             SgTimeMs             max_t,
                                             SgHeadGate          *gate);
gboolean       sg_head_series_truncate      (SgHeadSeries        *self,
                                             SgTimeMs             min_t,
                                             SgHeadGate          *gate,
                                             gboolean             in_files);
SgTimeMs       sg_head_series_get_min_t     (const SgHeadSeries  *self);
gint64         sg_head_range_end            (SgTimeMs             t,
                                             gint64               range);
void           sg_head_closed_free          (gpointer             closed);

/* How many chunks it has in all. */
static inline guint
sg_head_series_count_chunks (const SgHeadSeries *self)
{
  return (self->open.n_samples > 0) + (self->closed != NULL ? self->closed->n : 0);
}

G_END_DECLS
