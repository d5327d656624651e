/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-store-verifier.h"

#include "tsdb/sg-block.h"
#include "tsdb/sg-store-private.h"
#include "tsdb/sg-store-repair.h"
#include "tsdb/sg-tsdb-error.h"

/*
 * Who had a turn when is kept in the file "verified" of the data directory, so that a program that is
 * often started anew comes round to all blocks. Nobody else takes notice of it. A line a block, and what
 * is no such line is passed over:
 *
 *   01HF7Y9V2NQ8D6B8Z4W0GZJ0QK 1700000000000
 *   01HF80PQSN4XK5M1T2R3V4W5X6 1700000060000 …/chunks/000001: byte 8: a chunk does not match its checksum
 */
#define FILE_NAME "verified"

/* After so long a sound block is looked at again. */
#define AGAIN_MS (G_GINT64_CONSTANT (7) * 24 * 60 * 60 * 1000)

/* What was found when a block had its turn. */
typedef struct
{
  SgTimeMs t;
  char *damage;
} Turn;

struct _SgStoreVerifier
{
  SgStore *store;
  SgLock lock;
  GHashTable *turns;
  guint64 verified;
  SgTimeMs last;
};

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_free (turn->damage);
  g_free (turn);
}

static void
read_line (SgStoreVerifier *self,
           char            *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  SgUlid ulid;
  Turn *turn;

  if (g_strv_length (words) < 2 || !sg_ulid_parse (&ulid, words[0]))
    return;
  turn = g_new0 (Turn, 1);
  turn->t = g_ascii_strtoll (words[1], NULL, 10);
  turn->damage = g_strdup (words[2]);
  self->last = MAX (self->last, turn->t);
  g_hash_table_insert (self->turns, g_strdup (words[0]), turn);
}

/* A file that cannot be read is as good as none: all blocks have their turn. */
static void
load (SgStoreVerifier *self)
{
  g_autofree char *path = g_build_filename (self->store->tsdb_path, FILE_NAME, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    read_line (self, *line);
}

/* Nothing is lost but turns when it cannot be written. The lock is held. */
static void
save (SgStoreVerifier *self)
{
  g_autofree char *path = g_build_filename (self->store->tsdb_path, FILE_NAME, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name;
  gpointer value;

  g_hash_table_iter_init (&iter, self->turns);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const Turn *turn = value;
      g_autofree char *damage =
          turn->damage != NULL ? g_strdelimit (g_strdup (turn->damage), "\n", ' ') : NULL;

      g_string_append_printf (text, "%s %" G_GINT64_FORMAT "%s%s\n", (char *) name, turn->t,
                              damage != NULL ? " " : "", damage != NULL ? damage : "");
    }
  if (sg_store_get_read_only_reason (self->store) == NULL)
    g_file_set_contents (path, text->str, (gssize) text->len, NULL);
}

SgStoreVerifier *
sg_store_verifier_new (SgStore *store)
{
  SgStoreVerifier *self = g_new0 (SgStoreVerifier, 1);

  self->store = g_object_ref (store);
  sg_lock_init (&self->lock);
  self->turns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, turn_free);
  load (self);
  return self;
}

void
sg_store_verifier_free (SgStoreVerifier *self)
{
  g_hash_table_unref (self->turns);
  sg_lock_clear (&self->lock);
  g_object_unref (self->store);
  g_free (self);
}

static Turn *
find_turn (SgStoreVerifier *self,
           SgBlock         *block)
{
  char name[SG_ULID_LENGTH + 1];

  sg_ulid_print (sg_block_get_ulid (block), name);
  return g_hash_table_lookup (self->turns, name);
}

/* Forgets the turns of blocks that are gone. The lock is held. */
static void
forget_gone (SgStoreVerifier *self,
             GPtrArray       *blocks)
{
  g_autoptr (GHashTable) there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer name;

  for (guint i = 0; i < blocks->len; i++)
    {
      char *own = g_malloc (SG_ULID_LENGTH + 1);

      sg_ulid_print (sg_block_get_ulid (blocks->pdata[i]), own);
      g_hash_table_add (there, own);
    }
  g_hash_table_iter_init (&iter, self->turns);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (!g_hash_table_contains (there, name))
        g_hash_table_iter_remove (&iter);
    }
}

