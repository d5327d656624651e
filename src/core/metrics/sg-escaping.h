/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgEscaping:
 * @SG_ESCAPING_UNDERSCORES: what the classic alphabet lacks becomes "_"; cannot be undone
 * @SG_ESCAPING_ALLOW_UTF8: names are written as they are, in quotes where need be
 * @SG_ESCAPING_DOTS: "." becomes "_dot_", "_" and the rest "__"
 * @SG_ESCAPING_VALUES: "U__" before, and each character as its code point between underscores
 *
 * How a name is told to a reader who only knows the classic alphabet, as content negotiation
 * (escaping=…) calls them.
 */
typedef enum
{
  SG_ESCAPING_UNDERSCORES,
  SG_ESCAPING_ALLOW_UTF8,
  SG_ESCAPING_DOTS,
  SG_ESCAPING_VALUES,
} SgEscaping;

const char *sg_escaping_to_string   (SgEscaping    escaping);
gboolean    sg_escaping_from_string (const char   *text,
                                     SgEscaping   *ret_escaping);
char       *sg_escaping_metric_name (SgEscaping    escaping,
                                     const char   *name);
char       *sg_escaping_label_name  (SgEscaping    escaping,
                                     const char   *name);
char       *sg_escaping_unescape_name (const char *name);

G_END_DECLS
