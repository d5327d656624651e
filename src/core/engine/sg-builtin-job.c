/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-builtin-job.h"

#include "base/sg-blocking.h"
#include "base/sg-compute.h"
#include "base/sg-lock.h"
#include "engine/sg-engine-error.h"
#include "ingest/sg-target-feed.h"

/*
 * A timer on the engine thread starts a round, a worker does it. A round that is still under way when
 * the next is due lets that one fall out: a beat is missed, and rounds do not pile up. The stop waits
 * for the round that is under way, then ends the job's series.
 *
 * A configured job of the same name replaces it: its series end, and its beats pass, until that job has
 * gone from the configuration.
 */
#define ROUND_DEADLINE_MS 10000

struct _SgBuiltinJob
{
  SgService parent_instance;
  char *name;
  char *title;
  SgBuiltinSpec spec;
  SgStoreService *store_service;
  SgClock *clock;
  SgTargetFeed *feed;
  GSource *timer;
  gboolean busy;
  gboolean has_series;
  gboolean replaced;
  gboolean stored;
  GTask *stopping;
  SgLock lock;
  GError *failure;
  SgTargetStatus *status;
};

G_DEFINE_FINAL_TYPE (SgBuiltinJob, sg_builtin_job, SG_TYPE_SERVICE)

/* What a round brings back to the engine thread. */
typedef struct
{
  SgBuiltinJob *job;
  GMainContext *context;
  gboolean last;
  gboolean ran;
  gboolean collected;
  gboolean up;
  SgTimeMs t;
  double duration;
  gsize page_bytes;
  SgTargetFeedResult result;
  GError *error;
} Round;

static void schedule (SgBuiltinJob *self);
static void begin_round (SgBuiltinJob *self, gboolean last);

static void
round_free (gpointer data)
{
  Round *round = data;

  g_object_unref (round->job);
  g_main_context_unref (round->context);
  g_clear_error (&round->error);
  sg_target_feed_result_clear (&round->result);
  g_free (round);
}

/*
 * The page is made before the appender is, which would keep the store from moving on while that hangs.
 * Nothing is stored before there is something to collect; from then on, no page is an empty one.
 */
static gboolean
collect (Round    *round,
         SgStore  *store,
         GError  **error)
{
  SgBuiltinJob *self = round->job;
  SgTimeMs t = sg_clock_now_ms (self->clock);
  SgMonotonic start = sg_clock_monotonic (self->clock);
  g_autoptr (GBytes) page = self->spec.page (self->spec.user_data);
  g_autoptr (SgAppender) appender = NULL;

  if (page == NULL && !self->stored)
    return TRUE;
  if (page == NULL)
    page = g_bytes_new (NULL, 0);
  appender = sg_store_appender_new (store, error);
  if (appender == NULL)
    return FALSE;
  self->stored = TRUE;
  round->t = t;
  round->page_bytes = g_bytes_get_size (page);
  round->up = sg_target_feed_take (self->feed, appender, t, page, self->spec.dialect,
                                   &round->result, error);
  round->duration = sg_monotonic_seconds (start, sg_clock_monotonic (self->clock));
  round->collected = TRUE;

  return sg_target_feed_report (self->feed, appender, t, round->up, round->duration, &round->result,
                                round->up ? error : NULL)
         && round->up;
}

static void
do_round (Round *round)
{
  SgBuiltinJob *self = round->job;
  g_autoptr (SgStore) store = sg_store_service_get_store (self->store_service);
  g_autoptr (SgAppender) appender = NULL;

  if (store == NULL || (round->last && !self->stored))
    return;
  if (!round->last)
    collect (round, store, &round->error);
  else if ((appender = sg_store_appender_new (store, &round->error)) != NULL)
    sg_target_feed_close (self->feed, appender, sg_clock_now_ms (self->clock), &round->error);
}

