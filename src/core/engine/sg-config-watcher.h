/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgConfigWatcher:
 *
 * Looks at files, and at what patterns stand for, and tells once when some of them have changed and come
 * to rest. It lives on one main context. A file that is replaced by another is a file that has changed.
 */
typedef struct _SgConfigWatcher SgConfigWatcher;

SgConfigWatcher *sg_config_watcher_new  (GSourceFunc       changed,
                                         gpointer          user_data);
void             sg_config_watcher_free (SgConfigWatcher  *self);
/* @paths: (element-type utf8): what is looked at from now on */
void             sg_config_watcher_set  (SgConfigWatcher  *self,
                                         const GPtrArray  *paths);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgConfigWatcher, sg_config_watcher_free)

G_END_DECLS
