/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-function-list.h"
#include "promql/sg-value-type.h"

G_BEGIN_DECLS

typedef enum
{
#define X(id, ...) SG_FUNCTION_##id,
  SG_FUNCTIONS (X)
#undef X
    SG_N_FUNCTIONS,
} SgFunctionId;

/**
 * SgFunction:
 * @id: which it is
 * @name: how it is called
 * @args: a letter for the type of each argument, see sg_function_get_arg_type()
 * @variadic: 0, or how many more than the others the last argument stands for, -1 for any number
 * @return_type: what it evaluates to
 * @experimental: whether Prometheus wants a feature flag for it; here none is needed
 * @signature: its name with its arguments
 * @summary: one sentence
 * @example: a query
 * @result: what @example gives at 1970-01-01T01:00:00Z, one line a series
 *
 * A function of the language, with what its documentation says.
 */
typedef struct
{
  SgFunctionId id;
  const char *name;
  const char *args;
  int variadic;
  SgValueType return_type;
  gboolean experimental;
  const char *signature;
  const char *summary;
  const char *example;
  const char *result;
} SgFunction;

const SgFunction *sg_function_lookup       (const char       *name,
                                            gsize             length);
const SgFunction *sg_function_get          (SgFunctionId      id);
guint             sg_function_get_n_args   (const SgFunction *self);
SgValueType       sg_function_get_arg_type (const SgFunction *self,
                                            guint             i);
const char       *sg_function_suggest      (const char       *name);

G_END_DECLS
