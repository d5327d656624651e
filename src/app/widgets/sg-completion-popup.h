/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-completion-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgCompletionPopup:
 *
 * The proposals for a place in a text, and what is known of the one that is chosen. It takes no focus: the
 * text has it, and moves the choice from there. Emits "chosen" when one is clicked.
 */
#define SG_TYPE_COMPLETION_POPUP (sg_completion_popup_get_type ())
G_DECLARE_FINAL_TYPE (SgCompletionPopup, sg_completion_popup, SG, COMPLETION_POPUP, GtkPopover)

GtkWidget        *sg_completion_popup_new          (void);
/* Shows @items (element-type SgCompletionItem), the first one chosen. */
void              sg_completion_popup_set_items    (SgCompletionPopup *self,
                                                    GPtrArray         *items);
guint             sg_completion_popup_get_n_items  (SgCompletionPopup *self);
void              sg_completion_popup_move         (SgCompletionPopup *self,
                                                    int                by);
/* Returns: (transfer none) (nullable): the one that is chosen */
SgCompletionItem *sg_completion_popup_get_selected (SgCompletionPopup *self);
/* Returns: (transfer full): the chosen one as it is spoken: "rate, function, 2 of 12" */
char             *sg_completion_popup_describe     (SgCompletionPopup *self);

G_END_DECLS
