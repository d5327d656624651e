/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/node/sg-node-options.h"
#include "metrics/sg-registry.h"

G_BEGIN_DECLS

/* Returns: (transfer full): a registry whose page is this machine, under the names of node_exporter */
SgRegistry *sg_node_registry_new (SgNodeOptions *options,
                                  SgClock       *clock);

G_END_DECLS
