/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-select.h"

#include "base/sg-series-ahead.h"
#include "tsdb/sg-head-capture.h"
#include "tsdb/sg-head-find.h"
#include "tsdb/sg-tsdb-error.h"

#include <stdlib.h>

/*
 * A select takes its snapshot, captures every series that it may yield, and gives the snapshot back.
 * Then the series are put in order, and decoded as they are asked for, by whoever wants to; until the end
 * the guard keeps in memory what was captured.
 */
#define CANCEL_INTERVAL 256

typedef struct
{
  const SgLabels *labels;
  guint capture;
} Entry;

typedef struct
{
  SgSeriesSet parent;
  SgHead *head;
  SgHeadGuard guard;
  SgSelectHints hints;
  GCancellable *cancellable;
  GArray *captures;
  GArray *order;
  guint next;
  guint64 n_samples;
  SgSeriesAhead *ahead;
  GPtrArray *pieces;
  GPtrArray *unused;
  guint n_damaged;
  guint n_unsupported;
  GError *damage;
} HeadSet;

/* A series; @samples is used anew for others. */
typedef struct
{
  SgSeriesPiece parent;
  HeadSet *set;
  const SgHeadCapture *capture;
  SgHeadSamples samples;
} HeadPiece;

static void
free_piece (gpointer data)
{
  sg_head_samples_clear (&((HeadPiece *) data)->samples);
  g_free (data);
}

static int
compare_entries (const void *a,
                 const void *b)
{
  return sg_labels_compare (((const Entry *) a)->labels, ((const Entry *) b)->labels);
}

static void
capture_clear (gpointer capture)
{
  sg_head_capture_clear (capture);
}

static gboolean
fail_limit (GError     **error,
            const char  *what,
            guint64      limit)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT,
               "the query would read more than %" G_GUINT64_FORMAT
               " %s, its limit: ask for less, or raise the limit",
               limit, what);
  return FALSE;
}

/* Captures the series that may have samples in the range, and sorts them by their labels. */
static gboolean
capture_all (HeadSet    *set,
             GPtrArray  *found,
             GError    **error)
{
  for (guint i = 0; i < found->len; i++)
    {
      SgHeadCapture capture;
      Entry entry = { NULL, set->captures->len };

      if (i % CANCEL_INTERVAL == 0
          && g_cancellable_set_error_if_cancelled (set->cancellable, error))
        return FALSE;
      if (!sg_head_capture_take (&capture, set->head, found->pdata[i], set->guard.snapshot,
                                 set->hints.start, set->hints.end))
        continue;
      g_array_append_val (set->captures, capture);
      entry.labels = capture.series->labels;
      g_array_append_val (set->order, entry);
      if (set->hints.max_series > 0 && set->order->len > set->hints.max_series)
        return fail_limit (error, "series", set->hints.max_series);
    }
  return TRUE;
}

static void
piece_read (SgSeriesPiece  *piece,
            SgSampleBuffer *buffer)
{
  HeadPiece *self = (HeadPiece *) piece;
  const HeadSet *set = self->set;

  sg_head_capture_decode (self->capture, set->head, set->hints.start, set->hints.end,
                          &self->samples);
  sg_sample_buffer_add (buffer, self->samples.t, self->samples.v, self->samples.n);
}

/* Notes what was left out. */
static void
piece_done (SgSeriesPiece *piece)
{
  SgHeadSamples *samples = &((HeadPiece *) piece)->samples;
  HeadSet *set = ((HeadPiece *) piece)->set;

  set->n_damaged += samples->n_damaged;
  set->n_unsupported += samples->n_unsupported;
  if (set->damage == NULL)
    set->damage = g_steal_pointer (&samples->damage);
  g_clear_error (&samples->damage);
  samples->n_damaged = samples->n_unsupported = 0;
  g_ptr_array_add (set->unused, piece);
}

static HeadPiece *
take_piece (HeadSet *set)
{
  static const SgSeriesPieceClass klass = { piece_read, piece_done };
  HeadPiece *piece;

  if (set->unused->len > 0)
    return g_ptr_array_steal_index_fast (set->unused, set->unused->len - 1);
  piece = g_new0 (HeadPiece, 1);
  piece->parent.klass = &klass;
  piece->set = set;
  g_ptr_array_add (set->pieces, piece);
  return piece;
}

static SgSeriesPiece *
head_set_look (SgSeriesSet  *parent,
               GError      **error)
{
  HeadSet *set = (HeadSet *) parent;
  const Entry *entry;
  HeadPiece *piece;

  if (g_cancellable_set_error_if_cancelled (set->cancellable, error)
      || set->next == set->order->len)
    return NULL;
  entry = &g_array_index (set->order, Entry, set->next++);
  piece = take_piece (set);
  piece->parent.labels = entry->labels;
  piece->capture = &g_array_index (set->captures, SgHeadCapture, entry->capture);
  piece->parent.n_chunks = piece->capture->n_closed + 1;
  return &piece->parent;
}

