/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-server.h"

G_BEGIN_DECLS

/* GET @path (/metrics): all of @registry, in the format that the scraper asks for. */
void sg_metrics_page_add (SgHttpServer *server,
                          const char   *path,
                          SgRegistry   *registry);

G_END_DECLS
