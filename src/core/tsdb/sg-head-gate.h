/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"

G_BEGIN_DECLS

/*
 * Who is inside the head. Readers and appenders enter and leave; what they may be looking at is freed
 * only after they have left; and commits are told apart, so that a reader sees each whole or not at
 * all.
 *
 *   guard    somebody inside. Whatever was in the head when he entered, or came since, stays in memory
 *            until he leaves, though it may no longer be in the head.
 *   commit   a number, rising. Commits are applied at the same time; one is complete when it and all
 *            before it are applied, and not acknowledged before that. So a snapshot is one number: the
 *            last complete commit. Of what later ones bring, the reader sees nothing.
 *   writing  an appender says when it begins to commit, before it looks which times are still taken. Who
 *            raises the first of them waits for those who may have looked before.
 *   horizon  what every reader sees: the least of the snapshots that are still being captured, and of
 *            the last complete commit. What is not after it needs no mark of its commit any more.
 *
 * A reader captures all it needs (pointers and lengths) at once, and gives its snapshot back; only its
 * guard stays until it has read everything. Who lets samples go waits first for those who are just
 * capturing: who comes later finds the samples elsewhere, because he looks there after he was here.
 */
#define SG_HEAD_NO_SNAPSHOT G_MAXUINT64

typedef struct _SgHeadGuard SgHeadGuard;

struct _SgHeadGuard
{
  SgHeadGuard *next;
  SgHeadGuard **link;
  guint64 epoch;
  guint64 snapshot;
  guint64 commits_since;
  guint64 captures_since;
  gboolean reads;
};

typedef struct _SgHeadCommit SgHeadCommit;

struct _SgHeadCommit
{
  guint64 id;
  guint64 horizon;
  SgHeadCommit *next;
  gboolean applied;
};

typedef struct
{
  SgLock lock;
  SgCond completed_one;
  SgCond left;
  guint64 n_writes;
  guint64 n_captures;
  SgHeadGuard *guards;
  guint n_readers;
  guint64 epoch;
  GQueue retired;
  guint64 last_commit;
  guint64 completed;
  SgHeadCommit *applying;
  SgHeadCommit **last_applying;
} SgHeadGate;

void sg_head_gate_init         (SgHeadGate     *self);
void sg_head_gate_clear        (SgHeadGate     *self);
void sg_head_gate_enter        (SgHeadGate     *self,
                                SgHeadGuard    *guard);
void sg_head_gate_enter_reader (SgHeadGate     *self,
                                SgHeadGuard    *guard);
void sg_head_gate_captured     (SgHeadGate     *self,
                                SgHeadGuard    *guard);
void sg_head_gate_begin_write  (SgHeadGate     *self,
                                SgHeadGuard    *guard);
void sg_head_gate_await_writes (SgHeadGate     *self);
void sg_head_gate_await_captures (SgHeadGate   *self);
void sg_head_gate_leave        (SgHeadGate     *self,
                                SgHeadGuard    *guard);
void sg_head_gate_retire       (SgHeadGate     *self,
                                gpointer        memory,
                                GDestroyNotify  destroy);
void sg_head_gate_retire_read  (SgHeadGate     *self,
                                gpointer        memory,
                                GDestroyNotify  destroy);
guint64 sg_head_gate_get_completed (SgHeadGate  *self);
void sg_head_gate_begin_commit (SgHeadGate     *self,
                                SgHeadCommit   *commit);
void sg_head_gate_end_commit   (SgHeadGate     *self,
                                SgHeadCommit   *commit);

G_END_DECLS
