/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-error.h"
#include "http/wire/sg-http-listen.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  const char *address;
  const char *endpoints;
  gboolean loopback;
} ParseCase;

static const ParseCase parse_cases[] = {
  { "127.0.0.1:8080", "127.0.0.1 8080", TRUE },
  { "127.3.2.1:1", "127.3.2.1 1", TRUE },
  { "[::1]:0", "::1 0", TRUE },
  { "[::ffff:127.0.0.1]:1", "127.0.0.1 1", TRUE },
  { "localhost:65535", "127.0.0.1 65535, ::1 65535", TRUE },
  { ":80", "0.0.0.0 80, :: 80", FALSE },
  { "*:80", "0.0.0.0 80, :: 80", FALSE },
  { "0.0.0.0:80", "0.0.0.0 80", FALSE },
  { "[::]:80", ":: 80", FALSE },
  { "10.0.0.1:80", "10.0.0.1 80", FALSE },
  { "[fe80::1]:80", "fe80::1 80", FALSE },
  { "8080", NULL, FALSE },
  { "localhost", NULL, FALSE },
  { "localhost:", NULL, FALSE },
  { "localhost:x", NULL, FALSE },
  { "localhost:65536", NULL, FALSE },
  { "localhost:-1", NULL, FALSE },
  { "example.org:80", NULL, FALSE },
  { "127.1:80", NULL, FALSE },
  { "::1:80", NULL, FALSE },
  { "[127.0.0.1]:80", NULL, FALSE },
  { "[::1:80", NULL, FALSE },
  { "[]:80", NULL, FALSE },
};

static char *
describe (GArray *endpoints)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < endpoints->len; i++)
    {
      SgHttpEndpoint *endpoint = &g_array_index (endpoints, SgHttpEndpoint, i);
      g_autofree char *ip = sg_http_address_to_string (&endpoint->address);

      g_string_append_printf (out, "%s%s %u", i > 0 ? ", " : "", ip,
                              sg_http_address_get_port (&endpoint->address));
    }
  return g_string_free (out, FALSE);
}

static GArray *
parse (const char  *address,
       GError     **error)
{
  const char *addresses[] = { address, NULL };

  return sg_http_listen_parse (addresses, error);
}

static void
test_listen_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parse_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) endpoints = parse (parse_cases[i].address, &error);
      g_autofree char *text = endpoints != NULL ? describe (endpoints) : NULL;

      g_assert_cmpstr (text, ==, parse_cases[i].endpoints);
      if (endpoints != NULL)
        g_assert_cmpint (sg_http_listen_is_loopback (endpoints), ==, parse_cases[i].loopback);
      else
        {
          g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_CONFIG);
          g_assert_nonnull (strstr (error->message, parse_cases[i].address));
        }
    }
}

static void
test_listen_none (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_http_listen_parse (NULL, &error));
  g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_CONFIG);
}

static guint
first_port (GArray *endpoints)
{
  return sg_http_address_get_port (&g_array_index (endpoints, SgHttpEndpoint, 0).address);
}

/* A port that somebody has: an explicit wish for it fails, any other takes one of the next. */
static void
test_listen_taken (void)
{
  g_autoptr (GArray) holder = parse ("127.0.0.1:0", NULL);
  g_autoptr (GArray) other = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  guint port;

  g_assert_true (sg_http_listen_open (holder, TRUE, &error));
  port = first_port (holder);
  g_assert_cmpuint (port, >, 0);
  address = g_strdup_printf ("127.0.0.1:%u", port);
  other = parse (address, NULL);
  g_assert_false (sg_http_listen_open (other, TRUE, &error));
  g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_LISTEN);
  g_assert_nonnull (strstr (error->message, "Address already in use"));
  g_assert_cmpint (g_array_index (other, SgHttpEndpoint, 0).fd, ==, -1);
  g_clear_error (&error);
  g_assert_true (sg_http_listen_open (other, FALSE, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (first_port (other), >, port);
  g_assert_cmpuint (first_port (other), <, port + SG_HTTP_LISTEN_PORTS_TRIED);
  sg_http_listen_close (other);
  sg_http_listen_close (holder);
}

static void
test_listen_both_families (void)
{
  g_autoptr (GArray) endpoints = parse ("localhost:0", NULL);
  g_autoptr (GError) error = NULL;
  SgHttpEndpoint *v6;

  g_assert_true (sg_http_listen_open (endpoints, FALSE, &error));
  g_assert_no_error (error);
  v6 = &g_array_index (endpoints, SgHttpEndpoint, 1);
  if (v6->fd < 0)
    g_test_skip ("this machine has no IPv6");
  else
    g_assert_cmpuint (sg_http_address_get_port (&v6->address), ==, first_port (endpoints));
  sg_http_listen_close (endpoints);
}

static void
test_listen_not_ours (void)
{
  g_autoptr (GArray) endpoints = parse ("203.0.113.1:0", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_http_listen_open (endpoints, FALSE, &error));
  g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_LISTEN);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listen/parse", test_listen_parse);
  g_test_add_func ("/listen/none", test_listen_none);
  g_test_add_func ("/listen/taken", test_listen_taken);
  g_test_add_func ("/listen/both-families", test_listen_both_families);
  g_test_add_func ("/listen/not-ours", test_listen_not_ours);
  return g_test_run ();
}
