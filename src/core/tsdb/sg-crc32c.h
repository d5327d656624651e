/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * CRC-32C (Castagnoli), the checksum of everything in a Prometheus data directory. A checksum of
 * pieces is had by passing that of the first piece as @crc with the second, beginning with 0.
 */
guint32 sg_crc32c          (guint32       crc,
                            gconstpointer data,
                            gsize         length);

/* The same in portable C: what sg_crc32c() is where the processor has no instruction for it. */
guint32 sg_crc32c_portable (guint32       crc,
                            gconstpointer data,
                            gsize         length);

G_END_DECLS
