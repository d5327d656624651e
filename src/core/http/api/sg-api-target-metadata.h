/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"
#include "http/sg-http-request.h"
#include "http/sg-http-response.h"
#include "ingest/scrape/sg-target-status.h"

G_BEGIN_DECLS

/* /api/v1/targets/metadata */
SgHttpResponse *sg_api_answer_target_metadata (const SgHttpRequest *request,
                                               const SgTargetList  *list,
                                               SgQuerier           *querier);

G_END_DECLS
