/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/sg-test-app.h"

G_BEGIN_DECLS

/**
 * SgGalleryItem:
 * @name: the name of the picture
 * @width: its width
 * @height: its height
 * @make: makes the widget in its state
 *
 * A picture of widgets outside of any page, from seeded data.
 */
typedef struct
{
  const char *name;
  int width;
  int height;
  GtkWidget *(*make) (void);
} SgGalleryItem;

GtkWidget           *sg_gallery_make_gauges (void);
GtkWidget           *sg_gallery_make_table  (void);
GtkWidget           *sg_gallery_make_tiles  (void);

const SgGalleryItem *sg_gallery_get_items (guint *ret_n_items);

G_END_DECLS
