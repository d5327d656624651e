/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-log-service.h"

#include "base/sg-blocking.h"
#include "base/sg-bytes.h"
#include "base/sg-lock.h"
#include "engine/sg-engine-options-private.h"
#include "engine/sg-log-metrics.h"

/*
 * A timer on the engine thread starts a round each second; a worker of the blocking pool does it, since it
 * waits for the disk. A round takes from each monitor what it has to tell, and appends it as one batch. What
 * could not be appended is held and tried again: meanwhile the monitor keeps what comes, to its own bound,
 * and counts the rest as skipped. So nothing is counted as kept that is not stored in the end, but for what
 * is held when the program stops, or what the store refuses for good; that is counted here.
 *
 * Records are a part of what runs here, not the condition for the rest: when their folder cannot be opened
 * the service is degraded and says why, and the engine starts.
 */
#define INTERVAL_MS       1000
#define ROUND_DEADLINE_MS (60 * 1000)
#define MAINTAIN_ROUNDS   10

/* Why records of monitors were not stored. */
typedef enum
{
  LOST_NOT_OPEN,
  LOST_READ_ONLY,
  LOST_NO_ROOM,
  LOST_REFUSED,
  LOST_AT_STOP,
} Loss;

#define N_LOSSES (LOST_AT_STOP + 1)

static const char *const losses[] = { "not_open", "read_only", "no_room", "refused", "stopped" };

/**
 * Feed:
 * @monitor: whose records are taken
 * @held: (nullable): what could not be appended yet; only a round looks at it
 */
typedef struct
{
  SgSyncMonitor *monitor;
  SgLogBatch *held;
} Feed;

/**
 * SgLogService:
 * @busy: whether a round is under way; the engine thread's, as are the timer and @stopping
 * @stopping: (nullable): the stop that waits for the last round
 * @rounds: how many rounds there were; only a round looks at it
 * @lock: guards the rest
 * @feeds: (element-type Feed): it only grows
 * @failure: (nullable): why the store could not be opened, or why the last append failed
 * @bytes: what the files took at the last look
 */
struct _SgLogService
{
  SgService parent_instance;
  SgEngineOptions *options;
  SgRegistry *registry;
  SgStoreService *store_service;
  SgClock *clock;
  gint64 interval_ms;
  guint64 max_bytes;
  SgMonitorUpdate update;
  gpointer update_data;
  GMainContext *context;
  GSource *timer;
  gboolean busy;
  GTask *stopping;
  guint rounds;
  guint collector;
  SgCounter lost[N_LOSSES];
  SgLock lock;
  GPtrArray *feeds;
  SgLogStore *store;
  char *read_only_reason;
  char *failure;
  guint64 bytes;
};

G_DEFINE_FINAL_TYPE (SgLogService, sg_log_service, SG_TYPE_SERVICE)

static void schedule (SgLogService *self);

static void
feed_free (gpointer data)
{
  Feed *feed = data;

  g_clear_pointer (&feed->held, sg_log_batch_unref);
  g_object_unref (feed->monitor);
  g_free (feed);
}

static void
set_failure (SgLogService *self,
             const char   *message)
{
  SG_LOCK_SCOPE (&self->lock);
  g_free (self->failure);
  self->failure = g_strdup (message);
}

static gpointer
open_store (gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  SgLogService *self = data;
  const char *path = sg_engine_options_get_storage_path (self->options);
  g_autofree char *folder = g_build_filename (path, "logs", NULL);
  g_autofree char *aside = g_build_filename (path, "damaged", NULL);
  SgLogStoreOptions options = { .folder = folder, .aside = aside, .clock = self->clock };
  SgLogStore *store;

  sg_engine_options_fill_logs (self->options, &options);
  options.read_only = self->read_only_reason != NULL;
  self->max_bytes = options.max_bytes;
  store = sg_log_store_open (&options, error);
  if (store == NULL)
    return NULL;
  SG_LOCK_SCOPE (&self->lock);
  self->store = store;
  return self;
}

static void
on_opened (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgLogService *self = g_task_get_source_object (task);
  g_autoptr (SgLogStore) store = NULL;
  g_autoptr (GError) error = NULL;

  sg_blocking_run_finish (result, &error);
  if (error != NULL)
    set_failure (self, error->message);
  store = sg_log_service_get_store (self);
  if (store != NULL)
    self->collector = sg_log_metrics_register (self->registry, store);
  schedule (self);
  g_task_return_boolean (task, TRUE);
}

static void
sg_log_service_start (SgService *service,
                      GTask     *task)
{
  SgLogService *self = SG_LOG_SERVICE (service);
  g_autoptr (SgStore) store = sg_store_service_get_store (self->store_service);

  if (store != NULL)
    self->read_only_reason = g_strdup (sg_store_get_read_only_reason (store));
  self->context = g_main_context_ref_thread_default ();
  sg_blocking_run_async ("logs", ROUND_DEADLINE_MS, open_store, g_object_ref (self), g_object_unref,
                         NULL, NULL, on_opened, task);
}

