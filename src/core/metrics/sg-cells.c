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
 *   handle {index, generation}
 *      |  index / 32 chooses the block, index % 32 the cell
 *      v
 *   sg_own_cells (TLS) -> counter_blocks[] -> SgCounterBlock   -> {whole, fraction, generation}
 *                         -> histogram_blocks[] -> SgHistogramBlock -> SgHistogramCell
 *
 *   slots (one for each index, shared) -> {generation, what ended threads have left behind}
 *
 * Blocks come on demand. A missing one is stood in for by a constant block whose cells have the
 * generation SG_GENERATION_NONE, so that the fast path has two branches only: is the index within
 * the directory, and is the generation in the cell the one in the handle. Whatever else may be the
 * matter (first touch, a stale handle, a handle of zeros) is found out by the slow path, under
 * sg_cells_lock:
 *
 *  - the slot's generation is the handle's: the thread's cell is reset and claimed for it;
 *  - it is not: the child was removed or its registry is gone, and the write is swallowed.
 *
 * Removing a child advances the slot's generation. Cells of the old generation remain where they
 * are, in every thread, and no reader counts them; when the index is given to another child, each
 * thread resets its own cell at its first touch. Nobody but the owner ever writes a cell, hence no
 * write can land between the check of a generation and its use: a recycled index cannot mix two
 * children.
 *
 * sg_cells_lock guards: the list of threads, the directories and the generations in the cells
 * against scrapes (the owner changes them with the lock, and reads them without), and all slots.
 * The words in the cells are outside of it. It is never held across a callback, I/O or another lock
 * but those of the gauges' and the epochs' lists.
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

__thread SgOwnCells sg_own_cells __attribute__ ((tls_model ("initial-exec")));

static pthread_key_t exit_key;
static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;

/* Shows the fast path the directories of @self, which the calling thread owns. */
void
sg_cell_owner_mirror (SgCellOwner *self)
{
  sg_own_cells.counter_blocks = self->counter_blocks;
  sg_own_cells.histogram_blocks = self->histogram_blocks;
  sg_own_cells.n_counter_blocks = self->n_counter_blocks;
  sg_own_cells.n_histogram_blocks = self->n_histogram_blocks;
  sg_own_cells.epoch = &self->epoch;
}

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

  sg_own_cells = (SgOwnCells) { 0 };
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
  sg_cell_owner_mirror (self);
  return self;
}

/* Returns: (transfer none): the calling thread's epoch word, see sg-epoch.c */
guint64 *
sg_cells_attach (void)
{
  return &sg_cell_owner_get ()->epoch;
}
