/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-request.h"
#include "http/sg-http-response.h"

G_BEGIN_DECLS

/* What a body may have, once it is decompressed, and a compressed answer before it is. */
#define SG_API_MAX_MESSAGE_BYTES (64 * 1024 * 1024)

/*
 * The bodies of remote write and read: a message of Protocol Buffers in snappy's block format. Errors are
 * plain texts there, which whoever sends writes into its log.
 */
GBytes         *sg_api_get_message     (const SgHttpRequest  *request,
                                        SgHttpResponse      **ret_refusal);
SgHttpResponse *sg_api_answer_message  (const GByteArray     *message);
SgHttpResponse *sg_api_refuse_text     (guint                 status,
                                        const char           *message);

G_END_DECLS
