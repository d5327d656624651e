/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgFoundTarget:
 * @address: where it listens: "127.0.0.1:9100"
 * @name: what it seems to be: "node_exporter", "a Python application" …
 * @n_samples: how many samples its page has, as far as it was read
 *
 * Something on this machine that tells metrics. Immutable, counted.
 */
typedef struct
{
  int ref_count;
  char *address;
  char *name;
  guint n_samples;
} SgFoundTarget;

#define SG_TYPE_FOUND_TARGET (sg_found_target_get_type ())

GType          sg_found_target_get_type (void) G_GNUC_CONST;
SgFoundTarget *sg_found_target_ref      (SgFoundTarget       *self);
void           sg_found_target_unref    (SgFoundTarget       *self);

/*
 * Looks at what this user has listening on loopback, and asks each once for /metrics. Nothing is asked twice,
 * no answer is waited for longer than two seconds, and eight at most are asked at a time. @procfs is where
 * /proc is; %NULL for "/proc".
 */
void           sg_local_search_run_async   (const char          *procfs,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
/* Returns: (transfer full) (element-type SgFoundTarget) (nullable): sorted by address */
GPtrArray     *sg_local_search_run_finish  (GAsyncResult        *result,
                                         GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgFoundTarget, sg_found_target_unref)

G_END_DECLS
