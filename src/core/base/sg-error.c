/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"

G_DEFINE_QUARK (sg - base - error - quark, sg_base_error)
