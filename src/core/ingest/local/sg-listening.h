/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* How many sockets are looked at, at most. */
#define SG_LISTENING_MAX 64

/* Returns: (element-type utf8): "127.0.0.1:9100" of each socket of @uid that listens where loopback reaches */
GPtrArray *sg_listening_list (const char *procfs,
                              uid_t       uid);

G_END_DECLS
