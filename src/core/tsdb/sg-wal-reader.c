/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-reader-private.h"

#include "sg-config.h"
#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-tsdb-error.h"

#include <errno.h>
#include <fcntl.h>
#include <snappy-c.h>
#include <unistd.h>
#ifdef SG_HAVE_ZSTD
#include <zstd.h>
#endif

/*
 * The format stands in sg-wal-segments.h. Pages are read eight at a time. A record in one fragment is
 * handed out where it lies in the buffer; one of several is put together beside it.
 *
 * After each whole record @good is the place behind it: when the next one is not whole, that is where
 * the segment is to be cut. A record that ends exactly where a segment does leaves @good there, and the
 * next segment's damage is told with an offset of 0 in that segment.
 */
#define BUFFER_SIZE (8 * SG_WAL_PAGE_SIZE)

/* Snappy's longest copy, 64 bytes, takes three; a length that claims more than that is a lie. */
#define SNAPPY_MAX_RATIO 32
#define ZSTD_MAX_LENGTH  (256 * 1024 * 1024)

typedef struct
{
  guint8 flags;
  const guint8 *data;
  gsize length;
} Fragment;

/**
 * sg_wal_reader_new:
 * @folder: a log's folder, or a checkpoint's
 * @first: the first segment to read
 * @last: the last one
 * @error: why the folder cannot be listed
 *
 * Segments with other numbers are passed over; that @first is not there is a gap, unless there are
 * none at all.
 *
 * Returns: (transfer full): a reader before the first record
 */
SgWalReader *
sg_wal_reader_new (const char  *folder,
                   guint64      first,
                   guint64      last,
                   GError     **error)
{
  g_autoptr (GPtrArray) segments = sg_wal_list_segments (folder, error);
  SgWalReader *self;

  if (segments == NULL)
    return NULL;
  self = g_new0 (SgWalReader, 1);
  self->segments = g_steal_pointer (&segments);
  self->buffer = g_malloc (BUFFER_SIZE);
  self->fd = -1;
  self->good.segment = first;
  for (guint i = 0; i < self->segments->len;)
    {
      const SgWalSegment *segment = g_ptr_array_index (self->segments, i);

      if (segment->index < first || segment->index > last)
        g_ptr_array_remove_index (self->segments, i);
      else
        {
          self->bytes_total += segment->size;
          i++;
        }
    }
  return self;
}

/* Ends the reading of a segment; the next one is read on. */
void
sg_wal_reader_close_segment (SgWalReader *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  if (self->segment != NULL)
    self->bytes_before += self->segment->size;
  self->segment = NULL;
}

void
sg_wal_reader_free (SgWalReader *self)
{
  sg_wal_reader_close_segment (self);
  g_ptr_array_unref (self->segments);
  sg_wire_writer_clear (&self->joined);
  sg_wire_writer_clear (&self->plain);
  g_free (self->buffer);
  g_free (self);
}

static guint64
file_offset (const SgWalReader *self)
{
  return self->buffer_offset + self->position;
}

static gboolean
fail (SgWalReader  *self,
      SgWalDamage   damage,
      GError      **error,
      const char   *problem)
{
  self->damage = damage;
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "%s: byte %" G_GUINT64_FORMAT ": %s",
               self->segment->path, file_offset (self), problem);
  return FALSE;
}

static gboolean
open_segment (SgWalReader  *self,
              GError      **error)
{
  const SgWalSegment *segment = g_ptr_array_index (self->segments, self->next_segment);
  guint64 expected = self->next_segment == 0 ? self->good.segment : self->good.segment + 1;

  if (segment->index != expected)
    {
      self->damage = SG_WAL_DAMAGE_GAP;
      self->recovery = SG_WAL_RECOVERY_GAP;
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT,
                   "%s: segment %08" G_GUINT64_FORMAT " is missing before it", segment->path,
                   expected);
      return FALSE;
    }
  self->fd = open (segment->path, O_RDONLY | O_CLOEXEC);
  if (self->fd < 0)
    return sg_tsdb_fail_errno (error, errno, segment->path, "open");
  posix_fadvise (self->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  self->segment = segment;
  self->next_segment++;
  self->buffer_offset = 0;
  self->filled = self->position = 0;
  self->good = (SgWalPosition) { segment->index, 0 };
  return TRUE;
}

