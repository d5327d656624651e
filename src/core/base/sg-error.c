/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"

G_DEFINE_QUARK (sg_base_error, sg_base_error)
