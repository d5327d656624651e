/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-xor-chunk.h"

#include "tsdb/sg-tsdb-error.h"
#include "tsdb/sg-wire.h"

/*
 * Reads what sg-xor-chunk.c describes.
 *
 * There is one routine for all: it decodes one sample from a place after which SAFE_BYTES can be
 * read. The last samples of a chunk, behind which there may be anything, are first copied to a
 * place that has so many. Nothing is checked bit by bit; after each sample from the copy, and at
 * the end, one comparison says whether more bits were taken than there are.
 *
 * The window is the @width of its bits and the @trailing zeros behind them. More than 64 together are
 * damage that @bad remembers, and neither ever leaves the range in which shifting by it is defined.
 */

#define HEADER_LENGTH 2

/* What is beyond these, in milliseconds, is decoded with more care. */
#define REGULAR_DELTA_MAX (G_GUINT64_CONSTANT (1) << 40)
#define REGULAR_TIME_MAX  (G_GINT64_CONSTANT (1) << 62)

/* A sample takes 145 bits at most, from bit 7 of a byte; the last load begins before their end. */
#define SAFE_BYTES 32

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

/* Where a chunk is decoded to, how far that has come, and the time behind which nothing is wanted. */
typedef struct
{
  SgTimeMs *times;
  double *values;
  guint n;
  guint n_samples;
  SgTimeMs until;
} Output;

/*
 * Where the next bits are all 0: the same distance and the same value again and again, two bits for each
 * sample. Of a word, 56 bits are certain. Returns: how many such samples there are, of @most
 */
static inline guint
count_repeated (guint64 word,
                gsize   most)
{
  return (guint) MIN ((gsize) __builtin_clzll (word | G_GUINT64_CONSTANT (1) << 7) / 2, most);
}

/* Whether times may go on as they do for as long as a word lasts: forward, and not beyond all times. */
static inline gboolean
is_regular (const SgXorCursor *cursor)
{
  return cursor->delta - 1 < REGULAR_DELTA_MAX && cursor->t < REGULAR_TIME_MAX;
}

/* Puts @n samples that are like the one before. */
static inline guint
repeat (SgXorCursor *cursor,
        Output      *output,
        guint        i,
        guint        n)
{
  double value = sg_double_from_bits (cursor->value);

  for (guint k = 0; k < n; k++)
    {
      output->times[i + k] = (SgTimeMs) ((guint64) cursor->t + (k + 1) * cursor->delta);
      output->values[i + k] = value;
    }
  cursor->t = output->times[i + n - 1];
  cursor->bit += (gsize) n * 2;
  return i + n;
}

/*
 * Decodes all samples that begin before bit @end and are wanted; behind that SAFE_BYTES must be
 * readable. The two that are most frequent by far are tried first: those that repeat, and a value within
 * the window at the usual distance, which one word holds as a whole.
 */
static void
decode_until (SgXorCursor  *cursor,
              const guint8 *data,
              gsize         end,
              Output       *output)
{
  SgXorCursor local = *cursor;
  guint i = output->n;

  while (i < output->n_samples && local.bit < end && local.t <= output->until)
    {
      guint64 word = peek (data, local.bit);
      guint top = (guint) (word >> 61);

      if (top < 2 && is_regular (&local))
        {
          i = repeat (&local, output, i,
                      count_repeated (word, MIN ((end - local.bit + 1) / 2,
                                                 (gsize) (output->n_samples - i))));
          continue;
        }
      if (top == 2 && local.width <= 53)
        {
          SgTimeMs before = local.t;

          local.value ^= word << 3 >> (64 - local.width) << local.trailing;
          local.bit += 3 + local.width;
          local.t = (SgTimeMs) ((guint64) local.t + local.delta);
          local.bad |= local.t <= before;
        }
      else
        read_other (&local, data);
      output->times[i] = local.t;
      output->values[i] = sg_double_from_bits (local.value);
      i++;
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
  return (output->n == output->n_samples || cursor->t > output->until)
         && cursor->bit <= (length - start) * 8 && !cursor->bad;
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
 * sg_xor_chunk_decode_until:
 * @data: a chunk
 * @length: how many bytes it has
 * @until: the last time that is wanted
 * @times: (out): room for sg_xor_chunk_count() times
 * @values: (out): room for as many values
 * @ret_n: (out): how many samples there are, all up to @until and some more
 *
 * Decodes a chunk as far as it is wanted. Any bytes may be given; what comes back has rising times.
 *
 * Returns: whether it is sound that far; when not, what is in the arrays means nothing
 */
gboolean
sg_xor_chunk_decode_until (const guint8  *data,
                           gsize          length,
                           SgTimeMs       until,
                           SgTimeMs      *times,
                           double        *values,
                           guint         *ret_n,
                           GError       **error)
{
  Output output = { times, values, 0, sg_xor_chunk_count (data, length), until };
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
  if (output.n < output.n_samples && !decode_others (&cursor, data, length, &output))
    return explain (data, length, error);
  *ret_n = output.n;
  return TRUE;
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
  guint n;

  return sg_xor_chunk_decode_until (data, length, G_MAXINT64, times, values, &n, error);
}
