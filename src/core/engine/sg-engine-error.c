/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-error.h"

G_DEFINE_QUARK (sg_engine_error, sg_engine_error)
