/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-protobuf.h"

#include <string.h>

/*
 * Protocol Buffers on the wire:
 *
 *   message = { field }
 *   field   = key:varint value
 *   key     = number << 3 | wire
 *   value   = varint                 wire 0
 *           | eight bytes            wire 1, little-endian
 *           | length:varint bytes    wire 2
 *           | four bytes             wire 5, little-endian
 *   varint  = seven bits a byte, the least significant first, the top bit set on all bytes but the last
 *
 * The messages that are read here have a handful of fields each. A library that builds a tree of them
 * makes two allocations for each label and a copy of each text; read in place they need none, and what
 * is not known is passed over, as the format wants it. Groups (wires 3 and 4) have gone from the format
 * long ago and fail.
 */
#define NUMBER_MAX ((1u << 29) - 1)

SgProtoReader
sg_proto_reader (const guint8 *data,
                 gsize         length)
{
  return (SgProtoReader) { .next = data, .end = data + length };
}

SgProtoReader
sg_proto_reader_nested (const SgProtoField *field)
{
  return sg_proto_reader (field->bytes, field->length);
}

static gboolean
fail (SgProtoReader *self)
{
  self->next = self->end;
  self->failed = TRUE;
  return FALSE;
}

static gboolean
read_varint (SgProtoReader *self,
             guint64       *ret_value)
{
  guint64 value = 0;

  for (guint shift = 0; self->next < self->end && shift < 64; shift += 7)
    {
      guint8 byte = *self->next++;

      if (shift == 63 && byte > 1)
        return fail (self);
      value |= (guint64) (byte & 0x7f) << shift;
      if (byte < 0x80)
        {
          *ret_value = value;
          return TRUE;
        }
    }
  return fail (self);
}

static gboolean
read_fixed (SgProtoReader *self,
            gsize          size,
            guint64       *ret_value)
{
  guint64 value = 0;

  if ((gsize) (self->end - self->next) < size)
    return fail (self);
  for (gsize i = 0; i < size; i++)
    value |= (guint64) self->next[i] << (8 * i);
  self->next += size;
  *ret_value = value;
  return TRUE;
}

static gboolean
read_bytes (SgProtoReader *self,
            SgProtoField  *field)
{
  guint64 length;

  if (!read_varint (self, &length))
    return FALSE;
  if (length > (guint64) (self->end - self->next))
    return fail (self);
  field->bytes = self->next;
  field->length = (gsize) length;
  self->next += length;
  return TRUE;
}

static gboolean
read_value (SgProtoReader *self,
            SgProtoField  *field)
{
  switch (field->wire)
    {
    case SG_PROTO_VARINT:
      return read_varint (self, &field->value);
    case SG_PROTO_FIXED64:
      return read_fixed (self, sizeof (guint64), &field->value);
    case SG_PROTO_FIXED32:
      return read_fixed (self, sizeof (guint32), &field->value);
    case SG_PROTO_BYTES:
      return read_bytes (self, field);
    default:
      return fail (self);
    }
}

/**
 * sg_proto_reader_next:
 * @self: a reader
 * @ret_field: (out): the next field
 *
 * Returns: whether there is one; not after the last, and not after a failure
 */
gboolean
sg_proto_reader_next (SgProtoReader *self,
                      SgProtoField  *ret_field)
{
  SgProtoField field = { .bytes = (const guint8 *) "" };
  guint64 key;

  if (self->next == self->end || !read_varint (self, &key))
    return FALSE;
  if (key >> 3 == 0 || key >> 3 > NUMBER_MAX)
    return fail (self);
  field.number = (guint32) (key >> 3);
  field.wire = (SgProtoWire) (key & 7);
  if (!read_value (self, &field))
    return FALSE;
  *ret_field = field;
  return TRUE;
}

gboolean
sg_proto_reader_varint (SgProtoReader *self,
                        guint64       *ret_value)
{
  return self->next < self->end && read_varint (self, ret_value);
}

double
sg_proto_field_get_double (const SgProtoField *self)
{
  double value;

  memcpy (&value, &self->value, sizeof value);
  return value;
}

static void
append_varint (GByteArray *out,
               guint64     value)
{
  guint8 bytes[10];
  guint n = 0;

  for (; value >= 0x80; value >>= 7)
    bytes[n++] = (guint8) (value | 0x80);
  bytes[n++] = (guint8) value;
  g_byte_array_append (out, bytes, n);
}

static void
append_key (GByteArray  *out,
            guint32      number,
            SgProtoWire  wire)
{
  append_varint (out, (guint64) number << 3 | wire);
}

void
sg_proto_append_varint (GByteArray *out,
                        guint32     number,
                        guint64     value)
{
  append_key (out, number, SG_PROTO_VARINT);
  append_varint (out, value);
}

void
sg_proto_append_double (GByteArray *out,
                        guint32     number,
                        double      value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  bits = GUINT64_TO_LE (bits);
  append_key (out, number, SG_PROTO_FIXED64);
  g_byte_array_append (out, (const guint8 *) &bits, sizeof bits);
}

void
sg_proto_append_bytes (GByteArray    *out,
                       guint32        number,
                       gconstpointer  bytes,
                       gsize          length)
{
  append_key (out, number, SG_PROTO_BYTES);
  append_varint (out, length);
  g_byte_array_append (out, bytes, (guint) length);
}

void
sg_proto_append_text (GByteArray *out,
                      guint32     number,
                      const char *text)
{
  sg_proto_append_bytes (out, number, text, strlen (text));
}
