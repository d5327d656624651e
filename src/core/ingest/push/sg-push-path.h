/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"

G_BEGIN_DECLS

/*
 * Reads the end of a path "/metrics/job/<job>{/<label>/<value>}", still percent-encoded: what stands behind
 * "job/", or behind "job@base64/" when @job_is_base64. Returns: (nullable): the labels of the group
 */
SgLabels *sg_push_path_parse (const char  *rest,
                              gboolean     job_is_base64,
                              GError     **error);

G_END_DECLS
