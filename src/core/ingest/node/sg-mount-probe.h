/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/node/sg-node-options.h"

G_BEGIN_DECLS

/**
 * SgMountState:
 * @known: whether @stats are an answer, perhaps an older one
 * @failed: whether it answered with an error, or has been silent for longer than the timeout
 * @stats: what it answered last
 *
 * What is known of a mounted file system.
 */
typedef struct
{
  gboolean known;
  gboolean failed;
  struct statfs stats;
} SgMountState;

/**
 * SgMountProbe:
 *
 * Asks mounted file systems how full they are, and is never held up by one that does not answer: see
 * sg-mount-probe.c. Used by one thread at a time.
 */
typedef struct _SgMountProbe SgMountProbe;

SgMountProbe *sg_mount_probe_new    (SgNodeStatfs        statfs,
                                     guint               patience_ms,
                                     guint               timeout_ms);
void          sg_mount_probe_free   (SgMountProbe       *self);
void          sg_mount_probe_add    (SgMountProbe       *self,
                                     const char         *path,
                                     gboolean            remote);
/* Asks all that were added since the last time, and waits for them a moment. Others are forgotten. */
void          sg_mount_probe_run    (SgMountProbe       *self);
/* Returns: (nullable): %NULL for a path that was not added */
const SgMountState *sg_mount_probe_get (SgMountProbe    *self,
                                        const char      *path);
/* How many are being waited for. */
guint         sg_mount_probe_n_silent (SgMountProbe     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgMountProbe, sg_mount_probe_free)

G_END_DECLS
