/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-head.h"

G_BEGIN_DECLS

gboolean sg_head_find_full_range (SgHead    *self,
                                  SgTimeMs  *ret_min_t,
                                  SgTimeMs  *ret_end);
void     sg_head_close_range     (SgHead    *self,
                                  SgTimeMs   end);
gboolean sg_head_truncate        (SgHead    *self,
                                  SgTimeMs   min_t,
                                  GError   **error);
gboolean sg_head_truncate_log    (SgHead       *self,
                                  const char   *folder,
                                  SgTimeMs      min_t,
                                  gboolean     *ret_done,
                                  GError      **error);

G_END_DECLS