static void
head_set_finish (SgSeriesSet *parent)
{
  HeadSet *set = (HeadSet *) parent;

  if (set->n_damaged > 0)
    sg_series_set_warn (parent, "%u chunks of the head are damaged and left out; the first: %s",
                        set->n_damaged, set->damage->message);
  if (set->n_unsupported > 0)
    sg_series_set_warn (parent,
                        "%u chunks of the head hold native histograms, or are newer than this "
                        "program: left out",
                        set->n_unsupported);
  g_clear_error (&set->damage);
  set->n_damaged = set->n_unsupported = 0;
}

static gboolean
head_set_next (SgSeriesSet     *parent,
               const SgSeries **ret_series,
               GError         **error)
{
  HeadSet *set = (HeadSet *) parent;
  SgSeriesAheadItem item;

  if (set->ahead == NULL)
    set->ahead = sg_series_ahead_new (parent, 0, NULL, NULL);
  if (g_cancellable_set_error_if_cancelled (set->cancellable, error)
      || !sg_series_ahead_next (set->ahead, &item, error))
    return FALSE;
  set->n_samples += item.series->columns[0].n;
  if (set->hints.max_samples > 0 && set->n_samples > set->hints.max_samples)
    return fail_limit (error, "samples", set->hints.max_samples);
  *ret_series = item.series;
  return TRUE;
}

static void
head_set_free (SgSeriesSet *parent)
{
  HeadSet *set = (HeadSet *) parent;

  g_clear_pointer (&set->ahead, sg_series_ahead_free);
  g_ptr_array_unref (set->unused);
  g_ptr_array_unref (set->pieces);
  g_clear_error (&set->damage);
  g_array_unref (set->captures);
  g_array_unref (set->order);
  sg_head_gate_leave (&set->head->gate, &set->guard);
  g_clear_object (&set->cancellable);
  sg_head_unref (set->head);
  g_free (set);
}

/**
 * sg_head_select:
 * @self: a head
 * @matchers: (array length=n_matchers): what must hold
 * @n_matchers: how many
 * @hints: times and limits
 * @cancellable: (nullable): ends the select, and the reading of what it yields
 * @error: why there is nothing to read
 *
 * Returns: (transfer full) (nullable): the series, as they are now
 */
SgSeriesSet *
sg_head_select (SgHead                  *self,
                const SgMatcher  *const *matchers,
                gsize                    n_matchers,
                const SgSelectHints     *hints,
                GCancellable            *cancellable,
                GError                 **error)
{
  static const SgSeriesSetClass klass = { head_set_next, head_set_free, head_set_look,
                                          head_set_finish };
  HeadSet *set = g_new0 (HeadSet, 1);
  g_autoptr (SgSeriesSet) result = &set->parent;
  g_autoptr (GPtrArray) found = NULL;

  sg_series_set_init (&set->parent, &klass);
  set->head = sg_head_ref (self);
  set->hints = *hints;
  set->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  set->captures = g_array_new (FALSE, FALSE, sizeof (SgHeadCapture));
  g_array_set_clear_func (set->captures, capture_clear);
  set->order = g_array_new (FALSE, FALSE, sizeof (Entry));
  set->pieces = g_ptr_array_new_with_free_func (free_piece);
  set->unused = g_ptr_array_new ();
  sg_head_gate_enter_reader (&self->gate, &set->guard);
  found = sg_head_find (self, matchers, n_matchers, cancellable, error);
  if (found == NULL || !capture_all (set, found, error))
    return NULL;
  sg_head_gate_captured (&self->gate, &set->guard);
  if (set->order->len > 1)
    qsort (set->order->data, set->order->len, sizeof (Entry), compare_entries);
  return g_steal_pointer (&result);
}

/**
 * sg_head_select_labels:
 * @self: a head
 * @matchers: (array length=n_matchers): what must hold
 * @n_matchers: how many
 * @hints: times and limits
 * @cancellable: (nullable): ends it
 * @error: why there is no answer
 *
 * Returns: (transfer full) (element-type SgLabels) (nullable): the label sets of the series that may
 *   have samples in the range, in order
 */
GPtrArray *
sg_head_select_labels (SgHead                  *self,
                       const SgMatcher  *const *matchers,
                       gsize                    n_matchers,
                       const SgSelectHints     *hints,
                       GCancellable            *cancellable,
                       GError                 **error)
{
  g_autoptr (SgSeriesSet) set =
      sg_head_select (self, matchers, n_matchers, hints, cancellable, error);
  GPtrArray *labels;

  if (set == NULL)
    return NULL;
  labels = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_labels_unref);
  for (guint i = 0; i < ((HeadSet *) set)->order->len; i++)
    g_ptr_array_add (labels,
                     sg_labels_ref (g_array_index (((HeadSet *) set)->order, Entry, i).labels));
  return labels;
}
