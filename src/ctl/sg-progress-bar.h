/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgProgressBar:
 * @what: what is being done, in a word or two
 * @shown: whether there is a terminal to draw on
 * @drawn_us: when it was drawn last
 *
 * A bar on the standard error of a terminal; nothing anywhere else. It lives on the stack.
 */
typedef struct
{
  const char *what;
  gboolean shown;
  gint64 drawn_us;
} SgProgressBar;

void sg_progress_bar_init  (SgProgressBar *self,
                            const char    *what);
/* Is an SgTsdbProgress. */
void sg_progress_bar_tell  (guint64        done,
                            guint64        total,
                            gpointer       bar);
void sg_progress_bar_clear (SgProgressBar *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgProgressBar, sg_progress_bar_clear)

G_END_DECLS
