/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-scraper.h"

#include "ingest/scrape/sg-scraper-private.h"

/*
 * A scraper has a pool for each job and a loop for each target. A loop waits for its beat, asks its
 * target on the context's thread, gives the answer to a worker, which parses and appends it, and writes
 * down how it went.
 *
 * How many scrapes are under way at once is bounded, since each holds a connection and a page. One that
 * finds no place waits for it as part of its timeout; whoever hangs gives its place back when its own
 * timeout ends.
 */

SgScraper *
sg_scraper_new (const SgScraperOptions *options)
{
  SgScraper *self = g_new0 (SgScraper, 1);

  self->options = *options;
  self->options.clock = g_object_ref (options->clock);
  self->context = g_main_context_ref_thread_default ();
  self->pools = g_ptr_array_new ();
  sg_lock_init (&self->lock);
  return self;
}

/* Once it has stopped. */
void
sg_scraper_free (SgScraper *self)
{
  g_ptr_array_unref (self->pools);
  g_clear_pointer (&self->config, sg_config_unref);
  g_object_unref (self->options.clock);
  g_main_context_unref (self->context);
  sg_lock_clear (&self->lock);
  g_free (self);
}

static SgScrapePool *
find_pool (GPtrArray  *pools,
           const char *job)
{
  for (guint i = 0; i < pools->len; i++)
    {
      SgScrapePool *pool = pools->pdata[i];

      if (g_str_equal (pool->config->job_name, job))
        return pool;
    }
  return NULL;
}

void
sg_scraper_apply (SgScraper *self,
                  SgConfig  *config)
{
  g_autoptr (GPtrArray) pools = g_ptr_array_new ();
  g_autoptr (GPtrArray) before = NULL;

  for (guint i = 0; i < config->scrape->len; i++)
    {
      const SgScrapeConfig *job = config->scrape->pdata[i];
      SgScrapePool *pool = find_pool (self->pools, job->job_name);

      if (pool != NULL)
        sg_scrape_pool_reload (pool, config, job);
      else
        pool = sg_scrape_pool_new (self, config, job);
      g_ptr_array_add (pools, pool);
    }
  sg_lock_acquire (&self->lock);
  before = g_steal_pointer (&self->pools);
  self->pools = g_ptr_array_ref (pools);
  sg_lock_release (&self->lock);
  for (guint i = 0; i < before->len; i++)
    {
      if (!g_ptr_array_find (pools, before->pdata[i], NULL))
        sg_scrape_pool_end (before->pdata[i]);
    }
  g_clear_pointer (&self->config, sg_config_unref);
  self->config = sg_config_ref (config);
}

static void
tell_done (SgScraper *self)
{
  void (*done) (gpointer user_data) = self->done;

  self->done = NULL;
  if (done != NULL)
    done (self->done_data);
}

void
sg_scraper_stop (SgScraper *self,
                 void (*done) (gpointer user_data),
                 gpointer   user_data)
{
  g_autoptr (GPtrArray) pools = NULL;

  sg_lock_acquire (&self->lock);
  pools = g_steal_pointer (&self->pools);
  self->pools = g_ptr_array_new ();
  sg_lock_release (&self->lock);
  self->done = done;
  self->done_data = user_data;
  for (guint i = 0; i < pools->len; i++)
    sg_scrape_pool_end (pools->pdata[i]);
  if (self->n_loops == 0)
    tell_done (self);
}

void
sg_scraper_forget_loop (SgScraper    *self,
                        SgScrapeLoop *loop)
{
  self->n_loops--;
  if (self->n_loops == 0)
    tell_done (self);
}

void
sg_scraper_enter (SgScraper    *self,
                  SgScrapeLoop *loop)
{
  if (sg_limit_allows (self->options.concurrency, self->running + 1))
    {
      self->running++;
      sg_scrape_loop_begin (loop);
    }
  else
    {
      loop->waiting = TRUE;
      g_queue_push_tail (&self->waiting, loop);
    }
}

void
sg_scraper_leave (SgScraper *self)
{
  SgScrapeLoop *next = g_queue_pop_head (&self->waiting);

  if (next == NULL)
    {
      self->running--;
      return;
    }
  next->waiting = FALSE;
  sg_scrape_loop_begin (next);
}

guint
sg_scraper_scrape_now (SgScraper  *self,
                       const char *job,
                       const char *url)
{
  guint n = 0;

  for (guint i = 0; i < self->pools->len; i++)
    {
      SgScrapePool *pool = self->pools->pdata[i];

      for (guint j = 0; j < pool->loops->len; j++)
        {
          SgScrapeLoop *loop = pool->loops->pdata[j];

          if ((job != NULL && !g_str_equal (job, pool->config->job_name))
              || (url != NULL && !g_str_equal (url, loop->target->url)))
            continue;
          sg_scrape_loop_now (loop);
          n++;
        }
    }
  return n;
}

/* Adds all targets to @builder; from any thread. */
void
sg_scraper_list (SgScraper           *self,
                 SgTargetListBuilder *builder)
{
  SG_LOCK_SCOPE (&self->lock);
  for (guint i = 0; i < self->pools->len; i++)
    sg_scrape_pool_list (self->pools->pdata[i], builder);
}

void
sg_scraper_get_stats (SgScraper      *self,
                      SgScraperStats *ret_stats)
{
  SG_LOCK_SCOPE (&self->lock);
  *ret_stats = self->stats;
  ret_stats->running = __atomic_load_n (&self->running, __ATOMIC_RELAXED);
  ret_stats->waiting = __atomic_load_n (&self->waiting.length, __ATOMIC_RELAXED);
}
