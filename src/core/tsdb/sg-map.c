/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-map.h"

#include "tsdb/sg-tsdb-error.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Touching a page of a mapping that its file no longer has, or that the disk cannot give, is answered
 * with SIGBUS. One handler for the process looks the address up among our mappings, puts a page of
 * zeros in its place, counts the fault, and the read goes on; any other SIGBUS goes to the handler
 * that was there before.
 *
 * The handler may run at any moment in any thread, so that it takes no lock, allocates nothing and
 * reads only memory that is never freed: a list of blocks of slots that grows and never shrinks. A
 * slot says from where to where a mapping reaches, with end = 0 in a free one.
 *
 *   enter: claim the slot, begin = b, then end = e
 *   leave: end = 0, begin = 0, then release the slot (and only then unmap)
 *
 * The handler reads end, begin, and end again, and believes them when begin is not 0 and the two ends
 * are one. If the slot changed hands between the reads then both are from mappings that were there
 * while the handler ran, and none of those can reach over the faulting address but the one that is
 * being read, since its reader holds a reference.
 */

#define SLOTS_PER_BLOCK 128

typedef struct
{
  guint claimed;
  guintptr begin;
  guintptr end;
  guint n_faults;
} Slot;

typedef struct _SlotBlock SlotBlock;

struct _SlotBlock
{
  SlotBlock *next;
  Slot slots[SLOTS_PER_BLOCK];
};

struct _SgMap
{
  gatomicrefcount ref_count;
  Slot *slot;
  guint8 *data;
  gsize length;
  char *path;
};

static SlotBlock first_block;
static struct sigaction previous_action;
static gsize page_size;

static gboolean
slot_covers (const Slot *slot,
             guintptr    address)
{
  guintptr end = __atomic_load_n (&slot->end, __ATOMIC_SEQ_CST);
  guintptr begin = __atomic_load_n (&slot->begin, __ATOMIC_SEQ_CST);

  return begin != 0 && begin <= address && address < end
         && __atomic_load_n (&slot->end, __ATOMIC_SEQ_CST) == end;
}

static Slot *
find_slot (guintptr address)
{
  SlotBlock *block = &first_block;

  for (; block != NULL; block = __atomic_load_n (&block->next, __ATOMIC_ACQUIRE))
    {
      for (guint i = 0; i < SLOTS_PER_BLOCK; i++)
        {
          if (slot_covers (&block->slots[i], address))
            return &block->slots[i];
        }
    }
  return NULL;
}

