/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-demo-private.h"

#include <math.h>
#include <string.h>

/*
 * What an application does with a cache and a database. Titles are read, and written through; sessions are
 * written to the cache and, a second later, behind it; episodes are imported in bulk. A few titles are
 * wanted by nearly everybody, most by nearly nobody: so the cache, which holds a quarter of them, answers
 * most of the time.
 *
 * Some who ask do not wait long. While the disk is slow they go away before the answer is there.
 */
#define SKEW            8
#define PATIENCE_US     20000
#define MAX_PATIENCE_US 120000
#define HASTY_ONE_IN    5
#define FLUSH_MAX       25
#define FLUSH_LIMIT_US  250000
#define REFRESHED       10
#define MAX_PENDING     200

/* What waits to be written behind is a version, and what it holds. */
#define VERSION_SIZE sizeof (guint64)

static char *
pick_title (SgDemoActor *actor)
{
  double u = g_rand_double (actor->random);

  return sg_demo_title_key ((guint) (SG_DEMO_N_TITLES * pow (u, SKEW)));
}

/* A record that is there already is no failure of the database. */
gboolean
sg_demo_note_problem (SgDemo       *self,
                      const GError *problem)
{
  static const char *const error_types[] = {
    [SG_DEMO_ERROR_LOCKED] = "locked",
    [SG_DEMO_ERROR_TIMEOUT] = "timeout",
    [SG_DEMO_ERROR_EXISTS] = NULL,
    [SG_DEMO_ERROR_DATABASE] = "database",
  };

  if (problem == NULL || error_types[problem->code] == NULL)
    return FALSE;
  sg_sync_monitor_count_connection_error (self->monitor, error_types[problem->code]);
  return TRUE;
}

void
sg_demo_leave (SgDemo           *self,
               SgCircuitBreaker *breaker,
               const GError     *problem)
{
  if (sg_demo_note_problem (self, problem))
    sg_circuit_breaker_fail (breaker, problem->message);
  else
    sg_circuit_breaker_succeed (breaker);
}

/* Ends an operation on @wanted records of which @done went well. */
void
sg_demo_end (SgSyncOperation *operation,
             guint64          wanted,
             guint64          done,
             const GError    *problem)
{
  g_autofree char *text = NULL;
  SgSyncStatus status = SG_SYNC_FAILED;

  if (problem == NULL)
    {
      sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, done);
      return;
    }
  if (done > 0)
    {
      status = SG_SYNC_PARTIAL;
      text = g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " records: %s", done,
                              wanted, problem->message);
    }
  else if (g_error_matches (problem, SG_DEMO_ERROR, SG_DEMO_ERROR_TIMEOUT))
    status = SG_SYNC_TIMEOUT;
  sg_sync_operation_fail (operation, status, done, text != NULL ? text : problem->message);
}

/* Returns: how long whoever asks waits, or 0 for as long as it takes */
static gint64
draw_patience_us (SgDemoActor *actor)
{
  if (g_rand_int_range (actor->random, 0, HASTY_ONE_IN) > 0)
    return 0;
  return g_rand_int_range (actor->random, PATIENCE_US, MAX_PATIENCE_US);
}

static void
give_up (SgDemo          *self,
         SgSyncOperation *operation,
         gint64           patience_us)
{
  g_autofree char *text = g_strdup_printf (
      "whoever asked did not wait longer than %" G_GINT64_FORMAT " ms", patience_us / 1000);

  sg_circuit_breaker_leave (self->database);
  sg_sync_operation_fail (operation, SG_SYNC_CANCELLED, 0, text);
}