/* Whether it may succeed later. */
static gboolean
is_worth_another_try (const GError *error)
{
  return g_error_matches (error, SG_LOGS_ERROR, SG_LOGS_ERROR_BUSY)
         || g_error_matches (error, SG_LOGS_ERROR, SG_LOGS_ERROR_IO)
         || g_error_matches (error, SG_LOGS_ERROR, SG_LOGS_ERROR_NO_SPACE);
}

static void
lose (SgLogService  *self,
      SgLogBatch   **batch,
      Loss           why)
{
  if (*batch == NULL)
    return;
  sg_counter_add (self->lost[why], (double) sg_log_batch_get_length (*batch));
  g_clear_pointer (batch, sg_log_batch_unref);
}

static void
append (SgLogService *self,
        SgLogStore   *store,
        Feed         *feed)
{
  g_autoptr (GError) error = NULL;

  if (feed->held == NULL)
    feed->held = sg_sync_monitor_take_records (feed->monitor);
  if (sg_log_batch_get_length (feed->held) == 0)
    g_clear_pointer (&feed->held, sg_log_batch_unref);
  else if (store == NULL)
    lose (self, &feed->held, LOST_NOT_OPEN);
  else if (self->read_only_reason != NULL)
    lose (self, &feed->held, LOST_READ_ONLY);
  else if (!sg_log_service_has_room (self, NULL))
    lose (self, &feed->held, LOST_NO_ROOM);
  else if (sg_log_store_append (store, feed->held, &error))
    {
      g_clear_pointer (&feed->held, sg_log_batch_unref);
      set_failure (self, NULL);
    }
  else
    {
      set_failure (self, error->message);
      if (!is_worth_another_try (error))
        lose (self, &feed->held, LOST_REFUSED);
    }
}

static void
maintain (SgLogService *self,
          SgLogStore   *store)
{
  SgLogStoreCounts counts;

  sg_log_store_apply_retention (store);
  sg_log_store_get_counts (store, &counts);
  SG_LOCK_SCOPE (&self->lock);
  self->bytes = counts.bytes;
}

/* Feeds are only added, and live as long as the service. */
static Feed *
get_feed (SgLogService *self,
          guint         index)
{
  SG_LOCK_SCOPE (&self->lock);
  return index < self->feeds->len ? g_ptr_array_index (self->feeds, index) : NULL;
}

static void
do_round (SgLogService *self)
{
  g_autoptr (SgLogStore) store = sg_log_service_get_store (self);
  Feed *feed;

  if (self->update != NULL)
    self->update (self->update_data);
  if (store != NULL && self->rounds++ % MAINTAIN_ROUNDS == 0)
    maintain (self, store);
  for (guint i = 0; (feed = get_feed (self, i)) != NULL; i++)
    append (self, store, feed);
}

static void
end_stop (SgLogService *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->stopping);

  sg_registry_remove_collector (self->registry, self->collector);
  g_task_return_boolean (task, TRUE);
}

static gpointer
run_last_round (gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  SgLogService *self = data;
  g_autoptr (SgLogStore) store = sg_log_service_get_store (self);
  Feed *feed;

  do_round (self);
  for (guint i = 0; (feed = get_feed (self, i)) != NULL; i++)
    lose (self, &feed->held, LOST_AT_STOP);
  if (store != NULL)
    sg_log_store_close (store);
  sg_lock_acquire (&self->lock);
  g_clear_object (&self->store);
  sg_lock_release (&self->lock);
  return NULL;
}

static void
on_last_round (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (SgLogService) self = user_data;

  sg_blocking_run_finish (result, NULL);
  end_stop (self);
}

static void
begin_last_round (SgLogService *self)
{
  sg_blocking_run_async ("logs", ROUND_DEADLINE_MS, run_last_round, g_object_ref (self),
                         g_object_unref, NULL, NULL, on_last_round, g_object_ref (self));
}

static gboolean
on_round_over (gpointer data)
{
  SgLogService *self = data;

  self->busy = FALSE;
  if (self->stopping != NULL)
    begin_last_round (self);
  return G_SOURCE_REMOVE;
}

/* When it has ended, or cannot begin; one that is late is counted by the pool, and waited for here. */
static void
return_round (gpointer data)
{
  SgLogService *self = data;

  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, on_round_over, self,
                              g_object_unref);
}

static gpointer
run_round (gpointer       data,
           GCancellable  *cancellable,
           GError       **error)
{
  do_round (data);
  return NULL;
}

static void
on_round_settled (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  sg_blocking_run_finish (result, NULL);
}

static gboolean
on_due (gpointer data)
{
  SgLogService *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  schedule (self);
  if (self->busy)
    return G_SOURCE_REMOVE;
  self->busy = TRUE;
  sg_blocking_run_async ("logs", ROUND_DEADLINE_MS, run_round, g_object_ref (self), return_round,
                         NULL, NULL, on_round_settled, NULL);
  return G_SOURCE_REMOVE;
}

