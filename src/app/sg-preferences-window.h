/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * SgPreferencesWindow:
 *
 * How often pages refresh, the colour scheme, and where the server listens. Everything holds at once;
 * the address with its Apply button, as the server starts anew for it.
 */
#define SG_TYPE_PREFERENCES_WINDOW (sg_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (SgPreferencesWindow,
                      sg_preferences_window,
                      SG,
                      PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

GtkWidget *sg_preferences_window_new (GSettings *settings,
                                      gboolean   address_is_given);

G_END_DECLS
