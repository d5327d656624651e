/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ctl/sg-command.h"

G_BEGIN_DECLS

SgExit sg_command_check_metrics (int    n_arguments,
                                 char **arguments);

G_END_DECLS
