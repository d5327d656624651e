/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "base/sg-yaml.h"

G_BEGIN_DECLS

/*
 * Changes of the targets that are written in a prometheus.yml. Comments, order and everything else of
 * the file stay as they are; each returns the new document, or says why there is none.
 */

/* A job that is not there yet is made. */
SgYaml *sg_config_edit_add_target    (const SgYaml    *yaml,
                                      const char      *job,
                                      const char      *address,
                                      const SgLabels  *labels,
                                      GError         **error);
/* @labels: (nullable): %NULL leaves them */
SgYaml *sg_config_edit_change_target (const SgYaml    *yaml,
                                      const char      *job,
                                      const char      *address,
                                      const char      *new_address,
                                      const SgLabels  *labels,
                                      GError         **error);
SgYaml *sg_config_edit_remove_target (const SgYaml    *yaml,
                                      const char      *job,
                                      const char      *address,
                                      GError         **error);

G_END_DECLS