static gboolean
cover_with_zeros (guintptr address)
{
  gpointer page = (gpointer) (address & ~(guintptr) (page_size - 1));

  return mmap (page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page;
}

/*
 * As if the handler were not there. Without an earlier one a fault comes again, and ends us; a signal
 * that somebody sent must be sent again for that.
 */
static void
pass_on (int        signal_number,
         siginfo_t *info,
         void      *context)
{
  if (previous_action.sa_flags & SA_SIGINFO)
    previous_action.sa_sigaction (signal_number, info, context);
  else if (previous_action.sa_handler == SIG_DFL || previous_action.sa_handler == SIG_IGN)
    {
      signal (signal_number, SIG_DFL);
      if (info->si_code <= 0)
        raise (signal_number);
    }
  else
    previous_action.sa_handler (signal_number);
}

static void
on_bus_error (int        signal_number,
              siginfo_t *info,
              void      *context)
{
  int saved_errno = errno;
  Slot *slot = NULL;

  if (info->si_code > 0)
    slot = find_slot ((guintptr) info->si_addr);
  if (slot != NULL)
    __atomic_fetch_add (&slot->n_faults, 1, __ATOMIC_SEQ_CST);
  if (slot == NULL || !cover_with_zeros ((guintptr) info->si_addr))
    pass_on (signal_number, info, context);
  errno = saved_errno;
}

static void
install_handler (void)
{
  struct sigaction action = { 0 };

  page_size = (gsize) sysconf (_SC_PAGESIZE);
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset (&action.sa_mask);
  sigaction (SIGBUS, &action, &previous_action);
}

static Slot *
claim_slot (SlotBlock *block)
{
  for (guint i = 0; i < SLOTS_PER_BLOCK; i++)
    {
      guint expected = 0;

      if (__atomic_compare_exchange_n (&block->slots[i].claimed, &expected, 1, FALSE,
                                       __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
        return &block->slots[i];
    }
  return NULL;
}

/* Returns: the block behind @block, added if there was none. */
static SlotBlock *
next_block (SlotBlock *block)
{
  SlotBlock *next = __atomic_load_n (&block->next, __ATOMIC_ACQUIRE);
  SlotBlock *added;

  if (next != NULL)
    return next;
  added = g_new0 (SlotBlock, 1);
  if (__atomic_compare_exchange_n (&block->next, &next, added, FALSE, __ATOMIC_ACQ_REL,
                                   __ATOMIC_ACQUIRE))
    return added;
  g_free (added);
  return next;
}

static Slot *
slot_enter (guintptr begin,
            gsize    length)
{
  SlotBlock *block = &first_block;
  Slot *slot = claim_slot (block);

  while (slot == NULL)
    {
      block = next_block (block);
      slot = claim_slot (block);
    }
  __atomic_store_n (&slot->n_faults, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n (&slot->begin, begin, __ATOMIC_SEQ_CST);
  __atomic_store_n (&slot->end, begin + length, __ATOMIC_SEQ_CST);
  return slot;
}

static void
slot_leave (Slot *slot)
{
  __atomic_store_n (&slot->end, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n (&slot->begin, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n (&slot->claimed, 0, __ATOMIC_SEQ_CST);
}

/**
 * sg_map_new_from_fd:
 * @fd: a file that can be read; it may be closed afterwards
 * @length: how much of it to map, from its beginning
 * @path: what to call it in errors
 *
 * Returns: (transfer full) (nullable): the first @length bytes of the file
 */
SgMap *
sg_map_new_from_fd (int          fd,
                    gsize        length,
                    const char  *path,
                    GError     **error)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  static guint8 nothing;
  SgMap *self;
  gpointer data = &nothing;

  pthread_once (&once, install_handler);
  if (length > 0)
    data = mmap (NULL, length, PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED)
    {
      sg_tsdb_fail_system (error, path, "map it into memory");
      return NULL;
    }
  self = g_new0 (SgMap, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->data = data;
  self->length = length;
  self->path = g_strdup (path);
  if (length > 0)
    self->slot = slot_enter ((guintptr) data, length);
  return self;
}

static SgMap *
map_regular (int          fd,
             const char  *path,
             GError     **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    {
      sg_tsdb_fail_system (error, path, "read its size");
      return NULL;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_IO, "%s: not a regular file", path);
      return NULL;
    }
  return sg_map_new_from_fd (fd, (gsize) status.st_size, path, error);
}

/**
 * sg_map_new:
 * @path: a file
 *
 * Returns: (transfer full) (nullable): the whole file, as long as it is now
 */
SgMap *
sg_map_new (const char  *path,
            GError     **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  SgMap *self;

  if (fd < 0)
    {
      sg_tsdb_fail_system (error, path, "open it");
      return NULL;
    }
  self = map_regular (fd, path, error);
  close (fd);
  return self;
}

SgMap *
sg_map_ref (SgMap *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_map_unref (SgMap *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->slot != NULL)
    {
      slot_leave (self->slot);
      munmap (self->data, self->length);
    }
  g_free (self->path);
  g_free (self);
}

const guint8 *
sg_map_get_data (const SgMap *self)
{
  return self->data;
}

gsize
sg_map_get_length (const SgMap *self)
{
  return self->length;
}

const char *
sg_map_get_path (const SgMap *self)
{
  return self->path;
}

/* Whether any of it was found missing; a cut within the last page that is left is not noticed. */
gboolean
sg_map_is_faulted (const SgMap *self)
{
  return self->slot != NULL && __atomic_load_n (&self->slot->n_faults, __ATOMIC_SEQ_CST) > 0;
}
