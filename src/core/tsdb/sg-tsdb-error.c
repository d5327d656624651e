/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-error.h"

G_DEFINE_QUARK (sg - tsdb - error - quark, sg_tsdb_error)
