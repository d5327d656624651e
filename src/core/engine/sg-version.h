/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgVersionPart:
 * @name: a library or an optional part
 * @version: its version as it runs, or %NULL when it is missing
 * @missing: what one cannot do without it, or %NULL
 */
typedef struct
{
  const char *name;
  const char *version;
  const char *missing;
} SgVersionPart;

const char          *sg_version_get_string (void);
const char          *sg_version_get_revision (void);
const SgVersionPart *sg_version_get_parts  (gsize *ret_n_parts);
char                *sg_version_describe   (const char *program);

G_END_DECLS
