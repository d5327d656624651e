/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-verify-private.h"

#include "tsdb/sg-wal-reader.h"
#include "tsdb/sg-wal-record.h"
#include "tsdb/sg-wal-segments.h"

/*
 * A log: its checkpoint, and the segments behind it. After what is damaged it is gone on with the next
 * record that can be found, so that all of the damage is told.
 */
#define MAX_TRIES 3

/* What a log has, by what its records say. */
typedef struct
{
  guint64 n_records;
  guint64 n_unknown;
  GArray *series;
  GArray *samples;
  GArray *tombstones;
  GArray *exemplars;
  GArray *markers;
  GArray *metadata;
} Records;

static void
records_init (Records *self)
{
  *self = (Records) { 0 };
  self->series = sg_wal_series_array_new ();
  self->samples = g_array_new (FALSE, FALSE, sizeof (SgWalSample));
  self->tombstones = g_array_new (FALSE, FALSE, sizeof (SgWalTombstone));
  self->exemplars = sg_wal_exemplars_array_new ();
  self->markers = g_array_new (FALSE, FALSE, sizeof (SgWalMmapMarker));
  self->metadata = sg_wal_metadata_array_new ();
}

static void
records_clear (Records *self)
{
  g_array_unref (self->series);
  g_array_unref (self->samples);
  g_array_unref (self->tombstones);
  g_array_unref (self->exemplars);
  g_array_unref (self->markers);
  g_array_unref (self->metadata);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Records, records_clear)

static gboolean
decode_record (Records       *self,
               const guint8  *record,
               gsize          length,
               GError       **error)
{
  gboolean good = TRUE;

  switch (length > 0 ? record[0] : 0)
    {
    case SG_WAL_SERIES:
      good = sg_wal_decode_series (record, length, self->series, error);
      g_array_set_size (self->series, 0);
      break;
    case SG_WAL_SAMPLES:
      good = sg_wal_decode_samples (record, length, self->samples, error);
      g_array_set_size (self->samples, 0);
      break;
    case SG_WAL_TOMBSTONES:
      good = sg_wal_decode_tombstones (record, length, self->tombstones, error);
      g_array_set_size (self->tombstones, 0);
      break;
    case SG_WAL_EXEMPLARS:
      good = sg_wal_decode_exemplars (record, length, self->exemplars, error);
      g_array_set_size (self->exemplars, 0);
      break;
    case SG_WAL_MMAP_MARKERS:
      good = sg_wal_decode_mmap_markers (record, length, self->markers, error);
      g_array_set_size (self->markers, 0);
      break;
    case SG_WAL_METADATA:
      good = sg_wal_decode_metadata (record, length, self->metadata, error);
      g_array_set_size (self->metadata, 0);
      break;
    default:
      self->n_unknown++;
      break;
    }
  self->n_records++;
  return good;
}

/*
 * Takes what the reader, or who looked at its record, found. Returns: whether there may be more to read
 */
static gboolean
take_damage (SgVerification *self,
             SgWalReader    *reader,
             SgDamageList   *list,
             GError         *damage)
{
  gboolean torn = sg_wal_reader_get_damage (reader) == SG_WAL_DAMAGE_TORN;
  gboolean goes_on = sg_wal_reader_recover (reader);
  gboolean in_work =
      torn && self->writer != NULL
      && sg_wal_reader_get_bytes_read (reader) >= sg_wal_reader_get_bytes_total (reader);

  if (in_work)
    g_error_free (damage);
  else
    sg_damage_list_take (list, damage);
  return goes_on;
}

/* Reads one folder of segments. Returns: whether nobody has cancelled, and it could be listed */
static gboolean
read_records (SgVerification  *self,
              const char      *folder,
              guint64          first,
              Records         *records,
              SgDamageList    *list,
              GError         **error)
{
  g_autoptr (SgWalReader) reader = sg_wal_reader_new (folder, first, G_MAXUINT64, error);
  gboolean goes_on = TRUE;

  if (reader == NULL)
    return FALSE;
  while (goes_on)
    {
      GError *damage = NULL;
      const guint8 *record;
      gsize length;

      if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      if (sg_wal_reader_next (reader, &record, &length, &damage))
        {
          g_autoptr (GError) reason = NULL;

          if (!decode_record (records, record, length, &reason))
            sg_wal_reader_reject (reader, reason, &damage);
          if (records->n_records % 256 == 0)
            sg_verification_tell_progress (self, sg_wal_reader_get_bytes_read (reader));
        }
      else
        goes_on = damage != NULL;
      if (damage != NULL)
        goes_on = take_damage (self, reader, list, damage);
    }
  records->n_unknown += sg_wal_reader_get_n_unreadable (reader);
  records->n_records += sg_wal_reader_get_n_unreadable (reader);
  sg_verification_end_part (self, sg_wal_reader_get_bytes_total (reader));
  return TRUE;
}

static void
tell_log (SgVerification *self,
          const char     *name,
          const Records  *records)
{
  if (records->n_unknown > 0)
    sg_verification_tell_sound (self, name,
                                "%" G_GUINT64_FORMAT " records, %" G_GUINT64_FORMAT
                                " of them of kinds that are not known here",
                                records->n_records, records->n_unknown);
  else
    sg_verification_tell_sound (self, name, "%" G_GUINT64_FORMAT " records", records->n_records);
}

/* Reads the checkpoint and the segments behind it. */
static gboolean
read_log (SgVerification  *self,
          const char      *folder,
          Records         *records,
          gboolean        *ret_is_there,
          SgDamageList    *list,
          GError         **error)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, error);
  g_autofree char *checkpoint = NULL;
  guint64 first = 0;

  *ret_is_there = FALSE;
  if (segments == NULL || !sg_wal_find_checkpoint (folder, &checkpoint, &first, error))
    return FALSE;
  *ret_is_there = segments->len > 0 || checkpoint != NULL;
  if (checkpoint != NULL && !read_records (self, checkpoint, 0, records, list, error))
    return FALSE;
  if (checkpoint != NULL)
    first++;
  else if (segments->len > 0)
    first = ((const SgWalSegment *) segments->pdata[0])->index;
  return !*ret_is_there || read_records (self, folder, first, records, list, error);
}

/*
 * Looks at a log. A writer deletes what it needs no more while it is read: what is damaged is looked at
 * again then. Returns: whether everything was looked at
 */
gboolean
sg_verification_check_log (SgVerification  *self,
                           const char      *name,
                           GError         **error)
{
  g_autofree char *folder = g_build_filename (self->folder, name, NULL);
  guint tries = self->writer != NULL ? MAX_TRIES : 1;
  guint64 done = self->done;
  g_auto (SgDamageList) damage;
  gboolean is_there = FALSE;

  sg_damage_list_init (&damage);
  for (guint i = 0; i < tries; i++)
    {
      g_autoptr (GError) problem = NULL;
      g_auto (Records) records;

      records_init (&records);
      sg_damage_list_reset (&damage);
      self->done = done;
      if (!read_log (self, folder, &records, &is_there, &damage, &problem))
        {
          if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            {
              g_propagate_error (error, g_steal_pointer (&problem));
              return FALSE;
            }
          sg_damage_list_take (&damage, g_steal_pointer (&problem));
        }
      if (damage.errors->len > 0)
        continue;
      if (is_there)
        tell_log (self, name, &records);
      return sg_text_output_flush (self->out, error);
    }
  sg_verification_tell_damaged (self, name, &damage);
  return sg_text_output_flush (self->out, error);
}
