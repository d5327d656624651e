/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-tsdb-folder.h"

G_BEGIN_DECLS

gboolean sg_openmetrics_import (const char        *path,
                                const char        *folder,
                                const SgTsdbTask  *task,
                                GString           *table,
                                GError           **error);

G_END_DECLS
