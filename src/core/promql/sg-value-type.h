/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgValueType:
 * @SG_VALUE_TYPE_NONE: nothing
 * @SG_VALUE_TYPE_SCALAR: one number
 * @SG_VALUE_TYPE_STRING: a text
 * @SG_VALUE_TYPE_VECTOR: series with one sample each
 * @SG_VALUE_TYPE_MATRIX: series with the samples of a range each
 *
 * What an expression evaluates to.
 */
typedef enum
{
  SG_VALUE_TYPE_NONE,
  SG_VALUE_TYPE_SCALAR,
  SG_VALUE_TYPE_STRING,
  SG_VALUE_TYPE_VECTOR,
  SG_VALUE_TYPE_MATRIX,
} SgValueType;

const char *sg_value_type_get_name     (SgValueType type);
const char *sg_value_type_get_api_name (SgValueType type);

G_END_DECLS
