/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-eval-private.h"

G_BEGIN_DECLS

SgPromqlResult *sg_eval_run (SgEval *self);

G_END_DECLS
