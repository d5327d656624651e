/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-error.h"

G_DEFINE_QUARK (sg - engine - error - quark, sg_engine_error)
