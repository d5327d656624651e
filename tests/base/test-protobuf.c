/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-protobuf.h"

#include <string.h>

static SgProtoReader
read_all (const GByteArray *message)
{
  return sg_proto_reader (message->data, message->len);
}

static void
test_protobuf_round_trip (void)
{
  static const guint64 integers[] = { 0, 1, 127, 128, 300, G_MAXUINT32, G_MAXINT64, G_MAXUINT64 };
  g_autoptr (GByteArray) message = g_byte_array_new ();
  SgProtoReader reader;
  SgProtoField field;

  for (guint i = 0; i < G_N_ELEMENTS (integers); i++)
    sg_proto_append_varint (message, i + 1, integers[i]);
  sg_proto_append_double (message, 100, -1.5);
  sg_proto_append_text (message, 100000, "text");
  reader = read_all (message);
  for (guint i = 0; i < G_N_ELEMENTS (integers); i++)
    {
      g_assert_true (sg_proto_reader_next (&reader, &field));
      g_assert_cmpuint (field.number, ==, i + 1);
      g_assert_cmpint (field.wire, ==, SG_PROTO_VARINT);
      g_assert_cmpuint (field.value, ==, integers[i]);
    }
  g_assert_true (sg_proto_reader_next (&reader, &field));
  g_assert_cmpfloat (sg_proto_field_get_double (&field), ==, -1.5);
  g_assert_true (sg_proto_reader_next (&reader, &field));
  g_assert_cmpuint (field.number, ==, 100000);
  g_assert_cmpmem (field.bytes, field.length, "text", 4);
  g_assert_false (sg_proto_reader_next (&reader, &field));
  g_assert_false (reader.failed);
}

/* The examples of the format's own documentation. */
static void
test_protobuf_bytes (void)
{
  static const guint8 expected[] = {
    0x08, 0x96, 0x01, 0x12, 0x07, 't', 'e', 's', 't', 'i', 'n', 'g'
  };
  g_autoptr (GByteArray) message = g_byte_array_new ();

  sg_proto_append_varint (message, 1, 150);
  sg_proto_append_text (message, 2, "testing");
  g_assert_cmpmem (message->data, message->len, expected, sizeof expected);
}

static void
test_protobuf_packed (void)
{
  static const guint8 bytes[] = { 0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05 };
  static const guint64 expected[] = { 3, 270, 86942 };
  SgProtoReader reader = sg_proto_reader (bytes, sizeof bytes);
  SgProtoReader numbers;
  SgProtoField field;
  guint64 number;

  g_assert_true (sg_proto_reader_next (&reader, &field));
  g_assert_cmpuint (field.number, ==, 6);
  numbers = sg_proto_reader_nested (&field);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_true (sg_proto_reader_varint (&numbers, &number));
      g_assert_cmpuint (number, ==, expected[i]);
    }
  g_assert_false (sg_proto_reader_varint (&numbers, &number));
  g_assert_false (numbers.failed);
}

static void
test_protobuf_malformed (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
  } cases[] = {
    { "\x08", 1 },                                          /* a key and nothing behind it */
    { "\x08\x80", 2 },                                      /* a number without an end */
    { "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11 }, /* one of 65 bits */
    { "\x12\x05"
      "abc",
      5 },                                                  /* fewer bytes than it says */
    { "\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 }, /* more than there can be */
    { "\x09\x01\x02", 3 },                                  /* half a double */
    { "\x0d\x01", 2 },                                      /* half a float */
    { "\x0b", 1 },                                          /* a group */
    { "\x02\x00", 2 },                                      /* field 0 */
    { "\x82\x80\x80\x80\x10\x00", 6 },                      /* field 2^29 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SgProtoReader reader = sg_proto_reader ((const guint8 *) cases[i].bytes, cases[i].length);
      SgProtoField field;

      g_assert_false (sg_proto_reader_next (&reader, &field));
      g_assert_true (reader.failed);
      g_assert_false (sg_proto_reader_next (&reader, &field));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protobuf/round-trip", test_protobuf_round_trip);
  g_test_add_func ("/protobuf/bytes", test_protobuf_bytes);
  g_test_add_func ("/protobuf/packed", test_protobuf_packed);
  g_test_add_func ("/protobuf/malformed", test_protobuf_malformed);
  return g_test_run ();
}
