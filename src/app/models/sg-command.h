/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgCommand:
 *
 * Something that the user can do by its name: an action with its target, on a page that is shown first
 * where it is the page's, else of the window or the application. Immutable.
 */
#define SG_TYPE_COMMAND (sg_command_get_type ())
G_DECLARE_FINAL_TYPE (SgCommand, sg_command, SG, COMMAND, GObject)

SgCommand  *sg_command_new           (const char *title,
                                      const char *group,
                                      const char *icon_name,
                                      SgPage     *page,
                                      const char *action,
                                      GVariant   *target);
const char *sg_command_get_title     (SgCommand  *self);
const char *sg_command_get_group     (SgCommand  *self);
const char *sg_command_get_icon_name (SgCommand  *self);
/* Returns: (transfer none) (nullable): the page that has the action */
SgPage     *sg_command_get_page      (SgCommand  *self);
const char *sg_command_get_action    (SgCommand  *self);
GVariant   *sg_command_get_target    (SgCommand  *self);
/* How well @words, folded, fit: 0 is best, %SG_COMMAND_NO_MATCH not at all. */
#define SG_COMMAND_NO_MATCH 3u
guint       sg_command_rank          (SgCommand  *self,
                                      const char *const *words);

G_END_DECLS
