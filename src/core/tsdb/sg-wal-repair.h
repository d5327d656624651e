/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-store-aside.h"
#include "tsdb/sg-wal-reader.h"

G_BEGIN_DECLS

gboolean sg_wal_repair (const char     *folder,
                        const char     *name,
                        SgWalDamage     damage,
                        SgWalPosition   end,
                        SgStoreAside   *aside,
                        GError        **error);

G_END_DECLS
