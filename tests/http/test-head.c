/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-head.h"

#include <string.h>

#define HOST "Host: localhost\r\n"

static const SgHttpLimits *
get_limits (void)
{
  static SgHttpLimits limits;

  limits = SG_HTTP_LIMITS_DEFAULT;
  limits.max_line_bytes = 100;
  limits.max_head_bytes = 400;
  limits.max_headers = 5;
  return &limits;
}

/* As the gate does it: the buffer grows, and all of it is shown each time. */
static SgHttpHeadResult
feed_in_steps (SgHttpHead *head,
               const char *text,
               gsize       length,
               gsize       step)
{
  SgHttpHeadResult result = SG_HTTP_HEAD_INCOMPLETE;

  *head = (SgHttpHead) { 0 };
  for (gsize n = MIN (step, length); result == SG_HTTP_HEAD_INCOMPLETE; n = MIN (n + step, length))
    {
      g_autofree char *exact = g_malloc (MAX (n, 1));

      memcpy (exact, text, n);
      result = sg_http_head_feed (head, exact, n, get_limits ());
      if (n == length)
        break;
    }
  return result;
}

typedef struct
{
  const char *text;
  guint status;
} RefusalCase;

static const RefusalCase refusals[] = {
  { "GET /\r\n", 400 },
  { "GET / HTTP/0.9\r\n", 505 },
  { "GET / HTTP/1.2\r\n", 505 },
  { "GET / HTTP/2.0\r\n", 505 },
  { "GET / HTTP/1.1x\r\n", 400 },
  { "GET / http/1.1\r\n", 400 },
  { "GET  / HTTP/1.1\r\n", 400 },
  { "GET / HTTP/1.1 \r\n", 400 },
  { " GET / HTTP/1.1\r\n", 400 },
  { "GET\t/ HTTP/1.1\r\n", 400 },
  { "GET / HTTP/1.1\n", 400 },
  { "GET /\xff HTTP/1.1\r\n", 400 },
  { "GET /#x HTTP/1.1\r\n", 400 },
  { "GET /%g0 HTTP/1.1\r\n", 400 },
  { "GET /%4 HTTP/1.1\r\n", 400 },
  { "GET x HTTP/1.1\r\n", 400 },
  { "GET * HTTP/1.1\r\n", 400 },
  { "GET https://a/ HTTP/1.1\r\n", 400 },
  { "CONNECT a:80 HTTP/1.1\r\n", 400 },
  { "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\n", 400 },
  { "G(T / HTTP/1.1\r\n", 400 },
  { "\x16\x03\x01", 400 },
  { "GET / HTTP/1.1\r\nHost localhost\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost : localhost\r\n", 400 },
  { "GET / HTTP/1.1\r\n: x\r\n", 400 },
  { "GET / HTTP/1.1\r\nA: b\n", 400 },
  { "GET / HTTP/1.1\r\nA: b\r\n c\r\n", 400 },
  { "GET / HTTP/1.1\r\nA: b\rc\r\n", 400 },
  { "GET / HTTP/1.1\r\nA: \x01\r\n", 400 },
  { "GET / HTTP/1.1\r\nA: \x7f\r\n", 400 },
  { "GET / HTTP/1.1\r\nA: \xff\r\n", 400 },
  { "GET / HTTP/1.1\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost:\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: a/b\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: u@a\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: a:b\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: [::1\r\n", 400 },
  { "GET / HTTP/1.1\r\nHost: a, b\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Content-Length: x\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Content-Length:\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Content-Length: 1234567890123456789\r\n", 413 },
  { "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-length: 1\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n", 501 },
  { "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n", 501 },
  { "GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400 },
  { "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
  { "GET / HTTP/1.1\r\n" HOST "Expect: 200-ok\r\n", 417 },
  { "GET / HTTP/1.1\r\nA:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\n", 431 },
};

static void
test_head_refusals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      for (gsize step = 1; step < 100; step += 7)
        {
          SgHttpHead head;
          const char *text = refusals[i].text;

          g_assert_cmpint (feed_in_steps (&head, text, strlen (text), step), ==,
                           SG_HTTP_HEAD_REFUSED);
          g_assert_cmpuint (head.status, ==, refusals[i].status);
          g_assert_nonnull (head.problem);
        }
    }
}

static void
test_head_nul (void)
{
  static const char in_target[] = "GET /\0 HTTP/1.1\r\n";
  static const char in_value[] = "GET / HTTP/1.1\r\nA: \0\r\n";
  SgHttpHead head;

  g_assert_cmpint (feed_in_steps (&head, in_target, sizeof in_target - 1, 3), ==,
                   SG_HTTP_HEAD_REFUSED);
  g_assert_cmpuint (head.status, ==, 400);
  g_assert_cmpint (feed_in_steps (&head, in_value, sizeof in_value - 1, 3), ==,
                   SG_HTTP_HEAD_REFUSED);
  g_assert_cmpuint (head.status, ==, 400);
}

typedef struct
{
  const char *text;
  const char *target;
  guint64 content_length;
  gboolean chunked;
  gboolean keep_alive;
  gboolean expects_continue;
} SoundCase;

