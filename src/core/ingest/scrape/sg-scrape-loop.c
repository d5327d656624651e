/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-scraper-private.h"

#include "base/sg-compute.h"
#include "base/sg-duration.h"

/*
 * When: a target's beats are at the multiples of its interval plus an offset that its hash gives it, on
 * the wall clock, so that all targets spread over the interval and each keeps its place over restarts.
 * A timer wakes a little late; a sample that is within two milliseconds (or a hundredth of the interval)
 * of its beat gets the time of the beat, since equal distances are stored in a bit each. When the clock
 * has jumped, the next beat is found anew from what it says now.
 *
 * A beat whose scrape before is still under way falls out and is counted.
 *
 * The end: what is under way is given up, then a worker ends the series, or the heir takes them over.
 */

#define TOLERANCE_MS 2

typedef struct
{
  SgScrapeLoop *loop;
  SgScrapeWork work;
  gboolean compress;
  SgKeptPage *page;
} Round;

static void end_series (SgScrapeLoop *self);

static SgTargetFeed *
make_feed (const SgScrapeConfig *config,
           const SgTarget       *target)
{
  SgTargetFeedOptions options = {
    .labels = target->labels,
    .honor_labels = config->honor_labels,
    .ignore_timestamps = !config->honor_timestamps,
    .track_timestamps = config->track_timestamps_staleness,
    .created_timestamps = config->created_timestamps,
    .sample_limit = config->limits.sample_limit,
    .label_limit = (guint) MIN (config->limits.label_limit, G_MAXUINT),
    .label_name_length_limit = config->limits.label_name_length_limit,
    .label_value_length_limit = config->limits.label_value_length_limit,
    .metric_relabel = config->metric_relabel,
  };

  return sg_target_feed_new (&options);
}

static SgTargetStatus *
make_status (const SgScrapeConfig *config,
             const SgTarget       *target)
{
  SgTargetStatus *status = sg_target_status_new ();

  status->job = g_strdup (config->job_name);
  status->url = g_strdup (target->url);
  status->labels = sg_labels_ref (target->labels);
  status->discovered = sg_labels_ref (target->discovered);
  status->interval_ms = target->interval_ms;
  status->timeout_ms = target->timeout_ms;
  return status;
}

SgScrapeLoop *
sg_scrape_loop_new (SgScrapePool *pool,
                    SgTarget     *target)
{
  SgScrapeLoop *self = g_new0 (SgScrapeLoop, 1);

  self->scraper = pool->scraper;
  self->pool = pool;
  self->target = sg_target_ref (target);
  self->feed = make_feed (pool->config, target);
  self->status = make_status (pool->config, target);
  self->scraper->n_loops++;
  return self;
}

/* Puts @page in the place of the last one, if there is room. Takes it; with the scraper's lock held. */
static void
keep_page (SgScrapeLoop *self,
           SgKeptPage   *page)
{
  SgScraper *scraper = self->scraper;

  if (self->page != NULL)
    scraper->kept_bytes -= sg_kept_page_get_size (self->page);
  g_clear_pointer (&self->page, sg_kept_page_unref);
  if (page == NULL)
    return;
  if (sg_limit_allows (scraper->options.page_bytes,
                       scraper->kept_bytes + sg_kept_page_get_size (page)))
    {
      scraper->kept_bytes += sg_kept_page_get_size (page);
      self->page = page;
    }
  else
    sg_kept_page_unref (page);
}

static void
loop_free (SgScrapeLoop *self)
{
  sg_lock_acquire (&self->scraper->lock);
  keep_page (self, NULL);
  sg_lock_release (&self->scraper->lock);
  sg_scraper_forget_loop (self->scraper, self);
  g_clear_pointer (&self->feed, sg_target_feed_free);
  g_clear_pointer (&self->predecessor, sg_target_feed_free);
  sg_target_unref (self->target);
  sg_target_status_unref (self->status);
  g_free (self);
}

