/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-verify-private.h"

#include "tsdb/sg-store-lock.h"
#include "tsdb/sg-tsdb-blocks.h"
#include "tsdb/sg-wal-segments.h"

/*
 * Reads every byte of a data directory that a checksum covers, and says of each part of it that it is
 * sound, or a line for each place that is not: the blocks, the full chunks of the head, the log with its
 * checkpoint, the log of samples out of order.
 *
 *   sound    01HF…: 3 series, 24 chunks, 1440 samples
 *   damaged  wal: …/wal/00000000: byte 1234: a checksum does not fit its bytes
 *   1 sound, 1 damaged
 *
 * Nothing is changed, so that a directory that somebody writes to can be looked at as well; what its
 * writer is in the middle of writing is no damage.
 */

void
sg_verification_tell_progress (SgVerification *self,
                               guint64         more)
{
  if (self->progress != NULL)
    self->progress (MIN (self->done + more, self->total), self->total, self->progress_data);
}

void
sg_verification_end_part (SgVerification *self,
                          guint64         bytes)
{
  self->done += bytes;
  sg_verification_tell_progress (self, 0);
}

void
sg_verification_tell_sound (SgVerification *self,
                            const char     *part,
                            const char     *format,
                            ...)
{
  va_list args;

  self->n_sound++;
  g_string_append_printf (self->out->text, "sound    %s: ", part);
  va_start (args, format);
  g_string_append_vprintf (self->out->text, format, args);
  va_end (args);
  g_string_append_c (self->out->text, '\n');
}

void
sg_verification_tell_damaged (SgVerification     *self,
                              const char         *part,
                              const SgDamageList *damage)
{
  self->n_damaged++;
  for (guint i = 0; i < damage->errors->len; i++)
    {
      const GError *error = damage->errors->pdata[i];

      g_string_append_printf (self->out->text, "damaged  %s: %s\n", part, error->message);
    }
  if (damage->n_more > 0)
    g_string_append_printf (self->out->text, "damaged  %s: and %" G_GUINT64_FORMAT " more\n", part,
                            damage->n_more);
}

static gboolean
verify_block (SgVerification  *self,
              SgBlock         *block,
              GError         **error)
{
  g_autoptr (SgBlockMeta) meta = sg_block_copy_meta (block);
  g_autofree char *name = g_path_get_basename (sg_block_get_folder (block));
  g_auto (SgDamageList) damage;

  sg_damage_list_init (&damage);
  if (!sg_block_find_damage (block, &damage, self->cancellable, error))
    return FALSE;
  if (damage.errors->len > 0)
    sg_verification_tell_damaged (self, name, &damage);
  else
    sg_verification_tell_sound (self, name,
                                "%" G_GUINT64_FORMAT " series, %" G_GUINT64_FORMAT
                                " chunks, %" G_GUINT64_FORMAT " samples",
                                meta->n_series, meta->n_chunks, meta->n_samples);
  sg_verification_end_part (self, sg_block_get_size (block));
  return sg_text_output_flush (self->out, error);
}

static gboolean
verify_blocks (SgVerification  *self,
               GPtrArray       *blocks,
               GPtrArray       *troubles,
               GError         **error)
{
  for (guint i = 0; i < blocks->len; i++)
    {
      if (!verify_block (self, blocks->pdata[i], error))
        return FALSE;
    }
  for (guint i = 0; i < troubles->len; i++)
    {
      self->n_damaged++;
      g_string_append_printf (self->out->text, "damaged  %s\n", (char *) troubles->pdata[i]);
    }
  return TRUE;
}

static guint64
folder_bytes (const char *folder,
              const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (path, NULL);
  guint64 bytes = 0;

  for (guint i = 0; segments != NULL && i < segments->len; i++)
    bytes += ((const SgWalSegment *) segments->pdata[i])->size;
  return bytes;
}

/* Sets how much there is to read, and who writes meanwhile. */
static void
look_around (SgVerification *self,
             GPtrArray      *blocks)
{
  g_autofree char *wal = g_build_filename (self->folder, "wal", NULL);
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (wal, NULL);
  const SgWalSegment *newest = NULL;

  if (segments != NULL && segments->len > 0)
    newest = segments->pdata[segments->len - 1];
  self->writer = sg_store_lock_find_holder (self->folder, newest != NULL ? newest->path : NULL);
  for (guint i = 0; i < blocks->len; i++)
    self->total += sg_block_get_size (blocks->pdata[i]);
  self->total += folder_bytes (self->folder, "chunks_head") + folder_bytes (self->folder, "wal")
                 + folder_bytes (self->folder, "wbl");
}

static gboolean
verify_all (SgVerification  *self,
            GPtrArray       *blocks,
            GPtrArray       *troubles,
            GError         **error)
{
  look_around (self, blocks);
  if (self->writer != NULL)
    g_string_append_printf (self->out->text, "note     %s writes to it meanwhile\n", self->writer);
  if (!verify_blocks (self, blocks, troubles, error) || !sg_verification_check_chunks (self, error)
      || !sg_verification_check_log (self, "wal", error)
      || !sg_verification_check_log (self, "wbl", error))
    return FALSE;
  g_string_append_printf (self->out->text, "%u sound, %u damaged\n", self->n_sound,
                          self->n_damaged);
  return sg_text_output_flush (self->out, error);
}

/**
 * sg_tsdb_verify:
 * @folder: a data directory
 * @out: where the text goes, a line for each part
 * @progress: (nullable) (scope call): is told how many bytes were read
 * @progress_data: for @progress
 * @ret_n_damaged: (out): how many parts are damaged
 * @cancellable: (nullable): ends it
 * @error: why it could not be told
 *
 * Returns: whether everything was looked at
 */
gboolean
sg_tsdb_verify (const char      *folder,
                GOutputStream   *out,
                SgTsdbProgress   progress,
                gpointer         progress_data,
                guint           *ret_n_damaged,
                GCancellable    *cancellable,
                GError         **error)
{
  g_autoptr (GPtrArray) troubles = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) blocks = sg_tsdb_open_blocks (folder, troubles, error);
  g_auto (SgTextOutput) text = { 0 };
  SgVerification self = { .folder = folder,
                          .out = &text,
                          .progress = progress,
                          .progress_data = progress_data,
                          .cancellable = cancellable };
  gboolean told;

  sg_text_output_init (&text, out, cancellable);
  if (blocks == NULL)
    return FALSE;
  told = verify_all (&self, blocks, troubles, error);
  g_free (self.writer);
  if (told)
    *ret_n_damaged = self.n_damaged;
  return told;
}
