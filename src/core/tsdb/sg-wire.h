/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/*
 * The integers of Prometheus' files. Fixed ones are big-endian. Variable ones are Go's: a uvarint has
 * seven bits a byte, the least significant first, the top bit set on all bytes but the last, ten
 * bytes at most; a varint is the uvarint of (x << 1) ^ (x >> 63).
 */
#define SG_UVARINT_MAX_LENGTH 10

static inline guint16
sg_wire_get_u16 (const guint8 *p)
{
  guint16 word;

  memcpy (&word, p, sizeof word);
  return GUINT16_FROM_BE (word);
}

static inline guint32
sg_wire_get_u32 (const guint8 *p)
{
  guint32 word;

  memcpy (&word, p, sizeof word);
  return GUINT32_FROM_BE (word);
}

static inline guint64
sg_wire_get_u64 (const guint8 *p)
{
  guint64 word;

  memcpy (&word, p, sizeof word);
  return GUINT64_FROM_BE (word);
}

static inline void
sg_wire_set_u16 (guint8  *p,
                 guint16  value)
{
  value = GUINT16_TO_BE (value);
  memcpy (p, &value, sizeof value);
}

static inline void
sg_wire_set_u32 (guint8  *p,
                 guint32  value)
{
  value = GUINT32_TO_BE (value);
  memcpy (p, &value, sizeof value);
}

static inline void
sg_wire_set_u64 (guint8  *p,
                 guint64  value)
{
  value = GUINT64_TO_BE (value);
  memcpy (p, &value, sizeof value);
}

static inline guint64
sg_wire_zigzag (gint64 value)
{
  return ((guint64) value << 1) ^ (guint64) (value >> 63);
}

static inline gint64
sg_wire_unzigzag (guint64 value)
{
  return (gint64) ((value >> 1) ^ -(value & 1));
}

/* Writes at most SG_UVARINT_MAX_LENGTH bytes. Returns: how many. */
static inline gsize
sg_wire_set_uvarint (guint8  *p,
                     guint64  value)
{
  gsize n = 0;

  for (; value >= 0x80; value >>= 7)
    p[n++] = (guint8) (value | 0x80);
  p[n++] = (guint8) value;
  return n;
}

/**
 * SgWireReader:
 * @data: where the bytes begin
 * @length: how many there are
 * @position: the next one to be read
 * @failed: whether something was asked for that is not there, or is no number
 *
 * Reads from memory without ever passing its end. A failure stays: everything read after it is 0, the
 * position does not move, and one look at @failed at the end of a record is enough.
 */
typedef struct
{
  const guint8 *data;
  gsize length;
  gsize position;
  gboolean failed;
} SgWireReader;

static inline void
sg_wire_reader_init (SgWireReader *self,
                     gconstpointer data,
                     gsize         length)
{
  *self = (SgWireReader) { data, length, 0, FALSE };
}

static inline gsize
sg_wire_reader_left (const SgWireReader *self)
{
  return self->length - self->position;
}

/* Returns: @n bytes, or %NULL when there are not so many. */
static inline const guint8 *
sg_wire_read_bytes (SgWireReader *self,
                    guint64       n)
{
  const guint8 *p = self->data + self->position;

  if (self->failed || n > sg_wire_reader_left (self))
    {
      self->failed = TRUE;
      return NULL;
    }
  self->position += n;
  return p;
}

static inline guint8
sg_wire_read_u8 (SgWireReader *self)
{
  const guint8 *p = sg_wire_read_bytes (self, 1);

  return p != NULL ? *p : 0;
}

static inline guint16
sg_wire_read_u16 (SgWireReader *self)
{
  const guint8 *p = sg_wire_read_bytes (self, 2);

  return p != NULL ? sg_wire_get_u16 (p) : 0;
}

static inline guint32
sg_wire_read_u32 (SgWireReader *self)
{
  const guint8 *p = sg_wire_read_bytes (self, 4);

  return p != NULL ? sg_wire_get_u32 (p) : 0;
}