/* Reads the next pages. At the end of the segment nothing is in the buffer afterwards. */
static gboolean
fill (SgWalReader  *self,
      GError      **error)
{
  guint64 offset = self->buffer_offset + self->filled;
  gboolean short_page = self->filled % SG_WAL_PAGE_SIZE != 0;

  self->buffer_offset = offset;
  self->filled = self->position = 0;
  while (!short_page && self->filled < BUFFER_SIZE)
    {
      ssize_t n = pread (self->fd, self->buffer + self->filled, BUFFER_SIZE - self->filled,
                         (off_t) (offset + self->filled));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return sg_tsdb_fail_errno (error, errno, self->segment->path, "read");
      if (n == 0)
        break;
      self->filled += (gsize) n;
    }
  return TRUE;
}

gboolean
sg_wal_is_zero (const guint8 *bytes,
                gsize         n)
{
  return n == 0 || (bytes[0] == 0 && memcmp (bytes, bytes + 1, n - 1) == 0);
}

/* Passes over zeros up to the end of the page. Returns: whether all of it was zero. */
static gboolean
skip_padding (SgWalReader *self,
              gsize        n)
{
  if (!sg_wal_is_zero (self->buffer + self->position, n))
    return FALSE;
  self->position += n;
  return TRUE;
}

static gboolean
parse_fragment (SgWalReader  *self,
                gsize         page_left,
                gsize         left,
                Fragment     *fragment,
                GError      **error)
{
  const guint8 *p = self->buffer + self->position;

  self->fragment_begin = self->position;
  self->recovery = SG_WAL_RECOVERY_SEGMENT;
  if (left < SG_WAL_HEADER_LENGTH)
    return fail (self, SG_WAL_DAMAGE_TORN, error, "the segment ends within a header");
  fragment->flags = p[0];
  fragment->length = sg_wire_get_u16 (p + 1);
  fragment->data = p + SG_WAL_HEADER_LENGTH;
  self->recovery = SG_WAL_RECOVERY_AFTER_FRAGMENT;
  if (SG_WAL_HEADER_LENGTH + fragment->length > page_left)
    return fail (self, SG_WAL_DAMAGE_BAD, error, "a fragment is longer than its page");
  if (SG_WAL_HEADER_LENGTH + fragment->length > left)
    {
      self->recovery = SG_WAL_RECOVERY_SEGMENT;
      return fail (self, SG_WAL_DAMAGE_TORN, error, "the segment ends within a fragment");
    }
  if (sg_crc32c (0, fragment->data, fragment->length) != sg_wire_get_u32 (p + 3))
    return fail (self, SG_WAL_DAMAGE_BAD, error, "a checksum does not fit its bytes");
  self->position += SG_WAL_HEADER_LENGTH + fragment->length;
  self->recovery = SG_WAL_RECOVERY_HERE;
  return TRUE;
}

/*
 * Reads a fragment of this segment. At its end @fragment->data is %NULL; the buffer keeps what a
 * fragment points to until the next one is asked for.
 */
static gboolean
next_fragment (SgWalReader  *self,
               Fragment     *fragment,
               GError      **error)
{
  for (;;)
    {
      gsize page_left;
      gsize left;

      self->recovery = SG_WAL_RECOVERY_NONE;
      if (self->position == self->filled && !fill (self, error))
        return FALSE;
      fragment->data = NULL;
      if (self->filled == 0)
        return TRUE;
      page_left = SG_WAL_PAGE_SIZE - self->position % SG_WAL_PAGE_SIZE;
      left = MIN (page_left, self->filled - self->position);
      if (page_left >= SG_WAL_HEADER_LENGTH && self->buffer[self->position] != 0)
        return parse_fragment (self, page_left, left, fragment, error);
      if (!skip_padding (self, left))
        {
          self->fragment_begin = self->position;
          self->recovery = SG_WAL_RECOVERY_AFTER_FRAGMENT;
          return fail (self, SG_WAL_DAMAGE_BAD, error, "the rest of the page is not zero");
        }
    }
}

/* Whether a fragment of this kind can follow. */
static gboolean
check_order (SgWalReader     *self,
             const Fragment  *fragment,
             gboolean         begun,
             GError         **error)
{
  if (fragment->flags & ~(SG_WAL_FRAGMENT_TYPES | SG_WAL_FRAGMENT_SNAPPY | SG_WAL_FRAGMENT_ZSTD))
    return fail (self, SG_WAL_DAMAGE_BAD, error, "a fragment with unknown flags");
  switch (fragment->flags & SG_WAL_FRAGMENT_TYPES)
    {
    case SG_WAL_FRAGMENT_FULL:
    case SG_WAL_FRAGMENT_FIRST:
      if (!begun)
        return TRUE;
      self->recovery = SG_WAL_RECOVERY_FRAGMENT;
      return fail (self, SG_WAL_DAMAGE_BAD, error, "a record begins within another");
    case SG_WAL_FRAGMENT_MIDDLE:
    case SG_WAL_FRAGMENT_LAST:
      return begun || fail (self, SG_WAL_DAMAGE_BAD, error, "a record goes on that has not begun");
    default:
      return fail (self, SG_WAL_DAMAGE_BAD, error, "a fragment of an unknown kind");
    }
}

