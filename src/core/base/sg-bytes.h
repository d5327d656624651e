/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean sg_bytes_parse     (const char  *text,
                             gssize       length,
                             guint64     *ret_bytes,
                             GError     **error);
char    *sg_bytes_to_string (guint64      bytes);

G_END_DECLS