static const SoundCase sound[] = {
  { "GET / HTTP/1.0\r\n\r\n", "/", 0, FALSE, FALSE, FALSE },
  { "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "/", 0, FALSE, TRUE, FALSE },
  { "GET / HTTP/1.1\r\n" HOST "\r\n", "/", 0, FALSE, TRUE, FALSE },
  { "GET / HTTP/1.1\r\n" HOST "Connection: foo , CLOSE\r\n\r\n", "/", 0, FALSE, FALSE, FALSE },
  { "GET / HTTP/1.1\r\n" HOST "Connection: closed\r\n\r\n", "/", 0, FALSE, TRUE, FALSE },
  { "\r\n\r\nGET /a HTTP/1.1\r\n" HOST "\r\n", "/a", 0, FALSE, TRUE, FALSE },
  { "GET /q?x={a=\"b\"}|^\xc3\xa4 HTTP/1.1\r\n" HOST "\r\n", "/q?x={a=\"b\"}|^\xc3\xa4", 0, FALSE,
    TRUE, FALSE },
  { "GET http://a:1/b HTTP/1.1\r\nhOST: [::1]:80\r\n\r\n", "http://a:1/b", 0, FALSE, TRUE, FALSE },
  { "PUT / HTTP/1.1\r\n" HOST "Content-Length:  007 \r\n\r\n", "/", 7, FALSE, TRUE, FALSE },
  { "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n", "/", 0, TRUE, TRUE, FALSE },
  { "POST / HTTP/1.1\r\n" HOST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n", "/", 1, FALSE,
    TRUE, TRUE },
  { "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", "/", 1, FALSE, FALSE,
    FALSE },
  { "GET / HTTP/1.1\r\n" HOST "A:\tb \t\r\nB:\xc3\xa4\r\n\r\n", "/", 0, FALSE, TRUE, FALSE },
};

static void
test_head_sound (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sound); i++)
    {
      const SoundCase *expected = &sound[i];
      gsize length = strlen (expected->text);

      for (gsize step = 1; step <= length; step++)
        {
          g_autofree char *text = g_strconcat (expected->text, "body", NULL);
          g_autofree char *target = NULL;
          SgHttpHead head;

          g_assert_cmpint (feed_in_steps (&head, text, strlen (text), step), ==,
                           SG_HTTP_HEAD_COMPLETE);
          target = g_strndup (text + head.target, head.target_length);
          g_assert_cmpstr (target, ==, expected->target);
          g_assert_cmpuint (head.end, ==, length);
          g_assert_cmpuint (head.content_length, ==, expected->content_length);
          g_assert_cmpint (head.chunked, ==, expected->chunked);
          g_assert_cmpint (head.keep_alive, ==, expected->keep_alive);
          g_assert_cmpint (head.expects_continue, ==, expected->expects_continue);
        }
    }
}

/* Each bound holds to the byte, and before the line that breaks it is complete. */
static void
test_head_bounds (void)
{
  g_autofree char *path = g_strnfill (86, 'a');
  g_autofree char *fits = g_strdup_printf ("GET /%s HTTP/1.1\r\n" HOST "\r\n", path);
  g_autofree char *long_line = g_strdup_printf ("GET //%s HTTP/1.1\r\n" HOST "\r\n", path);
  g_autofree char *value = g_strnfill (400, 'v');
  g_autofree char *long_head = g_strconcat ("GET / HTTP/1.1\r\nA: ", value, NULL);
  SgHttpHead head;

  for (gsize step = 1; step < 120; step++)
    {
      g_assert_cmpint (feed_in_steps (&head, fits, strlen (fits), step), ==, SG_HTTP_HEAD_COMPLETE);
      g_assert_cmpuint (head.end, ==, strlen (fits));
      g_assert_cmpint (feed_in_steps (&head, long_line, strlen (long_line), step), ==,
                       SG_HTTP_HEAD_REFUSED);
      g_assert_cmpuint (head.status, ==, 414);
    }
  g_assert_cmpint (feed_in_steps (&head, long_head, 399, 1), ==, SG_HTTP_HEAD_INCOMPLETE);
  g_assert_cmpint (feed_in_steps (&head, long_head, 400, 400), ==, SG_HTTP_HEAD_REFUSED);
  g_assert_cmpuint (head.status, ==, 431);
}

/* Whatever the bytes, nothing is read beyond them, and the answer does not depend on the steps. */
static void
test_head_random (void)
{
  static const char alphabet[] = "GET /HTP1.:\r\n\r\n \tab0\x80%";

  for (guint i = 0; i < 20000; i++)
    {
      char text[40];
      gsize length = (gsize) g_test_rand_int_range (1, sizeof text);
      SgHttpHead whole;
      SgHttpHead parts;

      for (gsize j = 0; j < length; j++)
        text[j] = alphabet[g_test_rand_int_range (0, sizeof alphabet)];
      g_assert_cmpint (feed_in_steps (&whole, text, length, length), ==,
                       feed_in_steps (&parts, text, length, 1));
      g_assert_cmpuint (whole.status, ==, parts.status);
    }
}

static void
test_host_names (void)
{
  static const char *const names[][2] = {
    { "localhost", "localhost" },
    { "LocalHost:80", "localhost" },
    { "a.b.", "a.b" },
    { "127.0.0.1:9090", "127.0.0.1" },
    { "[::1]", "::1" },
    { "[FE80::1]:1", "fe80::1" },
    { "", NULL },
    { ":80", NULL },
    { "a:", "a" },
    { "a:123456", NULL },
    { "a b", NULL },
    { "[::1", NULL },
    { "[::1]x", NULL },
    { "[]", NULL },
    { "a/b", NULL },
    { "\xc3\xa4", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = sg_http_host_get_name (names[i][0]);

      g_assert_cmpstr (name, ==, names[i][1]);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/head/refusals", test_head_refusals);
  g_test_add_func ("/head/nul", test_head_nul);
  g_test_add_func ("/head/sound", test_head_sound);
  g_test_add_func ("/head/bounds", test_head_bounds);
  g_test_add_func ("/head/random", test_head_random);
  g_test_add_func ("/head/host-names", test_host_names);
  return g_test_run ();
}
