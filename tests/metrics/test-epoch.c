/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-cells.h"

static guint n_destroyed;

static void
count_destroyed (gpointer data)
{
  g_free (data);
  __atomic_fetch_add (&n_destroyed, 1, __ATOMIC_RELAXED);
}

static void
retire_many (guint n)
{
  for (guint i = 0; i < n; i++)
    sg_epoch_retire (g_malloc (1), count_destroyed);
}

/* While somebody is inside, nothing is freed that was retired since; then all of it is, in time. */
static void
test_epoch_inside (void)
{
  guint before;

  retire_many (100);
  sg_epoch_enter ();
  before = __atomic_load_n (&n_destroyed, __ATOMIC_RELAXED);
  retire_many (1000);
  g_assert_cmpuint (n_destroyed - before, <=, 100);
  sg_epoch_leave ();
  before = n_destroyed;
  retire_many (100);
  g_assert_cmpuint (n_destroyed - before, >=, 1000);
}

/* With the fence in the readers instead of the kernel's, as on a system without membarrier(2). */
static void
test_epoch_fence (void)
{
  sg_epoch_init ();
  sg_epoch_needs_fence = TRUE;
  test_epoch_inside ();
  sg_epoch_needs_fence = FALSE;
  sg_epoch_init ();
}

typedef struct
{
  guint *shared;
  gboolean done;
} Shared;

static void
poison (gpointer data)
{
  __atomic_store_n ((guint *) data, 0, __ATOMIC_RELAXED);
  g_free (data);
}

static gpointer
read_shared (gpointer data)
{
  Shared *shared = data;

  while (!__atomic_load_n (&shared->done, __ATOMIC_RELAXED))
    {
      sg_epoch_enter ();
      for (guint i = 0; i < 3; i++)
        {
          guint *current = __atomic_load_n (&shared->shared, __ATOMIC_ACQUIRE);

          g_assert_cmpuint (__atomic_load_n (current, __ATOMIC_RELAXED), ==, 42);
        }
      sg_epoch_leave ();
    }
  return NULL;
}

/* Readers follow a pointer that is replaced all the time, and never find what was freed. */
static void
test_epoch_readers (void)
{
  Shared shared = { 0 };
  GThread *threads[4];

  shared.shared = g_new (guint, 1);
  *shared.shared = 42;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("read", read_shared, &shared);
  for (guint i = 0; i < 50000; i++)
    {
      guint *old = shared.shared;
      guint *next = g_new (guint, 1);

      *next = 42;
      __atomic_store_n (&shared.shared, next, __ATOMIC_RELEASE);
      sg_epoch_retire (old, poison);
    }
  __atomic_store_n (&shared.done, TRUE, __ATOMIC_RELAXED);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_free (shared.shared);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/epoch/inside", test_epoch_inside);
  g_test_add_func ("/epoch/readers", test_epoch_readers);
  g_test_add_func ("/epoch/fence", test_epoch_fence);
  return g_test_run ();
}