static void
stop_timer (SgScrapeLoop *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static SgTimeMs
first_beat_after (SgScrapeLoop *self,
                  SgTimeMs      now)
{
  gint64 interval = self->target->interval_ms;
  gint64 offset =
      (gint64) ((self->target->hash ^ self->scraper->options.seed) % (guint64) interval);
  SgTimeMs t = now - now % interval + offset;

  return t <= now ? t + interval : t - (t - interval > now ? interval : 0);
}

static gboolean on_due (gpointer data);

static void
schedule (SgScrapeLoop *self,
          SgTimeMs      now)
{
  SgClock *clock = self->scraper->options.clock;
  SgMonotonic at = { sg_clock_monotonic (clock).us + (self->nominal_t - now) * 1000 };

  stop_timer (self);
  self->timer = sg_clock_source_new (clock, at);
  g_source_set_callback (self->timer, on_due, self, NULL);
  g_source_attach (self->timer, self->scraper->context);
}

static void
begin_beat (SgScrapeLoop *self,
            SgTimeMs      t)
{
  self->busy = TRUE;
  self->t = t;
  self->start = sg_clock_monotonic (self->scraper->options.clock);
  sg_scraper_enter (self->scraper, self);
}

static void
count_missed (SgScrapeLoop *self)
{
  SG_LOCK_SCOPE (&self->scraper->lock);
  self->scraper->stats.missed++;
}

static gboolean
on_due (gpointer data)
{
  SgScrapeLoop *self = data;
  SgTimeMs now = sg_clock_now_ms (self->scraper->options.clock);
  gint64 late = now - self->nominal_t;
  gint64 tolerance = MIN (TOLERANCE_MS, self->target->interval_ms / 100);
  SgTimeMs t = ABS (late) <= tolerance ? self->nominal_t : now;

  self->nominal_t = late >= 0 && late < self->target->interval_ms
                        ? self->nominal_t + self->target->interval_ms
                        : first_beat_after (self, now);
  schedule (self, now);
  if (self->busy || self->blocked)
    count_missed (self);
  else
    begin_beat (self, t);
  return G_SOURCE_REMOVE;
}

void
sg_scrape_loop_start (SgScrapeLoop *self)
{
  SgTimeMs now = sg_clock_now_ms (self->scraper->options.clock);

  self->nominal_t = first_beat_after (self, now);
  schedule (self, now);
}

void
sg_scrape_loop_now (SgScrapeLoop *self)
{
  if (!self->busy && !self->blocked)
    begin_beat (self, sg_clock_now_ms (self->scraper->options.clock));
}

/* Samples may be refused while the scrape is good. What all of them have in common is told once. */
static char *
describe_refusal (SgScrapeLoop       *self,
                  const SgScrapeWork *work)
{
  if (work->result.refused == 0)
    return NULL;
  if (work->t <= self->last_t && work->result.refused == work->result.kept)
    {
      g_autofree char *gap = sg_duration_to_string (self->last_t - work->t);

      return g_strdup_printf (
          "the clock of this machine went back by %s: samples are refused until "
          "it has made up for that",
          gap);
    }
  return g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " samples were refused: %s",
                          work->result.refused, work->result.kept, work->result.refusal->message);
}

static void
update_status (SgScrapeLoop *self,
               SgScrapeWork *work,
               SgKeptPage   *page)
{
  SgTargetStatus *status = self->status;
  SgScraperStats *stats = &self->scraper->stats;

  SG_LOCK_SCOPE (&self->scraper->lock);
  keep_page (self, page);
  g_free (status->error);
  status->error =
      work->failure != NULL ? g_strdup (work->failure->message) : describe_refusal (self, work);
  status->health = work->up && (work->t > self->last_t || work->result.refused == 0)
                       ? SG_TARGET_UP
                       : SG_TARGET_DOWN;
  status->last_scrape = work->t;
  status->samples = work->result.samples;
  status->kept = work->result.kept;
  status->added = work->result.added;
  status->refused = work->result.refused;
  status->page_bytes = work->page_bytes;
  status->error_line = work->error_line;
  status->scrapes++;
  g_free (status->error_context);
  status->error_context = g_steal_pointer (&work->error_context);
  g_free (status->content_type);
  status->content_type = work->fetched != NULL ? g_strdup (work->fetched->content_type) : NULL;
  sg_target_status_push_duration (status, work->duration_seconds);
  stats->scrapes++;
  stats->failures += status->health == SG_TARGET_DOWN;
  stats->samples += work->result.samples;
  stats->exemplars += work->result.exemplars;
  stats->exemplars_refused += work->result.exemplars_refused;
  self->last_t = MAX (self->last_t, work->t);
}

static gboolean
on_round_done (gpointer data)
{
  Round *round = data;
  SgScrapeLoop *self = round->loop;

  update_status (self, &round->work, g_steal_pointer (&round->page));
  sg_scrape_work_clear (&round->work);
  g_clear_pointer (&self->predecessor, sg_target_feed_free);
  g_free (round);
  self->busy = FALSE;
  sg_scraper_leave (self->scraper);
  if (self->closing)
    end_series (self);
  return G_SOURCE_REMOVE;
}

static void
run_round (gpointer data)
{
  Round *round = data;
  SgScraper *scraper = round->loop->scraper;
  SgScrapeWork *work = &round->work;
  GError *error = NULL;

  work->appender = scraper->options.appender (scraper->options.appender_data, &error);
  if (work->fetched != NULL)
    round->page = sg_kept_page_new (work->fetched, work->t, round->compress);
  if (work->appender != NULL)
    sg_scrape_work_run (work);
  else
    {
      g_clear_error (&work->failure);
      work->failure = error;
    }
  g_main_context_invoke_full (scraper->context, G_PRIORITY_DEFAULT, on_round_done, round, NULL);
}

