/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-registry.h"

G_BEGIN_DECLS

guint sg_process_collector_register (SgRegistry *registry);

G_END_DECLS
