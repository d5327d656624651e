/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgDemoFolder:
 *
 * A folder of its own for as long as somebody needs one: gone when it is freed. What a program left
 * that was killed is gone when the next one makes a folder beside it.
 */
typedef struct _SgDemoFolder SgDemoFolder;

SgDemoFolder *sg_demo_folder_new      (const char          *parent,
                                       GError             **error);
void          sg_demo_folder_free     (SgDemoFolder        *self);
const char   *sg_demo_folder_get_path (const SgDemoFolder  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDemoFolder, sg_demo_folder_free)

G_END_DECLS
