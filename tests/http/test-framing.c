/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-framing.h"

#include <string.h>

static SgHttpLimits limits;

typedef struct
{
  const char *text;
  gssize end;
  guint64 body;
  guint status;
} ChunkedCase;

/* @end: where the request ends, -1 when it does not */
static const ChunkedCase chunked_cases[] = {
  { "0\r\n\r\n", 5, 0, 0 },
  { "0\r\n\r\nGET", 5, 0, 0 },
  { "5\r\nhello\r\n0\r\n\r\n", 15, 5, 0 },
  { "05\r\nhello\r\n0;a=b\r\n\r\nX", 20, 5, 0 },
  { "5;name=\"value\"\r\nhello\r\n0\r\n\r\n", 28, 5, 0 },
  { "5 \r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n", 28, 5, 0 },
  { "A\r\n0123456789\r\nb\r\n01234567890\r\n000\r\n\r\n", 38, 21, 0 },
  { "5\r\nhel", -1, 3, 0 },
  { "5\r\nhello\r\n0\r\n", -1, 5, 0 },
  { "\r\n", -1, 0, 400 },
  { ";\r\n", -1, 0, 400 },
  { "x\r\n", -1, 0, 400 },
  { "5x\r\n", -1, 0, 400 },
  { "-1\r\n", -1, 0, 400 },
  { "0x5\r\n", -1, 0, 400 },
  { "5\nhello", -1, 0, 400 },
  { "5\r\rhello", -1, 0, 400 },
  { "5\r\nhello!", -1, 5, 400 },
  { "5\r\nhello\r!", -1, 5, 400 },
  { "5;\x01\r\n", -1, 0, 400 },
  { "0\r\nA: \x01\r\n", -1, 0, 400 },
  { "0\r\nA: b\n", -1, 0, 400 },
  { "ffffffffffffffff\r\n", -1, 0, 413 },
  { "00000000000000001\r\n", -1, 0, 413 },
  { "401\r\n", -1, 0, 413 },
};

static gsize
take_in_steps (SgHttpFraming *framing,
               const char    *text,
               gsize          length,
               gsize          step)
{
  gsize taken = 0;

  while (taken < length && framing->state != SG_HTTP_FRAMING_DONE && framing->status == 0)
    {
      gsize n = MIN (step, length - taken);
      g_autofree char *exact = g_memdup2 (text + taken, n);

      taken += sg_http_framing_take (framing, exact, n, &limits);
    }
  return taken;
}

static void
test_framing_chunked (void)
{
  const SgHttpHead head = { .chunked = TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (chunked_cases); i++)
    {
      const ChunkedCase *expected = &chunked_cases[i];
      gsize length = strlen (expected->text);

      for (gsize step = 1; step <= length; step++)
        {
          SgHttpFraming framing;
          gsize taken;

          sg_http_framing_init (&framing, &head);
          taken = take_in_steps (&framing, expected->text, length, step);
          g_assert_cmpuint (framing.status, ==, expected->status);
          g_assert_cmpuint (framing.body, ==, expected->body);
          g_assert_cmpint (framing.state == SG_HTTP_FRAMING_DONE, ==, expected->end >= 0);
          if (expected->end >= 0)
            g_assert_cmpint ((gssize) taken, ==, expected->end);
        }
    }
}

static void
test_framing_length (void)
{
  const SgHttpHead head = { .has_length = TRUE, .content_length = 7 };
  const SgHttpHead none = { 0 };

  for (gsize step = 1; step < 12; step++)
    {
      SgHttpFraming framing;

      sg_http_framing_init (&framing, &head);
      g_assert_cmpuint (take_in_steps (&framing, "0123456GET / ", 13, step), ==, 7);
      g_assert_cmpint (framing.state, ==, SG_HTTP_FRAMING_DONE);
      sg_http_framing_init (&framing, &none);
      g_assert_cmpint (framing.state, ==, SG_HTTP_FRAMING_DONE);
    }
}

/* A body that is nearly all framing is given up long before the bound of bodies. */
static guint64
send_until_refused (const char *unit)
{
  const SgHttpHead head = { .chunked = TRUE };
  SgHttpFraming framing;
  guint64 sent = 0;

  sg_http_framing_init (&framing, &head);
  limits.max_body_bytes = 16 * 1024 * 1024;
  while (framing.status == 0 && sent < limits.max_body_bytes)
    sent += sg_http_framing_take (&framing, unit, strlen (unit), &limits);
  g_assert_cmpuint (framing.status, ==, 400);
  limits.max_body_bytes = 1024;
  return sent;
}

static void
test_framing_overhead (void)
{
  g_autofree char *extension = g_strnfill (101, 'x');
  g_autofree char *long_extension = g_strconcat ("1;", extension, NULL);
  g_autofree char *fill = g_strnfill (90, 'x');
  g_autofree char *short_extension = g_strconcat ("1;", fill, "\r\nA\r\n", NULL);

  g_assert_cmpuint (send_until_refused ("1\r\nA\r\n"), <, 32 * 1024);
  g_assert_cmpuint (send_until_refused (short_extension), <, 32 * 1024);
  g_assert_cmpuint (send_until_refused (long_extension), <, 120);
}

static void
test_framing_trailers (void)
{
  const SgHttpHead head = { .chunked = TRUE };
  SgHttpFraming framing;
  gsize sent = 5;

  sg_http_framing_init (&framing, &head);
  sg_http_framing_take (&framing, "0\r\nA:", 5, &limits);
  while (framing.status == 0 && sent < 1024 * 1024)
    sent += sg_http_framing_take (&framing, "0123456789\r\nA:", 14, &limits);
  g_assert_cmpuint (framing.status, ==, 400);
  g_assert_cmpuint (sent, <, 32 * 1024);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  limits = SG_HTTP_LIMITS_DEFAULT;
  limits.max_body_bytes = 1024;
  g_test_add_func ("/framing/chunked", test_framing_chunked);
  g_test_add_func ("/framing/length", test_framing_length);
  g_test_add_func ("/framing/overhead", test_framing_overhead);
  g_test_add_func ("/framing/trailers", test_framing_trailers);
  return g_test_run ();
}
