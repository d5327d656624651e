/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-command.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* So many of what is found are listed. */
#define SG_COMMAND_PALETTE_MAX 50u

/**
 * SgCommandPalette:
 *
 * Everything that can be done or gone to, found by typing some of its name. Emits "chosen" (SgCommand)
 * and is closed then.
 */
#define SG_TYPE_COMMAND_PALETTE (sg_command_palette_get_type ())
G_DECLARE_FINAL_TYPE (SgCommandPalette, sg_command_palette, SG, COMMAND_PALETTE, AdwWindow)

/* @commands: (element-type SgCommand): in the order in which they are listed while nothing is typed */
GtkWidget *sg_command_palette_new       (GPtrArray        *commands);
void       sg_command_palette_find      (SgCommandPalette *self,
                                         const char       *words);
guint      sg_command_palette_get_n_found (SgCommandPalette *self);
SgCommand *sg_command_palette_get_selected (SgCommandPalette *self);
void       sg_command_palette_choose    (SgCommandPalette *self);

G_END_DECLS
