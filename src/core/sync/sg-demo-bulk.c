/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-private.h"

/*
 * Bulk operations, in turn: episodes are added, titles are changed, titles are changed or added. Each is one
 * transaction. Titles that were changed are then thrown out of the cache, since only whoever asks for them
 * next needs them there; what was deleted by others is there again.
 *
 * Now and then an import begins with two episodes of the one before it, as imports do.
 */
#define MAX_EPISODES   1500
#define LEAST_EPISODES 30
#define MOST_EPISODES  80
#define N_UPDATED      20
#define N_UPSERTED     60
#define OVERLAP        2
#define OVERLAP_EVERY  3

static char *
episode_key (guint number)
{
  return g_strdup_printf ("episode/%08u", number);
}

static gboolean
insert_episode (SgDemoActor  *actor,
                guint         number,
                GError      **error)
{
  g_autofree char *key = episode_key (number);
  g_autoptr (GBytes) content = sg_demo_make_content (actor->random, key);

  return sg_demo_database_insert (actor->db, key, content, error);
}

static gboolean
forget_episode (SgDemoActor  *actor,
                guint         number,
                GError      **error)
{
  g_autofree char *key = NULL;

  if (number < MAX_EPISODES)
    return TRUE;
  key = episode_key (number - MAX_EPISODES);
  return sg_demo_database_remove (actor->db, key, error);
}

/* One that is there already keeps the others from nothing. @problem: the first one */
static guint
insert_episodes (SgDemoActor  *actor,
                 guint         first,
                 guint         n,
                 GError      **problem)
{
  guint done = 0;

  if (!sg_demo_database_begin (actor->db, FALSE, problem))
    return 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;

      if (insert_episode (actor, first + i, &error) && forget_episode (actor, first + i, &error))
        {
          done++;
          continue;
        }
      if (*problem == NULL)
        *problem = g_steal_pointer (&error);
    }
  if (done > 0)
    {
      g_autoptr (GError) error = NULL;

      if (sg_demo_database_commit (actor->db, &error))
        return done;
      g_clear_error (problem);
      *problem = g_steal_pointer (&error);
    }
  sg_demo_database_roll_back (actor->db);
  return 0;
}

static void
bulk_insert (SgDemoActor *actor,
             guint        turn)
{
  SgDemo *self = actor->demo;
  guint n = (guint) g_rand_int_range (actor->random, LEAST_EPISODES, MOST_EPISODES + 1);
  guint first = self->next_episode;
  g_autoptr (SgSyncOperation) operation = NULL;
  g_autoptr (GError) problem = NULL;
  guint done = 0;

  if (turn % OVERLAP_EVERY == OVERLAP_EVERY - 1 && first >= OVERLAP)
    first -= OVERLAP;
  operation = sg_sync_monitor_begin_bulk (self->monitor, SG_SYNC_BULK_INSERT, n);
  if (sg_circuit_breaker_enter (self->database, &problem))
    {
      done = insert_episodes (actor, first, n, &problem);
      sg_demo_leave (self, self->database, problem);
    }
  if (done > 0)
    self->next_episode = first + n;
  sg_demo_end (operation, n, done, problem);
}

static gboolean
change_titles (SgDemoActor  *actor,
               guint         first,
               guint         n,
               GError      **error)
{
  if (!sg_demo_database_begin (actor->db, FALSE, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *key = sg_demo_title_key (first + i);
      g_autoptr (GBytes) content = sg_demo_make_content (actor->random, key);
      guint64 version = 0;

      if (!sg_demo_database_write (actor->db, key, content, &version, error))
        {
          sg_demo_database_roll_back (actor->db);
          return FALSE;
        }
    }
  return sg_demo_database_commit (actor->db, error);
}

static void
invalidate_titles (SgDemo *self,
                   guint   first,
                   guint   n)
{
  g_autoptr (SgSyncOperation) operation =
      sg_sync_monitor_begin_bulk (self->monitor, SG_SYNC_INVALIDATE, n);
  guint gone = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *key = sg_demo_title_key (first + i);

      gone += sg_lru_cache_remove (self->cache, key) ? 1 : 0;
    }
  sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, gone);
}

static void
bulk_change (SgDemoActor *actor,
             SgSyncType   type,
             guint        n)
{
  SgDemo *self = actor->demo;
  guint first = (guint) g_rand_int_range (actor->random, 0, (gint32) (SG_DEMO_N_TITLES - n + 1));
  g_autoptr (SgSyncOperation) operation = sg_sync_monitor_begin_bulk (self->monitor, type, n);
  g_autoptr (GError) problem = NULL;
  gboolean changed = FALSE;

  if (sg_circuit_breaker_enter (self->database, &problem))
    {
      changed = change_titles (actor, first, n, &problem);
      sg_demo_leave (self, self->database, problem);
    }
  sg_demo_end (operation, n, changed ? n : 0, problem);
  if (changed)
    invalidate_titles (self, first, n);
}

void
sg_demo_bulk (SgDemoActor *actor)
{
  SG_LOCK_SCOPE (&actor->demo->gate);
  if (actor->turn % 3 == 0)
    bulk_insert (actor, actor->turn / 3);
  else if (actor->turn % 3 == 1)
    bulk_change (actor, SG_SYNC_BULK_UPDATE, N_UPDATED);
  else
    bulk_change (actor, SG_SYNC_BULK_UPSERT, N_UPSERTED);
}