/* Returns: (transfer full) (nullable): the block whose turn it is */
static SgBlock *
choose_block (SgStoreVerifier *self,
              SgTimeMs         now)
{
  g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (self->store);
  SgTimeMs before = now - AGAIN_MS;
  SgBlock *chosen = NULL;

  SG_LOCK_SCOPE (&self->lock);
  forget_gone (self, blocks);
  for (guint i = 0; i < blocks->len; i++)
    {
      const Turn *turn = find_turn (self, blocks->pdata[i]);

      if (turn == NULL)
        return sg_block_ref (blocks->pdata[i]);
      if (turn->t <= before)
        {
          before = turn->t;
          chosen = blocks->pdata[i];
        }
    }
  return chosen != NULL ? sg_block_ref (chosen) : NULL;
}

static void
note_turn (SgStoreVerifier *self,
           const char      *name,
           const GError    *damage,
           SgTimeMs         now)
{
  Turn *turn = g_new0 (Turn, 1);

  turn->t = now;
  turn->damage = damage != NULL ? g_strdup (damage->message) : NULL;
  SG_LOCK_SCOPE (&self->lock);
  g_hash_table_insert (self->turns, g_strdup (name), turn);
  self->verified++;
  self->last = now;
  save (self);
}

/* What is left of a damaged block stays to be read; what is not is kept aside. */
static void
repair (SgStoreVerifier *self,
        SgBlock         *block,
        const GError    *damage,
        GCancellable    *cancellable)
{
  g_autoptr (GError) problem = NULL;

  if (!sg_store_repair_block (self->store, block, damage, cancellable, &problem)
      && !g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    sg_store_note (self->store, "%s; and it could not be set aside: %s", damage->message,
                   problem->message);
}

/**
 * sg_store_verifier_step:
 * @self: a verifier
 * @cancellable: (nullable): ends it; the block keeps its turn
 * @error: what is damaged, or that it was cancelled
 *
 * Looks at one block, if one is due, and tells the store's sink. One that is damaged is replaced. Called
 * on a worker, which it keeps for as long as it takes to read the block.
 *
 * Returns: whether nothing was found
 */
gboolean
sg_store_verifier_step (SgStoreVerifier  *self,
                        GCancellable     *cancellable,
                        GError          **error)
{
  SgTimeMs now = sg_clock_now_ms (self->store->clock);
  g_autoptr (SgBlock) block = choose_block (self, now);
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (SgBlockMeta) meta = NULL;
  g_autoptr (GError) damage = NULL;
  char name[SG_ULID_LENGTH + 1];

  if (block == NULL)
    return TRUE;
  meta = sg_block_copy_meta (block);
  sg_ulid_print (&meta->ulid, name);
  sg_block_verify (block, cancellable, &damage);
  if (!g_error_matches (damage, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      sg_store_report (self->store, "consistency_check", name, started_us, meta->n_samples, damage);
      note_turn (self, name, damage, now);
    }
  if (g_error_matches (damage, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT))
    repair (self, block, damage, cancellable);
  if (damage == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&damage));
  return FALSE;
}

void
sg_store_verifier_get_stats (SgStoreVerifier      *self,
                             SgStoreVerifierStats *ret_stats)
{
  g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (self->store);

  SG_LOCK_SCOPE (&self->lock);
  *ret_stats = (SgStoreVerifierStats) {
    .n_blocks = blocks->len, .verified = self->verified, .last = self->last, .oldest = self->last
  };
  for (guint i = 0; i < blocks->len; i++)
    {
      const Turn *turn = find_turn (self, blocks->pdata[i]);

      ret_stats->oldest = turn != NULL ? MIN (ret_stats->oldest, turn->t) : 0;
      ret_stats->n_verified += turn != NULL;
      ret_stats->n_damaged += turn != NULL && turn->damage != NULL;
    }
}

/* Returns: (transfer full) (nullable): what is damaged, a line for each block that is there */
char *
sg_store_verifier_get_damage (SgStoreVerifier *self)
{
  g_autoptr (GPtrArray) blocks = sg_store_ref_blocks (self->store);
  g_autoptr (GString) text = g_string_new (NULL);

  SG_LOCK_SCOPE (&self->lock);
  for (guint i = 0; i < blocks->len; i++)
    {
      const Turn *turn = find_turn (self, blocks->pdata[i]);

      if (turn != NULL && turn->damage != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", turn->damage);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
