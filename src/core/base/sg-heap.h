/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Makes the allocator of the C library spare with memory. The first thing that a program does, before it has a
 * second thread.
 */
void sg_heap_tune (void);

G_END_DECLS
