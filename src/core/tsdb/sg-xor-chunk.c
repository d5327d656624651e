/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-xor-chunk.h"

#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wire.h"

/*
 * The XOR chunk of Prometheus, byte for byte: times as differences of differences, values as the
 * bits that differ from the value before.
 *
 *   chunk  = count:u16  first  [ second  { other } ]  zero bits up to the next whole byte
 *   first  = time:varint  value:64 bits
 *   second = delta:uvarint  xor
 *   other  = dod  xor
 *
 * A time's delta is its distance to the time before, a 64-bit number that may wrap; dod is the
 * distance between two deltas, as a signed number. Bits stand most significant first.
 *
 *   dod 0                       0
 *   -8191 <= dod <= 8192        10    14 bits
 *   -65535 <= dod <= 65536      110   17 bits
 *   -524287 <= dod <= 524288    1110  20 bits
 *   any                         1111  64 bits
 *
 * So of the values that n bits can hold the one with only its top bit set counts as positive. The
 * xor of a value's 64 bits with those of the value before is
 *
 *   zero                                     0
 *   within the window of the xor before      10  the window's bits
 *   else                                     11  leading:5 bits  length:6 bits  the bits
 *
 * The window begins after the leading zeros, of which at most 31 are counted, and ends before the
 * trailing ones; a length of 64 is written as 0. It stays until another is written. Some writers that
 * take up a chunk in which no xor was ever written use all 64 bits as the window, without a word;
 * here a new one is written, as at the first xor of all.
 *
 * Prometheus before 2.55 sometimes leaves a whole byte of padding at the end; what follows the last
 * sample counts for nothing.
 */

#define NO_WINDOW     0xff
#define MAX_LEADING   31
#define HEADER_LENGTH 2

#define FIRST_CAPACITY 64

static inline guint
window_bits (guint leading,
             guint trailing)
{
  return 64 - leading - trailing;
}

void
sg_xor_appender_init (SgXorAppender *self)
{
  *self = (SgXorAppender) { .leading = NO_WINDOW };
}

void
sg_xor_appender_clear (SgXorAppender *self)
{
  g_free (self->data);
  sg_xor_appender_init (self);
}

/**
 * sg_xor_appender_steal:
 * @self: a chunk
 * @ret_length: (out): how many bytes it has
 *
 * Ends the chunk; @self is empty afterwards and ready for the next one.
 *
 * Returns: (transfer full) (nullable): the bytes, in no more memory than they need; %NULL when
 * there was no sample
 */
guint8 *
sg_xor_appender_steal (SgXorAppender *self,
                       gsize         *ret_length)
{
  gsize length = sg_xor_appender_length (self);
  guint8 *data = g_realloc (g_steal_pointer (&self->data), length);

  sg_xor_appender_init (self);
  *ret_length = length;
  return data;
}

static void
reserve (SgXorAppender *self)
{
  gsize needed = self->n_bits / 8 + SG_XOR_APPENDER_ROOM;

  if (G_LIKELY (needed <= self->capacity))
    return;
  self->capacity = MAX (MAX (FIRST_CAPACITY, needed), self->capacity + self->capacity / 2);
  self->data = g_realloc (self->data, self->capacity);
}

/* Bits that are to be appended: the low @n of @bits, the others zero. */
typedef struct
{
  guint64 bits;
  guint n;
} Piece;

/*
 * Appends 1 to 64 bits. What is behind the place is overwritten with zeros: nothing has ever been
 * written there. Nothing here branches, because which of the forms a value takes is as good as random.
 */
static inline void
put (SgXorAppender *self,
     Piece          piece)
{
  guint8 *p = self->data + self->n_bits / 8;
  guint used = self->n_bits % 8;
  guint64 kept = (guint64) (*p & (0xff00 >> used)) << 56;
  guint64 bits = piece.bits << (64 - piece.n);

  sg_wire_set_u64 (p, kept | bits >> used);
  p[8] = (guint8) (bits << (8 - used));
  self->n_bits += piece.n;
}

static inline Piece
delta_of_delta_piece (gint64 dod)
{
  if (G_LIKELY (dod == 0))
    return (Piece) { 0, 1 };
  if (dod >= -8191 && dod <= 8192)
    return (Piece) { 0x2 << 14 | ((guint64) dod & 0x3fff), 2 + 14 };
  if (dod >= -65535 && dod <= 65536)
    return (Piece) { 0x6 << 17 | ((guint64) dod & 0x1ffff), 3 + 17 };
  return (Piece) { 0xe << 20 | ((guint64) dod & 0xfffff), 4 + 20 };
}

