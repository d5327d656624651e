/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-verify-private.h"

#include "tsdb/sg-map.h"
#include "tsdb/sg-mapped-chunk.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

/*
 * The full chunks of the head. Behind a damaged one it is gone on where its length says that the next one
 * is, if there is one; else with the next file.
 */
static gboolean
fail_chunk (const SgMap  *map,
            gsize         position,
            const char   *problem,
            GError      **error)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: byte %" G_GSIZE_FORMAT ": %s",
               sg_map_get_path (map), position, problem);
  return FALSE;
}

/* A chunk is not before the one of the same series that was written before it. */
static gboolean
check_chunk (const SgMap          *map,
             gsize                 position,
             const SgMappedChunk  *chunk,
             GHashTable           *ends,
             GError              **error)
{
  g_autofree SgTimeMs *times = NULL;
  g_autofree double *values = NULL;
  guint n = sg_chunk_count (&chunk->chunk);
  SgTimeMs *end = g_hash_table_lookup (ends, &chunk->series_ref);

  if (chunk->chunk.encoding == SG_CHUNK_XOR)
    {
      times = g_new (SgTimeMs, n);
      values = g_new (double, n);
      if (!sg_xor_chunk_decode (chunk->chunk.data, chunk->chunk.length, times, values, error))
        {
          g_prefix_error (error, "%s: byte %" G_GSIZE_FORMAT ": ", sg_map_get_path (map), position);
          return FALSE;
        }
      if (n == 0 || times[0] != chunk->min_time || times[n - 1] != chunk->max_time)
        return fail_chunk (map, position, "a chunk has other times than its head says", error);
    }
  if (chunk->out_of_order)
    return TRUE;
  if (end != NULL && *end >= chunk->min_time)
    return fail_chunk (map, position, "a chunk is not after the one before it of its series",
                       error);
  g_hash_table_insert (ends, g_memdup2 (&chunk->series_ref, sizeof chunk->series_ref),
                       g_memdup2 (&chunk->max_time, sizeof chunk->max_time));
  return TRUE;
}

/* What is between the chunks: nothing behind the last one, and all of it could be read. */
static gboolean
check_end (const SgMap  *map,
           gsize         position,
           GError      **error)
{
  const guint8 *data = sg_map_get_data (map);
  gsize length = sg_map_get_length (map);

  for (; position < length; position++)
    {
      if (data[position] != 0)
        return fail_chunk (map, position, "there is something behind the last chunk", error);
    }
  return !sg_map_is_faulted (map)
         || fail_chunk (map, length, "the file was cut, or its disk fails", error);
}

static void
verify_all_chunks (const SgMap  *map,
                   GHashTable   *ends,
                   guint64      *n_chunks,
                   SgDamageList *damage)
{
  gsize position = SG_MAPPED_CHUNKS_HEADER_LENGTH;
  const guint8 *data = sg_map_get_data (map);
  gsize length = sg_map_get_length (map);
  GError *problem = NULL;

  for (;;)
    {
      gsize begin = position;
      SgMappedChunk chunk;

      if (sg_mapped_chunk_read (data, length, &position, &chunk, &problem))
        {
          if (!check_chunk (map, begin, &chunk, ends, &problem))
            sg_damage_list_take (damage, g_steal_pointer (&problem));
          *n_chunks += 1;
          continue;
        }
      if (problem == NULL)
        break;
      g_prefix_error (&problem, "%s: ", sg_map_get_path (map));
      sg_damage_list_take (damage, g_steal_pointer (&problem));
      if (!sg_mapped_chunk_skip (data, length, &position))
        return;
    }
  if (!check_end (map, position, &problem))
    sg_damage_list_take (damage, problem);
}

static void
verify_chunk_file (const char   *path,
                   GHashTable   *ends,
                   guint64      *n_chunks,
                   SgDamageList *damage)
{
  GError *problem = NULL;
  g_autoptr (SgMap) map = sg_map_new (path, &problem);

  if (map == NULL)
    {
      sg_damage_list_take (damage, problem);
      return;
    }
  if (sg_map_get_length (map) == 0)
    return;
  if (!sg_mapped_chunks_check_header (sg_map_get_data (map), sg_map_get_length (map), &problem))
    {
      g_prefix_error (&problem, "%s: ", path);
      sg_damage_list_take (damage, problem);
      return;
    }
  verify_all_chunks (map, ends, n_chunks, damage);
}

/* Looks at the full chunks of the head. Returns: whether everything was looked at */
gboolean
sg_verification_check_chunks (SgVerification  *self,
                              GError         **error)
{
  g_autofree char *folder = g_build_filename (self->folder, "chunks_head", NULL);
  g_autoptr (GPtrArray) files = sg_wal_list_segments (folder, error);
  g_autoptr (GHashTable) ends = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_auto (SgDamageList) damage;
  guint64 n_chunks = 0;

  sg_damage_list_init (&damage);
  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      const SgWalSegment *file = files->pdata[i];
      gboolean in_work = self->writer != NULL && i + 1 == files->len;
      g_auto (SgDamageList) unfinished;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      sg_damage_list_init (&unfinished);
      verify_chunk_file (file->path, ends, &n_chunks, in_work ? &unfinished : &damage);
      sg_verification_end_part (self, file->size);
    }
  if (damage.errors->len > 0)
    sg_verification_tell_damaged (self, "chunks_head", &damage);
  else if (files->len > 0)
    sg_verification_tell_sound (self, "chunks_head", "%u files, %" G_GUINT64_FORMAT " chunks",
                                files->len, n_chunks);
  return sg_text_output_flush (self->out, error);
}
