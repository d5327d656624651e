/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-private.h"

#include "base/sg-thread.h"

#include <math.h>
#include <string.h>

/*
 * Eight actors, each with a connection of its own: two that read, one that writes through, one that writes
 * to the cache alone, one that writes that behind, one for bulk operations, one that refreshes, and the
 * keeper, who plays the script, compares and repairs, and looks how the database is. The first four make
 * the requests: each comes a time after the one before that is distributed exponentially, by the rate, and
 * however long that one took; who is more than a second late lets the missed ones go.
 *
 * Each actor is a thread that waits on a source of the clock. Where somebody drives it instead, there are no
 * threads: the one who is due first has his turn, and what would be waited for moves the clock. Then
 * everything follows from the seed alone.
 */
#define STACK_SIZE  (256 * 1024)
#define MAX_LATE_US G_USEC_PER_SEC
#define MAX_ENTRIES 400
#define MAX_BYTES   (512 * 1024)
#define FILE_NAME   "anivault.db"

const SgDemoPart sg_demo_parts[SG_DEMO_N_ACTORS] = {
  { "demo-read-1", 0.38, 0, sg_demo_read },
  { "demo-read-2", 0.38, 0, sg_demo_read },
  { "demo-write", 0.12, 0, sg_demo_write },
  { "demo-session", 0.12, 0, sg_demo_touch_session },
  { "demo-behind", 0, 1000, sg_demo_write_behind },
  { "demo-bulk", 0, 4000, sg_demo_bulk },
  { "demo-refresh", 0, 5000, sg_demo_refresh },
  { "demo-keeper", 0, 500, sg_demo_keep },
};

G_DEFINE_FINAL_TYPE (SgDemo, sg_demo, G_TYPE_OBJECT)

static void
sg_demo_finalize (GObject *object)
{
  SgDemo *self = SG_DEMO (object);

  sg_demo_stop (self);
  g_clear_object (&self->database);
  g_clear_object (&self->write_behind);
  g_clear_object (&self->monitor);
  g_clear_object (&self->registry);
  g_clear_object (&self->clock);
  g_hash_table_unref (self->pending);
  sg_lru_cache_free (self->cache);
  g_free (self->parent_folder);
  sg_lock_clear (&self->gate);
  G_OBJECT_CLASS (sg_demo_parent_class)->finalize (object);
}

static void
sg_demo_class_init (SgDemoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_demo_finalize;
}

static void
sg_demo_init (SgDemo *self)
{
  sg_lock_init (&self->gate);
}

/* Of these the document of AniVault knows nothing; a cache that is bounded has them all the same. */
static void
add_cache_families (SgDemo *self)
{
  self->evictions = sg_registry_counter (self->registry, SG_DEMO_NAMESPACE "_cache_evictions_total",
                                         "Entries that had to go for others.");
  sg_gauge_set (sg_registry_gauge (self->registry, SG_DEMO_NAMESPACE "_cache_max_size",
                                   "Entries that the cache may have."),
                MAX_ENTRIES);
  sg_gauge_set (sg_registry_gauge (self->registry, SG_DEMO_NAMESPACE "_cache_max_memory_bytes",
                                   "What the cache may take."),
                MAX_BYTES);
}

static void
add_monitor (SgDemo *self)
{
  self->monitor = sg_sync_monitor_new (&(SgSyncMonitorOptions) {
      .registry = self->registry,
      .prefix = SG_DEMO_NAMESPACE,
      .service = SG_DEMO_NAMESPACE,
      .hit_rate_in_percent = TRUE,
      .clock = self->clock,
  });
  sg_sync_monitor_set_application (self->monitor, "AniVault", "demo", "sync");
  add_cache_families (self);
  self->database = sg_circuit_breaker_new (
      self->monitor, &(SgCircuitBreakerOptions) { .name = "database", .open_ms = 5000 });
  self->write_behind =
      sg_circuit_breaker_new (self->monitor, &(SgCircuitBreakerOptions) { .name = "write_behind",
                                                                          .failure_threshold = 3,
                                                                          .success_threshold = 1,
                                                                          .open_ms = 4000 });
}

/**
 * sg_demo_new:
 * @options: how
 *
 * Returns: (transfer full): a demonstration that has not begun; its series are there, at 0
 */
SgDemo *
sg_demo_new (const SgDemoOptions *options)
{
  SgDemo *self = g_object_new (SG_TYPE_DEMO, NULL);

  self->clock = g_object_ref (options->clock != NULL ? options->clock : sg_clock_get_system ());
  self->rate = MIN (options->rate, SG_DEMO_MAX_RATE);
  if (self->rate == 0)
    self->rate = SG_DEMO_DEFAULT_RATE;
  self->seed = options->seed;
  self->driven = options->driven;
  self->parent_folder = g_strdup (options->folder != NULL ? options->folder : g_get_tmp_dir ());
  self->registry = sg_registry_new (self->clock);
  self->cache = sg_lru_cache_new (MAX_ENTRIES, MAX_BYTES);
  self->pending =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  add_monitor (self);
  return self;
}

