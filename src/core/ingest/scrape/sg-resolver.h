/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgResolverLookup:
 *
 * Looks a name up, and may take its time. Returns: (transfer full) (element-type GInetAddress): at least
 * one address, or %NULL with @error set
 */
typedef GList *(*SgResolverLookup) (const char                *name,
                                    GResolverNameLookupFlags   flags,
                                    GCancellable              *cancellable,
                                    GError                   **error);

/**
 * SgResolver:
 *
 * Looks up names for everybody in this process, on the blocking pool: GLib's own would do so on the ten
 * threads that it shares with everything else, and ten names that hang would stop the rest.
 */
#define SG_TYPE_RESOLVER (sg_resolver_get_type ())
G_DECLARE_FINAL_TYPE (SgResolver, sg_resolver, SG, RESOLVER, GResolver)

/* @lookup: (nullable): %NULL for that of the system */
GResolver *sg_resolver_new     (SgResolverLookup lookup);
/* Makes one the resolver of this process; the first call does it. */
void       sg_resolver_install (void);

G_END_DECLS
