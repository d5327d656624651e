/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * When may something be freed that others read without a lock?
 *
 * A gauge's slot, a child and a table of children are reached by pointers that readers follow
 * without a lock. Such a reader says so in its thread's epoch word: on entering it writes the
 * current epoch there, on leaving 0. Who takes something out of reach hands it to
 * sg_epoch_retire(), which notes the current epoch beside it and advances the epoch. It is freed
 * once no thread is inside that entered at that epoch or before: whoever entered later found it out
 * of reach already.
 *
 * The one danger is the reader that has written its word, but whose write is not yet seen while its
 * following reads are done. The textbook's answer is a full fence at each entering, 5 ns. Here the
 * other side pays: membarrier(2) makes every running thread of the process execute one, so that
 * before the words are looked at, each reader's write is either seen, or its reads come after what
 * has been taken out of reach. Entering is then one plain store. Where the kernel has no
 * membarrier(2), entering executes the fence (sg_epoch_needs_fence, set before the first thread
 * enters).
 *
 * Nobody waits: what cannot be freed yet stays in the list for the next time.
 */
#define RETIRED_BATCH 32

typedef struct
{
  guint64 epoch;
  gpointer data;
  GDestroyNotify destroy;
} Retired;

guint64 sg_epoch = 1;
gboolean sg_epoch_needs_fence;

static SgLock retired_lock = SG_LOCK_INIT;
static GArray *retired;

void
sg_epoch_init (void)
{
  if (syscall (SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0)
    sg_epoch_needs_fence = TRUE;
}

/* A full fence. An exchange rather than a bare fence, for ThreadSanitizer knows only the former. */
void
sg_epoch_fence (void)
{
  static guint64 meeting_point;

  __atomic_exchange_n (&meeting_point, 1, __ATOMIC_SEQ_CST);
}

static void
epoch_fence_all (void)
{
  if (sg_epoch_needs_fence || syscall (SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0)
    sg_epoch_fence ();
}

/* Returns: the oldest epoch that somebody is inside of, at most @limit */
static guint64
epoch_find_oldest (guint64 limit)
{
  guint64 oldest = limit;

  SG_LOCK_SCOPE (&sg_cells_lock);
  for (SgCellOwner *owner = sg_cell_owners; owner != NULL; owner = owner->next)
    {
      guint64 entered = __atomic_load_n (&owner->epoch, __ATOMIC_ACQUIRE);

      if (entered != 0)
        oldest = MIN (oldest, entered);
    }
  return oldest;
}

/* Returns: (transfer full): what was retired before @oldest */
static GArray *
retired_split (guint64 oldest)
{
  GArray *ready = g_array_new (FALSE, FALSE, sizeof (Retired));
  guint kept = 0;

  SG_LOCK_SCOPE (&retired_lock);
  for (guint i = 0; i < retired->len; i++)
    {
      Retired *item = &g_array_index (retired, Retired, i);

      if (item->epoch < oldest)
        g_array_append_val (ready, *item);
      else
        g_array_index (retired, Retired, kept++) = *item;
    }
  g_array_set_size (retired, kept);
  return ready;
}

static void
epoch_reclaim (void)
{
  guint64 limit = __atomic_load_n (&sg_epoch, __ATOMIC_ACQUIRE);
  g_autoptr (GArray) ready = NULL;

  epoch_fence_all ();
  ready = retired_split (epoch_find_oldest (limit));
  for (guint i = 0; i < ready->len; i++)
    {
      Retired *item = &g_array_index (ready, Retired, i);

      item->destroy (item->data);
    }
}

/*
 * Frees @data with @destroy once nobody can be reading it any more; @data is already out of reach
 * of whoever enters from now on. Called without a lock that @destroy takes.
 */
void
sg_epoch_retire (gpointer       data,
                 GDestroyNotify destroy)
{
  Retired item = { 0, data, destroy };
  guint n_retired;

  sg_cell_owner_get ();
  {
    SG_LOCK_SCOPE (&retired_lock);
    if (retired == NULL)
      retired = g_array_new (FALSE, FALSE, sizeof (Retired));
    item.epoch = __atomic_fetch_add (&sg_epoch, 1, __ATOMIC_ACQ_REL);
    g_array_append_val (retired, item);
    n_retired = retired->len;
  }
  if (n_retired >= RETIRED_BATCH)
    epoch_reclaim ();
}
