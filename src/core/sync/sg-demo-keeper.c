/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-private.h"

#include <math.h>

/*
 * The keeper plays the script, and tells of the cache and the database what is no operation.
 *
 * Before cache and database are compared, what is pending is written: else each session that was touched in
 * the last second would be ahead of the database. Nobody writes meanwhile. Who reads may still put something
 * into the cache that was overtaken; that is rare, and rightly found.
 *
 * The outside write takes titles that are cached and not wanted most, so that they still are when the check
 * comes: of eight, five have a new version in the database, one is gone from it, one holds something else
 * under the same version, and one has a version in the cache that the database never got.
 */
#define PENDING_MAX   1000
#define FORGET        0.95
#define SPARED        40
#define TOUCHED_UP_TO 240
#define TOUCHED_EVERY 8

static void
get_sides (SgDemoActor *actor,
           SgSyncSide  *ret_cache,
           SgSyncSide  *ret_database)
{
  sg_lru_cache_get_side (actor->demo->cache, ret_cache);
  sg_demo_database_get_side (actor->db, ret_database);
}

/* Returns: (transfer full) (nullable): what differs */
static SgConsistencyReport *
compare (SgDemoActor *actor,
         const char  *check_type)
{
  SgDemo *self = actor->demo;
  SgSyncSide cache;
  SgSyncSide database;
  g_autoptr (GError) problem = NULL;
  SgConsistencyReport *report;

  get_sides (actor, &cache, &database);
  sg_demo_flush (actor, PENDING_MAX);
  report =
      sg_consistency_check (self->monitor, &cache, &database,
                            &(SgConsistencyOptions) { .check_type = check_type }, NULL, &problem);
  sg_demo_note_problem (self, problem);
  return report;
}

static void
reconcile (SgDemoActor               *actor,
           const SgConsistencyReport *report,
           SgSyncStrategy             strategy)
{
  SgSyncSide cache;
  SgSyncSide database;
  g_auto (SgReconciliation) result = { 0 };

  get_sides (actor, &cache, &database);
  sg_sync_reconcile (actor->demo->monitor, &cache, &database, report, strategy, NULL, NULL, NULL,
                     &result, NULL);
}

/* A check that could not be made is due again. */
static gboolean
check_and_repair (SgDemoActor *actor)
{
  g_autoptr (SgConsistencyReport) report = compare (actor, "scheduled");

  if (report != NULL && report->found > 0)
    reconcile (actor, report, SG_SYNC_DATABASE_WINS);
  return report != NULL;
}

static gboolean
find (SgDemoActor *actor)
{
  SgDemo *self = actor->demo;

  g_clear_pointer (&self->report, sg_consistency_report_free);
  self->report = compare (actor, "full");
  if (self->report != NULL)
    reconcile (actor, self->report, SG_SYNC_MANUAL);
  return self->report != NULL;
}

static gboolean
repair (SgDemoActor *actor)
{
  SgDemo *self = actor->demo;
  guint cycle = sg_demo_script_get_cycle (sg_demo_get_elapsed_ms (self));

  if (self->report != NULL)
    reconcile (actor, self->report, cycle % 2 == 0 ? SG_SYNC_NEWEST_WINS : SG_SYNC_DATABASE_WINS);
  g_clear_pointer (&self->report, sg_consistency_report_free);
  return TRUE;
}

static gboolean
verify (SgDemoActor *actor)
{
  g_autoptr (SgConsistencyReport) report = compare (actor, "verification");

  return report != NULL;
}

static gboolean
put_ahead (SgDemo     *self,
           const char *key,
           GBytes     *content)
{
  SgSyncSide cache;
  g_autoptr (GBytes) before = NULL;
  guint64 version = 0;

  sg_lru_cache_get_side (self->cache, &cache);
  before = cache.fetch (key, &version, cache.user_data, NULL);
  return before == NULL || sg_lru_cache_put (self->cache, key, content, version + 1);
}

static gboolean
touch (SgDemo      *self,
       GRand       *random,
       const char  *key,
       guint        number,
       GError     **error)
{
  g_autoptr (GBytes) content = sg_demo_make_content (random, key);
  guint64 version = 0;

  switch (number % 8)
    {
    case 5:
      return sg_demo_database_remove (self->outsider, key, error);
    case 6:
      return sg_demo_database_damage (self->outsider, key, content, error);
    case 7:
      return put_ahead (self, key, content);
    default:
      return sg_demo_database_write (self->outsider, key, content, &version, error);
    }
}

static gboolean
write_outside (SgDemoActor *actor)
{
  SgDemo *self = actor->demo;
  g_auto (GStrv) keys = sg_lru_cache_list_keys (self->cache, "title/", TOUCHED_UP_TO);
  guint n = g_strv_length (keys);

  if (!sg_demo_database_begin (self->outsider, FALSE, NULL))
    return FALSE;
  for (guint i = SPARED; i < n; i += TOUCHED_EVERY)
    {
      if (touch (self, actor->random, keys[i], (i - SPARED) / TOUCHED_EVERY, NULL))
        continue;
      sg_demo_database_roll_back (self->outsider);
      return FALSE;
    }
  return sg_demo_database_commit (self->outsider, NULL);
}

