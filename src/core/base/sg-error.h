/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgBaseError:
 * @SG_BASE_ERROR_INVALID: the text or value is not what the format asks for
 * @SG_BASE_ERROR_LIMIT: a bound was reached; the message names it and its value
 * @SG_BASE_ERROR_UNSUPPORTED: well formed, but nothing here can serve it
 *
 * The errors of the base module. Every module has one quark and one enum of its own. A message says
 * what is wrong, where (file:line:column, or byte offset), and what to do.
 */
typedef enum
{
  SG_BASE_ERROR_INVALID,
  SG_BASE_ERROR_LIMIT,
  SG_BASE_ERROR_UNSUPPORTED,
} SgBaseError;

#define SG_BASE_ERROR (sg_base_error_quark ())

GQuark sg_base_error_quark (void);

char  *sg_error_quote      (const char *text,
                            gssize      length);

G_END_DECLS
