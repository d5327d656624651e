/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "tsdb/sg-appender.h"

G_BEGIN_DECLS

/* Samples later than this after now are refused: some clock is wrong, and all that is right would be
 * too old after them. */
#define SG_REMOTE_WRITE_MAX_AHEAD_MS (10 * 60 * 1000)

/* So many of the samples that were refused are told one by one. */
#define SG_REMOTE_WRITE_MAX_TOLD 10

/**
 * SgRemoteWriteVersion:
 * @SG_REMOTE_WRITE_1: prometheus.WriteRequest
 * @SG_REMOTE_WRITE_2: io.prometheus.write.v2.Request
 */
typedef enum
{
  SG_REMOTE_WRITE_1,
  SG_REMOTE_WRITE_2,
} SgRemoteWriteVersion;

/**
 * SgRemoteWriteResult:
 * @samples: samples that were stored, or were there already
 * @exemplars: exemplars that were stored
 * @refused: samples that were not
 * @problems: (nullable) (owned): which and why, a line each; the first begins with the words of Prometheus
 */
typedef struct
{
  guint64 samples;
  guint64 exemplars;
  guint64 refused;
  GString *problems;
} SgRemoteWriteResult;

/* Stores what a request has: see sg-remote-write.c. */
gboolean sg_remote_write_store       (SgAppender           *appender,
                                      SgRemoteWriteVersion  version,
                                      GBytes               *request,
                                      SgTimeMs              now,
                                      SgRemoteWriteResult  *ret_result,
                                      GError              **error);
void     sg_remote_write_result_clear (SgRemoteWriteResult *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgRemoteWriteResult, sg_remote_write_result_clear)

G_END_DECLS
