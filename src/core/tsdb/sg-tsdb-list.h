/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean sg_tsdb_list (const char     *folder,
                       gboolean        human,
                       GOutputStream  *out,
                       GCancellable   *cancellable,
                       GError        **error);

G_END_DECLS
