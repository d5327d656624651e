/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-snappy.h"

#include "base/sg-error.h"

#include <string.h>

/*
 * A block is the length of what it holds, then elements until that length is reached and the block ends:
 *
 *   length     a number below 2^32, seven bits a byte, the lowest first; the eighth bit is set in each byte
 *              but the last
 *   element    a tag byte, whose two low bits are its kind, and what follows it:
 *
 *   kind 0     literal: the bytes that follow are taken as they are. The tag's six high bits are their
 *              number less one up to 59; 60, 61, 62 and 63 say that this number less one follows the
 *              tag in 1, 2, 3 or 4 bytes
 *   kind 1     copy of 4 to 11 bytes: bits 2 to 4 are the length less four, bits 5 to 7 the high bits of an
 *              offset below 2^11 whose low eight bits are the byte that follows
 *   kind 2     copy of 1 to 64 bytes: the six high bits are the length less one, the offset follows in 2 bytes
 *   kind 3     the same with an offset of 4 bytes
 *
 * Numbers of several bytes have the lowest byte first. An offset is counted back from the end of what has been
 * put out; 0 and what reaches before the start are errors. A copy may be longer than its offset: then it
 * repeats what it has itself just put out.
 *
 * Compressing looks at 64 KiB at a time, so that an offset never needs more than two bytes. A table that is
 * indexed by a hash of four bytes keeps where such four were last seen. Where they stand there again, what
 * lies between is a literal and as much as agrees is a copy; where not, the search goes on, and the longer it
 * finds nothing the longer are its strides: a byte more every 32 looks, so that what cannot be compressed
 * costs little more than copying it.
 *
 * A copy takes at most three bytes and puts out four or more; the tag of a literal in front of it is one byte
 * up to 60, and grows by one at 256 and 65536. Hence a block grows by less than one in 64 bytes and a few at the
 * end, and the bound leaves room to write sixteen bytes where fewer are meant, which is quicker than to count
 * them.
 */
#define WINDOW         65536
#define TABLE_BITS     14
#define MIN_TABLE      256
#define TAIL           16
#define HASH_FACTOR    0x9e3779b1u
#define MAX_HEADER     5
#define LITERAL_INLINE 60

enum
{
  KIND_LITERAL,
  KIND_COPY_1,
  KIND_COPY_2,
  KIND_COPY_4,
};

static inline guint32
load_32 (const guint8 *at)
{
  guint32 value;

  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_LE (value);
}

static inline guint64
load_64 (const guint8 *at)
{
  guint64 value;

  memcpy (&value, at, sizeof value);
  return GUINT64_FROM_LE (value);
}

static inline void
move_8 (guint8       *to,
        const guint8 *from)
{
  guint64 value;

  memcpy (&value, from, sizeof value);
  memcpy (to, &value, sizeof value);
}

/* In two steps, so that the second may read what the first has written. */
static inline void
move_16 (guint8       *to,
         const guint8 *from)
{
  move_8 (to, from);
  move_8 (to + 8, from + 8);
}

static inline guint32
hash_of (guint32 value,
         guint   shift)
{
  return (value * HASH_FACTOR) >> shift;
}

/* Returns: how many bytes at @a agree with those at @b, which is the later, before @end. */
static inline gsize
agreement (const guint8 *a,
           const guint8 *b,
           const guint8 *end)
{
  const guint8 *start = b;

  while (end - b >= 8)
    {
      guint64 difference = load_64 (a) ^ load_64 (b);

      if (difference != 0)
        return (gsize) (b - start) + ((gsize) __builtin_ctzll (difference) >> 3);
      a += 8;
      b += 8;
    }
  while (b < end && *a == *b)
    {
      a++;
      b++;
    }
  return (gsize) (b - start);
}

static guint8 *
put_length (guint8  *out,
            guint32  length)
{
  while (length >= 0x80)
    {
      *out++ = (guint8) (length | 0x80);
      length >>= 7;
    }
  *out++ = (guint8) length;
  return out;
}

/* A literal is never longer than the window, so that two bytes take its length. */
static guint8 *
put_long_literal (guint8       *out,
                  const guint8 *data,
                  gsize         length)
{
  gsize less = length - 1;

  if (less < LITERAL_INLINE)
    *out++ = (guint8) (less << 2 | KIND_LITERAL);
  else if (less < 256)
    {
      *out++ = LITERAL_INLINE << 2 | KIND_LITERAL;
      *out++ = (guint8) less;
    }
  else
    {
      *out++ = (LITERAL_INLINE + 1) << 2 | KIND_LITERAL;
      *out++ = (guint8) less;
      *out++ = (guint8) (less >> 8);
    }
  memcpy (out, data, length);
  return out + length;
}

