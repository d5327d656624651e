/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Label names come from a small vocabulary and are compared all the time. Each is kept once, for the
 * life of the process, so that two equal names are one pointer. The vocabulary is bounded
 * (SG_SYMBOLS_MAX names of at most SG_SYMBOL_MAX_LENGTH bytes): a hostile page full of invented
 * names fills it and no more, and a name past the bound is simply kept beside its label set. Hence
 * equality is one pointer comparison that almost always decides, with the bytes behind it.
 */
#define SG_SYMBOLS_MAX 65536
#define SG_SYMBOL_MAX_LENGTH 256

const char *sg_symbols_intern     (const char *name,
                                   gsize       length);
guint       sg_symbols_get_count  (void);

G_END_DECLS