/* Whether this belongs to a record whose beginning was damaged. */
static gboolean
is_rest (SgWalReader    *self,
         const Fragment *fragment)
{
  guint type = fragment->flags & SG_WAL_FRAGMENT_TYPES;

  self->catching_up =
      self->catching_up && (type == SG_WAL_FRAGMENT_MIDDLE || type == SG_WAL_FRAGMENT_LAST);
  return self->catching_up;
}

/*
 * Reads one record of this segment, still compressed. @ret_data is %NULL at the end of the segment.
 */
static gboolean
read_record (SgWalReader   *self,
             const guint8 **ret_data,
             gsize         *ret_length,
             guint8        *ret_flags,
             GError       **error)
{
  gboolean begun = FALSE;
  Fragment fragment;

  sg_wire_writer_reset (&self->joined);
  for (;;)
    {
      guint type;

      if (!next_fragment (self, &fragment, error))
        return FALSE;
      if (fragment.data == NULL && begun)
        {
          self->recovery = SG_WAL_RECOVERY_SEGMENT;
          return fail (self, SG_WAL_DAMAGE_TORN, error, "the segment ends within a record");
        }
      if (fragment.data != NULL && is_rest (self, &fragment))
        continue;
      if (fragment.data != NULL && !check_order (self, &fragment, begun, error))
        return FALSE;
      type = fragment.flags & SG_WAL_FRAGMENT_TYPES;
      if (fragment.data == NULL || type == SG_WAL_FRAGMENT_FULL)
        break;
      begun = TRUE;
      sg_wire_put_bytes (&self->joined, fragment.data, fragment.length);
      if (type == SG_WAL_FRAGMENT_LAST)
        {
          fragment.data = self->joined.data;
          fragment.length = self->joined.length;
          break;
        }
    }
  *ret_data = fragment.data;
  *ret_length = fragment.length;
  *ret_flags = fragment.flags;
  return TRUE;
}

static gboolean
expand_snappy (SgWalReader   *self,
               const guint8 **data,
               gsize         *length,
               GError       **error)
{
  size_t expanded;

  if (snappy_uncompressed_length ((const char *) *data, *length, &expanded) != SNAPPY_OK
      || expanded > *length * SNAPPY_MAX_RATIO)
    return fail (self, SG_WAL_DAMAGE_BAD, error, "a compressed record lies about its length");
  sg_wire_writer_reset (&self->plain);
  sg_wire_writer_reserve (&self->plain, MAX (expanded, 1));
  if (snappy_uncompress ((const char *) *data, *length, (char *) self->plain.data, &expanded)
      != SNAPPY_OK)
    return fail (self, SG_WAL_DAMAGE_BAD, error, "a record is not what snappy makes");
  *data = self->plain.data;
  *length = expanded;
  return TRUE;
}

#ifdef SG_HAVE_ZSTD
/* Piece by piece, for a frame that does not say how long it becomes. */
static gboolean
expand_zstd_pieces (SgWalReader   *self,
                    const guint8 **data,
                    gsize         *length,
                    GError       **error)
{
  ZSTD_DStream *stream = ZSTD_createDStream ();
  ZSTD_inBuffer in = { *data, *length, 0 };
  ZSTD_outBuffer out = { NULL, 0, 0 };
  size_t left = 1;

  sg_wire_writer_reset (&self->plain);
  while (left != 0 && !ZSTD_isError (left) && out.pos < ZSTD_MAX_LENGTH)
    {
      size_t before = in.pos;

      self->plain.length = out.pos;
      sg_wire_writer_reserve (&self->plain, ZSTD_DStreamOutSize ());
      out = (ZSTD_outBuffer) { self->plain.data, out.pos + ZSTD_DStreamOutSize (), out.pos };
      left = ZSTD_decompressStream (stream, &out, &in);
      if (in.pos == before && in.pos == in.size && out.pos < out.size)
        break;
    }
  ZSTD_freeDStream (stream);
  if (left != 0 || in.pos != in.size)
    return fail (self, SG_WAL_DAMAGE_BAD, error, "a record is not what zstd makes");
  *data = self->plain.data;
  *length = out.pos;
  return TRUE;
}

