/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-slab.h"

#include <string.h>

#define N_CELLS 2000

static gboolean
is_zero (const guint8 *cell,
         gsize         size)
{
  for (gsize i = 0; i < size; i++)
    {
      if (cell[i] != 0)
        return FALSE;
    }
  return TRUE;
}

static void
test_rows (void)
{
  g_auto (SgSlab) slab = { 0 };
  guint8 *cells[N_CELLS];
  guint breaks = 0;

  sg_slab_init (&slab, 64);
  for (guint i = 0; i < N_CELLS; i++)
    {
      cells[i] = sg_slab_alloc0 (&slab, 120);
      g_assert_cmpuint ((gsize) cells[i] % 64, ==, 0);
      g_assert_true (is_zero (cells[i], 120));
      memset (cells[i], (int) (i % 255) + 1, 120);
      breaks += i > 0 && cells[i] != cells[i - 1] + 128;
    }
  /* 127 cells of 128 bytes fit behind the head of a block. */
  g_assert_cmpuint (breaks, ==, N_CELLS / 127);
  for (guint i = 0; i < N_CELLS; i++)
    {
      g_assert_cmpuint (cells[i][0], ==, i % 255 + 1);
      g_assert_cmpuint (cells[i][119], ==, i % 255 + 1);
    }
  for (guint i = 0; i < N_CELLS; i++)
    sg_slab_free (cells[i]);
}

static void
test_lengths (void)
{
  g_auto (SgSlab) slab = { 0 };
  guint8 *cells[N_CELLS];

  sg_slab_init (&slab, 8);
  for (guint i = 0; i < N_CELLS; i++)
    {
      gsize size = 1 + i * 37 % (2 * SG_SLAB_CELL_MAX);

      cells[i] = sg_slab_alloc0 (&slab, size);
      g_assert_true (is_zero (cells[i], size));
      memset (cells[i], 0xff, size);
    }
  for (guint i = 0; i < N_CELLS; i += 2)
    sg_slab_free (cells[i]);
  for (guint i = 1; i < N_CELLS; i += 2)
    g_assert_cmpuint (cells[i][i * 37 % (2 * SG_SLAB_CELL_MAX)], ==, 0xff);
  sg_slab_clear (&slab);
  /* What was given out outlives the slab. */
  for (guint i = 1; i < N_CELLS; i += 2)
    sg_slab_free (cells[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slab/rows", test_rows);
  g_test_add_func ("/slab/lengths", test_lengths);
  return g_test_run ();
}