/* Appends a sample's time, already in bits, 32 at most, and its xor. */
static inline void
put_sample (SgXorAppender *self,
            Piece          head,
            guint64        difference)
{
  guint leading = MIN (__builtin_clzll (difference | 1), MAX_LEADING);
  guint trailing = __builtin_ctzll (difference | G_GUINT64_CONSTANT (1) << 63);
  guint width = window_bits (leading, trailing);
  gboolean fits = (leading >= self->leading) & (trailing >= self->trailing);
  Piece window = { 0x3 << 11 | leading << 6 | (width & 63), 2 + 5 + 6 };

  if (difference == 0)
    {
      put (self, (Piece) { head.bits << 1, head.n + 1 });
      return;
    }
  window = fits ? (Piece) { 0x2, 2 } : window;
  self->leading = fits ? self->leading : leading;
  self->trailing = fits ? self->trailing : trailing;
  width = window_bits (self->leading, self->trailing);
  put (self, (Piece) { head.bits << window.n | window.bits, head.n + window.n });
  put (self, (Piece) { difference >> self->trailing, width });
}

static inline void
put_other (SgXorAppender *self,
           gint64         dod,
           guint64        difference)
{
  if (G_LIKELY (dod >= -524287 && dod <= 524288))
    {
      put_sample (self, delta_of_delta_piece (dod), difference);
      return;
    }
  put (self, (Piece) { 0xf, 4 });
  put (self, (Piece) { (guint64) dod >> 32, 32 });
  put_sample (self, (Piece) { (guint64) dod & G_MAXUINT32, 32 }, difference);
}

static void
append_first (SgXorAppender *self,
              SgTimeMs       t,
              guint64        value)
{
  gsize n = HEADER_LENGTH;

  n += sg_wire_set_uvarint (self->data + n, sg_wire_zigzag (t));
  sg_wire_set_u64 (self->data + n, value);
  self->n_bits = (n + 8) * 8;
}

/**
 * sg_xor_appender_append:
 * @self: a chunk
 * @t: when, later than the sample before
 * @value: what, any bits
 *
 * Returns: whether it was appended; it was not when the chunk has all the samples that it can
 * count, or when @t is not later
 */
gboolean
sg_xor_appender_append (SgXorAppender *self,
                        SgTimeMs       t,
                        double         value)
{
  guint64 bits = sg_double_to_bits (value);
  guint64 delta = (guint64) t - (guint64) self->t;

  if (self->n_samples == SG_XOR_CHUNK_MAX_SAMPLES || (self->n_samples > 0 && t <= self->t))
    return FALSE;
  reserve (self);
  if (G_LIKELY (self->n_samples > 1))
    put_other (self, (gint64) (delta - self->delta), bits ^ self->value);
  else if (self->n_samples == 1)
    {
      self->n_bits += 8 * sg_wire_set_uvarint (self->data + self->n_bits / 8, delta);
      put_sample (self, (Piece) { 0, 0 }, bits ^ self->value);
    }
  else
    {
      append_first (self, t, bits);
      delta = 0;
    }
  self->n_samples++;
  sg_wire_set_u16 (self->data, self->n_samples);
  self->t = t;
  self->delta = delta;
  self->value = bits;
  return TRUE;
}

/**
 * sg_xor_appender_resume:
 * @self: an appender that is empty
 * @data: a chunk
 * @length: how many bytes it has
 *
 * Copies a chunk so that it can be appended to as if it had never been left.
 *
 * Returns: whether the chunk is sound; when not, @self stays empty
 */
gboolean
sg_xor_appender_resume (SgXorAppender  *self,
                        const guint8   *data,
                        gsize           length,
                        GError        **error)
{
  g_autoptr (GError) problem = NULL;
  SgXorIter iter;
  SgTimeMs t;
  double value;
  guint64 before = 0;
  gboolean has_window = FALSE;

  sg_xor_iter_init (&iter, data, length);
  for (; sg_xor_iter_next (&iter, &t, &value, &problem); before = iter.cursor.value)
    has_window |= iter.n_read > 1 && iter.cursor.value != before;
  if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (iter.n_read == 0)
    return TRUE;
  self->n_bits = iter.cursor.bit;
  self->n_samples = iter.n_read;
  self->leading = has_window ? 64 - iter.cursor.width - iter.cursor.trailing : NO_WINDOW;
  self->trailing = iter.cursor.trailing;
  self->t = iter.cursor.t;
  self->delta = iter.cursor.delta;
  self->value = iter.cursor.value;
  reserve (self);
  memcpy (self->data, data, sg_xor_appender_length (self));
  if (self->n_bits % 8 != 0)
    self->data[self->n_bits / 8] &= (guint8) (0xff << (8 - self->n_bits % 8));
  return TRUE;
}
