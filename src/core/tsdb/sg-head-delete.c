/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-delete.h"

#include "tsdb/sg-head-find.h"
#include "tsdb/sg-wal-record.h"

typedef struct
{
  SgHeadSeries *series;
  SgTimeMs min_t;
  SgTimeMs max_t;
} Stone;

/* The part of the range in which the series has samples: what comes later is not deleted. */
static gboolean
find_stone (SgHead       *self,
            SgHeadSeries *series,
            SgTimeMs      min_t,
            SgTimeMs      max_t,
            Stone        *ret_stone)
{
  SgTimeMs first;
  SgTimeMs last;

  SG_LOCK_SCOPE (sg_head_lock_of (self, series));
  first = sg_head_series_get_min_t (series);
  last = series->has_samples ? series->open.t : SG_TIME_MS_MIN;
  if (series->extra != NULL && (series->extra->late != NULL || series->extra->late_chunks != NULL))
    first = SG_TIME_MS_MIN;
  *ret_stone = (Stone) { series, MAX (min_t, first), MIN (max_t, last) };
  return ret_stone->min_t <= ret_stone->max_t;
}

static gboolean
log_stones (SgHead  *self,
            GArray  *stones,
            GError **error)
{
  g_autofree SgWalTombstone *encoded = g_new (SgWalTombstone, stones->len);
  g_auto (SgWireWriter) record = { 0 };
  g_auto (SgWalBatch) batch = { 0 };

  if (self->wal == NULL || stones->len == 0)
    return TRUE;
  for (guint i = 0; i < stones->len; i++)
    {
      const Stone *stone = &g_array_index (stones, Stone, i);

      encoded[i] = (SgWalTombstone) { stone->series->ref, stone->min_t, stone->max_t };
    }
  sg_wal_batch_init (&batch);
  sg_wal_encode_tombstones (&record, encoded, stones->len);
  sg_wal_batch_add (&batch, record.data, record.length, sg_wal_writer_compresses (self->wal));
  return sg_wal_writer_log (self->wal, &batch, error);
}

static void
apply_stones (SgHead *self,
              GArray *stones)
{
  for (guint i = 0; i < stones->len; i++)
    {
      const Stone *stone = &g_array_index (stones, Stone, i);

      SG_LOCK_SCOPE (sg_head_lock_of (self, stone->series));
      sg_head_series_delete (stone->series, stone->min_t, stone->max_t, &self->gate);
    }
}

static gboolean
delete_found (SgHead     *self,
              GPtrArray  *found,
              SgTimeMs    min_t,
              SgTimeMs    max_t,
              GError    **error)
{
  g_autoptr (GArray) stones = g_array_new (FALSE, FALSE, sizeof (Stone));

  for (guint i = 0; i < found->len; i++)
    {
      Stone stone;

      if (find_stone (self, found->pdata[i], min_t, max_t, &stone))
        g_array_append_val (stones, stone);
    }
  if (!log_stones (self, stones, error))
    return FALSE;
  apply_stones (self, stones);
  return TRUE;
}

/**
 * sg_head_delete:
 * @self: a head
 * @matchers: (array length=n_matchers): what must hold for a series to be deleted from
 * @n_matchers: how many
 * @min_t: the first time to delete
 * @max_t: the last one
 * @cancellable: (nullable): ends it
 * @error: why nothing was deleted
 *
 * What is deleted is no longer read, and does not become part of a block.
 *
 * Returns: whether it is deleted, in the log too
 */
gboolean
sg_head_delete (SgHead                  *self,
                const SgMatcher  *const *matchers,
                gsize                    n_matchers,
                SgTimeMs                 min_t,
                SgTimeMs                 max_t,
                GCancellable            *cancellable,
                GError                 **error)
{
  g_autoptr (GPtrArray) found = NULL;
  SgHeadGuard guard;
  gboolean good = FALSE;

  sg_head_gate_enter (&self->gate, &guard);
  found = sg_head_find (self, matchers, n_matchers, cancellable, error);
  if (found != NULL)
    good = delete_found (self, found, min_t, max_t, error);
  sg_head_gate_leave (&self->gate, &guard);
  return good;
}
