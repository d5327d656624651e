/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

G_BEGIN_DECLS

/**
 * SgConfigStatus:
 * @path: (nullable): the file, %NULL when there is none
 * @text: (nullable): what it said when it was taken
 * @is_good: whether it was good the last time it was read
 * @last_read: when that was, or 0
 * @last_good: when it was good last, or 0
 * @error: (nullable): what was wrong, as file:line:column, and what to write
 * @warnings: (array zero-terminated=1): what of it has no effect
 *
 * The configuration at one moment. Immutable.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char *path;
  char *text;
  gboolean is_good;
  SgTimeMs last_read;
  SgTimeMs last_good;
  char *error;
  char **warnings;
} SgConfigStatus;

#define SG_TYPE_CONFIG_STATUS (sg_config_status_get_type ())

GType           sg_config_status_get_type (void) G_GNUC_CONST;
SgConfigStatus *sg_config_status_new      (void);
SgConfigStatus *sg_config_status_ref      (SgConfigStatus *self);
void            sg_config_status_unref    (SgConfigStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgConfigStatus, sg_config_status_unref)

G_END_DECLS
