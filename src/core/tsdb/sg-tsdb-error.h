/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-matcher.h"

G_BEGIN_DECLS

/**
 * SgTsdbError:
 * @SG_TSDB_ERROR_CORRUPT: bytes on disk are not what their format asks for, or fail their checksum
 * @SG_TSDB_ERROR_UNSUPPORTED: well formed, but of a version or an encoding that is not known here
 * @SG_TSDB_ERROR_INVALID: the caller's data cannot be stored: names the rule that they break
 * @SG_TSDB_ERROR_OUT_OF_ORDER: a sample or series that is older than what is already there
 * @SG_TSDB_ERROR_DUPLICATE: a second, different value for a time that is already there
 * @SG_TSDB_ERROR_LIMIT: a bound was reached; the message names it and its value
 * @SG_TSDB_ERROR_LOCKED: somebody else writes to the directory; the message says who
 * @SG_TSDB_ERROR_IO: the system refused; the message holds its reason
 * @SG_TSDB_ERROR_MISSING: a file that should be there is not
 * @SG_TSDB_ERROR_OUT_OF_BOUNDS: a sample that is older than what the head still takes
 * @SG_TSDB_ERROR_TOO_OLD: a sample that is older than the window for those out of order
 * @SG_TSDB_ERROR_UNKNOWN_SERIES: a reference that stands for nothing, or no longer
 * @SG_TSDB_ERROR_READ_ONLY: the directory was opened for reading
 * @SG_TSDB_ERROR_NO_SPACE: the disk, or a quota on it, is full
 *
 * The errors of the store. A message about bytes says which file and which byte of it.
 */
typedef enum
{
  SG_TSDB_ERROR_CORRUPT,
  SG_TSDB_ERROR_UNSUPPORTED,
  SG_TSDB_ERROR_INVALID,
  SG_TSDB_ERROR_OUT_OF_ORDER,
  SG_TSDB_ERROR_DUPLICATE,
  SG_TSDB_ERROR_LIMIT,
  SG_TSDB_ERROR_LOCKED,
  SG_TSDB_ERROR_IO,
  SG_TSDB_ERROR_MISSING,
  SG_TSDB_ERROR_OUT_OF_BOUNDS,
  SG_TSDB_ERROR_TOO_OLD,
  SG_TSDB_ERROR_UNKNOWN_SERIES,
  SG_TSDB_ERROR_READ_ONLY,
  SG_TSDB_ERROR_NO_SPACE,
} SgTsdbError;

#define SG_TSDB_ERROR (sg_tsdb_error_quark ())

GQuark   sg_tsdb_error_quark (void);

/*
 * These set an error and return FALSE: %SG_TSDB_ERROR_MISSING when there is no such file,
 * %SG_TSDB_ERROR_NO_SPACE when there is no room, else %SG_TSDB_ERROR_IO. The last one takes what GLib
 * said.
 */
gboolean sg_tsdb_fail_errno  (GError      **error,
                              int           code,
                              const char   *path,
                              const char   *what);
gboolean sg_tsdb_fail_system (GError      **error,
                              const char   *path,
                              const char   *what);
gboolean sg_tsdb_fail_file   (GError      **error,
                              GError       *problem);

gboolean sg_tsdb_fail_given_up (GError          **error,
                                const SgMatcher  *matcher,
                                const char       *value);

G_END_DECLS
