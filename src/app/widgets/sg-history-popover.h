/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-query-history.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgHistoryPopover:
 *
 * The queries that were saved and those that were run, to take up again. Emits "chosen" (text), and "save"
 * (name) when the present query is to be saved.
 */
#define SG_TYPE_HISTORY_POPOVER (sg_history_popover_get_type ())
G_DECLARE_FINAL_TYPE (SgHistoryPopover, sg_history_popover, SG, HISTORY_POPOVER, GtkPopover)

GtkWidget *sg_history_popover_new (SgQueryHistory *history);

G_END_DECLS
