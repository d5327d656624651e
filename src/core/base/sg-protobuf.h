/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgProtoWire:
 * @SG_PROTO_VARINT: an integer, a boolean, an enumeration
 * @SG_PROTO_FIXED64: a double, or eight bytes of an integer
 * @SG_PROTO_BYTES: a text, bytes, a message, or packed numbers
 * @SG_PROTO_FIXED32: a float, or four bytes of an integer
 */
typedef enum
{
  SG_PROTO_VARINT = 0,
  SG_PROTO_FIXED64 = 1,
  SG_PROTO_BYTES = 2,
  SG_PROTO_FIXED32 = 5,
} SgProtoWire;

/**
 * SgProtoField:
 * @number: which field of its message
 * @wire: how it was written
 * @value: what it is, as bits, unless @wire is %SG_PROTO_BYTES
 * @bytes: where its bytes begin, in what is read
 * @length: how many there are
 */
typedef struct
{
  guint32 number;
  SgProtoWire wire;
  guint64 value;
  const guint8 *bytes;
  gsize length;
} SgProtoField;

/**
 * SgProtoReader:
 *
 * Reads a message of Protocol Buffers field by field, in place: see sg-protobuf.c. A failure stays.
 *
 *   SgProtoReader reader = sg_proto_reader (bytes, length);
 *   while (sg_proto_reader_next (&reader, &field)) …
 *   if (reader.failed) …
 */
typedef struct
{
  const guint8 *next;
  const guint8 *end;
  gboolean failed;
} SgProtoReader;

SgProtoReader sg_proto_reader        (const guint8        *data,
                                      gsize                length);
/* The message that a field of the kind %SG_PROTO_BYTES is; any other is an empty one. */
SgProtoReader sg_proto_reader_nested (const SgProtoField  *field);
gboolean      sg_proto_reader_next   (SgProtoReader       *self,
                                      SgProtoField        *ret_field);
/* The next of numbers that are packed into a field. */
gboolean      sg_proto_reader_varint (SgProtoReader       *self,
                                      guint64             *ret_value);
double        sg_proto_field_get_double (const SgProtoField *self);

/* Appends a field to a message that is being made. */
void          sg_proto_append_varint (GByteArray          *out,
                                      guint32              number,
                                      guint64              value);
void          sg_proto_append_double (GByteArray          *out,
                                      guint32              number,
                                      double               value);
void          sg_proto_append_bytes  (GByteArray          *out,
                                      guint32              number,
                                      gconstpointer        bytes,
                                      gsize                length);
void          sg_proto_append_text   (GByteArray          *out,
                                      guint32              number,
                                      const char          *text);

G_END_DECLS
