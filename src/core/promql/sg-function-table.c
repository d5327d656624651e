/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-function-table.h"

#include "base/sg-suggest.h"
#include "promql/sg-token.h"

#include <string.h>

static const SgFunction functions[] = {
#define X(id, name, args, variadic, type, experimental, signature, summary, example, result) \
  { SG_FUNCTION_##id, name,      args,    variadic, SG_VALUE_TYPE_##type,                    \
    experimental,     signature, summary, example,  result },
  SG_FUNCTIONS (X)
#undef X
};

const SgFunction *
sg_function_get (SgFunctionId id)
{
  return &functions[id];
}

/**
 * sg_function_lookup: (skip)
 * @name: a name, need not end in a NUL
 * @length: its length
 *
 * Returns: (nullable): the function of that name
 */
const SgFunction *
sg_function_lookup (const char *name,
                    gsize       length)
{
  guint low = 0;
  guint high = G_N_ELEMENTS (functions);

  while (low < high)
    {
      guint middle = (low + high) / 2;
      int order = strncmp (name, functions[middle].name, length);

      if (order == 0 && functions[middle].name[length] == '\0')
        return &functions[middle];
      if (order > 0)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

guint
sg_function_get_n_args (const SgFunction *self)
{
  return (guint) strlen (self->args);
}

/* Returns: the type of the argument @i, counted from 0; those after the last are like the last. */
SgValueType
sg_function_get_arg_type (const SgFunction *self,
                          guint             i)
{
  switch (self->args[MIN (i, sg_function_get_n_args (self) - 1)])
    {
    case 'M':
      return SG_VALUE_TYPE_MATRIX;
    case 'S':
      return SG_VALUE_TYPE_SCALAR;
    case 'T':
      return SG_VALUE_TYPE_STRING;
    default:
      return SG_VALUE_TYPE_VECTOR;
    }
}

/**
 * sg_function_suggest: (skip)
 * @name: what is no function
 *
 * Returns: (nullable): what was probably meant, a function or an aggregation
 */
const char *
sg_function_suggest (const char *name)
{
  const char *candidates[SG_N_FUNCTIONS + SG_N_TOKENS];
  gsize n = 0;

  for (guint i = 0; i < SG_N_FUNCTIONS; i++)
    candidates[n++] = functions[i].name;
  for (guint i = 0; i < SG_N_TOKENS; i++)
    {
      if (sg_token_kind_get_class ((SgTokenKind) i) == SG_TOKEN_CLASS_AGGREGATOR)
        candidates[n++] = sg_token_kind_get_text ((SgTokenKind) i);
    }
  return sg_suggest (name, candidates, n);
}
