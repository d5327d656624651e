/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-json-writer.h"
#include "base/sg-querier.h"

G_BEGIN_DECLS

void sg_api_write_samples (SgJsonWriter   *json,
                           const SgColumn *column);

G_END_DECLS
