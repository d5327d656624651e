/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Checks a file of rules; says so in @report. Returns: whether all is well */
typedef gboolean (*SgConfigRuleCheck) (const char *path,
                                       GString    *report);

/*
 * Checks a prometheus.yml and the files that it names, those of rules by @rule_check, whose language is
 * above what is known here; says so in @report. Returns: whether all is well
 */
gboolean sg_config_check_file (const char        *path,
                               SgConfigRuleCheck  rule_check,
                               GString           *report);

G_END_DECLS
