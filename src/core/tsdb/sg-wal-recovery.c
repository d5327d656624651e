/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-reader-private.h"

/*
 * Reading on behind damage. The length of a fragment is right if one fragment after the other follows it
 * up to the end of the page; else the rest of the page is given up, since each page begins with a fragment.
 * What is left of a record whose beginning was damaged is passed over.
 */

/* Whether from a place to the end of its page there is one fragment behind the other, by their lengths. */
static gboolean
is_chain (const SgWalReader *self,
          gsize              position)
{
  gsize end = MIN (self->filled, (position / SG_WAL_PAGE_SIZE + 1) * SG_WAL_PAGE_SIZE);

  while (end - position >= SG_WAL_HEADER_LENGTH && self->buffer[position] != 0)
    {
      guint type = self->buffer[position] & SG_WAL_FRAGMENT_TYPES;
      gsize length = sg_wire_get_u16 (self->buffer + position + 1);

      if (type < SG_WAL_FRAGMENT_FULL || type > SG_WAL_FRAGMENT_LAST
          || SG_WAL_HEADER_LENGTH + length > end - position)
        return FALSE;
      position += SG_WAL_HEADER_LENGTH + length;
    }
  return sg_wal_is_zero (self->buffer + position, end - position);
}

/* Passes over a damaged fragment, if its length can be right, or else over the rest of its page. */
static void
pass_fragment (SgWalReader *self)
{
  gsize begin = self->fragment_begin;
  gsize page_end = (begin / SG_WAL_PAGE_SIZE + 1) * SG_WAL_PAGE_SIZE;
  gsize end = begin + SG_WAL_HEADER_LENGTH + sg_wire_get_u16 (self->buffer + begin + 1);

  self->position = MIN (page_end, self->filled);
  if (end < self->position && is_chain (self, end))
    self->position = end;
}

/**
 * sg_wal_reader_recover:
 * @self: a reader that has found damage
 *
 * Goes on behind the damage, with the next record that begins: for who wants to know how much is
 * damaged. Nothing may be repaired by the position afterwards.
 *
 * Returns: whether there may be more to read
 */
gboolean
sg_wal_reader_recover (SgWalReader *self)
{
  if (self->damage == SG_WAL_DAMAGE_NONE || self->recovery == SG_WAL_RECOVERY_NONE)
    return FALSE;
  self->damage = SG_WAL_DAMAGE_NONE;
  self->catching_up = TRUE;
  switch (self->recovery)
    {
    case SG_WAL_RECOVERY_FRAGMENT:
      self->position = self->fragment_begin;
      break;
    case SG_WAL_RECOVERY_AFTER_FRAGMENT:
      pass_fragment (self);
      break;
    case SG_WAL_RECOVERY_SEGMENT:
      sg_wal_reader_close_segment (self);
      break;
    case SG_WAL_RECOVERY_GAP:
      self->good.segment =
          ((const SgWalSegment *) self->segments->pdata[self->next_segment])->index;
      self->good.segment -= self->next_segment > 0;
      break;
    case SG_WAL_RECOVERY_HERE:
    case SG_WAL_RECOVERY_NONE:
    default:
      break;
    }
  return TRUE;
}
