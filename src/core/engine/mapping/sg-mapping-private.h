/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/mapping/sg-mapping.h"

G_BEGIN_DECLS

/* What a name begins with where the application chooses the word. */
#define SG_MAPPING_NAMESPACE "$namespace"

const char *const *sg_mapping_list_role_names  (guint *ret_n);
const char *const *sg_mapping_list_label_names (guint *ret_n);

G_END_DECLS
