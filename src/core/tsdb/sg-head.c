/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-head-private.h"

#define DEFAULT_CHUNK_RANGE_MS (2 * 60 * 60 * 1000)

/**
 * sg_head_new:
 * @options: its bounds
 *
 * Returns: (transfer full): a head without series
 */
SgHead *
sg_head_new (const SgHeadOptions *options)
{
  static guint64 n_sources;
  SgHead *self = g_new0 (SgHead, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->source = __atomic_add_fetch (&n_sources, 1, __ATOMIC_RELAXED);
  self->options = *options;
  if (self->options.chunk_range_ms == 0)
    self->options.chunk_range_ms = DEFAULT_CHUNK_RANGE_MS;
  sg_head_gate_init (&self->gate);
  sg_head_index_init (&self->index, &self->gate);
  self->stripes =
      g_aligned_alloc0 (SG_HEAD_STRIPES, sizeof (SgHeadStripe), G_ALIGNOF (SgHeadStripe));
  for (guint i = 0; i < SG_HEAD_STRIPES; i++)
    sg_lock_init (&self->stripes[i].lock);
  sg_head_exemplars_init (&self->exemplars, options->max_exemplars);
  sg_head_metadata_init (&self->metadata);
  sg_lock_init (&self->naming);
  sg_lock_init (&self->queue_lock);
  sg_lock_init (&self->kept_lock);
  self->kept = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->queue = g_ptr_array_new ();
  self->min_t = SG_TIME_MS_MAX;
  self->max_t = SG_TIME_MS_MIN;
  self->min_valid_t = SG_TIME_MS_MIN;
  return self;
}

SgHead *
sg_head_ref (SgHead *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_head_unref (SgHead *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sg_head_index_clear (&self->index);
  sg_head_gate_clear (&self->gate);
  sg_head_metadata_clear (&self->metadata);
  sg_head_exemplars_clear (&self->exemplars);
  g_clear_pointer (&self->chunks, sg_head_chunks_free);
  if (self->cache != NULL)
    sg_postings_cache_remove_source (self->cache, self->cache_source);
  g_clear_pointer (&self->cache, sg_postings_cache_unref);
  g_ptr_array_unref (self->queue);
  g_hash_table_unref (self->kept);
  sg_lock_clear (&self->kept_lock);
  sg_lock_clear (&self->queue_lock);
  for (guint i = 0; i < SG_HEAD_STRIPES; i++)
    sg_lock_clear (&self->stripes[i].lock);
  g_aligned_free (self->stripes);
  sg_lock_clear (&self->naming);
  g_free (self);
}

/* Before anybody asks it. */
void
sg_head_set_cache (SgHead          *self,
                   SgPostingsCache *cache)
{
  self->cache = sg_postings_cache_ref (cache);
  self->cache_source = sg_postings_cache_add_source (cache);
}

/*
 * Samples more than half a range behind the last one are out of bounds, whatever their series has:
 * so nothing comes any more into the time that is being made into a block.
 */
void
sg_head_get_window (SgHead       *self,
                    SgHeadWindow *ret_window)
{
  SgTimeMs max_t = __atomic_load_n (&self->max_t, __ATOMIC_RELAXED);
  SgTimeMs min_valid_t = __atomic_load_n (&self->min_valid_t, __ATOMIC_RELAXED);
  SgTimeMs oldest;

  if (!__builtin_sub_overflow (max_t, self->options.chunk_range_ms / 2 - 1, &oldest))
    min_valid_t = MAX (min_valid_t, oldest);
  *ret_window = (SgHeadWindow) { min_valid_t, max_t, self->options.late_ms };
}

/* Takes a range of time into that of the head. */
void
sg_head_extend (SgHead   *self,
                SgTimeMs  min_t,
                SgTimeMs  max_t)
{
  SgTimeMs seen = __atomic_load_n (&self->min_t, __ATOMIC_RELAXED);

  while (min_t < seen
         && !__atomic_compare_exchange_n (&self->min_t, &seen, min_t, TRUE, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED))
    continue;
  seen = __atomic_load_n (&self->max_t, __ATOMIC_RELAXED);
  while (max_t > seen
         && !__atomic_compare_exchange_n (&self->max_t, &seen, max_t, TRUE, __ATOMIC_RELAXED,
                                          __ATOMIC_RELAXED))
    continue;
}

/* What was answered before may be wrong from now on. To be called when the change can be seen. */
void
sg_head_revise (SgHead *self)
{
  __atomic_fetch_add (&self->revision, 1, __ATOMIC_SEQ_CST);
}

void
sg_head_get_version (SgHead           *self,
                     SgQuerierVersion *ret_version)
{
  SgTimeMs max_t = __atomic_load_n (&self->max_t, __ATOMIC_RELAXED);

  ret_version->source = self->source;
  ret_version->revision = __atomic_load_n (&self->revision, __ATOMIC_SEQ_CST);
  ret_version->settled = max_t == SG_TIME_MS_MIN ? max_t : max_t - SG_HEAD_SETTLED_MS;
}

/* For whoever adds samples: all but the commit. Ends with sg_head_queue_full(). */
void
sg_head_begin_write (SgHead      *self,
                     SgHeadWrite *write)
{
  *write = (SgHeadWrite) {
    .gate = &self->gate,
    .chunk_range = self->options.chunk_range_ms,
    .full = self->writes_chunks ? g_ptr_array_new () : NULL,
  };
}

/* From now on no commit is taken. When it returns, none is on its way. */
void
sg_head_seal (SgHead *self)
{
  __atomic_store_n (&self->sealed, TRUE, __ATOMIC_SEQ_CST);
  sg_head_gate_await_writes (&self->gate);
}

void
sg_head_get_stats (SgHead      *self,
                   SgHeadStats *ret_stats)
{
  const guint64 *from = (const guint64 *) &self->stats;
  guint64 *to = (guint64 *) ret_stats;

  for (gsize i = 0; i < sizeof (SgHeadStats) / sizeof (guint64); i++)
    to[i] = __atomic_load_n (&from[i], __ATOMIC_RELAXED);
  sg_lock_acquire (&self->queue_lock);
  ret_stats->n_chunks_queued = self->queue->len;
  ret_stats->chunk_writes_failing = self->drain_after != 0;
  sg_lock_release (&self->queue_lock);
  ret_stats->n_series = sg_head_index_get_size (&self->index);
  ret_stats->min_t = __atomic_load_n (&self->min_t, __ATOMIC_RELAXED);
  ret_stats->max_t = __atomic_load_n (&self->max_t, __ATOMIC_RELAXED);
}
