/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-error.h"

#include <errno.h>

G_DEFINE_QUARK (sg-tsdb-error-quark, sg_tsdb_error)

/**
 * sg_tsdb_fail_errno:
 * @code: what the system said
 * @path: what it was about
 * @what: what could not be done, as in "write"
 *
 * Returns: %FALSE
 */
gboolean
sg_tsdb_fail_errno (GError     **error,
                    int          code,
                    const char  *path,
                    const char  *what)
{
  SgTsdbError kind = SG_TSDB_ERROR_IO;

  if (code == ENOENT)
    kind = SG_TSDB_ERROR_MISSING;
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    kind = SG_TSDB_ERROR_NO_SPACE;
  g_set_error (error, SG_TSDB_ERROR, kind, "%s: cannot %s: %s", path, what, g_strerror (code));
  return FALSE;
}

/* The same with what the system said last. */
gboolean
sg_tsdb_fail_system (GError     **error,
                     const char  *path,
                     const char  *what)
{
  return sg_tsdb_fail_errno (error, errno, path, what);
}

/**
 * sg_tsdb_fail_file:
 * @problem: (transfer full): an error of GLib's file functions
 *
 * Returns: %FALSE
 */
gboolean
sg_tsdb_fail_file (GError **error,
                   GError  *problem)
{
  SgTsdbError kind = SG_TSDB_ERROR_IO;

  if (g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    kind = SG_TSDB_ERROR_MISSING;
  if (g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOSPC))
    kind = SG_TSDB_ERROR_NO_SPACE;
  g_set_error_literal (error, SG_TSDB_ERROR, kind, problem->message);
  g_error_free (problem);
  return FALSE;
}

/**
 * sg_tsdb_fail_given_up:
 * @matcher: a matcher whose expression takes too many steps
 * @value: the value that it was compared with
 *
 * Returns: %FALSE
 */
gboolean
sg_tsdb_fail_given_up (GError          **error,
                       const SgMatcher  *matcher,
                       const char       *value)
{
  g_autofree char *text = sg_matcher_to_string (matcher);

  g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_LIMIT,
               "%s takes too many steps on the value \"%.100s\": write a simpler expression", text,
               value);
  return FALSE;
}