static void
read_from_database (SgDemoActor     *actor,
                    SgSyncOperation *operation,
                    const char      *key)
{
  SgDemo *self = actor->demo;
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) content = NULL;
  gint64 patience_us = draw_patience_us (actor);
  double slower = sg_demo_script_get_slower (sg_demo_get_elapsed_ms (self));
  guint64 version = 0;

  if (!sg_circuit_breaker_enter (self->database, &problem))
    {
      sg_demo_end (operation, 1, 0, problem);
      return;
    }
  sg_demo_database_set_speed (actor->db, slower, patience_us);
  sg_demo_database_read (actor->db, key, &content, &version, &problem);
  if (patience_us > 0 && g_error_matches (problem, SG_DEMO_ERROR, SG_DEMO_ERROR_TIMEOUT))
    {
      give_up (self, operation, patience_us);
      return;
    }
  sg_demo_leave (self, self->database, problem);
  if (content != NULL)
    sg_lru_cache_put (self->cache, key, content, version);
  sg_demo_end (operation, 1, content != NULL ? 1 : 0, problem);
}

void
sg_demo_read (SgDemoActor *actor)
{
  SgDemo *self = actor->demo;
  g_autofree char *key = pick_title (actor);
  g_autoptr (SgSyncOperation) operation =
      sg_sync_operation_begin (self->monitor, SG_SYNC_READ_THROUGH, SG_SYNC_CACHE_UNUSED, key);
  guint64 version;
  g_autoptr (GBytes) content = sg_lru_cache_get (self->cache, key, &version);

  sg_sync_operation_set_cache (operation, content != NULL ? SG_SYNC_CACHE_HIT : SG_SYNC_CACHE_MISS);
  if (content != NULL)
    sg_sync_operation_complete (operation, SG_SYNC_SUCCESS, 1);
  else
    read_from_database (actor, operation, key);
}

void
sg_demo_write (SgDemoActor *actor)
{
  SgDemo *self = actor->demo;
  g_autofree char *key = pick_title (actor);
  g_autoptr (GBytes) content = sg_demo_make_content (actor->random, key);
  g_autoptr (SgSyncOperation) operation = NULL;
  g_autoptr (GError) problem = NULL;
  gboolean written = FALSE;
  guint64 version = 0;

  SG_LOCK_SCOPE (&self->gate);
  operation =
      sg_sync_operation_begin (self->monitor, SG_SYNC_WRITE_THROUGH, SG_SYNC_CACHE_UNUSED, key);
  if (sg_circuit_breaker_enter (self->database, &problem))
    {
      written = sg_demo_database_write (actor->db, key, content, &version, &problem);
      sg_demo_leave (self, self->database, problem);
    }
  if (written)
    sg_lru_cache_put (self->cache, key, content, version);
  sg_demo_end (operation, 1, written ? 1 : 0, problem);
}

static void
add_pending (SgDemo     *self,
             const char *key,
             GBytes     *content,
             guint64     version)
{
  GByteArray *pending = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (content, &size);

  g_byte_array_append (pending, (const guint8 *) &version, VERSION_SIZE);
  g_byte_array_append (pending, data, (guint) size);
  g_hash_table_replace (self->pending, g_strdup (key), g_byte_array_free_to_bytes (pending));
}

/* What cannot be taken down to be written behind is not written at all: else it would be lost. */
void
sg_demo_touch_session (SgDemoActor *actor)
{
  SgDemo *self = actor->demo;
  guint number = (guint) g_rand_int_range (actor->random, 0, SG_DEMO_N_SESSIONS);
  g_autofree char *key = g_strdup_printf ("session/%02u", number);
  g_autoptr (GBytes) content = sg_demo_make_content (actor->random, key);
  g_autoptr (GBytes) before = NULL;
  guint64 version;

  SG_LOCK_SCOPE (&self->gate);
  if (g_hash_table_size (self->pending) >= MAX_PENDING)
    return;
  before = sg_lru_cache_get (self->cache, key, &version);
  if (before != NULL)
    sg_sync_monitor_log_cache_hit (self->monitor, key, SG_SYNC_WRITE_BEHIND);
  else
    sg_sync_monitor_log_cache_miss (self->monitor, key, SG_SYNC_WRITE_BEHIND);
  version = ++self->session_versions[number];
  sg_lru_cache_put (self->cache, key, content, version);
  add_pending (self, key, content, version);
}

