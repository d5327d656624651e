/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"

#include <pthread.h>

/*
 * Who owns what
 *
 * A counter that all threads add to with one atomic instruction costs 5 ns alone and 13 ns
 * contended, because its cache line travels. So each thread has a cell of its own for each counter
 * and histogram it has touched; only that thread writes it, with plain loads and stores (atomic in
 * the sense that no reader sees half a word, never in the sense of a locked instruction). A scrape
 * adds the cells up.
 *
 *   handle: key = generation << 32 | index
 *      |  index / 32 is the number of a block, index % 32 the place of a cell in it
 *      v
 *   sg_own_cells (TLS)
 *      counters[number % 256]   -> SgCounterBlock   -> SgCounterCell {key, whole}, fraction
 *      histograms[number % 256] -> SgHistogramBlock -> SgHistogramCell {key, ...}
 *
 *   slots (one for each index, shared) -> {key, what ended threads have left behind}
 *
 * A thread's blocks come on demand. 256 of them are at hand in a small table, in which a block's
 * place is its number modulo 256; a missing one is stood in for by a constant block of cells with
 * the key SG_KEY_NONE, and a thread that has no table of its own by a constant table. So the fast
 * path has one branch only: is the key in the cell the one in the handle? Whatever else may be the
 * matter is found out by the slow path:
 *
 *  - the block is the thread's, but another one was at hand in its place: it is taken at hand;
 *  - the slot's key is the handle's, and the thread has not touched it yet: under sg_cells_lock,
 *    its cell is reset and claimed;
 *  - it is not: the child was removed or its registry is gone, and the write is swallowed.
 *
 * Removing a child advances the slot's generation. Cells of the old generation remain where they
 * are, in every thread, and no reader counts them; when the index is given to another child, each
 * thread resets its own cell at its first touch. Nobody but the owner ever writes a cell, hence no
 * write can land between the check of a generation and its use: a recycled index cannot mix two
 * children.
 *
 * sg_cells_lock guards: the list of threads, their blocks and the keys in the cells against scrapes
 * (the owner changes them with the lock, and reads them without), and all slots. The words in the
 * cells are outside of it. It is never held across a callback, I/O or another lock.
 *
 * When a thread ends, a pthread key's destructor adds its cells to their slots and takes its record
 * out of the list, in one hold of the lock: no scrape sees a cell twice or not at all. Should a
 * later destructor of the same thread count something, the thread attaches anew and the key's
 * destructor runs again (POSIX: at least four rounds); a record left over after that stays in the
 * list and is counted from there. After fork(), the child process keeps the cells of the threads it
 * no longer has as they were.
 */

SgLock sg_cells_lock = SG_LOCK_INIT;
SgCellOwner *sg_cell_owners;

__thread SgOwnCells sg_own_cells
    __attribute__ ((tls_model ("initial-exec"))) = { sg_no_counters, sg_no_histograms, NULL };

static pthread_key_t exit_key;
static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;

static void
owner_unlink_locked (SgCellOwner *self)
{
  if (self->next != NULL)
    self->next->previous = self->previous;
  if (self->previous != NULL)
    self->previous->next = self->next;
  else
    sg_cell_owners = self->next;
}

static void
owner_exit (gpointer data)
{
  SgCellOwner *self = data;

  sg_own_cells = (SgOwnCells) { sg_no_counters, sg_no_histograms, NULL };
  {
    SG_LOCK_SCOPE (&sg_cells_lock);
    sg_counter_cells_fold_locked (self);
    sg_histogram_cells_fold_locked (self);
    owner_unlink_locked (self);
  }
  sg_counter_cells_free (self);
  sg_histogram_cells_free (self);
  g_free (self);
}

static void
exit_key_create (void)
{
  pthread_key_create (&exit_key, owner_exit);
  sg_epoch_init ();
}

/* Returns: (transfer none): the record of the calling thread, made at its first call */
SgCellOwner *
sg_cell_owner_get (void)
{
  SgCellOwner *self;

  pthread_once (&exit_key_once, exit_key_create);
  self = pthread_getspecific (exit_key);
  if (self != NULL)
    return self;
  self = g_new0 (SgCellOwner, 1);
  {
    SG_LOCK_SCOPE (&sg_cells_lock);
    self->next = sg_cell_owners;
    if (sg_cell_owners != NULL)
      sg_cell_owners->previous = self;
    sg_cell_owners = self;
  }
  pthread_setspecific (exit_key, self);
  sg_own_cells.epoch = &self->epoch;
  return self;
}

/* Returns: (transfer none): the calling thread's epoch word, see sg-epoch.c */
guint64 *
sg_cells_attach (void)
{
  return &sg_cell_owner_get ()->epoch;
}
