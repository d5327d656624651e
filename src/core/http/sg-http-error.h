/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgHttpError:
 * @SG_HTTP_ERROR_CONFIG: the configuration is wrong, or not safe
 * @SG_HTTP_ERROR_LISTEN: an address cannot be listened on
 * @SG_HTTP_ERROR_TOKEN: the file of the token cannot be made, read or trusted
 * @SG_HTTP_ERROR_REQUEST: what a client sent is not what the protocol asks for
 * @SG_HTTP_ERROR_TOO_LARGE: what a client sent is larger than the bound the message names
 *
 * The errors of the HTTP server.
 */
typedef enum
{
  SG_HTTP_ERROR_CONFIG,
  SG_HTTP_ERROR_LISTEN,
  SG_HTTP_ERROR_TOKEN,
  SG_HTTP_ERROR_REQUEST,
  SG_HTTP_ERROR_TOO_LARGE,
} SgHttpError;

#define SG_HTTP_ERROR (sg_http_error_quark ())

GQuark sg_http_error_quark (void);

G_END_DECLS
