/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Checks a file of rules and says in @report, as promtool does, how many there are, or everything that is
 * wrong, each with file, line and column. Returns: whether all is well
 */
gboolean sg_rule_check_file (const char *path,
                             GString    *report);

G_END_DECLS
