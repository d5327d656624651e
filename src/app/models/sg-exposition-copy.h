/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-exposition-view.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The text of some rows of a view. A hundred thousand lines take their time, hence on a thread. */
void       sg_exposition_copy_async       (SgExpositionView    *view,
                                           GtkBitset           *rows,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
char      *sg_exposition_copy_finish      (GAsyncResult        *result);

/* The rows of the family that a row belongs to. */
GtkBitset *sg_exposition_copy_family_rows (SgExpositionView    *view,
                                           guint                row);

G_END_DECLS
