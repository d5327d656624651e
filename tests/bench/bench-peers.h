/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* prometheus-cpp doing the same work; there only where it is installed. */
#ifdef HAVE_PROMETHEUS_CPP
#define PEER(func) (func)
#else
#define PEER(func) NULL
#endif

void peer_count   (guint    thread,
                   guint64  n);
void peer_observe (guint    thread,
                   guint64  n);
void peer_find    (guint    thread,
                   guint64  n);
void peer_render  (guint    thread,
                   guint64  n);

G_END_DECLS
