/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-logs-error.h"

G_DEFINE_QUARK (sg-logs-error-quark, sg_logs_error)
