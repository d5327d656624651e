/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-request-private.h"
#include "http/sg-http-router.h"

static SgHttpResponse *
no_answer (const SgHttpRequest *request,
           gpointer             user_data)
{
  return NULL;
}

static SgHttpRouter *
new_router (void)
{
  SgHttpRouter *router = sg_http_router_new ();
  static const struct
  {
    const char *path;
    SgHttpMethods methods;
  } routes[] = {
    { "/", SG_HTTP_GET },
    { "/metrics", SG_HTTP_GET },
    { "/api/v1/query", SG_HTTP_GET | SG_HTTP_POST },
    { "/api/v1/label/:name/values", SG_HTTP_GET },
    { "/api/v1/label/__name__/values", SG_HTTP_GET },
    { "/api/v1/:anything", SG_HTTP_GET },
    { "/api/v1/", SG_HTTP_GET },
    { "/api/:version/", SG_HTTP_GET },
    { "/push/", SG_HTTP_PUT | SG_HTTP_DELETE },
    { "/push/", SG_HTTP_POST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    sg_http_router_add (router, routes[i].path, routes[i].methods, SG_HTTP_SCOPE_READ, no_answer,
                        NULL, NULL);
  return router;
}

typedef struct
{
  const char *method;
  const char *target;
  const char *route;
  guint status;
} MatchCase;

static const MatchCase match_cases[] = {
  { "GET", "/", "/", 0 },
  { "GET", "http://host", "/", 0 },
  { "GET", "http://host?a=b", "/", 0 },
  { "HEAD", "/metrics", "/metrics", 0 },
  { "GET", "/metrics?x=/y", "/metrics", 0 },
  { "GET", "/%6detrics", "/metrics", 0 },
  { "GET", "http://host:1/metrics", "/metrics", 0 },
  { "GET", "/metrics/", NULL, 404 },
  { "GET", "/Metrics", NULL, 404 },
  { "GET", "//metrics", NULL, 404 },
  { "POST", "/metrics", NULL, 405 },
  { "OPTIONS", "/metrics", NULL, 405 },
  { "POST", "/api/v1/query", "/api/v1/query", 0 },
  { "DELETE", "/api/v1/query", NULL, 405 },
  { "GET", "/api/v1/label/job/values", "/api/v1/label/:name/values", 0 },
  { "GET", "/api/v1/label/__name__/values", "/api/v1/label/__name__/values", 0 },
  { "GET", "/api/v1/label//values", "/api/v1/", 0 },
  { "GET", "/api/v1/x", "/api/v1/:anything", 0 },
  { "GET", "/api/v1/x/y", "/api/v1/", 0 },
  { "GET", "/api/v1/", "/api/v1/", 0 },
  { "GET", "/api/v1", NULL, 404 },
  { "GET", "/api/v2/x", "/api/:version/", 0 },
  { "PUT", "/push/a/b", "/push/", 0 },
  { "POST", "/push/a/b", "/push/", 0 },
  { "GET", "/push/a/b", NULL, 405 },
  { "GET", "/push", NULL, 404 },
  { "GET", "/%ff", NULL, 400 },
  { "GET", "/a%00b", NULL, 400 },
};

static void
test_router_match (void)
{
  g_autoptr (SgHttpRouter) router = new_router ();

  for (guint i = 0; i < G_N_ELEMENTS (match_cases); i++)
    {
      const MatchCase *expected = &match_cases[i];
      g_autoptr (SgHttpRequest) request = sg_http_request_new (expected->method, expected->target);
      g_autoptr (SgHttpRoute) route = NULL;
      SgHttpMethods allowed = 0;
      guint status = sg_http_router_match (router, request, &route, &allowed);

      g_test_message ("%s %s", expected->method, expected->target);
      g_assert_cmpuint (status, ==, expected->status);
      g_assert_cmpstr (route != NULL ? route->path : NULL, ==, expected->route);
      g_assert_cmpint (allowed != 0, ==, status == 405);
    }
}

static void
test_router_parameters (void)
{
  g_autoptr (SgHttpRouter) router = new_router ();
  g_autoptr (SgHttpRequest) label =
      sg_http_request_new ("GET", "/api/v1/label/a%2Fb%20%C3%A4+/values?match[]=x");
  g_autoptr (SgHttpRequest) push = sg_http_request_new ("PUT", "/push/job/a%2Fb");
  g_autoptr (SgHttpRoute) route = NULL;
  g_autoptr (SgHttpRoute) push_route = NULL;
  SgHttpMethods allowed;

  g_assert_cmpuint (sg_http_router_match (router, label, &route, &allowed), ==, 0);
  g_assert_cmpstr (sg_http_request_get_param (label, "name"), ==, "a/b \xc3\xa4+");
  g_assert_null (sg_http_request_get_param (label, "other"));
  g_assert_cmpstr (sg_http_request_get_rest (label), ==, "");
  g_assert_cmpuint (sg_http_router_match (router, push, &push_route, &allowed), ==, 0);
  g_assert_cmpstr (sg_http_request_get_rest (push), ==, "job/a%2Fb");
  g_assert_cmpstr (sg_http_request_get_path (push), ==, "/push/job/a%2Fb");
}

static void
test_router_allowed (void)
{
  g_autoptr (SgHttpRouter) router = new_router ();
  g_autoptr (SgHttpRequest) request = sg_http_request_new ("GET", "/push/x");
  g_autoptr (SgHttpRoute) route = NULL;
  g_autofree char *list = NULL;
  SgHttpMethods allowed = 0;

  g_assert_cmpuint (sg_http_router_match (router, request, &route, &allowed), ==, 405);
  list = sg_http_methods_to_list (allowed);
  g_assert_cmpstr (list, ==, "POST, PUT, DELETE");
}

static void
count_call (gpointer data)
{
  ++*(int *) data;
}

/* What belongs to a handler stays until the last that uses the route lets go of it. */
static void
test_router_lifetime (void)
{
  int freed = 0;
  SgHttpRouter *router = sg_http_router_new ();
  g_autoptr (SgHttpRequest) request = sg_http_request_new ("GET", "/x");
  SgHttpRoute *route = NULL;
  SgHttpMethods allowed;

  sg_http_router_add (router, "/x", SG_HTTP_GET, SG_HTTP_SCOPE_READ, no_answer, &freed, count_call);
  g_assert_cmpuint (sg_http_router_match (router, request, &route, &allowed), ==, 0);
  sg_http_router_free (router);
  g_assert_cmpint (freed, ==, 0);
  sg_http_route_unref (route);
  g_assert_cmpint (freed, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/router/match", test_router_match);
  g_test_add_func ("/router/parameters", test_router_parameters);
  g_test_add_func ("/router/allowed", test_router_allowed);
  g_test_add_func ("/router/lifetime", test_router_lifetime);
  return g_test_run ();
}
