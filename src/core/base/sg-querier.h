/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "base/sg-sample-buffer.h"
#include "base/sg-sample.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SgMatcher SgMatcher;

/**
 * SgColumn:
 * @kind: which array of values it has
 * @n: how many samples
 * @t: their times, rising
 * @f: their values, when @kind is %SG_VALUE_FLOAT
 * @histograms: their values, when @kind is %SG_VALUE_HISTOGRAM
 *
 * A series as the query engine wants it: times and values in two arrays. A series that changed its
 * kind has one column of each.
 */
typedef struct
{
  SgValueKind kind;
  gsize n;
  const SgTimeMs *t;
  union
  {
    const double *f;
    const SgHistogramValue *const *histograms;
  };
} SgColumn;

typedef struct
{
  const SgLabels *labels;
  guint n_columns;
  const SgColumn *columns;
} SgSeries;

/**
 * SgSelectHints:
 * @start: first time wanted, inclusive
 * @end: last time wanted, inclusive
 * @step: distance between two evaluations, 0 for one evaluation
 * @range: length of the range selector, 0 for an instant one
 * @function: the function around the selector, or %NULL
 * @grouping: (nullable): the labels the aggregation around it groups by, %NULL-terminated
 * @by: whether @grouping is "by" or "without"
 * @max_samples: a select that would yield more fails, 0 for no bound
 * @max_series: a select that would yield more fails, 0 for no bound
 *
 * What a querier must know (the times, the limits) and what it may use to read less (the rest).
 */
typedef struct
{
  SgTimeMs start;
  SgTimeMs end;
  gint64 step;
  gint64 range;
  const char *function;
  const char *const *grouping;
  gboolean by;
  guint64 max_samples;
  guint64 max_series;
} SgSelectHints;

/**
 * SgSeriesSet:
 *
 * An iterator over series in the order of their labels. It owns what it yields until its next step.
 *
 *   while (sg_series_set_next (set, &series, &error)) …
 *   if (error != NULL) …
 */
typedef struct _SgSeriesSet SgSeriesSet;

/**
 * SgSeriesPiece:
 * @labels: what the series is called
 * @n_chunks: how much there is to read
 *
 * A series that was looked up. @read may be called once, on any thread, and puts the samples behind
 * those that the buffer has, their times rising. @done gives it back, on the thread that looks.
 */
typedef struct _SgSeriesPiece SgSeriesPiece;

typedef struct
{
  void (*read) (SgSeriesPiece  *self,
                SgSampleBuffer *buffer);
  void (*done) (SgSeriesPiece  *self);
} SgSeriesPieceClass;

struct _SgSeriesPiece
{
  const SgSeriesPieceClass *klass;
  const SgLabels *labels;
  guint n_chunks;
};

/*
 * A set may also be asked by @look for series that are read later, but not in both ways; sg-series-ahead.h
 * does that. Such series have floats only, and may turn out to be empty; the limit of samples is the
 * business of who reads them. After the last was given back @finish adds the warnings.
 */
typedef struct
{
  gboolean       (*next)   (SgSeriesSet     *self,
                            const SgSeries **ret_series,
                            GError         **error);
  void           (*free)   (SgSeriesSet     *self);
  SgSeriesPiece *(*look)   (SgSeriesSet     *self,
                            GError         **error);
  void           (*finish) (SgSeriesSet     *self);
} SgSeriesSetClass;

struct _SgSeriesSet
{
  const SgSeriesSetClass *klass;
  GPtrArray *warnings;
};

gboolean           sg_series_set_next         (SgSeriesSet     *self,
                                               const SgSeries **ret_series,
                                               GError         **error);
void               sg_series_set_init         (SgSeriesSet            *self,
                                               const SgSeriesSetClass *klass);
void               sg_series_set_warn         (SgSeriesSet     *self,
                                               const char      *format,
                                               ...) G_GNUC_PRINTF (2, 3);
const char *const *sg_series_set_get_warnings (SgSeriesSet     *self);
void               sg_series_set_free         (SgSeriesSet     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSeriesSet, sg_series_set_free)

