/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-heap.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

/*
 * Left to itself the allocator of glibc gives each thread an arena of its own, up to eight for each processor.
 * What one thread allocates and another frees then lies in many half-empty places, and an arena that is not the
 * first grows by a system call for each page. What our threads do all day needs no arena of its own: small
 * pieces come from the cache that each thread has in any case, and queries have arenas of ours.
 *
 * It also learns from each large piece that is freed to keep the next one of that size: after one body of 30 MiB
 * such bodies stay in the heap for good. Told a size, it does not learn, and what is larger goes back to
 * the system when it is freed. With less than this pages that come and go each second, as those of large
 * targets do, would pay for fresh memory each time.
 */
#define LARGE_BYTES (1024 * 1024)

void
sg_heap_tune (void)
{
#ifdef __GLIBC__
  mallopt (M_ARENA_MAX, 1);
  mallopt (M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}