/* Of a short one sixteen bytes are read and written, which are there while a window is searched. */
static inline guint8 *
put_literal (guint8       *out,
             const guint8 *data,
             gsize         length)
{
  if (length > 16)
    return put_long_literal (out, data, length);
  *out = (guint8) ((length - 1) << 2 | KIND_LITERAL);
  move_16 (out + 1, data);
  return out + 1 + length;
}

static inline guint8 *
put_short_copy (guint8 *out,
                gsize   offset,
                gsize   length)
{
  if (length < 12 && offset < 2048)
    {
      *out++ = (guint8) ((offset >> 8) << 5 | (length - 4) << 2 | KIND_COPY_1);
      *out++ = (guint8) offset;
      return out;
    }
  *out++ = (guint8) ((length - 1) << 2 | KIND_COPY_2);
  *out++ = (guint8) offset;
  *out++ = (guint8) (offset >> 8);
  return out;
}

/* No piece is shorter than four bytes, which a tag of kind 1 could not say. */
static inline guint8 *
put_copy (guint8 *out,
          gsize   offset,
          gsize   length)
{
  while (G_UNLIKELY (length >= 68))
    {
      out = put_short_copy (out, offset, 64);
      length -= 64;
    }
  if (length > 64)
    {
      out = put_short_copy (out, offset, 60);
      length -= 60;
    }
  return put_short_copy (out, offset, length);
}

/*
 * Compresses one window. The search ends TAIL bytes before its end, so that nobody who reads or writes a few
 * bytes at once comes to stand behind it.
 */
static guint8 *
put_window (const guint8 *data,
            gsize         length,
            guint16      *table,
            guint         shift,
            guint8       *out)
{
  const guint8 *end = data + length;
  const guint8 *last = length > TAIL ? end - TAIL : data;
  const guint8 *literal = data;
  const guint8 *at = data + 1;
  guint looks = 32;

  while (at < last)
    {
      guint32 four = load_32 (at);
      guint16 *place = &table[hash_of (four, shift)];
      const guint8 *seen = data + *place;
      gsize same;

      *place = (guint16) (at - data);
      if (load_32 (seen) != four)
        {
          at += looks++ >> 5;
          continue;
        }
      if (at > literal)
        out = put_literal (out, literal, (gsize) (at - literal));
      same = 4 + agreement (seen + 4, at + 4, end);
      out = put_copy (out, (gsize) (at - seen), same);
      at += same;
      literal = at;
      looks = 32;
      if (at < last)
        table[hash_of (load_32 (at - 1), shift)] = (guint16) (at - 1 - data);
    }
  return literal < end ? put_long_literal (out, literal, (gsize) (end - literal)) : out;
}

gsize
sg_snappy_compress (gconstpointer  data,
                    gsize          length,
                    guint8        *block)
{
  guint16 table[1 << TABLE_BITS];
  const guint8 *at = data;
  guint8 *out;

  g_return_val_if_fail (length <= SG_SNAPPY_MAX_LENGTH, 0);
  out = put_length (block, (guint32) length);
  while (length > 0)
    {
      gsize window = MIN (length, WINDOW);
      guint bits = 8;

      while (bits < TABLE_BITS && (gsize) 1 << bits < window)
        bits++;
      memset (table, 0, sizeof *table << bits);
      out = put_window (at, window, table, 32 - bits, out);
      at += window;
      length -= window;
    }
  return (gsize) (out - block);
}

/* Returns: the first element; %NULL when the block does not begin with a length */
static const guint8 *
read_length (const guint8 *at,
             const guint8 *end,
             guint32      *ret_length)
{
  guint64 length = 0;

  for (guint i = 0; i < MAX_HEADER && at < end; i++)
    {
      guint8 byte = *at++;

      length |= (guint64) (byte & 0x7f) << (7 * i);
      if (byte < 0x80 && length <= SG_SNAPPY_MAX_LENGTH)
        {
          *ret_length = (guint32) length;
          return at;
        }
    }
  return NULL;
}

static gboolean
fail (gsize        offset,
      const char  *what,
      GError     **error)
{
  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "byte %" G_GSIZE_FORMAT ": %s", offset,
               what);
  return FALSE;
}

gboolean
sg_snappy_get_length (gconstpointer   block,
                      gsize           block_length,
                      gsize          *ret_length,
                      GError        **error)
{
  const guint8 *start = block;
  guint32 length;

  if (read_length (start, start + block_length, &length) == NULL)
    return fail (0, "what snappy makes begins with a length", error);
  *ret_length = length;
  return TRUE;
}

/* What is being read and written. */
typedef struct
{
  const guint8 *in;
  const guint8 *in_end;
  guint8 *out;
  const guint8 *out_start;
  const guint8 *out_end;
} Expansion;

