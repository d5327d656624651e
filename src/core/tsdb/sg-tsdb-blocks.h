/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block.h"

G_BEGIN_DECLS

GPtrArray *sg_tsdb_open_blocks (const char  *folder,
                                GPtrArray   *troubles,
                                GError     **error);

G_END_DECLS