static gboolean
write_pending (SgDemoActor  *actor,
               const char   *key,
               GBytes       *pending,
               GError      **error)
{
  gsize size = g_bytes_get_size (pending) - VERSION_SIZE;
  g_autoptr (GBytes) content = g_bytes_new_from_bytes (pending, VERSION_SIZE, size);
  guint64 version;

  memcpy (&version, g_bytes_get_data (pending, NULL), VERSION_SIZE);
  return sg_demo_database_write (actor->db, key, content, &version, error);
}

/* Writes up to @max of what is pending, in the time that all of it may take together. */
static guint
write_some (SgDemoActor  *actor,
            guint         max,
            GError      **error)
{
  SgDemo *self = actor->demo;
  double slower = sg_demo_script_get_slower (sg_demo_get_elapsed_ms (self));
  gint64 until = sg_clock_monotonic (self->clock).us + FLUSH_LIMIT_US;
  GHashTableIter iter;
  gpointer key;
  gpointer pending;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->pending);
  while (n < max && g_hash_table_iter_next (&iter, &key, &pending))
    {
      gint64 left = until - sg_clock_monotonic (self->clock).us;

      sg_demo_database_set_speed (actor->db, slower, MAX (left, 1));
      if (!write_pending (actor, key, pending, error))
        break;
      g_hash_table_iter_remove (&iter);
      n++;
    }
  return n;
}

gboolean
sg_demo_flush (SgDemoActor *actor,
               guint        max)
{
  SgDemo *self = actor->demo;
  guint wanted = MIN (g_hash_table_size (self->pending), max);
  g_autoptr (SgSyncOperation) operation = NULL;
  g_autoptr (GError) problem = NULL;
  guint done = 0;

  if (wanted == 0)
    return TRUE;
  operation = sg_sync_monitor_begin_bulk (self->monitor, SG_SYNC_WRITE_BEHIND, wanted);
  if (sg_circuit_breaker_enter (self->write_behind, &problem))
    {
      done = write_some (actor, wanted, &problem);
      sg_demo_leave (self, self->write_behind, problem);
    }
  sg_demo_end (operation, wanted, done, problem);
  return problem == NULL;
}

void
sg_demo_write_behind (SgDemoActor *actor)
{
  SG_LOCK_SCOPE (&actor->demo->gate);
  sg_demo_flush (actor, FLUSH_MAX);
}

static guint
refresh_keys (SgDemoActor  *actor,
              GStrv         keys,
              GError      **error)
{
  guint n = 0;

  for (; keys[n] != NULL; n++)
    {
      g_autoptr (GBytes) content = NULL;
      guint64 version;

      if (!sg_demo_database_read (actor->db, keys[n], &content, &version, error))
        break;
      if (content != NULL)
        sg_lru_cache_put (actor->demo->cache, keys[n], content, version);
    }
  return n;
}

/* What is wanted most is read again, before anybody asks. */
void
sg_demo_refresh (SgDemoActor *actor)
{
  SgDemo *self = actor->demo;
  g_auto (GStrv) keys = sg_lru_cache_list_keys (self->cache, "title/", REFRESHED);
  guint wanted = g_strv_length (keys);
  g_autoptr (SgSyncOperation) operation = NULL;
  g_autoptr (GError) problem = NULL;
  guint done = 0;

  if (wanted == 0)
    return;
  operation = sg_sync_monitor_begin_bulk (self->monitor, SG_SYNC_REFRESH, wanted);
  if (sg_circuit_breaker_enter (self->database, &problem))
    {
      done = refresh_keys (actor, keys, &problem);
      sg_demo_leave (self, self->database, problem);
    }
  sg_demo_end (operation, wanted, done, problem);
}
