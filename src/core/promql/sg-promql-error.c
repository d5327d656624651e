/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-error.h"

G_DEFINE_QUARK (sg-promql-error-quark, sg_promql_error)