SgSyncMonitor *
sg_demo_get_monitor (SgDemo *self)
{
  return self->monitor;
}

SgDemoPhase
sg_demo_get_phase (SgDemo *self)
{
  return sg_demo_script_get_phase (sg_demo_get_elapsed_ms (self));
}

gint64
sg_demo_get_elapsed_ms (SgDemo *self)
{
  return (sg_clock_monotonic (self->clock).us - self->start.us) / 1000;
}

gboolean
sg_demo_is_stopping (SgDemo *self)
{
  return __atomic_load_n (&self->stopping, __ATOMIC_ACQUIRE);
}

char *
sg_demo_title_key (guint number)
{
  return g_strdup_printf ("title/%04u", number);
}

/* A record as an application has them: some hundred bytes of JSON, the more of them the rarer. */
GBytes *
sg_demo_make_content (GRand      *random,
                      const char *key)
{
  static const char *const words[] = { "journey", "of",  "two", "friends", "who",
                                       "look",    "for", "the", "lost",    "lantern",
                                       "under",   "an",  "old", "city" };
  GString *text = g_string_new (NULL);
  double u = g_rand_double (random);
  guint n_words = 15 + (guint) (200 * u * u);

  g_string_printf (text, "{\"key\":\"%s\",\"rating\":%.1f,\"synopsis\":\"", key,
                   g_rand_double_range (random, 1, 10));
  for (guint i = 0; i < n_words; i++)
    {
      g_string_append (text, words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))]);
      g_string_append_c (text, ' ');
    }
  g_string_append (text, "\"}");
  return g_string_free_to_bytes (text);
}

static gboolean
on_awake (gpointer data)
{
  ((SgDemoActor *) data)->awake = TRUE;
  return G_SOURCE_REMOVE;
}

static void
sleep_until (SgDemoActor *actor,
             SgMonotonic  at)
{
  SgDemo *self = actor->demo;
  g_autoptr (GSource) source = sg_clock_source_new (self->clock, at);

  actor->awake = FALSE;
  g_source_set_callback (source, on_awake, actor, NULL);
  g_source_attach (source, actor->context);
  while (!actor->awake && !sg_demo_is_stopping (self))
    g_main_context_iteration (actor->context, TRUE);
  g_source_destroy (source);
}

static void
move_clock (SgDemo *self,
            gint64  us)
{
  self->spare_us += us;
  sg_clock_advance (self->clock, self->spare_us / 1000);
  self->spare_us %= 1000;
}

static void
pause_actor (gint64   us,
             gpointer user_data)
{
  SgDemoActor *actor = user_data;
  SgDemo *self = actor->demo;

  if (self->driven)
    move_clock (self, us);
  else if (us > 0 && !sg_demo_is_stopping (self))
    sleep_until (actor, (SgMonotonic) { sg_clock_monotonic (self->clock).us + us });
}

static gint64
draw_interval_us (SgDemoActor *actor)
{
  const SgDemoPart *part = actor->part;
  double mean;

  if (part->share == 0)
    return part->every_ms * 1000;
  mean = G_USEC_PER_SEC / (part->share * actor->demo->rate);
  return (gint64) (-log (1 - g_rand_double (actor->random)) * mean);
}

static void
do_turn (SgDemoActor *actor)
{
  SgDemo *self = actor->demo;
  gint64 now = sg_clock_monotonic (self->clock).us;

  sg_demo_database_set_speed (actor->db, sg_demo_script_get_slower (sg_demo_get_elapsed_ms (self)),
                              0);
  actor->part->step (actor);
  actor->turn++;
  actor->due.us = MAX (actor->due.us, now - MAX_LATE_US) + draw_interval_us (actor);
}

static gpointer
run_actor (gpointer data)
{
  SgDemoActor *actor = data;
  SgDemo *self = actor->demo;

  while (!sg_demo_is_stopping (self))
    {
      if (sg_clock_monotonic (self->clock).us < actor->due.us)
        sleep_until (actor, actor->due);
      else
        do_turn (actor);
    }
  return NULL;
}

static gboolean
open_actor (SgDemo      *self,
            guint        number,
            const char  *path,
            GError     **error)
{
  SgDemoActor *actor = &self->actors[number];
  guint32 seed = self->seed + number;

  actor->demo = self;
  actor->part = &sg_demo_parts[number];
  actor->context = g_main_context_new ();
  actor->random = g_rand_new_with_seed (seed);
  actor->due.us = self->start.us + draw_interval_us (actor);
  actor->db = sg_demo_database_open (path, seed + 100, pause_actor, actor, error);
  return actor->db != NULL;
}