static void
note_round (SgBuiltinJob *self,
            Round        *round)
{
  SgTargetStatus *status = self->status;

  SG_LOCK_SCOPE (&self->lock);
  g_clear_error (&self->failure);
  self->failure = g_steal_pointer (&round->error);
  g_free (status->error);
  status->error = self->failure != NULL ? g_strdup (self->failure->message) : NULL;
  if (!round->collected)
    return;
  status->health = round->up ? SG_TARGET_UP : SG_TARGET_DOWN;
  status->last_scrape = round->t;
  status->samples = round->result.samples;
  status->kept = round->result.kept;
  status->added = round->result.added;
  status->refused = round->result.refused;
  status->page_bytes = round->page_bytes;
  status->scrapes++;
  sg_target_status_push_duration (status, round->duration);
}

/* Whether there is one more round to do, for the end of the series. */
static gboolean
is_to_end (SgBuiltinJob *self)
{
  return self->has_series && (self->stopping != NULL || self->replaced);
}

static void
return_stop (SgBuiltinJob *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->stopping);

  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static gboolean
on_round_done (gpointer data)
{
  Round *round = data;
  SgBuiltinJob *self = round->job;

  note_round (self, round);
  self->busy = FALSE;
  self->has_series = !round->last;
  if (is_to_end (self))
    begin_round (self, TRUE);
  else
    return_stop (self);
  return G_SOURCE_REMOVE;
}

static void
return_round (gpointer data)
{
  Round *round = data;

  if (!round->ran)
    g_set_error (&round->error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE,
                 "%s has no turn: all threads for what may hang are taken by calls that do",
                 round->job->title);
  g_main_context_invoke_full (round->context, G_PRIORITY_DEFAULT, on_round_done, round, round_free);
}

static void
run_round (gpointer data)
{
  Round *round = data;

  round->ran = TRUE;
  do_round (round);
  return_round (round);
}

static gpointer
run_blocking_round (gpointer       data,
                    GCancellable  *cancellable,
                    GError       **error)
{
  Round *round = data;

  round->ran = TRUE;
  do_round (round);
  return NULL;
}

/* The round comes back by itself, when it ends or cannot begin; one that is late is counted by the pool. */
static void
on_round_settled (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  sg_blocking_run_finish (result, NULL);
}

static void
begin_round (SgBuiltinJob *self,
             gboolean      last)
{
  Round *round = g_new0 (Round, 1);

  round->job = g_object_ref (self);
  round->context = g_main_context_ref_thread_default ();
  round->last = last;
  self->busy = TRUE;
  if (self->spec.may_hang)
    sg_blocking_run_async (self->title, ROUND_DEADLINE_MS, run_blocking_round, round, return_round,
                           NULL, NULL, on_round_settled, NULL);
  else
    sg_compute_push (run_round, round);
}