static gboolean
expand_zstd (SgWalReader   *self,
             const guint8 **data,
             gsize         *length,
             GError       **error)
{
  unsigned long long claimed = ZSTD_getFrameContentSize (*data, *length);
  size_t expanded;

  if (claimed == ZSTD_CONTENTSIZE_UNKNOWN)
    return expand_zstd_pieces (self, data, length, error);
  if (claimed > ZSTD_MAX_LENGTH)
    return fail (self, SG_WAL_DAMAGE_BAD, error, "a compressed record lies about its length");
  sg_wire_writer_reset (&self->plain);
  sg_wire_writer_reserve (&self->plain, MAX (claimed, 1));
  expanded = ZSTD_decompress (self->plain.data, claimed, *data, *length);
  if (ZSTD_isError (expanded))
    return fail (self, SG_WAL_DAMAGE_BAD, error, "a record is not what zstd makes");
  *data = self->plain.data;
  *length = expanded;
  return TRUE;
}
#endif

/* Returns: %TRUE with no data when the record cannot be read with what this program was built with. */
static gboolean
expand (SgWalReader   *self,
        guint8         flags,
        const guint8 **data,
        gsize         *length,
        GError       **error)
{
  if (*length > 0 && flags & SG_WAL_FRAGMENT_SNAPPY)
    return expand_snappy (self, data, length, error);
#ifdef SG_HAVE_ZSTD
  if (*length > 0 && flags & SG_WAL_FRAGMENT_ZSTD)
    return expand_zstd (self, data, length, error);
#endif
  if (flags & SG_WAL_FRAGMENT_ZSTD)
    {
      self->n_unreadable++;
      *data = NULL;
    }
  return TRUE;
}

/**
 * sg_wal_reader_next:
 * @self: a reader
 * @ret_record: (out): the next record, valid until the next call; untouched at the end
 * @ret_length: (out): its length
 * @error: the damage that reading stopped at, or that the system refused to read; not set at the end
 *
 * After an error there is nothing more to read: sg_wal_reader_get_damage() and
 * sg_wal_reader_get_position() say what was found and where the good records end.
 *
 * Returns: whether there was one
 */
gboolean
sg_wal_reader_next (SgWalReader   *self,
                    const guint8 **ret_record,
                    gsize         *ret_length,
                    GError       **error)
{
  const guint8 *data;
  gsize length;
  guint8 flags;

  while (self->damage == SG_WAL_DAMAGE_NONE)
    {
      if (self->segment != NULL)
        self->good.offset = file_offset (self);
      else if (self->next_segment == self->segments->len || !open_segment (self, error))
        return FALSE;
      if (!read_record (self, &data, &length, &flags, error))
        return FALSE;
      if (data == NULL)
        {
          sg_wal_reader_close_segment (self);
          continue;
        }
      if (!expand (self, flags, &data, &length, error))
        return FALSE;
      if (data == NULL)
        continue;
      *ret_record = data;
      *ret_length = length;
      return TRUE;
    }
  return FALSE;
}

/**
 * sg_wal_reader_reject:
 * @self: a reader
 * @reason: what is wrong with the contents of the record that was read last
 * @error: (out): the same, with the place of the record
 *
 * Treats a record whose checksum is right and whose contents are not as the damage that it is.
 *
 * Returns: %FALSE
 */
gboolean
sg_wal_reader_reject (SgWalReader   *self,
                      const GError  *reason,
                      GError       **error)
{
  g_autofree char *problem = g_strdup_printf ("in the record that ends here: %s", reason->message);

  return fail (self, SG_WAL_DAMAGE_BAD, error, problem);
}

SgWalDamage
sg_wal_reader_get_damage (SgWalReader *self)
{
  return self->damage;
}

/**
 * sg_wal_reader_get_position:
 * @self: a reader
 *
 * Returns: before the record that was read last, which is where the good ones end when it, or the one
 *   after it, is damaged
 */
SgWalPosition
sg_wal_reader_get_position (SgWalReader *self)
{
  return self->good;
}

guint64
sg_wal_reader_get_bytes_read (SgWalReader *self)
{
  return self->bytes_before + (self->segment != NULL ? file_offset (self) : 0);
}

guint64
sg_wal_reader_get_bytes_total (SgWalReader *self)
{
  return self->bytes_total;
}

/* Returns: how many records were passed over because their compression is not known here. */
guint64
sg_wal_reader_get_n_unreadable (SgWalReader *self)
{
  return self->n_unreadable;
}
