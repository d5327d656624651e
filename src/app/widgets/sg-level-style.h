/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * How a level looks: always an icon, a word and a colour together. The colour is that of a CSS class,
 * the same for text, icon, pill and badge.
 */
const char *sg_level_style_get_icon_name (SgLevel      level);
const char *sg_level_style_get_word      (SgLevel      level);
const char *sg_level_style_get_css_class (SgLevel      level);
void        sg_level_style_apply         (GtkWidget   *widget,
                                          SgLevel      level);

/* A property of widgets and pages: #SgLevel has no GType of its own. */
GParamSpec *sg_level_style_param_spec    (const char  *name,
                                          GParamFlags  flags);

G_END_DECLS
