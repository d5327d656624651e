/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-value-type.h"

/* As the documentation of the language calls it, and its error messages. */
const char *
sg_value_type_get_name (SgValueType type)
{
  static const char *const names[] = {
    [SG_VALUE_TYPE_NONE] = "none",           [SG_VALUE_TYPE_SCALAR] = "scalar",
    [SG_VALUE_TYPE_STRING] = "string",       [SG_VALUE_TYPE_VECTOR] = "instant vector",
    [SG_VALUE_TYPE_MATRIX] = "range vector",
  };

  return names[type];
}

/* As the HTTP API calls it. */
const char *
sg_value_type_get_api_name (SgValueType type)
{
  static const char *const names[] = {
    [SG_VALUE_TYPE_NONE] = "none",     [SG_VALUE_TYPE_SCALAR] = "scalar",
    [SG_VALUE_TYPE_STRING] = "string", [SG_VALUE_TYPE_VECTOR] = "vector",
    [SG_VALUE_TYPE_MATRIX] = "matrix",
  };

  return names[type];
}
