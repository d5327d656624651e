/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "tsdb/sg-crc32c.h"
#include "tsdb/sg-tombstones.h"
#include "tsdb/sg-wire.h"

/* The checksum is put right first, because no change would get past it. What is read is joined. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autoptr (SgTombstones) tombstones = NULL;
  const SgTombstone *stones;

  if (size >= 9)
    sg_wire_set_u32 (copy + size - 4, sg_crc32c (0, copy + 5, size - 9));
  tombstones = sg_tombstones_parse (copy, size, NULL);
  if (tombstones == NULL)
    return 0;
  stones = sg_tombstones_get_all (tombstones);
  for (guint i = 0; i < sg_tombstones_get_count (tombstones); i++)
    {
      guint n;

      g_assert_cmpint (stones[i].min_time, <=, stones[i].max_time);
      g_assert_true (i == 0 || stones[i].series_ref >= stones[i - 1].series_ref);
      g_assert_true (i == 0 || stones[i].series_ref != stones[i - 1].series_ref
                     || stones[i].min_time - 1 > stones[i - 1].max_time);
      sg_tombstones_find (tombstones, stones[i].series_ref, &n);
      g_assert_cmpuint (n, >, 0);
    }
  return 0;
}
