/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgMap:
 *
 * A file in memory, read-only and reference-counted; the data stay where they are as long as a
 * reference is held. A file that is cut while it is mapped, or whose disk fails, does not end the
 * process: what is missing reads as zeros, and the map says from then on that it is faulted. Hence
 * the rule for whoever reads from one: look at the data first, compare their checksum afterwards.
 * What was right after it was used was right when it was used, because what is lost never comes
 * back.
 */
typedef struct _SgMap SgMap;

SgMap        *sg_map_new         (const char   *path,
                                  GError      **error);
SgMap        *sg_map_new_from_fd (int           fd,
                                  gsize         length,
                                  const char   *path,
                                  GError      **error);
SgMap        *sg_map_ref         (SgMap        *self);
void          sg_map_unref       (SgMap        *self);
const guint8 *sg_map_get_data    (const SgMap  *self);
gsize         sg_map_get_length  (const SgMap  *self);
const char   *sg_map_get_path    (const SgMap  *self);
gboolean      sg_map_is_faulted  (const SgMap  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgMap, sg_map_unref)

G_END_DECLS
