/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-level.h"
#include "http/sg-http-server.h"

G_BEGIN_DECLS

/**
 * SgHealthPageFunc:
 * @ret_level: (out): how everything is together
 * @user_data: its own
 *
 * Runs on a worker.
 *
 * Returns: (transfer full): the checks as JSON
 */
typedef char *(*SgHealthPageFunc) (SgLevel  *ret_level,
                                   gpointer  user_data);

/*
 * GET /health: what @func says; 503 when unhealthy, or also when degraded if @degraded_fails, for those
 * who watch the status alone.
 */
void sg_health_page_add (SgHttpServer     *server,
                         gboolean          degraded_fails,
                         SgHealthPageFunc  func,
                         gpointer          user_data,
                         GDestroyNotify    destroy);

G_END_DECLS
