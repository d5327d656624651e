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
 *
 * Reading has one routine for all: it decodes one sample from a place after which SAFE_BYTES can be
 * read. The last samples of a chunk, behind which there may be anything, are first copied to a
 * place that has so many. Nothing is checked bit by bit; after each sample from the copy, and at
 * the end, one comparison says whether more bits were taken than there are.
 */

#define NO_WINDOW   0xff
#define MAX_LEADING 31

/* A sample ends after at most 145 bits, from bit 7 of a byte; the last load begins before that. */
#define SAFE_BYTES SG_XOR_APPENDER_ROOM

#define FIRST_CAPACITY 64

#define HEADER_LENGTH 2

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
  gsize needed = self->n_bits / 8 + SAFE_BYTES;

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

/*
 * The reader's window is its @width and the @trailing zeros; more than 64 together are damage that
 * @bad remembers, and neither ever leaves the range in which shifting by it is defined.
 */

/* At least 57 bits from bit @bit on. */
static inline guint64
peek (const guint8 *data,
      gsize         bit)
{
  return sg_wire_get_u64 (data + bit / 8) << (bit % 8);
}

/* All 64 bits from bit @bit on. */
static inline guint64
peek_all (const guint8 *data,
          gsize         bit)
{
  return peek (data, bit) | (guint64) (data[bit / 8 + 8] >> (8 - bit % 8));
}

static inline gint64
read_delta_of_delta (SgXorCursor  *cursor,
                     const guint8 *data,
                     guint64       word)
{
  guint ones = __builtin_clzll (~word | G_GUINT64_CONSTANT (1) << 59);
  guint n = 11 + 3 * ones;
  guint64 bits;

  if (ones == 4)
    {
      cursor->bit += 4 + 64;
      return (gint64) peek_all (data, cursor->bit - 64);
    }
  bits = word << (ones + 1) >> (64 - n);
  cursor->bit += ones + 1 + n;
  return (gint64) bits - (bits > G_GUINT64_CONSTANT (1) << (n - 1) ? (gint64) 1 << n : 0);
}

static inline void
read_xor (SgXorCursor  *cursor,
          const guint8 *data,
          guint64       word)
{
  if ((gint64) word >= 0)
    {
      cursor->bit += 1;
      return;
    }
  if (word & G_GUINT64_CONSTANT (1) << 62)
    {
      guint leading = (word >> 57) & 31;
      guint width = (word >> 51) & 63;

      cursor->width = width == 0 ? 64 : width;
      cursor->bad |= leading + cursor->width > 64;
      cursor->trailing = (64 - leading - cursor->width) & 63;
      cursor->bit += 2 + 5 + 6;
    }
  else
    cursor->bit += 2;
  cursor->value ^= peek_all (data, cursor->bit) >> (64 - cursor->width) << cursor->trailing;
  cursor->bit += cursor->width;
}

static inline void
read_other (SgXorCursor  *cursor,
            const guint8 *data)
{
  guint64 word = peek (data, cursor->bit);
  SgTimeMs before = cursor->t;

  if (G_LIKELY ((gint64) word >= 0))
    {
      cursor->bit += 1;
      word <<= 1;
    }
  else
    {
      cursor->delta += (guint64) read_delta_of_delta (cursor, data, word);
      word = peek (data, cursor->bit);
    }
  cursor->t = (SgTimeMs) ((guint64) cursor->t + cursor->delta);
  cursor->bad |= cursor->t <= before;
  read_xor (cursor, data, word);
}

static gboolean
fail (GError     **error,
      gsize        byte,
      const char  *problem)
{
  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_CORRUPT, "XOR chunk: byte %zu: %s", byte,
               problem);
  return FALSE;
}

static gboolean
check (const SgXorCursor  *cursor,
       gsize               length,
       GError            **error)
{
  if (cursor->bit > length * 8)
    return fail (error, length, "the data end within a sample: the chunk was cut");
  if (cursor->bad)
    return fail (
        error, (cursor->bit - 1) / 8,
        "a time that does not rise, or a value of more than 64 bits: the chunk is damaged");
  return TRUE;
}

static gboolean
read_first (SgXorCursor   *cursor,
            const guint8  *data,
            gsize          length,
            GError       **error)
{
  SgWireReader reader;

  sg_wire_reader_init (&reader, data, length);
  sg_wire_read_u16 (&reader);
  *cursor = (SgXorCursor) { .width = 64 };
  cursor->t = sg_wire_read_varint (&reader);
  cursor->value = sg_wire_read_u64 (&reader);
  if (reader.failed)
    return fail (error, reader.position, "the first sample is not whole: the chunk was cut");
  cursor->bit = reader.position * 8;
  return TRUE;
}

/* Copies what is left of a chunk from byte @start on, SAFE_BYTES at most, and zeros behind it. */
static void
copy_tail (guint8       *tail,
           const guint8 *data,
           gsize         length,
           gsize         start)
{
  memset (tail, 0, 2 * SAFE_BYTES);
  memcpy (tail, data + start, MIN (length - start, SAFE_BYTES));
}

