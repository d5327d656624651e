/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-registry.h"

G_BEGIN_DECLS

gsize *sg_registry_get_page_length (SgRegistry *self);

G_END_DECLS
