/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SG_DEFAULT_HOST "127.0.0.1"
#define SG_DEFAULT_PORT 8080

GSettings     *sg_settings_new                 (GError         **error);
void           sg_settings_apply_colour_scheme (GSettings       *settings);
char          *sg_settings_make_address        (const char      *host,
                                                guint            port);
gboolean       sg_settings_prefer_address      (GSettings       *settings,
                                                SgEngineOptions *options,
                                                GError         **error);

G_END_DECLS
