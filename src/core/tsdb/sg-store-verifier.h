/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-store.h"

G_BEGIN_DECLS

/**
 * SgStoreVerifierStats:
 * @n_blocks: how many blocks there are
 * @n_verified: how many of them were looked at, since the start or before it
 * @n_damaged: how many of these are damaged
 * @verified: blocks that were looked at since the start, those that are gone by now as well
 * @last: when a block was looked at last, 0 for never
 * @oldest: when that block was whose turn is longest ago, 0 when one had none yet
 */
typedef struct
{
  guint64 n_blocks;
  guint64 n_verified;
  guint64 n_damaged;
  guint64 verified;
  SgTimeMs last;
  SgTimeMs oldest;
} SgStoreVerifierStats;

/**
 * SgStoreVerifier:
 *
 * Compares the checksums of a store's blocks, one block at a time, so that what a disk loses is known before
 * somebody asks for it. Which block is next is decided by who had no turn for the longest time; a
 * block has a turn again after a week. A block that is damaged is replaced with what is left of it. Safe
 * from any thread; steps are made by one at a time.
 */
typedef struct _SgStoreVerifier SgStoreVerifier;

SgStoreVerifier *sg_store_verifier_new        (SgStore               *store);
gboolean         sg_store_verifier_step       (SgStoreVerifier       *self,
                                               GCancellable          *cancellable,
                                               GError               **error);
void             sg_store_verifier_get_stats  (SgStoreVerifier       *self,
                                               SgStoreVerifierStats  *ret_stats);
char            *sg_store_verifier_get_damage (SgStoreVerifier       *self);
void             sg_store_verifier_free       (SgStoreVerifier       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgStoreVerifier, sg_store_verifier_free)

G_END_DECLS
