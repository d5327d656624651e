/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-store-keeper.h"

#include "base/sg-lock.h"
#include "base/sg-thread.h"
#include "tsdb/sg-store-verifier.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A timer on the engine thread starts a round, on a thread that lasts as long as the round: so its
 * priority can be lowered for good, and nothing is held between rounds. A round that is still under way
 * when the next is due lets that one fall out. The stop cancels the round, and waits for its end.
 */
#define INTERVAL_MS 60000
#define STACK_SIZE  (512 * 1024)
#define LOWEST_NICE 19
#define IOPRIO_SELF 1
#define IOPRIO_IDLE (3 << 13)

struct _SgStoreKeeper
{
  SgService parent_instance;
  SgStoreService *store_service;
  SgRegistry *registry;
  SgClock *clock;
  gint64 interval_ms;
  guint collector;
  GMainContext *context;
  GSource *timer;
  pthread_t thread;
  gboolean busy;
  GTask *stopping;
  GCancellable *cancellable;
  SgLock lock;
  SgStoreVerifier *verifier;
  char *failure;
};

G_DEFINE_FINAL_TYPE (SgStoreKeeper, sg_store_keeper, SG_TYPE_SERVICE)

static void schedule (SgStoreKeeper *self);

/* Of the calling thread alone. What the system does not grant does no harm. */
static void
lower_priority (void)
{
  setpriority (PRIO_PROCESS, 0, LOWEST_NICE);
  syscall (SYS_ioprio_set, IOPRIO_SELF, 0, IOPRIO_IDLE);
}

static void
note_failure (SgStoreKeeper *self,
              const GError  *error)
{
  SG_LOCK_SCOPE (&self->lock);
  g_clear_pointer (&self->failure, g_free);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->failure = g_strdup (error->message);
}

/* The verifier is made once the store is open; it stays until the service is gone. */
static SgStoreVerifier *
ensure_verifier (SgStoreKeeper *self,
                 SgStore       *store)
{
  SG_LOCK_SCOPE (&self->lock);
  if (self->verifier == NULL)
    self->verifier = sg_store_verifier_new (store);
  return self->verifier;
}

static void
do_round (SgStoreKeeper *self)
{
  g_autoptr (SgStore) store = sg_store_service_get_store (self->store_service);
  g_autoptr (GError) error = NULL;

  if (store == NULL)
    return;
  sg_store_maintain (store, self->cancellable, &error);
  note_failure (self, error);
  lower_priority ();
  sg_store_verifier_step (ensure_verifier (self, store), self->cancellable, NULL);
}

static void
end_stop (SgStoreKeeper *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->stopping);

  sg_lock_acquire (&self->lock);
  g_clear_pointer (&self->verifier, sg_store_verifier_free);
  sg_lock_release (&self->lock);
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_round_done (gpointer data)
{
  SgStoreKeeper *self = data;

  pthread_join (self->thread, NULL);
  self->busy = FALSE;
  if (self->stopping != NULL)
    end_stop (self);
  return G_SOURCE_REMOVE;
}

/* Not g_main_context_invoke(), which may call here what has to join this thread. */
static gpointer
run_round (gpointer data)
{
  SgStoreKeeper *self = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  do_round (self);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_round_done, self, g_object_unref);
  g_source_attach (source, self->context);
  return NULL;
}

static void
begin_round (SgStoreKeeper *self)
{
  self->busy =
      sg_thread_start (&self->thread, "store-keeper", STACK_SIZE, run_round, g_object_ref (self));
  if (!self->busy)
    g_object_unref (self);
}

