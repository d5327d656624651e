/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"

G_BEGIN_DECLS

SgSeriesSet *sg_merge_series_set_new (GPtrArray            *sets,
                                      const SgSelectHints  *hints);

G_END_DECLS
