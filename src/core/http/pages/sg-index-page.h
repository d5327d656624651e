/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-server.h"

G_BEGIN_DECLS

/* GET /: what there is, for people who come with a browser. Added last: it lists what is there then. */
void sg_index_page_add (SgHttpServer *server);

G_END_DECLS
