/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-access.h"

#define TOKEN   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define GOOD    "Bearer " TOKEN
#define BAD     "Bearer 00"
#define USER    "Basic dXNlcjpwYXNz"
#define HOST    "localhost:8080"
#define OWN     "http://localhost:8080"
#define FOREIGN "http://evil.example"

enum
{
  LOCAL = 1 << 0,
  USERS = 1 << 1,
  REQUIRE = 1 << 2,
  OPEN = 1 << 3,
};

/* Password means: passes once the password was found to be right. */
#define PASSWORD 1

typedef struct
{
  guint flags;
  const char *origin;
  const char *authorization;
  guint expected[4];
} ScopeCase;

/* In the order read, ingest, act, admin: 0 passes, PASSWORD, or the status. */
static const ScopeCase scope_cases[] = {
  { LOCAL, NULL, NULL, { 0, 0, 0, 401 } },
  { LOCAL, NULL, BAD, { 0, 0, 0, 401 } },
  { LOCAL, NULL, GOOD, { 0, 0, 0, 0 } },
  { LOCAL, OWN, NULL, { 0, 0, 403, 401 } },
  { LOCAL, OWN, GOOD, { 0, 0, 0, 0 } },
  { LOCAL, FOREIGN, NULL, { 0, 403, 403, 401 } },
  { LOCAL, "null", NULL, { 0, 403, 403, 401 } },
  { LOCAL, "http://localhost", NULL, { 0, 403, 403, 401 } },
  { LOCAL, FOREIGN, GOOD, { 0, 0, 0, 0 } },
  { LOCAL | REQUIRE, NULL, NULL, { 0, 0, 401, 401 } },
  { LOCAL | REQUIRE, NULL, GOOD, { 0, 0, 0, 0 } },
  { 0, NULL, NULL, { 401, 401, 401, 401 } },
  { 0, NULL, BAD, { 401, 401, 401, 401 } },
  { 0, NULL, GOOD, { 0, 0, 0, 0 } },
  { OPEN, NULL, NULL, { 0, 401, 401, 401 } },
  { OPEN, NULL, GOOD, { 0, 0, 0, 0 } },
  { OPEN, FOREIGN, NULL, { 0, 403, 403, 401 } },
  { LOCAL | USERS, NULL, NULL, { 401, 401, 401, 401 } },
  { LOCAL | USERS, NULL, USER, { PASSWORD, PASSWORD, PASSWORD, 401 } },
  { LOCAL | USERS, OWN, USER, { PASSWORD, PASSWORD, PASSWORD, 401 } },
  { LOCAL | USERS, FOREIGN, USER, { PASSWORD, PASSWORD, 403, 401 } },
  { LOCAL | USERS, NULL, GOOD, { 0, 0, 0, 0 } },
  { LOCAL | USERS | REQUIRE, NULL, USER, { PASSWORD, PASSWORD, 401, 401 } },
  { USERS, NULL, USER, { PASSWORD, PASSWORD, PASSWORD, 401 } },
  { USERS | OPEN, NULL, NULL, { 401, 401, 401, 401 } },
  { USERS, NULL, "Basic", { 401, 401, 401, 401 } },
  { USERS, NULL, "Basicx dXNl", { 401, 401, 401, 401 } },
};

static void
test_access_scopes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (scope_cases); i++)
    {
      const ScopeCase *expected = &scope_cases[i];
      const SgHttpAccess access = {
        .token = (char *) TOKEN,
        .has_users = (expected->flags & USERS) != 0,
        .require_token = (expected->flags & REQUIRE) != 0,
        .open_to_remote = (expected->flags & OPEN) != 0,
      };
      const SgHttpCaller caller = {
        .is_local = (expected->flags & LOCAL) != 0,
        .host = HOST,
        .target = "/",
        .origin = expected->origin,
        .authorization = expected->authorization,
      };

      for (guint scope = 0; scope < 4; scope++)
        {
          SgHttpVerdict verdict = sg_http_access_check (&access, &caller, scope);

          g_test_message ("case %u, scope %u", i, scope);
          g_assert_cmpuint (verdict.needs_password ? PASSWORD : verdict.status, ==,
                            expected->expected[scope]);
          g_assert_cmpint (verdict.status != 0, ==, verdict.problem != NULL);
          g_assert_cmpint (verdict.status == 401, ==, verdict.challenge != NULL);
        }
    }
}

/* Without a place for a token there is none that would fit, not even an empty one. */
static void
test_access_no_token (void)
{
  const SgHttpAccess access = { 0 };
  const SgHttpCaller caller = {
    .is_local = TRUE, .host = HOST, .target = "/", .authorization = "Bearer "
  };

  g_assert_cmpuint (sg_http_access_check (&access, &caller, SG_HTTP_SCOPE_ADMIN).status, ==, 401);
}

typedef struct
{
  const char *host;
  const char *target;
  gboolean ours;
} HostCase;

static const HostCase host_cases[] = {
  { "localhost", "/", TRUE },
  { "LOCALHOST:8080", "/", TRUE },
  { "localhost.", "/", TRUE },
  { "127.0.0.1:8080", "/", TRUE },
  { "192.168.1.2", "/", TRUE },
  { "[::1]:8080", "/", TRUE },
  { "[2001:db8::1]", "/", TRUE },
  { "box", "/", TRUE },
  { "Box:1", "/", TRUE },
  { "mon.example", "/", TRUE },
  { "MON.example.:80", "/", TRUE },
  { NULL, "/", TRUE },
  { "evil.example", "/", FALSE },
  { "localhost.evil.example", "/", FALSE },
  { "evil-localhost", "/", FALSE },
  { "127.0.0.1.evil.example", "/", FALSE },
  { "127.1", "/", FALSE },
  { "x.mon.example", "/", FALSE },
  { "", "/", FALSE },
  { "localhost", "http://localhost:1/x", TRUE },
  { "localhost", "http://evil.example/x", FALSE },
  { "localhost", "http://evil.example?x=localhost", FALSE },
  { "localhost", "http://localhost@evil.example/", FALSE },
  { "evil.example", "http://localhost/", FALSE },
  { NULL, "http://evil.example/", FALSE },
};

static void
test_access_hosts (void)
{
  const char *allowed[] = { "mon.example", NULL };
  const SgHttpAccess access = { .allowed_hosts = (char **) allowed, .own_name = (char *) "box" };

  for (guint i = 0; i < G_N_ELEMENTS (host_cases); i++)
    {
      const SgHttpCaller caller = { .host = host_cases[i].host, .target = host_cases[i].target };

      g_test_message ("%s %s", caller.host, caller.target);
      g_assert_cmpuint (sg_http_access_check_host (&access, &caller).status, ==,
                        host_cases[i].ours ? 0 : 421);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/access/scopes", test_access_scopes);
  g_test_add_func ("/access/no-token", test_access_no_token);
  g_test_add_func ("/access/hosts", test_access_hosts);
  return g_test_run ();
}
