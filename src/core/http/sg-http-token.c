/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-token.h"

#include "http/sg-http-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS (2 * SG_HTTP_TOKEN_BYTES)

static gboolean
fail_errno (GError     **error,
            const char  *path,
            const char  *what)
{
  int saved_errno = errno;

  g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOKEN, "%s: %s: %s", path, what,
               g_strerror (saved_errno));
  return FALSE;
}

static gboolean
check_file (int          fd,
            const char  *path,
            GError     **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0)
    return fail_errno (error, path, "cannot be looked at");
  if (!S_ISREG (info.st_mode) || info.st_uid != geteuid ())
    {
      g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOKEN,
                   "%s: is no file of this user: remove it, and a new one will be made", path);
      return FALSE;
    }
  if ((info.st_mode & 077) != 0)
    {
      g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOKEN,
                   "%s: others may read the token: remove the file, and a new one will be made",
                   path);
      return FALSE;
    }
  return TRUE;
}

static char *
read_token (int          fd,
            const char  *path,
            GError     **error)
{
  char text[DIGITS + 2] = "";
  gssize n;

  if (!check_file (fd, path, error))
    return NULL;
  n = read (fd, text, sizeof text - 1);
  if (n < 0)
    {
      fail_errno (error, path, "cannot be read");
      return NULL;
    }
  if (n < DIGITS || strspn (text, "0123456789abcdef") != DIGITS)
    {
      g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_TOKEN,
                   "%s: is not a token of %d hexadecimal digits: remove it, and a new one will be "
                   "made",
                   path, DIGITS);
      return NULL;
    }
  return g_strndup (text, DIGITS);
}

/**
 * sg_http_token_read:
 * @state_dir: where the token lives
 * @error: why there is none
 *
 * For tools: never makes one.
 *
 * Returns: (transfer full): the token
 */
char *
sg_http_token_read (const char  *state_dir,
                    GError     **error)
{
  g_autofree char *path = g_build_filename (state_dir, SG_HTTP_TOKEN_FILE, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  char *token;

  if (fd < 0)
    {
      fail_errno (error, path, "cannot be opened");
      return NULL;
    }
  token = read_token (fd, path, error);
  close (fd);
  return token;
}

static gboolean
make_digits (char         text[DIGITS + 2],
             const char  *path,
             GError     **error)
{
  guint8 bytes[SG_HTTP_TOKEN_BYTES];

  if (getrandom (bytes, sizeof bytes, 0) != (gssize) sizeof bytes)
    return fail_errno (error, path, "no random bytes to be had");
  for (guint i = 0; i < sizeof bytes; i++)
    g_snprintf (text + 2 * i, 3, "%02x", bytes[i]);
  text[DIGITS] = '\n';
  text[DIGITS + 1] = '\0';
  return TRUE;
}

static gboolean
write_all (int          fd,
           const char  *path,
           GError     **error)
{
  char text[DIGITS + 2];

  if (!make_digits (text, path, error))
    return FALSE;
  if (write (fd, text, DIGITS + 1) != DIGITS + 1 || fsync (fd) != 0)
    return fail_errno (error, path, "cannot be written");
  return TRUE;
}

/* Written beside it and linked into place, so that of two that start at once both read one token. */
static gboolean
make_token (const char  *state_dir,
            const char  *path,
            GError     **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  gboolean made;
  int fd;

  if (g_mkdir_with_parents (state_dir, 0700) != 0)
    return fail_errno (error, state_dir, "cannot be made");
  fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_errno (error, temporary, "cannot be made");
  made = write_all (fd, temporary, error);
  close (fd);
  if (made && link (temporary, path) != 0 && errno != EEXIST)
    made = fail_errno (error, path, "cannot be made");
  g_unlink (temporary);
  return made;
}

/**
 * sg_http_token_load:
 * @state_dir: where the token lives; made when it is not there
 * @error: why there is none
 *
 * Reads the token, or makes it.
 *
 * Returns: (transfer full): the token
 */
char *
sg_http_token_load (const char  *state_dir,
                    GError     **error)
{
  g_autofree char *path = g_build_filename (state_dir, SG_HTTP_TOKEN_FILE, NULL);

  if (access (path, F_OK) != 0 && errno == ENOENT && !make_token (state_dir, path, error))
    return NULL;
  return sg_http_token_read (state_dir, error);
}

gboolean
sg_http_token_equal (const char *token,
                     const char *given)
{
  gsize length = strlen (token);
  gsize given_length = strlen (given);
  volatile guint8 difference = length == given_length ? 0 : 1;

  for (gsize i = 0; i < given_length; i++)
    difference |= (guint8) (given[i] ^ token[i % MAX (length, 1)]);
  return difference == 0 && length > 0;
}
