/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-server.h"

G_BEGIN_DECLS

/*
 * GET @path (/metrics): all of @registry, in the format that the scraper asks for; and of @guest, if there is
 * one, what @registry does not have.
 */
void sg_metrics_page_add (SgHttpServer *server,
                          const char   *path,
                          SgRegistry   *registry,
                          SgRegistry   *guest);

G_END_DECLS