/* Any literal. Returns: what is wrong with it, or %NULL */
static const char *
take_literal (Expansion *self,
              guint8     tag)
{
  gsize length = tag >> 2;

  if (length >= LITERAL_INLINE)
    {
      guint n_bytes = (guint) length - LITERAL_INLINE + 1;

      if ((gsize) (self->in_end - self->in) < n_bytes)
        return "the block ends within the length of a literal";
      length = 0;
      for (guint i = 0; i < n_bytes; i++)
        length |= (gsize) *self->in++ << (8 * i);
    }
  length++;
  if (length > (gsize) (self->in_end - self->in))
    return "a literal goes on behind the end of the block";
  if (length > (gsize) (self->out_end - self->out))
    return "there is more than the block's length says";
  memcpy (self->out, self->in, length);
  self->in += length;
  self->out += length;
  return NULL;
}

/*
 * Where a copy repeats itself within less than eight bytes, each step of eight doubles what may be read in one
 * step, until the two are far enough apart. The steps may write seven bytes too many; near the end of the room
 * bytes are counted.
 */
static void
repeat (Expansion *self,
        gsize      offset,
        gsize      length)
{
  const guint8 *from = self->out - offset;
  guint8 *to = self->out;
  guint8 *end = to + length;

  self->out = end;
  if ((gsize) (self->out_end - end) < 8)
    {
      while (to < end)
        *to++ = *from++;
      return;
    }
  while (to < end && to - from < 8)
    {
      move_8 (to, from);
      to += to - from;
    }
  for (; to < end; to += 8, from += 8)
    move_8 (to, from);
}

/* Any copy. Returns: what is wrong with it, or %NULL */
static const char *
take_copy (Expansion *self,
           guint8     tag)
{
  static const guint8 extra[] = { 0, 1, 2, 4 };
  guint kind = tag & 3;
  gsize length = ((gsize) tag >> 2) + 1;
  gsize offset = 0;

  if ((gsize) (self->in_end - self->in) < extra[kind])
    return "the block ends within the offset of a copy";
  for (guint i = 0; i < extra[kind]; i++)
    offset |= (gsize) *self->in++ << (8 * i);
  if (kind == KIND_COPY_1)
    {
      offset |= (gsize) (tag >> 5) << 8;
      length = ((gsize) (tag >> 2) & 7) + 4;
    }
  if (offset == 0 || offset > (gsize) (self->out - self->out_start))
    return "a copy reaches before the start";
  if (length > (gsize) (self->out_end - self->out))
    return "there is more than the block's length says";
  repeat (self, offset, length);
  return NULL;
}

/*
 * Takes short elements for as long as there is room to read and write sixteen bytes more than they need. Stops
 * at one that is longer, repeats itself, is wrong, or lies too near to an end.
 */
static void
take_short_elements (Expansion *self)
{
  const guint8 *in = self->in;
  guint8 *out = self->out;

  while (self->in_end - in > 20 && self->out_end - out >= 64)
    {
      guint8 tag = *in;
      gsize length = ((gsize) tag >> 2) + 1;
      gsize offset;

      if ((tag & 3) == KIND_LITERAL)
        {
          if (length > 16)
            break;
          move_16 (out, in + 1);
          in += 1 + length;
          out += length;
          continue;
        }
      if ((tag & 3) == KIND_COPY_4)
        break;
      if ((tag & 3) == KIND_COPY_1)
        {
          length = ((gsize) (tag >> 2) & 7) + 4;
          offset = (gsize) (tag >> 5) << 8 | in[1];
        }
      else
        offset = (gsize) in[1] | (gsize) in[2] << 8;
      if (offset < 8 || offset > (gsize) (out - self->out_start))
        break;
      move_16 (out, out - offset);
      for (gsize done = 16; done < length; done += 16)
        move_16 (out + done, out + done - offset);
      in += tag & 3;
      in++;
      out += length;
    }
  self->in = in;
  self->out = out;
}

gboolean
sg_snappy_expand (gconstpointer   block,
                  gsize           block_length,
                  guint8         *data,
                  GError        **error)
{
  const guint8 *start = block;
  Expansion self = { .in_end = start + block_length, .out = data, .out_start = data };
  guint32 length;

  self.in = read_length (start, self.in_end, &length);
  if (self.in == NULL)
    return fail (0, "what snappy makes begins with a length", error);
  self.out_end = data + length;
  while (self.in < self.in_end)
    {
      const guint8 *element;
      const char *wrong;
      guint8 tag;

      take_short_elements (&self);
      element = self.in;
      tag = *self.in++;
      wrong = (tag & 3) == KIND_LITERAL ? take_literal (&self, tag) : take_copy (&self, tag);
      if (wrong != NULL)
        return fail ((gsize) (element - start), wrong, error);
    }
  if (self.out != self.out_end)
    return fail (block_length, "the block ends before its length is reached", error);
  return TRUE;
}