static inline guint64
sg_wire_read_u64 (SgWireReader *self)
{
  const guint8 *p = sg_wire_read_bytes (self, 8);

  return p != NULL ? sg_wire_get_u64 (p) : 0;
}

/* A number of more than 64 bits fails, as in Go. */
static inline guint64
sg_wire_read_uvarint (SgWireReader *self)
{
  const guint8 *p = self->data + self->position;
  gsize left = self->failed ? 0 : MIN (sg_wire_reader_left (self), SG_UVARINT_MAX_LENGTH);
  guint64 value = 0;

  for (gsize i = 0; i < left; i++)
    {
      value |= (guint64) (p[i] & 0x7f) << (7 * i);
      if (p[i] < 0x80)
        {
          if (i == SG_UVARINT_MAX_LENGTH - 1 && p[i] > 1)
            break;
          self->position += i + 1;
          return value;
        }
    }
  self->failed = TRUE;
  return 0;
}

static inline gint64
sg_wire_read_varint (SgWireReader *self)
{
  return sg_wire_unzigzag (sg_wire_read_uvarint (self));
}

/**
 * SgWireWriter:
 * @data: what was written
 * @length: how many bytes
 * @capacity: for how many there is room
 *
 * A growing buffer. sg_wire_writer_reset() keeps its memory for the next record.
 */
typedef struct
{
  guint8 *data;
  gsize length;
  gsize capacity;
} SgWireWriter;

void     sg_wire_writer_init  (SgWireWriter *self);
void     sg_wire_writer_clear (SgWireWriter *self);
void     sg_wire_writer_grow  (SgWireWriter *self,
                               gsize         more);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgWireWriter, sg_wire_writer_clear)

static inline void
sg_wire_writer_reset (SgWireWriter *self)
{
  self->length = 0;
}

/* Returns: where the next @n bytes go; the caller adds to the length what it wrote. */
static inline guint8 *
sg_wire_writer_reserve (SgWireWriter *self,
                        gsize         n)
{
  if (G_UNLIKELY (self->capacity - self->length < n))
    sg_wire_writer_grow (self, n);
  return self->data + self->length;
}

static inline void
sg_wire_put_u8 (SgWireWriter *self,
                guint8        value)
{
  *sg_wire_writer_reserve (self, 1) = value;
  self->length += 1;
}

static inline void
sg_wire_put_u16 (SgWireWriter *self,
                 guint16       value)
{
  sg_wire_set_u16 (sg_wire_writer_reserve (self, 2), value);
  self->length += 2;
}

static inline void
sg_wire_put_u32 (SgWireWriter *self,
                 guint32       value)
{
  sg_wire_set_u32 (sg_wire_writer_reserve (self, 4), value);
  self->length += 4;
}

static inline void
sg_wire_put_u64 (SgWireWriter *self,
                 guint64       value)
{
  sg_wire_set_u64 (sg_wire_writer_reserve (self, 8), value);
  self->length += 8;
}

static inline void
sg_wire_put_uvarint (SgWireWriter *self,
                     guint64       value)
{
  self->length += sg_wire_set_uvarint (sg_wire_writer_reserve (self, SG_UVARINT_MAX_LENGTH), value);
}

static inline void
sg_wire_put_varint (SgWireWriter *self,
                    gint64        value)
{
  sg_wire_put_uvarint (self, sg_wire_zigzag (value));
}

static inline void
sg_wire_put_bytes (SgWireWriter *self,
                   gconstpointer data,
                   gsize         n)
{
  if (n > 0)
    memcpy (sg_wire_writer_reserve (self, n), data, n);
  self->length += n;
}

/* A text with its length before it, as a uvarint. */
static inline void
sg_wire_put_text (SgWireWriter *self,
                  const char   *text,
                  gsize         n)
{
  sg_wire_put_uvarint (self, n);
  sg_wire_put_bytes (self, text, n);
}

G_END_DECLS