static void
schedule (SgLogService *self)
{
  SgMonotonic at = { sg_clock_monotonic (self->clock).us + self->interval_ms * 1000 };

  self->timer = sg_clock_source_new (self->clock, at);
  g_source_set_callback (self->timer, on_due, self, NULL);
  g_source_attach (self->timer, self->context);
}

static void
sg_log_service_stop (SgService *service,
                     GTask     *task)
{
  SgLogService *self = SG_LOG_SERVICE (service);

  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  self->stopping = task;
  if (!self->busy)
    begin_last_round (self);
}

static SgLevel
sg_log_service_check (SgService  *service,
                      char      **ret_message)
{
  SgLogService *self = SG_LOG_SERVICE (service);
  g_autoptr (SgLogStore) store = sg_log_service_get_store (self);
  g_autoptr (GError) full = NULL;
  gboolean has_room = sg_log_service_has_room (self, &full);
  g_autofree char *repairs = store != NULL ? sg_log_store_get_repairs (store) : g_strdup ("");

  SG_LOCK_SCOPE (&self->lock);
  if (self->failure != NULL)
    *ret_message = g_strdup_printf ("records are not stored: %s", self->failure);
  else if (!has_room)
    *ret_message = g_strdup_printf ("records are not stored: %s", full->message);
  else if (self->read_only_reason != NULL)
    *ret_message =
        g_strdup_printf ("read-only, so that no new records are kept: %s", self->read_only_reason);
  else if (*repairs != '\0')
    *ret_message = g_strdup (g_strchomp (repairs));
  else
    return SG_SERVICE_CLASS (sg_log_service_parent_class)->check (service, ret_message);
  return SG_LEVEL_DEGRADED;
}

static void
sg_log_service_finalize (GObject *object)
{
  SgLogService *self = SG_LOG_SERVICE (object);

  g_ptr_array_unref (self->feeds);
  g_clear_object (&self->store);
  g_clear_object (&self->registry);
  g_clear_object (&self->store_service);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self->read_only_reason);
  g_free (self->failure);
  sg_engine_options_free (self->options);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_log_service_parent_class)->finalize (object);
}

static void
sg_log_service_class_init (SgLogServiceClass *klass)
{
  SgServiceClass *service_class = SG_SERVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_log_service_finalize;
  service_class->name = "logs";
  service_class->start = sg_log_service_start;
  service_class->stop = sg_log_service_stop;
  service_class->check = sg_log_service_check;
}

static void
sg_log_service_init (SgLogService *self)
{
  sg_lock_init (&self->lock);
  self->feeds = g_ptr_array_new_with_free_func (feed_free);
  self->interval_ms = INTERVAL_MS;
}

SgLogService *
sg_log_service_new (const SgEngineOptions *options,
                    SgRegistry            *registry,
                    SgStoreService        *store,
                    SgClock               *clock)
{
  SgLogService *self = g_object_new (SG_TYPE_LOG_SERVICE, NULL);
  SgFamily *lost =
      sg_registry_counter_family (registry, "sightglass_logs_lost_records_total",
                                  "Records of monitors that were not stored, by the reason.",
                                  "reason", NULL);

  self->options = sg_engine_options_copy (options);
  self->registry = g_object_ref (registry);
  self->store_service = g_object_ref (store);
  self->clock = g_object_ref (clock);
  for (guint i = 0; i < N_LOSSES; i++)
    self->lost[i] = sg_family_counter (lost, SG_VALUES (losses[i]));
  return self;
}

void
sg_log_service_add_monitor (SgLogService  *self,
                            SgSyncMonitor *monitor)
{
  Feed *feed = g_new0 (Feed, 1);

  feed->monitor = g_object_ref (monitor);
  SG_LOCK_SCOPE (&self->lock);
  g_ptr_array_add (self->feeds, feed);
}

void
sg_log_service_set_update (SgLogService    *self,
                           SgMonitorUpdate  update,
                           gpointer         user_data)
{
  self->update = update;
  self->update_data = user_data;
}

SgLogStore *
sg_log_service_get_store (SgLogService *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return self->store != NULL ? g_object_ref (self->store) : NULL;
}

gboolean
sg_log_service_has_room (SgLogService  *self,
                         GError       **error)
{
  g_autofree char *size = NULL;

  SG_LOCK_SCOPE (&self->lock);
  if (self->max_bytes == 0 || self->bytes <= self->max_bytes)
    return TRUE;
  size = sg_bytes_to_string (self->max_bytes);
  g_set_error (error, SG_LOGS_ERROR, SG_LOGS_ERROR_NO_SPACE,
               "the records of today alone take more than %s: raise --storage.logs.retention.size, "
               "or send less",
               size);
  return FALSE;
}

void
sg_log_service_set_interval (SgLogService *self,
                             gint64        ms)
{
  self->interval_ms = ms;
}
