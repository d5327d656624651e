/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-ulid.h"

#include <string.h>

/* The name of a block that Prometheus made, and the limits. */
static void
test_ulid_text (void)
{
  static const char *const texts[] = { "01M7WPWDBWTZA2Z2DAWFY23ER1", "00000000000000000000000000",
                                       "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARZ3NDEKTSV4RRFFQ69G5FAV" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *lower = g_ascii_strdown (texts[i], -1);
      char text[SG_ULID_LENGTH + 1];
      SgUlid ulid;
      SgUlid same;

      g_assert_true (sg_ulid_parse (&ulid, texts[i]));
      sg_ulid_print (&ulid, text);
      g_assert_cmpstr (text, ==, texts[i]);
      g_assert_true (sg_ulid_parse (&same, lower));
      g_assert_cmpint (sg_ulid_compare (&ulid, &same), ==, 0);
    }
}

static void
test_ulid_bytes (void)
{
  static const guint8 all_ones[16] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  SgUlid ulid;

  g_assert_true (sg_ulid_parse (&ulid, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
  g_assert_cmpmem (ulid.bytes, 16, all_ones, 16);
  g_assert_true (sg_ulid_parse (&ulid, "01ARZ3NDEKTSV4RRFFQ69G5FAV"));
  g_assert_cmpint (sg_ulid_get_time (&ulid), ==, G_GINT64_CONSTANT (1469922850259));
  g_assert_cmphex (ulid.bytes[15], ==, 0x5b);
}

static void
test_ulid_refused (void)
{
  static const char *const texts[] = {
    "",
    "01ARZ3NDEKTSV4RRFFQ69G5FA",
    "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
    "81ARZ3NDEKTSV4RRFFQ69G5FAV",
    "01ARZ3NDEKTSV4RRFFQ69G5FAI",
    "01ARZ3NDEKTSV4RRFFQ69G5FAU",
    "01ARZ3NDEKTSV4RRFFQ69G5 AV",
    "01M7WPWDBWTZA2Z2DAWFY2\xc3\xbcR1",
    "chunks_head",
  };
  SgUlid ulid;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (sg_ulid_parse (&ulid, texts[i]));
}

static void
test_ulid_generate (void)
{
  SgUlid earlier;
  SgUlid one;
  SgUlid other;
  SgUlid again;
  char text[SG_ULID_LENGTH + 1];

  sg_ulid_generate (&earlier, 1999);
  sg_ulid_generate (&one, 2000);
  sg_ulid_generate (&other, 2000);
  g_assert_cmpint (sg_ulid_get_time (&one), ==, 2000);
  g_assert_cmpint (sg_ulid_compare (&one, &other), !=, 0);
  g_assert_cmpint (sg_ulid_compare (&earlier, &one), <, 0);
  sg_ulid_print (&one, text);
  g_assert_true (sg_ulid_parse (&again, text));
  g_assert_cmpint (sg_ulid_compare (&one, &again), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/ulid/text", test_ulid_text);
  g_test_add_func ("/tsdb/ulid/bytes", test_ulid_bytes);
  g_test_add_func ("/tsdb/ulid/refused", test_ulid_refused);
  g_test_add_func ("/tsdb/ulid/generate", test_ulid_generate);
  return g_test_run ();
}