static guint64
max_bytes (SgScrapeLoop *self,
           SgScrapePool *pool)
{
  guint64 own = pool != NULL ? pool->config->limits.body_size_limit : 0;

  return own != 0 ? own : sg_limit_get (self->scraper->options.body_bytes);
}

/* Gives the answer, or that there is none, to a worker. Takes both. */
static void
hand_to_worker (SgScrapeLoop *self,
                SgFetched    *fetched,
                GError       *failure)
{
  Round *round = g_new0 (Round, 1);
  const char *fallback = self->pool != NULL ? self->pool->config->fallback_scrape_protocol : NULL;

  round->loop = self;
  round->compress =
      self->scraper->kept_bytes > sg_limit_get (self->scraper->options.page_bytes) / 2;
  round->work = (SgScrapeWork) {
    .feed = self->feed,
    .predecessor = self->predecessor,
    .fetched = fetched,
    .failure = failure,
    .dialect_when_unknown = fallback != NULL && g_str_has_prefix (fallback, "OpenMetrics")
                                ? SG_EXPOSITION_DIALECT_OPENMETRICS
                                : SG_EXPOSITION_DIALECT_TEXT,
    .max_bytes = max_bytes (self, self->pool),
    .t = self->t,
    .start = self->start,
    .clock = self->scraper->options.clock,
  };
  sg_compute_push (run_round, round);
}

static void
on_fetched (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  SgScrapeLoop *self = user_data;
  GError *error = NULL;
  SgFetched *fetched = sg_http_client_fetch_finish (result, &error);

  g_clear_object (&self->cancellable);
  hand_to_worker (self, fetched, error);
}

/* There is a place for it now. It may have waited for it; that is part of its timeout. */
void
sg_scrape_loop_begin (SgScrapeLoop *self)
{
  SgScrapePool *pool = self->pool;
  SgMonotonic now = sg_clock_monotonic (self->scraper->options.clock);
  gint64 left_ms = self->target->timeout_ms - (now.us - self->start.us) / 1000;

  if (pool == NULL)
    hand_to_worker (self, NULL, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "it was ended"));
  else if (pool->limit_error != NULL)
    hand_to_worker (self, NULL,
                    g_error_new_literal (SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT,
                                         pool->limit_error));
  else if (left_ms <= 0)
    hand_to_worker (self, NULL,
                    g_error_new (SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT,
                                 "it waited for its whole scrape_timeout, since %s scrapes were "
                                 "under way: raise --%s",
                                 "too many", self->scraper->options.concurrency->name));
  else
    {
      SgFetchOptions options = { .accept = pool->accept,
                                 .gzip = pool->config->enable_compression,
                                 .timeout_ms = left_ms,
                                 .max_bytes = max_bytes (self, pool) };

      self->cancellable = g_cancellable_new ();
      sg_http_client_fetch_async (pool->client, self->target->url, &options, self->cancellable,
                                  on_fetched, self);
    }
}

/* A loop that has never scraped still has the series of its predecessor. */
static SgTargetFeed *
living_feed (SgScrapeLoop *self)
{
  return self->predecessor != NULL ? self->predecessor : self->feed;
}

static gboolean
on_series_ended (gpointer data)
{
  loop_free (data);
  return G_SOURCE_REMOVE;
}

/* The last word of a target, on a worker. */
static void
write_end (gpointer data)
{
  SgScrapeLoop *self = data;
  SgScraper *scraper = self->scraper;
  g_autoptr (SgAppender) appender =
      scraper->options.appender (scraper->options.appender_data, NULL);

  if (appender != NULL)
    {
      SgTimeMs now = sg_clock_now_ms (scraper->options.clock);

      sg_target_feed_close (living_feed (self), appender, MAX (now, self->last_t + 1), NULL);
    }
  g_main_context_invoke (scraper->context, on_series_ended, self);
}

/* Nothing is under way. */
static void
end_series (SgScrapeLoop *self)
{
  SgScrapeLoop *heir = self->heir;

  if (heir != NULL)
    {
      heir->predecessor = self->predecessor != NULL ? g_steal_pointer (&self->predecessor)
                                                    : g_steal_pointer (&self->feed);
      heir->last_t = self->last_t;
      heir->blocked = FALSE;
      loop_free (self);
      if (heir->closing)
        end_series (heir);
    }
  else if (self->last_t != 0)
    sg_compute_push (write_end, self);
  else
    loop_free (self);
}

void
sg_scrape_loop_end (SgScrapeLoop *self,
                    SgScrapeLoop *heir)
{
  stop_timer (self);
  self->closing = TRUE;
  self->pool = NULL;
  self->heir = heir;
  if (heir != NULL)
    heir->blocked = TRUE;
  if (self->waiting)
    {
      g_queue_remove (&self->scraper->waiting, self);
      self->waiting = FALSE;
      self->busy = FALSE;
    }
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (!self->busy && !self->blocked)
    end_series (self);
}
