/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wire.h"

typedef struct
{
  guint64 value;
  gsize length;
  guint8 bytes[SG_UVARINT_MAX_LENGTH];
} UvarintCase;

static const UvarintCase uvarints[] = {
  { 0, 1, { 0 } },
  { 127, 1, { 0x7f } },
  { 128, 2, { 0x80, 0x01 } },
  { 300, 2, { 0xac, 0x02 } },
  { 16383, 2, { 0xff, 0x7f } },
  { 16384, 3, { 0x80, 0x80, 0x01 } },
  { G_MAXUINT64, 10, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 } },
};

static void
test_wire_uvarint (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (uvarints); i++)
    {
      const UvarintCase *c = &uvarints[i];
      g_auto (SgWireWriter) writer;
      SgWireReader reader;

      sg_wire_writer_init (&writer);
      sg_wire_put_uvarint (&writer, c->value);
      g_assert_cmpmem (writer.data, writer.length, c->bytes, c->length);
      sg_wire_reader_init (&reader, c->bytes, c->length);
      g_assert_cmpuint (sg_wire_read_uvarint (&reader), ==, c->value);
      g_assert_false (reader.failed);
      g_assert_cmpuint (sg_wire_reader_left (&reader), ==, 0);
      for (gsize cut = 0; cut < c->length; cut++)
        {
          sg_wire_reader_init (&reader, c->bytes, cut);
          g_assert_cmpuint (sg_wire_read_uvarint (&reader), ==, 0);
          g_assert_true (reader.failed);
          g_assert_cmpuint (reader.position, ==, 0);
        }
    }
}

static void
test_wire_varint (void)
{
  static const gint64 values[] = { 0, -1, 1, -64, 64, -65, 1767225600000, G_MININT64, G_MAXINT64 };
  static const gsize lengths[] = { 1, 1, 1, 1, 2, 2, 6, 10, 10 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_auto (SgWireWriter) writer;
      SgWireReader reader;

      sg_wire_writer_init (&writer);
      sg_wire_put_varint (&writer, values[i]);
      g_assert_cmpuint (writer.length, ==, lengths[i]);
      sg_wire_reader_init (&reader, writer.data, writer.length);
      g_assert_cmpint (sg_wire_read_varint (&reader), ==, values[i]);
    }
}

/* More than 64 bits, or no end. */
static void
test_wire_uvarint_too_long (void)
{
  static const guint8 too_great[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xff, 0xff, 0xff, 0x02, 0x00 };
  static const guint8 endless[] = {
    0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00
  };
  SgWireReader reader;

  sg_wire_reader_init (&reader, too_great, sizeof too_great);
  sg_wire_read_uvarint (&reader);
  g_assert_true (reader.failed);
  sg_wire_reader_init (&reader, endless, sizeof endless);
  sg_wire_read_uvarint (&reader);
  g_assert_true (reader.failed);
}

static void
test_wire_fixed (void)
{
  static const guint8 expected[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
                                     0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x02, 'h',  'i' };
  g_auto (SgWireWriter) writer;
  SgWireReader reader;

  sg_wire_writer_init (&writer);
  sg_wire_put_u8 (&writer, 0x01);
  sg_wire_put_u16 (&writer, 0x0203);
  sg_wire_put_u32 (&writer, 0x04050607);
  sg_wire_put_u64 (&writer, G_GUINT64_CONSTANT (0x08090a0b0c0d0e0f));
  sg_wire_put_text (&writer, "hi", 2);
  g_assert_cmpmem (writer.data, writer.length, expected, sizeof expected);
  sg_wire_reader_init (&reader, expected, sizeof expected);
  g_assert_cmphex (sg_wire_read_u8 (&reader), ==, 0x01);
  g_assert_cmphex (sg_wire_read_u16 (&reader), ==, 0x0203);
  g_assert_cmphex (sg_wire_read_u32 (&reader), ==, 0x04050607);
  g_assert_cmphex (sg_wire_read_u64 (&reader), ==, G_GUINT64_CONSTANT (0x08090a0b0c0d0e0f));
  g_assert_cmpuint (sg_wire_read_uvarint (&reader), ==, 2);
  g_assert_true (sg_wire_read_bytes (&reader, 2) == expected + 16);
  g_assert_false (reader.failed);
}

/* Once something was not there, nothing is there. */
static void
test_wire_failure_stays (void)
{
  static const guint8 bytes[] = { 1, 2, 3 };
  SgWireReader reader;

  sg_wire_reader_init (&reader, bytes, sizeof bytes);
  g_assert_cmpuint (sg_wire_read_u32 (&reader), ==, 0);
  g_assert_true (reader.failed);
  g_assert_cmpuint (sg_wire_read_u8 (&reader), ==, 0);
  g_assert_cmpuint (sg_wire_read_uvarint (&reader), ==, 0);
  g_assert_null (sg_wire_read_bytes (&reader, 0));
  g_assert_null (sg_wire_read_bytes (&reader, G_MAXUINT64));
  g_assert_cmpuint (reader.position, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/wire/uvarint", test_wire_uvarint);
  g_test_add_func ("/tsdb/wire/varint", test_wire_varint);
  g_test_add_func ("/tsdb/wire/uvarint-too-long", test_wire_uvarint_too_long);
  g_test_add_func ("/tsdb/wire/fixed", test_wire_fixed);
  g_test_add_func ("/tsdb/wire/failure-stays", test_wire_failure_stays);
  return g_test_run ();
}