static gboolean
read_second (SgXorCursor   *cursor,
             const guint8  *data,
             gsize          length,
             GError       **error)
{
  SgWireReader reader;
  guint8 tail[2 * SAFE_BYTES];
  SgTimeMs before = cursor->t;

  sg_wire_reader_init (&reader, data, length);
  reader.position = cursor->bit / 8;
  cursor->delta = sg_wire_read_uvarint (&reader);
  if (reader.failed)
    return fail (error, reader.position, "the second sample is not whole: the chunk was cut");
  cursor->t = (SgTimeMs) ((guint64) cursor->t + cursor->delta);
  cursor->bad = cursor->t <= before;
  copy_tail (tail, data, length, reader.position);
  cursor->bit = 0;
  read_xor (cursor, tail, peek (tail, 0));
  cursor->bit += reader.position * 8;
  return check (cursor, length, error);
}

static gboolean
read_from_tail (SgXorCursor   *cursor,
                const guint8  *data,
                gsize          length,
                GError       **error)
{
  guint8 tail[2 * SAFE_BYTES];
  gsize start = cursor->bit / 8;

  copy_tail (tail, data, length, start);
  cursor->bit -= start * 8;
  read_other (cursor, tail);
  cursor->bit += start * 8;
  return check (cursor, length, error);
}

/* Reads sample @i. Before and after it the cursor is within the data. */
static gboolean
read_sample (SgXorCursor   *cursor,
             guint          i,
             const guint8  *data,
             gsize          length,
             GError       **error)
{
  if (i == 0)
    return read_first (cursor, data, length, error);
  if (i == 1)
    return read_second (cursor, data, length, error);
  if (cursor->bit / 8 + SAFE_BYTES > length)
    return read_from_tail (cursor, data, length, error);
  read_other (cursor, data);
  return check (cursor, length, error);
}

void
sg_xor_iter_init (SgXorIter    *self,
                  const guint8 *data,
                  gsize         length)
{
  *self = (SgXorIter) { .data = data, .length = length };
  self->n_samples = sg_xor_chunk_count (data, length);
}

/**
 * sg_xor_iter_next:
 * @self: an iterator
 * @ret_t: (out): when
 * @ret_value: (out): what
 * @error: set when the chunk is damaged; not set at its end
 *
 * Returns: whether there was a sample
 */
gboolean
sg_xor_iter_next (SgXorIter  *self,
                  SgTimeMs   *ret_t,
                  double     *ret_value,
                  GError    **error)
{
  if (self->length < HEADER_LENGTH)
    return fail (error, self->length, "a chunk begins with two bytes that count its samples");
  if (self->n_read == self->n_samples)
    return FALSE;
  if (!read_sample (&self->cursor, self->n_read, self->data, self->length, error))
    {
      self->n_samples = self->n_read;
      return FALSE;
    }
  self->n_read++;
  *ret_t = self->cursor.t;
  *ret_value = sg_double_from_bits (self->cursor.value);
  return TRUE;
}

/* Where a chunk is decoded to, and how far that has come. */
typedef struct
{
  SgTimeMs *times;
  double *values;
  guint n;
  guint n_samples;
} Output;

/* Decodes all samples that begin before bit @end; behind that SAFE_BYTES must be readable. */
static void
decode_until (SgXorCursor  *cursor,
              const guint8 *data,
              gsize         end,
              Output       *output)
{
  SgXorCursor local = *cursor;
  guint i = output->n;

  for (; i < output->n_samples && local.bit < end; i++)
    {
      read_other (&local, data);
      output->times[i] = local.t;
      output->values[i] = sg_double_from_bits (local.value);
    }
  output->n = i;
  *cursor = local;
}

static gboolean
decode_others (SgXorCursor  *cursor,
               const guint8 *data,
               gsize         length,
               Output       *output)
{
  guint8 tail[2 * SAFE_BYTES];
  gsize start;

  if (length >= SAFE_BYTES)
    decode_until (cursor, data, (length - SAFE_BYTES + 1) * 8, output);
  start = cursor->bit / 8;
  copy_tail (tail, data, length, start);
  cursor->bit -= start * 8;
  decode_until (cursor, tail, (length - start) * 8, output);
  return output->n == output->n_samples && cursor->bit <= (length - start) * 8 && !cursor->bad;
}

/* Says where a chunk that could not be decoded is damaged. */
static gboolean
explain (const guint8  *data,
         gsize          length,
         GError       **error)
{
  SgXorIter iter;
  SgTimeMs t;
  double value;

  sg_xor_iter_init (&iter, data, length);
  while (sg_xor_iter_next (&iter, &t, &value, error))
    continue;
  return FALSE;
}

/**
 * sg_xor_chunk_decode:
 * @data: a chunk
 * @length: how many bytes it has
 * @times: (out): room for sg_xor_chunk_count() times
 * @values: (out): room for as many values
 *
 * Decodes a whole chunk. Any bytes may be given; what comes back has rising times.
 *
 * Returns: whether it is sound; when not, what is in the arrays means nothing
 */
gboolean
sg_xor_chunk_decode (const guint8  *data,
                     gsize          length,
                     SgTimeMs      *times,
                     double        *values,
                     GError       **error)
{
  Output output = { times, values, 0, sg_xor_chunk_count (data, length) };
  SgXorCursor cursor;

  if (length < HEADER_LENGTH)
    return explain (data, length, error);
  for (; output.n < MIN (output.n_samples, 2); output.n++)
    {
      if (!read_sample (&cursor, output.n, data, length, error))
        return FALSE;
      times[output.n] = cursor.t;
      values[output.n] = sg_double_from_bits (cursor.value);
    }
  if (output.n == output.n_samples || decode_others (&cursor, data, length, &output))
    return TRUE;
  return explain (data, length, error);
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