static gboolean
drop_cache (SgDemo *self)
{
  g_autoptr (SgSyncOperation) operation =
      sg_sync_operation_begin (self->monitor, SG_SYNC_INVALIDATE, SG_SYNC_CACHE_UNUSED, "all");

  sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, sg_lru_cache_clear (self->cache));
  return TRUE;
}

static gboolean
lock_database (SgDemo *self)
{
  self->outsider_holds =
      self->outsider_holds || sg_demo_database_begin (self->outsider, TRUE, NULL);
  return self->outsider_holds;
}

static gboolean
unlock_database (SgDemo *self)
{
  sg_demo_database_roll_back (self->outsider);
  self->outsider_holds = FALSE;
  return TRUE;
}

/* Returns: %FALSE for once more, the next time */
static gboolean
play (SgDemoActor *actor,
      SgDemoCue    cue)
{
  SgDemo *self = actor->demo;

  if (cue == SG_DEMO_CUE_LOCK)
    return lock_database (self);
  if (cue == SG_DEMO_CUE_UNLOCK)
    return unlock_database (self);
  SG_LOCK_SCOPE (&self->gate);
  switch (cue)
    {
    case SG_DEMO_CUE_OUTSIDE_WRITE:
      return write_outside (actor);
    case SG_DEMO_CUE_FIND:
      return find (actor);
    case SG_DEMO_CUE_REPAIR:
      return repair (actor);
    case SG_DEMO_CUE_VERIFY:
      return verify (actor);
    case SG_DEMO_CUE_DROP_CACHE:
      return drop_cache (self);
    case SG_DEMO_CUE_CHECK:
    case SG_DEMO_CUE_LOCK:
    case SG_DEMO_CUE_UNLOCK:
    default:
      return check_and_repair (actor);
    }
}

static void
play_script (SgDemoActor *actor)
{
  SgDemo *self = actor->demo;
  gint64 now_ms = sg_demo_get_elapsed_ms (self);
  SgDemoCue cue;
  gint64 at_ms;

  while (!sg_demo_is_stopping (self)
         && sg_demo_script_find_cue (self->seen_ms, now_ms, &cue, &at_ms) && play (actor, cue))
    self->seen_ms = at_ms;
}

static void
look_at_cache (SgDemo *self)
{
  SgLruCounts counts;
  guint64 hits;
  guint64 misses;

  sg_lru_cache_get_counts (self->cache, &counts);
  hits = counts.hits - self->last_counts.hits;
  misses = counts.misses - self->last_counts.misses;
  self->hits = self->hits * FORGET + (double) hits;
  self->lookups = self->lookups * FORGET + (double) (hits + misses);
  sg_counter_add (self->evictions, (double) (counts.evictions - self->last_counts.evictions));
  self->last_counts = counts;
  sg_sync_monitor_update_cache_metrics (self->monitor,
                                        self->lookups > 0 ? self->hits / self->lookups : 0,
                                        counts.entries, counts.bytes);
}

static void
look_at_database (SgDemoActor *actor)
{
  g_autoptr (GError) problem = NULL;

  sg_demo_database_probe (actor->db, &problem);
  sg_demo_note_problem (actor->demo, problem);
  sg_sync_monitor_update_database_health (actor->demo->monitor, problem == NULL);
}

void
sg_demo_keep (SgDemoActor *actor)
{
  play_script (actor);
  if (actor->turn % 2 != 0)
    return;
  look_at_cache (actor->demo);
  look_at_database (actor);
}

/**
 * sg_demo_agrees:
 * @self: a demonstration that is open, and has no threads
 * @ret_compared: (out): how many records were compared
 * @error: return location
 *
 * Returns: whether cache and database hold the same; %FALSE with @error where that could not be seen
 */
gboolean
sg_demo_agrees (SgDemo   *self,
                guint64  *ret_compared,
                GError  **error)
{
  SgDemoActor *keeper = &self->actors[SG_DEMO_N_ACTORS - 1];
  g_autoptr (SgConsistencyReport) report = NULL;
  SgSyncSide cache;
  SgSyncSide database;

  get_sides (keeper, &cache, &database);
  SG_LOCK_SCOPE (&self->gate);
  sg_demo_flush (keeper, PENDING_MAX);
  report =
      sg_consistency_check (self->monitor, &cache, &database,
                            &(SgConsistencyOptions) { .check_type = "on request" }, NULL, error);
  if (report == NULL)
    return FALSE;
  *ret_compared = report->compared;
  return report->found == 0;
}
