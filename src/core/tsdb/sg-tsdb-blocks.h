/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block.h"

G_BEGIN_DECLS

GPtrArray *sg_tsdb_open_blocks (const char  *folder,
                                GPtrArray   *troubles,
                                GError     **error);
SgTimeMs   sg_tsdb_find_late_time (const char *folder);
void       sg_tsdb_remove_blocks  (const char *folder,
                                   GPtrArray  *metas);

G_END_DECLS
