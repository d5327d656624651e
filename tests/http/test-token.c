/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-error.h"
#include "http/sg-http-token.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *top;
  char *state;
  char *path;
} Place;

static void
place_init (Place *self)
{
  self->top = g_dir_make_tmp ("sg-token-XXXXXX", NULL);
  self->state = g_build_filename (self->top, "state", NULL);
  self->path = g_build_filename (self->state, SG_HTTP_TOKEN_FILE, NULL);
}

static void
place_clear (Place *self)
{
  g_unlink (self->path);
  g_rmdir (self->state);
  g_rmdir (self->top);
  g_free (self->top);
  g_free (self->state);
  g_free (self->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static void
test_token_made (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;
  g_autofree char *again = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GDir) dir = NULL;
  GStatBuf info;

  place_init (&place);
  token = sg_http_token_load (place.state, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (token), ==, 64);
  g_assert_cmpuint (strspn (token, "0123456789abcdef"), ==, 64);
  g_assert_cmpint (g_stat (place.path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0600);
  g_assert_cmpint (g_stat (place.state, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 077, ==, 0);
  g_assert_true (g_file_get_contents (place.path, &content, NULL, NULL));
  g_assert_cmpstr (g_strchomp (content), ==, token);
  again = sg_http_token_load (place.state, &error);
  g_assert_cmpstr (again, ==, token);
  dir = g_dir_open (place.state, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (dir), ==, SG_HTTP_TOKEN_FILE);
  g_assert_null (g_dir_read_name (dir));
}

static void
test_token_differs (void)
{
  g_auto (Place) first = { 0 };
  g_auto (Place) second = { 0 };
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  place_init (&first);
  place_init (&second);
  a = sg_http_token_load (first.state, NULL);
  b = sg_http_token_load (second.state, NULL);
  g_assert_cmpstr (a, !=, b);
}

static void
assert_refused (Place      *place,
                const char *reason)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_http_token_load (place->state, &error));
  g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOKEN);
  g_assert_true (g_str_has_prefix (error->message, place->path));
  g_assert_nonnull (strstr (error->message, reason));
}

static void
test_token_refused (void)
{
  g_auto (Place) place = { 0 };
  g_autofree char *token = NULL;

  place_init (&place);
  token = sg_http_token_load (place.state, NULL);
  g_chmod (place.path, 0640);
  assert_refused (&place, "others may read the token");
  g_chmod (place.path, 0600);
  g_assert_true (g_file_set_contents (place.path, "short\n", -1, NULL));
  g_chmod (place.path, 0600);
  assert_refused (&place, "is not a token");
  g_unlink (place.path);
  g_assert_cmpint (symlink ("/etc/hostname", place.path), ==, 0);
  assert_refused (&place, "cannot be opened");
  g_unlink (place.path);
  g_assert_cmpint (mkfifo (place.path, 0600), ==, 0);
  assert_refused (&place, "is no file of this user");
}

/* A tool that comes before the first start makes none. */
static void
test_token_read_only (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GError) error = NULL;

  place_init (&place);
  g_assert_null (sg_http_token_read (place.state, &error));
  g_assert_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOKEN);
  g_assert_false (g_file_test (place.state, G_FILE_TEST_EXISTS));
}

static gpointer
load_in_thread (gpointer data)
{
  return sg_http_token_load (data, NULL);
}

static void
test_token_race (void)
{
  for (guint round = 0; round < 20; round++)
    {
      g_auto (Place) place = { 0 };
      GThread *threads[4];
      g_autofree char *token = NULL;

      place_init (&place);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("load", load_in_thread, place.state);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        {
          g_autofree char *one = g_thread_join (threads[i]);

          g_assert_nonnull (one);
          if (token == NULL)
            token = g_steal_pointer (&one);
          else
            g_assert_cmpstr (one, ==, token);
        }
    }
}

static void
test_token_equal (void)
{
  g_assert_true (sg_http_token_equal ("abc", "abc"));
  g_assert_false (sg_http_token_equal ("abc", "abd"));
  g_assert_false (sg_http_token_equal ("abc", "ab"));
  g_assert_false (sg_http_token_equal ("abc", "abcabc"));
  g_assert_false (sg_http_token_equal ("abc", ""));
  g_assert_false (sg_http_token_equal ("", ""));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token/made", test_token_made);
  g_test_add_func ("/token/differs", test_token_differs);
  g_test_add_func ("/token/refused", test_token_refused);
  g_test_add_func ("/token/read-only", test_token_read_only);
  g_test_add_func ("/token/race", test_token_race);
  g_test_add_func ("/token/equal", test_token_equal);
  return g_test_run ();
}
