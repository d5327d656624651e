/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-server.h"

G_BEGIN_DECLS

/**
 * SgReadyFunc:
 * @user_data: its own
 *
 * Runs on a worker.
 *
 * Returns: whether everything that was to start has started
 */
typedef gboolean (*SgReadyFunc) (gpointer user_data);

/* GET /-/healthy and /-/ready, in the words of Prometheus: it is there; it can be asked. */
void sg_ready_page_add (SgHttpServer   *server,
                        SgReadyFunc     func,
                        gpointer        user_data,
                        GDestroyNotify  destroy);

G_END_DECLS
