/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-page-pool.h"
#include "metrics/sg-registry.h"

G_BEGIN_DECLS

SgPagePool *sg_registry_get_page_pool (SgRegistry *self);

G_END_DECLS
