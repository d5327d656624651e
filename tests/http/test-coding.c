/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-coding.h"
#include "http/sg-http-error.h"

#include <string.h>

static void
test_coding_accepts (void)
{
  static const struct
  {
    const char *field;
    gboolean accepted;
  } cases[] = {
    { NULL, FALSE },          { "", FALSE },         { "gzip", TRUE },
    { "GZIP", TRUE },         { "x-gzip", TRUE },    { "deflate, gzip;q=1.0, *;q=0.5", TRUE },
    { "identity", FALSE },    { "gzip;q=0", FALSE }, { "gzip; q=0.000", FALSE },
    { "gzip;q=0.001", TRUE }, { "*", TRUE },         { "*;q=0", FALSE },
    { "gzip;q=0, *", FALSE }, { "notgzip", FALSE },  { ",,,gzip", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (sg_http_accepts_gzip (cases[i].field), ==, cases[i].accepted);
}

static GBytes *
new_text (gsize length)
{
  guint8 *text = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    text[i] = "sample{a=\"b\"} 1\n"[i % 16] ^ (guint8) (i % 997 == 0);
  return g_bytes_new_take (text, length);
}

static void
test_coding_round_trip (void)
{
  static const gsize lengths[] = { 0, 1, 1000, 65535, 65536, 65537, 3000000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) text = new_text (lengths[i]);
      g_autoptr (GBytes) packed = sg_http_gzip (text);
      g_autoptr (GBytes) again = NULL;

      g_assert_nonnull (packed);
      again = sg_http_gunzip (packed, lengths[i], &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (text, again));
    }
}

/* Returns: the same, with another length in its last four bytes */
static GBytes *
with_claim (GBytes  *packed,
            guint32  claim)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (packed, &length);
  guint8 *copy = g_memdup2 (data, length);

  claim = GUINT32_TO_LE (claim);
  memcpy (copy + length - sizeof claim, &claim, sizeof claim);
  return g_bytes_new_take (copy, length);
}

/* What would become larger than it says is no gzip, whatever else the bound allows. */
static void
test_coding_lie (void)
{
  static const struct
  {
    guint32 claim;
    const char *message;
  } cases[] = {
    { 0, "the body is no gzip: there is more in it than the 0 bytes that it tells" },
    { 100, "the body is no gzip: there is more in it than the 100 bytes that it tells" },
    { G_MAXUINT32, "the body is no gzip: its end is missing or damaged" },
  };
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (1 << 20), 1 << 20);
  g_autoptr (GBytes) packed = sg_http_gzip (zeros);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) lie = with_claim (packed, cases[i].claim);
      g_autoptr (GError) error = NULL;

      g_assert_null (sg_http_gunzip (lie, 64 << 20, &error));
      g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_REQUEST);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/* A megabyte that would become a gigabyte is refused for what it says. */
static void
test_coding_bomb (void)
{
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (64 << 20), 64 << 20);
  g_autoptr (GBytes) packed = sg_http_gzip (zeros);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_bytes_get_size (packed), <, 1 << 20);
  g_assert_null (sg_http_gunzip (packed, 1 << 20, &error));
  g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOO_LARGE);
}

static void
test_coding_damage (void)
{
  g_autoptr (GBytes) text = new_text (100000);
  g_autoptr (GBytes) packed = sg_http_gzip (text);
  gsize length = g_bytes_get_size (packed);

  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *damaged = g_memdup2 (g_bytes_get_data (packed, NULL), length);
      gsize at = (gsize) g_test_rand_int_range (0, (int) length);
      gsize kept = i % 2 == 0 ? at : length;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GBytes) result = NULL;

      damaged[at] ^= (guint8) g_test_rand_int_range (1, 256);
      bytes = g_bytes_new (damaged, kept);
      result = sg_http_gunzip (bytes, 200000, &error);
      if (kept < length)
        g_assert_null (result);
      if (result == NULL)
        g_assert_true (error->domain == SG_HTTP_ERROR);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/coding/accepts", test_coding_accepts);
  g_test_add_func ("/coding/round-trip", test_coding_round_trip);
  g_test_add_func ("/coding/bomb", test_coding_bomb);
  g_test_add_func ("/coding/lie", test_coding_lie);
  g_test_add_func ("/coding/damage", test_coding_damage);
  return g_test_run ();
}
