/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void  sg_about_present      (GtkWindow *parent);
char *sg_about_describe     (void);
char *sg_about_list_missing (void);

G_END_DECLS
