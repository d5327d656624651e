/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "base/sg-lock.h"
#include "metrics/sg-exact-sum.h"
#include "metrics/sg-exemplar.h"
#include "metrics/sg-instrument.h"

G_BEGIN_DECLS

/*
 * What stands behind the handles. Private to the module; the essay is in sg-cells.c. Functions
 * marked "locked" are called with sg_cells_lock held.
 */
typedef struct _SgCellOwner SgCellOwner;
typedef struct _SgBounds SgBounds;
typedef struct _SgSummaryFeed SgSummaryFeed;
typedef struct _SgSummaryChunk SgSummaryChunk;

typedef void (*SgSummaryChunkFunc) (SgSummaryChunk *chunk,
                                    gpointer        user_data);

struct _SgCellOwner
{
  guint64 epoch;
  SgCellOwner *next;
  SgCellOwner *previous;
  SgCounterBlock **counter_blocks;
  SgCounterBlock **counters_at_hand;
  SgHistogramBlock **histogram_blocks;
  SgHistogramBlock **histograms_at_hand;
  guint n_counter_blocks;
  guint n_histogram_blocks;
};

extern SgLock sg_cells_lock;
extern SgCellOwner *sg_cell_owners;
extern SgCounterBlock *sg_no_counters[SG_BLOCKS_AT_HAND];
extern SgHistogramBlock *sg_no_histograms[SG_BLOCKS_AT_HAND];

SgCellOwner    *sg_cell_owner_get            (void);

SgCounter       sg_counter_cells_add         (SgClock           *clock);
void            sg_counter_cells_remove      (SgCounter          counter);
double          sg_counter_cells_read_locked (SgCounter          counter,
                                              SgExemplar        *ret_exemplar);
void            sg_counter_cells_fold_locked (SgCellOwner       *owner);
void            sg_counter_cells_free        (SgCellOwner       *owner);

SgGauge         sg_gauge_slots_add           (void);
void            sg_gauge_slots_remove        (SgGauge            gauge);
double          sg_gauge_slots_read          (SgGauge            gauge);

/**
 * SgHistogramReading:
 * @count: how many observations
 * @sum: their sum
 * @buckets: (array): how many fell into each bucket, the lowest first, +Inf last
 * @exemplars: (nullable) (array): one for each bucket, without labels where there is none
 *
 * A histogram at one moment. The caller gives the arrays.
 */
typedef struct
{
  guint64 count;
  double sum;
  guint64 *buckets;
  SgExemplar *exemplars;
} SgHistogramReading;

SgBounds       *sg_bounds_new                  (const double       *values,
                                                guint               n);
SgBounds       *sg_bounds_ref                  (SgBounds           *self);
void            sg_bounds_unref                (SgBounds           *self);
const double   *sg_bounds_get                  (const SgBounds     *self,
                                                guint              *ret_n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgBounds, sg_bounds_unref)

SgHistogram      sg_histogram_cells_add          (SgClock             *clock,
                                                  SgBounds            *bounds,
                                                  SgSummaryFeed       *feed);
void             sg_histogram_cells_remove       (SgHistogram          histogram);
gboolean         sg_histogram_cells_read_locked  (SgHistogram          histogram,
                                                  SgHistogramReading  *reading);
void             sg_histogram_cells_fold_locked  (SgCellOwner         *owner);
void             sg_histogram_cells_free         (SgCellOwner         *owner);
SgHistogramCell *sg_histogram_cells_claim        (guint64              key);
SgClock         *sg_histogram_cell_get_clock     (SgHistogramCell     *cell);
SgSummaryFeed   *sg_histogram_cell_get_feed      (SgHistogramCell     *cell,
                                                  SgSummaryChunk    ***ret_chunk);
SgSummaryFeed   *sg_histogram_cells_get_feed     (guint64              key);
void             sg_histogram_cells_visit_chunks (guint64              key,
                                                  SgSummaryChunkFunc   func,
                                                  gpointer             user_data);

void             sg_epoch_init                   (void);
void             sg_epoch_retire                 (gpointer             data,
                                                  GDestroyNotify       destroy);

G_END_DECLS
