/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-arena.h"

#include <string.h>

static void
test_arena_pieces (void)
{
  g_autoptr (SgArena) arena = sg_arena_new ();
  guchar *pieces[1000];

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      pieces[i] = sg_arena_alloc (arena, i * 7);
      g_assert_cmpuint ((gsize) pieces[i] % 32, ==, 0);
      memset (pieces[i], (int) i, i * 7);
    }
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      for (guint j = 0; j < i * 7; j++)
        g_assert_cmpuint (pieces[i][j], ==, i & 0xff);
    }
}

/* A piece larger than any slab gets its own, and the next piece still fits the one after it. */
static void
test_arena_large (void)
{
  g_autoptr (SgArena) arena = sg_arena_new ();
  guchar *large = sg_arena_alloc0 (arena, 3 * 1024 * 1024);

  g_assert_cmpuint (large[3 * 1024 * 1024 - 1], ==, 0);
  g_assert_cmpuint (sg_arena_get_size (arena), <, 4 * 1024 * 1024);
  g_assert_nonnull (sg_arena_alloc (arena, 1));
}

static void
test_arena_text (void)
{
  g_autoptr (SgArena) arena = sg_arena_new ();
  char *text = sg_arena_strndup (arena, "a\0bc", 3);
  int *number = sg_arena_copy (arena, &(int) { 7 }, sizeof (int));

  g_assert_cmpmem (text, 4, "a\0b", 4);
  g_assert_cmpint (*number, ==, 7);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arena/pieces", test_arena_pieces);
  g_test_add_func ("/arena/large", test_arena_large);
  g_test_add_func ("/arena/text", test_arena_text);
  return g_test_run ();
}
