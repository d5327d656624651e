/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Checks a prometheus.yml and the files that it names; says so in @report. Returns: whether all is well */
gboolean sg_config_check_file (const char *path,
                               GString    *report);

G_END_DECLS