static gboolean
on_due (gpointer data)
{
  SgBuiltinJob *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  schedule (self);
  if (!self->busy && !self->replaced)
    begin_round (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
schedule (SgBuiltinJob *self)
{
  SgTimeMs now = sg_clock_now_ms (self->clock);
  gint64 wait_ms = self->spec.interval_ms - now % self->spec.interval_ms;
  SgMonotonic at = { sg_clock_monotonic (self->clock).us + wait_ms * 1000 };

  self->timer = sg_clock_source_new (self->clock, at);
  g_source_set_callback (self->timer, on_due, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* The first round comes at once, so that the first page has something to show. */
static void
sg_builtin_job_start (SgService *service,
                      GTask     *task)
{
  SgBuiltinJob *self = SG_BUILTIN_JOB (service);
  g_autoptr (GTask) owned_task = task;
  g_autoptr (SgLabels) labels =
      sg_labels_new_from_pairs ("job", self->name, "instance", g_get_host_name (), NULL);
  SgTargetFeedOptions options = { .labels = labels,
                                  .honor_labels = self->spec.honor_labels,
                                  .created_timestamps = TRUE };

  self->feed = sg_target_feed_new (&options);
  if (!self->replaced)
    begin_round (self, FALSE);
  schedule (self);
  g_task_return_boolean (task, TRUE);
}

static void
sg_builtin_job_stop (SgService *service,
                     GTask     *task)
{
  SgBuiltinJob *self = SG_BUILTIN_JOB (service);

  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  self->stopping = task;
  if (self->busy)
    return;
  if (is_to_end (self))
    begin_round (self, TRUE);
  else
    return_stop (self);
}

static SgLevel
sg_builtin_job_check (SgService  *service,
                      char      **ret_message)
{
  SgBuiltinJob *self = SG_BUILTIN_JOB (service);

  SG_LOCK_SCOPE (&self->lock);
  if (self->replaced)
    {
      *ret_message = g_strdup ("replaced by the job of that name in the configuration");
      return SG_LEVEL_HEALTHY;
    }
  if (self->failure == NULL)
    return SG_SERVICE_CLASS (sg_builtin_job_parent_class)->check (service, ret_message);
  *ret_message = g_strdup (self->failure->message);
  return SG_LEVEL_DEGRADED;
}

static const char *
sg_builtin_job_get_name (SgService *service)
{
  return SG_BUILTIN_JOB (service)->title;
}

static void
sg_builtin_job_finalize (GObject *object)
{
  SgBuiltinJob *self = SG_BUILTIN_JOB (object);

  g_clear_pointer (&self->feed, sg_target_feed_free);
  g_clear_object (&self->store_service);
  g_clear_object (&self->clock);
  g_clear_error (&self->failure);
  sg_target_status_unref (self->status);
  g_free (self->name);
  g_free (self->title);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_builtin_job_parent_class)->finalize (object);
}

static void
sg_builtin_job_class_init (SgBuiltinJobClass *klass)
{
  SgServiceClass *service_class = SG_SERVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_builtin_job_finalize;
  service_class->name = "job";
  service_class->start = sg_builtin_job_start;
  service_class->stop = sg_builtin_job_stop;
  service_class->check = sg_builtin_job_check;
  service_class->get_name = sg_builtin_job_get_name;
}

static void
sg_builtin_job_init (SgBuiltinJob *self)
{
  sg_lock_init (&self->lock);
}

static SgTargetStatus *
make_status (const char *name,
             gint64      interval_ms)
{
  SgTargetStatus *status = sg_target_status_new ();

  status->job = g_strdup (name);
  status->url = g_strdup ("");
  status->labels = sg_labels_new_from_pairs ("job", name, "instance", g_get_host_name (), NULL);
  status->discovered = sg_labels_ref (status->labels);
  status->is_builtin = TRUE;
  status->interval_ms = interval_ms;
  status->timeout_ms = interval_ms;
  return status;
}

SgBuiltinJob *
sg_builtin_job_new (const SgBuiltinSpec *spec,
                    SgStoreService      *store,
                    SgClock             *clock)
{
  SgBuiltinJob *self = g_object_new (SG_TYPE_BUILTIN_JOB, NULL);

  self->spec = *spec;
  self->name = g_strdup (spec->name);
  self->title = g_strconcat ("job ", spec->name, NULL);
  self->store_service = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->status = make_status (spec->name, spec->interval_ms);
  return self;
}

const char *
sg_builtin_job_get_job (SgBuiltinJob *self)
{
  return self->name;
}

void
sg_builtin_job_set_replaced (SgBuiltinJob *self,
                             gboolean      replaced)
{
  sg_lock_acquire (&self->lock);
  self->replaced = replaced;
  sg_lock_release (&self->lock);
  if (!self->busy && is_to_end (self))
    begin_round (self, TRUE);
}

void
sg_builtin_job_list (SgBuiltinJob        *self,
                     SgTargetListBuilder *builder)
{
  SG_LOCK_SCOPE (&self->lock);
  /* Nor is one listed that had nothing to collect yet. */
  if (self->replaced || self->status->scrapes == 0)
    return;
  sg_target_list_builder_add_job (builder, self->name);
  sg_target_list_builder_add_target (builder, sg_target_status_copy (self->status));
}