typedef struct
{
  const char *name;
  const char *type;
  const char *help;
  const char *unit;
} SgMetadata;

/**
 * SgQuerierVersion:
 * @source: which series these are; no two sources of this process have the same
 * @revision: changes whenever something changes at or before @settled
 * @settled: the time after which samples may come without any notice
 *
 * Whether what was answered once is still true.
 */
typedef struct
{
  guint64 source;
  guint64 revision;
  SgTimeMs settled;
} SgQuerierVersion;

/**
 * SgQuerier:
 *
 * What queries stand on: a store, a recording, a remote server. All calls are made on a worker and may
 * block; @cancellable ends each of them within milliseconds.
 *
 * @select takes matchers that must all hold. @label_names and @label_values take matchers that narrow
 * them, or none, and return sorted texts. @series yields label sets only, in order. @metadata yields
 * (element-type SgMetadata) for one metric, or for all when @metric is %NULL. @get_version, which may be
 * missing, is to be asked before what is to be remembered.
 */
#define SG_TYPE_QUERIER (sg_querier_get_type ())
G_DECLARE_INTERFACE (SgQuerier, sg_querier, SG, QUERIER, GObject)

struct _SgQuerierInterface
{
  GTypeInterface parent_iface;

  SgSeriesSet *(*select)       (SgQuerier            *self,
                                const SgMatcher     *const *matchers,
                                gsize                 n_matchers,
                                const SgSelectHints  *hints,
                                GCancellable         *cancellable,
                                GError              **error);
  GStrv        (*label_names)  (SgQuerier            *self,
                                const SgMatcher     *const *matchers,
                                gsize                 n_matchers,
                                const SgSelectHints  *hints,
                                GCancellable         *cancellable,
                                GError              **error);
  GStrv        (*label_values) (SgQuerier            *self,
                                const char           *name,
                                const SgMatcher     *const *matchers,
                                gsize                 n_matchers,
                                const SgSelectHints  *hints,
                                GCancellable         *cancellable,
                                GError              **error);
  GPtrArray   *(*series)       (SgQuerier            *self,
                                const SgMatcher     *const *matchers,
                                gsize                 n_matchers,
                                const SgSelectHints  *hints,
                                GCancellable         *cancellable,
                                GError              **error);
  GPtrArray   *(*metadata)     (SgQuerier            *self,
                                const char           *metric,
                                GCancellable         *cancellable,
                                GError              **error);
  void         (*get_version)  (SgQuerier            *self,
                                SgQuerierVersion     *ret_version);
};

SgSeriesSet *sg_querier_select       (SgQuerier            *self,
                                      const SgMatcher     *const *matchers,
                                      gsize                 n_matchers,
                                      const SgSelectHints  *hints,
                                      GCancellable         *cancellable,
                                      GError              **error);
GStrv        sg_querier_label_names  (SgQuerier            *self,
                                      const SgMatcher     *const *matchers,
                                      gsize                 n_matchers,
                                      const SgSelectHints  *hints,
                                      GCancellable         *cancellable,
                                      GError              **error);
GStrv        sg_querier_label_values (SgQuerier            *self,
                                      const char           *name,
                                      const SgMatcher     *const *matchers,
                                      gsize                 n_matchers,
                                      const SgSelectHints  *hints,
                                      GCancellable         *cancellable,
                                      GError              **error);
GPtrArray   *sg_querier_series       (SgQuerier            *self,
                                      const SgMatcher     *const *matchers,
                                      gsize                 n_matchers,
                                      const SgSelectHints  *hints,
                                      GCancellable         *cancellable,
                                      GError              **error);
GPtrArray   *sg_querier_metadata     (SgQuerier            *self,
                                      const char           *metric,
                                      GCancellable         *cancellable,
                                      GError              **error);
/* Returns: FALSE when nothing that it answers may be remembered */
gboolean     sg_querier_get_version  (SgQuerier            *self,
                                      SgQuerierVersion     *ret_version);

/* A querier without series: what an engine without a store asks, and the test of this seam. */
SgQuerier   *sg_querier_new_empty    (void);

G_END_DECLS
