/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Returns: (transfer none): what the first SIGINT or SIGTERM cancels; the second one ends the program at
 * once. Called before there are other threads.
 */
GCancellable *sg_interrupt_watch (void);

G_END_DECLS