/* What there is before anybody watches. */
static gboolean
fill_database (SgDemo          *self,
               SgDemoDatabase  *db,
               GError         **error)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (self->seed);

  if (!sg_demo_database_begin (db, FALSE, error))
    return FALSE;
  for (guint i = 0; i < SG_DEMO_N_TITLES; i++)
    {
      g_autofree char *key = sg_demo_title_key (i);
      g_autoptr (GBytes) content = sg_demo_make_content (random, key);

      if (!sg_demo_database_insert (db, key, content, error))
        return FALSE;
    }
  return sg_demo_database_commit (db, error);
}

/**
 * sg_demo_open:
 * @self: a demonstration
 * @error: return location
 *
 * Makes its folder, and fills its database. It writes files, and so is for workers.
 *
 * Returns: %FALSE when that cannot be done; then it is as if nothing had been tried
 */
gboolean
sg_demo_open (SgDemo  *self,
              GError **error)
{
  SgDemoActor *keeper = &self->actors[SG_DEMO_N_ACTORS - 1];
  g_autofree char *path = NULL;
  gboolean good = TRUE;

  self->folder = sg_demo_folder_new (self->parent_folder, error);
  if (self->folder == NULL)
    return FALSE;
  path = g_build_filename (sg_demo_folder_get_path (self->folder), FILE_NAME, NULL);
  self->start = sg_clock_monotonic (self->clock);
  for (guint i = 0; i < SG_DEMO_N_ACTORS && good; i++)
    good = open_actor (self, i, path, error);
  if (good)
    self->outsider = sg_demo_database_open (path, self->seed, pause_actor, keeper, error);
  if (self->outsider != NULL && fill_database (self, keeper->db, error))
    return TRUE;
  sg_demo_stop (self);
  return FALSE;
}

/**
 * sg_demo_run:
 * @self: a demonstration that is open
 * @error: return location
 *
 * Starts its threads.
 *
 * Returns: %FALSE when the system has no room for them
 */
gboolean
sg_demo_run (SgDemo  *self,
             GError **error)
{
  for (guint i = 0; i < SG_DEMO_N_ACTORS; i++)
    {
      SgDemoActor *actor = &self->actors[i];

      actor->has_thread =
          sg_thread_start (&actor->thread, actor->part->name, STACK_SIZE, run_actor, actor);
      if (actor->has_thread)
        continue;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "the system gives no threads for the demonstration: raise the limit of "
                   "processes (ulimit -u)");
      sg_demo_stop (self);
      return FALSE;
    }
  return TRUE;
}

/**
 * sg_demo_advance:
 * @self: a demonstration that is open and driven
 * @ms: how far
 *
 * Does what is due until then, and moves the clock there.
 */
void
sg_demo_advance (SgDemo *self,
                 gint64  ms)
{
  SgMonotonic until = { sg_clock_monotonic (self->clock).us + ms * 1000 };

  for (;;)
    {
      SgDemoActor *next = &self->actors[0];
      gint64 now = sg_clock_monotonic (self->clock).us;

      for (guint i = 1; i < SG_DEMO_N_ACTORS; i++)
        {
          if (self->actors[i].due.us < next->due.us)
            next = &self->actors[i];
        }
      move_clock (self, MAX (MIN (next->due.us, until.us) - now, 0));
      if (next->due.us > until.us)
        return;
      do_turn (next);
    }
}

static void
close_actor (SgDemoActor *actor)
{
  g_clear_pointer (&actor->db, sg_demo_database_free);
  g_clear_pointer (&actor->context, g_main_context_unref);
  g_clear_pointer (&actor->random, g_rand_free);
}

/* Ends its threads and deletes its folder; it may be opened no more. */
void
sg_demo_stop (SgDemo *self)
{
  __atomic_store_n (&self->stopping, TRUE, __ATOMIC_RELEASE);
  for (guint i = 0; i < SG_DEMO_N_ACTORS; i++)
    {
      if (self->actors[i].has_thread)
        g_main_context_wakeup (self->actors[i].context);
    }
  for (guint i = 0; i < SG_DEMO_N_ACTORS; i++)
    {
      if (self->actors[i].has_thread)
        pthread_join (self->actors[i].thread, NULL);
      self->actors[i].has_thread = FALSE;
    }
  for (guint i = 0; i < SG_DEMO_N_ACTORS; i++)
    close_actor (&self->actors[i]);
  g_clear_pointer (&self->outsider, sg_demo_database_free);
  g_clear_pointer (&self->report, sg_consistency_report_free);
  g_clear_pointer (&self->folder, sg_demo_folder_free);
}