static gboolean
on_due (gpointer data)
{
  SgStoreKeeper *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  schedule (self);
  if (!self->busy)
    begin_round (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (SgStoreKeeper *self)
{
  SgMonotonic at = { sg_clock_monotonic (self->clock).us + self->interval_ms * 1000 };

  self->timer = sg_clock_source_new (self->clock, at);
  g_source_set_callback (self->timer, on_due, self, NULL);
  g_source_attach (self->timer, self->context);
}

static void
add_gauge (SgCollection *collection,
           const char   *name,
           const char   *help,
           const char   *unit,
           double        value)
{
  sg_collection_add_family (collection, SG_METRIC_GAUGE, name, help, unit, NULL);
  sg_collection_add (collection, NULL, value);
}

static void
collect (SgCollection *collection,
         gpointer      user_data)
{
  SgStoreKeeper *self = user_data;
  SgStoreVerifierStats stats = { 0 };

  sg_lock_acquire (&self->lock);
  if (self->verifier != NULL)
    sg_store_verifier_get_stats (self->verifier, &stats);
  sg_lock_release (&self->lock);
  add_gauge (collection, "sightglass_tsdb_blocks_verified", "Blocks whose checksums were compared.",
             NULL, (double) stats.n_verified);
  add_gauge (collection, "sightglass_tsdb_blocks_damaged",
             "Blocks that were found to be damaged, and are still there.", NULL,
             (double) stats.n_damaged);
  if (stats.last == 0)
    return;
  add_gauge (collection, "sightglass_tsdb_last_verified_timestamp_seconds",
             "When the checksums of a block were last compared.", "seconds",
             (double) stats.last / 1e3);
}

static void
sg_store_keeper_start (SgService *service,
                       GTask     *task)
{
  SgStoreKeeper *self = SG_STORE_KEEPER (service);
  g_autoptr (GTask) owned_task = task;

  self->context = g_main_context_ref_thread_default ();
  self->collector = sg_registry_add_collector (self->registry, collect, self, NULL);
  schedule (self);
  g_task_return_boolean (task, TRUE);
}

static void
sg_store_keeper_stop (SgService *service,
                      GTask     *task)
{
  SgStoreKeeper *self = SG_STORE_KEEPER (service);

  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  sg_registry_remove_collector (self->registry, self->collector);
  g_cancellable_cancel (self->cancellable);
  self->stopping = task;
  if (!self->busy)
    end_stop (self);
}

static SgLevel
sg_store_keeper_check (SgService  *service,
                       char      **ret_message)
{
  SgStoreKeeper *self = SG_STORE_KEEPER (service);
  g_autofree char *damage = NULL;

  SG_LOCK_SCOPE (&self->lock);
  if (self->verifier != NULL)
    damage = sg_store_verifier_get_damage (self->verifier);
  if (damage != NULL)
    {
      *ret_message =
          g_strdup_printf ("a block is damaged, and what is left of it can be read: %s", damage);
      return SG_LEVEL_DEGRADED;
    }
  if (self->failure != NULL)
    {
      *ret_message = g_strdup_printf ("blocks could not be made or deleted: %s", self->failure);
      return SG_LEVEL_DEGRADED;
    }
  return SG_SERVICE_CLASS (sg_store_keeper_parent_class)->check (service, ret_message);
}

static void
sg_store_keeper_finalize (GObject *object)
{
  SgStoreKeeper *self = SG_STORE_KEEPER (object);

  g_clear_pointer (&self->verifier, sg_store_verifier_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->store_service);
  g_clear_object (&self->registry);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);
  g_free (self->failure);
  sg_lock_clear (&self->lock);
  G_OBJECT_CLASS (sg_store_keeper_parent_class)->finalize (object);
}

static void
sg_store_keeper_class_init (SgStoreKeeperClass *klass)
{
  SgServiceClass *service_class = SG_SERVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_store_keeper_finalize;
  service_class->name = "store-keeper";
  service_class->start = sg_store_keeper_start;
  service_class->stop = sg_store_keeper_stop;
  service_class->check = sg_store_keeper_check;
}

static void
sg_store_keeper_init (SgStoreKeeper *self)
{
  sg_lock_init (&self->lock);
  self->cancellable = g_cancellable_new ();
  self->interval_ms = INTERVAL_MS;
}

SgStoreKeeper *
sg_store_keeper_new (SgStoreService *store,
                     SgRegistry     *registry,
                     SgClock        *clock)
{
  SgStoreKeeper *self = g_object_new (SG_TYPE_STORE_KEEPER, NULL);

  self->store_service = g_object_ref (store);
  self->registry = g_object_ref (registry);
  self->clock = g_object_ref (clock);
  return self;
}

/* How often, instead of every minute; before it starts. */
void
sg_store_keeper_set_interval (SgStoreKeeper *self,
                              gint64         ms)
{
  self->interval_ms = ms;
}
