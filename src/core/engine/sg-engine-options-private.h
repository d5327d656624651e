/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-engine-options.h"

#include "http/sg-http-config.h"

G_BEGIN_DECLS

const char   *sg_engine_options_get_telemetry_path (const SgEngineOptions *self);
SgHttpConfig *sg_engine_options_make_http_config   (const SgEngineOptions *self);

G_END_DECLS
