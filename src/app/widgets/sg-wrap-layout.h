/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgWrapLayout:
 *
 * Lays children out one after the other at their natural width, and begins a new line where the next
 * one does not fit. Properties: "spacing" (across), "line-spacing".
 */
#define SG_TYPE_WRAP_LAYOUT (sg_wrap_layout_get_type ())
G_DECLARE_FINAL_TYPE (SgWrapLayout, sg_wrap_layout, SG, WRAP_LAYOUT, GtkLayoutManager)

GtkLayoutManager *sg_wrap_layout_new (void);

G_END_DECLS
