/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include "http/pages/sg-health-page.h"
#include "http/pages/sg-index-page.h"
#include "http/pages/sg-metrics-page.h"
#include "http/pages/sg-ready-page.h"

#include <string.h>

typedef struct
{
  SgLevel level;
  gboolean ready;
  guint freed;
} State;

static char *
report_health (SgLevel  *ret_level,
               gpointer  user_data)
{
  State *state = user_data;

  *ret_level = state->level;
  return g_strdup_printf ("{\"status\":\"%s\"}", sg_level_to_string (state->level));
}

static gboolean
is_ready (gpointer user_data)
{
  return ((State *) user_data)->ready;
}

static void
count_freed (gpointer user_data)
{
  ((State *) user_data)->freed++;
}

static void
start (Fixture  *fixture,
       State    *state,
       gboolean  degraded_fails)
{
  fixture_init (fixture);
  fixture_create (fixture);
  sg_metrics_page_add (fixture->server, "/metrics", fixture->registry, NULL);
  sg_metrics_page_add (fixture->server, "/<other>&path", fixture->registry, NULL);
  sg_health_page_add (fixture->server, degraded_fails, report_health, state, count_freed);
  sg_ready_page_add (fixture->server, is_ready, state, count_freed);
  sg_index_page_add (fixture->server);
  fixture_start (fixture);
}

static char *
get (Fixture    *fixture,
     const char *path,
     const char *accept)
{
  g_autofree char *request = g_strdup_printf (
      "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: %s\r\n\r\n", path,
      accept);

  return client_ask (fixture->port, request);
}

static guint
get_health (Fixture *fixture,
            State   *state,
            SgLevel  level)
{
  g_autofree char *response = NULL;
  g_autofree char *type = NULL;

  state->level = level;
  response = get (fixture, "/health", "*/*");
  type = response_get_field (response, "Content-Type");
  g_assert_cmpstr (type, ==, "application/json");
  g_assert_nonnull (strstr (response_get_body (response), sg_level_to_string (level)));
  return response_get_status (response);
}

static void
test_pages_health (void)
{
  State state = { 0 };
  Fixture fixture;

  start (&fixture, &state, FALSE);
  g_assert_cmpuint (get_health (&fixture, &state, SG_LEVEL_HEALTHY), ==, 200);
  g_assert_cmpuint (get_health (&fixture, &state, SG_LEVEL_DEGRADED), ==, 200);
  g_assert_cmpuint (get_health (&fixture, &state, SG_LEVEL_UNKNOWN), ==, 200);
  g_assert_cmpuint (get_health (&fixture, &state, SG_LEVEL_UNHEALTHY), ==, 503);
  fixture_clear (&fixture);
  g_assert_cmpuint (state.freed, ==, 2);
  start (&fixture, &state, TRUE);
  g_assert_cmpuint (get_health (&fixture, &state, SG_LEVEL_HEALTHY), ==, 200);
  g_assert_cmpuint (get_health (&fixture, &state, SG_LEVEL_DEGRADED), ==, 503);
  g_assert_cmpuint (get_health (&fixture, &state, SG_LEVEL_UNHEALTHY), ==, 503);
  fixture_clear (&fixture);
}

static void
test_pages_ready (void)
{
  State state = { 0 };
  Fixture fixture;
  g_autofree char *healthy = NULL;
  g_autofree char *not_ready = NULL;
  g_autofree char *ready = NULL;

  start (&fixture, &state, FALSE);
  healthy = get (&fixture, "/-/healthy", "*/*");
  not_ready = get (&fixture, "/-/ready", "*/*");
  state.ready = TRUE;
  ready = get (&fixture, "/-/ready", "*/*");
  g_assert_cmpuint (response_get_status (healthy), ==, 200);
  g_assert_cmpuint (response_get_status (not_ready), ==, 503);
  g_assert_cmpuint (response_get_status (ready), ==, 200);
  g_assert_cmpstr (response_get_body (ready), ==, "Sightglass is Ready.\n");
  fixture_clear (&fixture);
}

typedef struct
{
  const char *accept;
  const char *type;
} FormatCase;

static const FormatCase format_cases[] = {
  { "*/*", "text/plain; version=0.0.4" },
  { "text/html", "text/plain; version=0.0.4" },
  { "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
    "application/openmetrics-text; version=1.0.0" },
  { "text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.1",
    "text/plain; version=0.0.4" },
};

static void
test_pages_metrics (void)
{
  State state = { 0 };
  Fixture fixture;
  g_autofree char *other = NULL;

  start (&fixture, &state, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (format_cases); i++)
    {
      g_autofree char *response = get (&fixture, "/metrics", format_cases[i].accept);
      g_autofree char *type = response_get_field (response, "Content-Type");
      g_autofree char *vary = response_get_field (response, "Vary");

      g_assert_cmpuint (response_get_status (response), ==, 200);
      g_assert_true (g_str_has_prefix (type, format_cases[i].type));
      g_assert_true (g_str_has_prefix (vary, "Accept"));
      g_assert_cmpint (strstr (type, "openmetrics") != NULL, ==,
                       g_str_has_suffix (response, "# EOF\n"));
    }
  other = get (&fixture, "/%3Cother%3E&path", "*/*");
  g_assert_cmpuint (response_get_status (other), ==, 200);
  fixture_clear (&fixture);
}

static void
test_pages_index (void)
{
  State state = { 0 };
  Fixture fixture;
  g_autofree char *response = NULL;
  g_autofree char *type = NULL;
  g_autofree char *policy = NULL;
  const char *body;

  start (&fixture, &state, FALSE);
  response = get (&fixture, "/", "text/html");
  type = response_get_field (response, "Content-Type");
  policy = response_get_field (response, "Content-Security-Policy");
  body = response_get_body (response);
  g_assert_cmpstr (type, ==, "text/html; charset=utf-8");
  g_assert_true (g_str_has_prefix (policy, "default-src 'none'"));
  g_assert_true (g_str_has_prefix (body, "<!DOCTYPE html>\n<html lang=\"en\">"));
  g_assert_true (g_str_has_suffix (body, "</html>\n"));
  g_assert_nonnull (strstr (body, "<a href=\"/metrics\">"));
  g_assert_nonnull (strstr (body, "&lt;other&gt;&amp;path"));
  g_assert_nonnull (strstr (body, "prefers-color-scheme: dark"));
  g_assert_null (strstr (body, "<script"));
  fixture_clear (&fixture);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pages/health", test_pages_health);
  g_test_add_func ("/pages/ready", test_pages_ready);
  g_test_add_func ("/pages/metrics", test_pages_metrics);
  g_test_add_func ("/pages/index", test_pages_index);
  return g_test_run ();
}
