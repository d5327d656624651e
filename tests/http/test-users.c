/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-users.h"

#include <string.h>

/* Of "secret" and of "pa:ss wörd", with the least cost there is. */
#define HASH       "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
#define OTHER_HASH "$2y$05$zzzzzzzzzzzzzzzzzzzzzuJtVNGt7f8HSblvRCmb51aQZ5.J2NJfm"

static SgHttpUsers *
new_users (void)
{
  SgHttpUsers *users = sg_http_users_new ();

  g_assert_true (sg_http_users_add (users, "ann", HASH));
  g_assert_true (sg_http_users_add (users, "b\xc3\xb6rn", OTHER_HASH));
  return users;
}

static char *
encode (const char *credentials)
{
  g_autofree char *encoded = g_base64_encode ((const guchar *) credentials, strlen (credentials));

  return g_strconcat ("Basic ", encoded, NULL);
}

typedef struct
{
  const char *credentials;
  const char *user;
} CheckCase;

static const CheckCase check_cases[] = {
  { "ann:secret", "ann" }, { "b\xc3\xb6rn:pa:ss w\xc3\xb6rd", "b\xc3\xb6rn" },
  { "ann:Secret", NULL },  { "ann:secret ", NULL },
  { "ann:", NULL },        { "ann", NULL },
  { ":secret", NULL },     { "", NULL },
  { "Ann:secret", NULL },  { "bob:secret", NULL },
  { "ann:" HASH, NULL },
};

static void
test_users_check (void)
{
  g_autoptr (SgHttpUsers) users = new_users ();

  for (guint i = 0; i < G_N_ELEMENTS (check_cases); i++)
    {
      g_autofree char *authorization = encode (check_cases[i].credentials);
      g_autofree char *user = sg_http_users_check (users, authorization);

      g_assert_cmpstr (user, ==, check_cases[i].user);
    }
}

static void
test_users_malformed (void)
{
  static const char *const malformed[] = { "",
                                           "Basic",
                                           "Basic ",
                                           "Basic !!!",
                                           "Basic YW5uAHg6c2VjcmV0",
                                           "Bearer YW5uOnNlY3JldA==",
                                           "YW5uOnNlY3JldA==" };
  g_autoptr (SgHttpUsers) users = new_users ();

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_assert_null (sg_http_users_check (users, malformed[i]));
      g_assert_null (sg_http_users_find_known (users, malformed[i]));
    }
}

/* Only what was right is remembered, and nothing but that. */
static void
test_users_known (void)
{
  g_autoptr (SgHttpUsers) users = new_users ();
  g_autofree char *right = encode ("ann:secret");
  g_autofree char *wrong = encode ("ann:wrong");
  g_autofree char *other = encode ("b\xc3\xb6rn:secret");
  g_autofree char *user = NULL;
  g_autofree char *known = NULL;

  g_assert_null (sg_http_users_find_known (users, right));
  user = sg_http_users_check (users, right);
  g_assert_null (sg_http_users_check (users, wrong));
  g_assert_null (sg_http_users_check (users, other));
  known = sg_http_users_find_known (users, right);
  g_assert_cmpstr (known, ==, "ann");
  g_assert_null (sg_http_users_find_known (users, wrong));
  g_assert_null (sg_http_users_find_known (users, other));
}

static void
test_users_hashes (void)
{
  static const char *const wrong[] = {
    "",
    "secret",
    "$2b$04$",
    "$1$salt$hash",
    "$6$rounds=5000$salt$hash",
    "$2x$04$abcdefghijklmnopqrstuufznL8bkzdtHwLhca4To/v9Lo9bA7fR6",
    "$2b$4$abcdefghijklmnopqrstuufznL8bkzdtHwLhca4To/v9Lo9bA7fR66",
    "$2b$04$abcdefghijklmnopqrstuufznL8bkzdtHwLhca4To/v9Lo9bA7fR66",
  };
  g_autoptr (SgHttpUsers) users = sg_http_users_new ();

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (sg_http_users_add (users, "ann", wrong[i]));
}

static gpointer
check_many (gpointer data)
{
  SgHttpUsers *users = data;
  g_autofree char *right = encode ("ann:secret");

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *user = sg_http_users_check (users, right);
      g_autofree char *known = sg_http_users_find_known (users, right);

      g_assert_cmpstr (user, ==, "ann");
      g_assert_cmpstr (known, ==, "ann");
    }
  return NULL;
}

static void
test_users_threads (void)
{
  g_autoptr (SgHttpUsers) users = new_users ();
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("check", check_many, users);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/users/check", test_users_check);
  g_test_add_func ("/users/malformed", test_users_malformed);
  g_test_add_func ("/users/known", test_users_known);
  g_test_add_func ("/users/hashes", test_users_hashes);
  g_test_add_func ("/users/threads", test_users_threads);
  return g_test_run ();
}
