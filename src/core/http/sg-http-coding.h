/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Smaller responses gain nothing by compression. */
#define SG_HTTP_GZIP_MIN_BYTES 1024

gboolean  sg_http_accepts_gzip (const char  *accept_encoding);
GBytes   *sg_http_gzip         (GBytes      *bytes);

/* Decodes a body; fails with %SG_HTTP_ERROR_TOO_LARGE beyond @max_bytes, before it is all there. */
GBytes   *sg_http_gunzip       (GBytes      *bytes,
                                gsize        max_bytes,
                                GError     **error);

G_END_DECLS
