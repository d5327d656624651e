/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-wire.h"

G_BEGIN_DECLS

/**
 * SgFileWriter:
 *
 * Writes a new file from its beginning to its end, through a buffer. Nothing of it counts until
 * sg_file_writer_close() has returned success: then it is on the disk. Dropped before that, the
 * file is left as far as it came, for whoever made the folder to clear away.
 */
typedef struct _SgFileWriter SgFileWriter;

SgFileWriter *sg_file_writer_new   (const char     *path,
                                    GError        **error);
gboolean      sg_file_writer_put   (SgFileWriter   *self,
                                    gconstpointer   data,
                                    gsize           length,
                                    GError        **error);
gboolean      sg_file_writer_align (SgFileWriter   *self,
                                    guint           boundary,
                                    GError        **error);
gboolean      sg_file_writer_flush (SgFileWriter   *self,
                                    GError        **error);
guint64       sg_file_writer_tell  (SgFileWriter   *self);
gboolean      sg_file_writer_close (SgFileWriter   *self,
                                    GError        **error);
void          sg_file_writer_free  (SgFileWriter   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgFileWriter, sg_file_writer_free)

/* Files and folders as wholes, each durable when it returns success. */
gboolean      sg_file_replace      (const char     *path,
                                    gconstpointer   data,
                                    gsize           length,
                                    GError        **error);
gboolean      sg_folder_create     (const char     *path,
                                    GError        **error);
gboolean      sg_folder_sync       (const char     *path,
                                    GError        **error);
gboolean      sg_folder_rename     (const char     *from,
                                    const char     *to,
                                    GError        **error);
gboolean      sg_folder_remove     (const char     *path,
                                    GError        **error);

G_END_DECLS
