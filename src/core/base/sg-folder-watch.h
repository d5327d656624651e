/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgFolderWatch:
 *
 * Tells what changes in folders, also in one that is not there yet. It lives on one main context, and looks at
 * nothing below its folders.
 */
typedef struct _SgFolderWatch SgFolderWatch;

/*
 * @path is what was made, written, moved, or removed, or %NULL when much may have changed: a folder came or
 * went, or the system lost count. The watch must be neither set nor freed in it.
 */
typedef void (*SgFolderWatchFunc) (const char *path,
                                   gpointer    user_data);

/* It calls @changed on the main context that is the calling thread's default. */
SgFolderWatch *sg_folder_watch_new  (SgFolderWatchFunc  changed,
                                     gpointer           user_data);
void           sg_folder_watch_free (SgFolderWatch     *self);
/* @folders: (element-type utf8): absolute paths, which are looked at from now on */
void           sg_folder_watch_set  (SgFolderWatch     *self,
                                     const GPtrArray   *folders);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgFolderWatch, sg_folder_watch_free)

G_END_DECLS
