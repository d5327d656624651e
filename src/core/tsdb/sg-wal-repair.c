/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-repair.h"

#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wal-segments.h"

#include <errno.h>
#include <unistd.h>

/*
 * A log ends where its last good record does. The end that an interrupted writer has left behind is cut
 * off: nobody was told that it is there. Anything else is kept aside first, the damaged segment as a
 * whole, and with it go the segments after it, since what they say may hang on what is lost. So the
 * numbers that are left have no gap.
 */

static char *
name_in (const char         *name,
         const SgWalSegment *segment)
{
  return g_strdup_printf ("%s/%08" G_GUINT64_FORMAT, name, segment->index);
}

static gboolean
cut (const SgWalSegment  *segment,
     guint64              offset,
     GError             **error)
{
  if (truncate (segment->path, (off_t) offset) == 0)
    return TRUE;
  return sg_tsdb_fail_errno (error, errno, segment->path, "cut");
}

static gboolean
is_last_with_bytes (const GPtrArray *segments,
                    guint            i)
{
  for (i++; i < segments->len; i++)
    {
      if (((const SgWalSegment *) segments->pdata[i])->size > 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
drop (const SgWalSegment  *segment,
      const char          *place,
      SgStoreAside        *aside,
      GError             **error)
{
  if (segment->size > 0)
    return sg_store_aside_move (aside, segment->path, place, error);
  return unlink (segment->path) == 0 || sg_tsdb_fail_errno (error, errno, segment->path, "delete");
}

static gboolean
repair_segment (const SgWalSegment  *segment,
                const char          *name,
                SgWalDamage          damage,
                gboolean             is_last,
                SgWalPosition        end,
                SgStoreAside        *aside,
                GError             **error)
{
  g_autofree char *place = name_in (name, segment);
  gboolean torn = damage == SG_WAL_DAMAGE_TORN && is_last;

  if (segment->index > end.segment)
    return drop (segment, place, aside, error);
  if (segment->index < end.segment || damage == SG_WAL_DAMAGE_GAP)
    return TRUE;
  if (!torn && !sg_store_aside_copy (aside, segment->path, place, error))
    return FALSE;
  return cut (segment, end.offset, error);
}

/**
 * sg_wal_repair:
 * @folder: a log, or a checkpoint
 * @name: its path in the data directory
 * @damage: what a reader has found
 * @end: where the good records end
 * @aside: where the rest goes
 * @error: why it cannot be repaired
 *
 * Returns: whether the log ends with its last good record now
 */
gboolean
sg_wal_repair (const char     *folder,
               const char     *name,
               SgWalDamage     damage,
               SgWalPosition   end,
               SgStoreAside   *aside,
               GError        **error)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, error);

  if (segments == NULL)
    return FALSE;
  for (guint i = 0; i < segments->len; i++)
    {
      if (!repair_segment (segments->pdata[i], name, damage, is_last_with_bytes (segments, i), end,
                           aside, error))
        return FALSE;
    }
  return sg_folder_sync (folder, error);
}
