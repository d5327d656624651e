/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgConfigBar:
 *
 * How the configuration of the targets is: which file is in force and since when; when it is wrong, where
 * and what, and that the one before goes on; what of it has no effect. Its buttons have the actions
 * "targets.open-config" and "targets.reload".
 */
#define SG_TYPE_CONFIG_BAR (sg_config_bar_get_type ())
G_DECLARE_FINAL_TYPE (SgConfigBar, sg_config_bar, SG, CONFIG_BAR, GtkWidget)

GtkWidget  *sg_config_bar_new        (void);
/* @problems (nullable) keep targets from being found */
void        sg_config_bar_set_status (SgConfigBar       *self,
                                      SgConfigStatus    *status,
                                      const char *const *problems,
                                      SgTimeMs           now);
void        sg_config_bar_set_narrow (SgConfigBar       *self,
                                      gboolean           narrow);
SgLevel     sg_config_bar_get_level  (SgConfigBar       *self);
const char *sg_config_bar_get_text   (SgConfigBar       *self);

G_END_DECLS
