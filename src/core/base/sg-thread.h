/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <pthread.h>

G_BEGIN_DECLS

gboolean sg_thread_start (pthread_t  *ret_thread,
                          const char *name,
                          gsize       stack_size,
                          GThreadFunc func,
                          gpointer    data);

G_END_DECLS
