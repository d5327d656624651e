/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgEngineError:
 * @SG_ENGINE_ERROR_OPTION: an option or an environment variable is wrong
 * @SG_ENGINE_ERROR_SERVICE: a service did not start; the message begins with its name
 * @SG_ENGINE_ERROR_DEADLINE: a service did not stop in time; the message names it
 * @SG_ENGINE_ERROR_STATE: the engine is not in a state for that
 */
typedef enum
{
  SG_ENGINE_ERROR_OPTION,
  SG_ENGINE_ERROR_SERVICE,
  SG_ENGINE_ERROR_DEADLINE,
  SG_ENGINE_ERROR_STATE,
} SgEngineError;

#define SG_ENGINE_ERROR (sg_engine_error_quark ())

GQuark sg_engine_error_quark (void);

G_END_DECLS
