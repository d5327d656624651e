/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgPromqlError:
 * @SG_PROMQL_ERROR_PARSE: the text is no expression, or one that cannot be asked this way
 * @SG_PROMQL_ERROR_EXECUTION: the expression cannot be evaluated on these data
 * @SG_PROMQL_ERROR_LIMIT: it would need more samples or series than is allowed
 * @SG_PROMQL_ERROR_TIMEOUT: it took too long, or waited too long for its turn
 * @SG_PROMQL_ERROR_CANCELLED: whoever asked does not want to know any more
 * @SG_PROMQL_ERROR_STORAGE: the samples could not be read
 */
typedef enum
{
  SG_PROMQL_ERROR_PARSE,
  SG_PROMQL_ERROR_EXECUTION,
  SG_PROMQL_ERROR_LIMIT,
  SG_PROMQL_ERROR_TIMEOUT,
  SG_PROMQL_ERROR_CANCELLED,
  SG_PROMQL_ERROR_STORAGE,
} SgPromqlError;

#define SG_PROMQL_ERROR (sg_promql_error_quark ())

GQuark sg_promql_error_quark (void);

G_END_DECLS
