/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgFoundList:
 *
 * What runs on this machine and tells metrics, each with a button to watch it. It is looked for when that
 * is asked. Emits "add" (name, address).
 */
#define SG_TYPE_FOUND_LIST (sg_found_list_get_type ())
G_DECLARE_FINAL_TYPE (SgFoundList, sg_found_list, SG, FOUND_LIST, GtkWidget)

GtkWidget *sg_found_list_new         (void);
void       sg_found_list_search      (SgFoundList  *self);
/* Shows @found (element-type SgFoundTarget), as if it had been looked for. */
void       sg_found_list_show        (SgFoundList  *self,
                                      GPtrArray    *found);
/* What is watched already (element-type SgTargetJob), and the address that is our own. */
void       sg_found_list_set_watched (SgFoundList  *self,
                                      GPtrArray    *jobs,
                                      SgHttpStatus *own);
gboolean   sg_found_list_is_busy     (SgFoundList  *self);
guint      sg_found_list_get_n_rows  (SgFoundList  *self);

G_END_DECLS
