/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-mount-probe.h"

#include "base/sg-blocking.h"
#include "base/sg-lock.h"

#include <string.h>

/*
 * A file system that hangs is played by a statfs() that waits for a gate. What is asked beside it must be
 * told all the same, and it must itself be told as soon as the gate opens.
 */
static SgLock lock = SG_LOCK_INIT;
static SgCond moved;
static gboolean gate_is_open;
static guint n_waiting;

static int
gated_statfs (const char    *path,
              struct statfs *ret_stats)
{
  memset (ret_stats, 0, sizeof *ret_stats);
  ret_stats->f_blocks = strlen (path);
  if (!g_str_has_prefix (path, "/dead"))
    return 0;
  SG_LOCK_SCOPE (&lock);
  n_waiting++;
  sg_cond_broadcast (&moved);
  while (!gate_is_open)
    sg_cond_wait (&moved, &lock);
  n_waiting--;
  sg_cond_broadcast (&moved);
  return 0;
}

static void
close_gate (void)
{
  SG_LOCK_SCOPE (&lock);
  gate_is_open = FALSE;
}

static void
open_gate (void)
{
  SG_LOCK_SCOPE (&lock);
  gate_is_open = TRUE;
  sg_cond_broadcast (&moved);
}

/* Until as many calls hang as are expected to. */
static void
wait_for_waiting (guint n)
{
  SG_LOCK_SCOPE (&lock);
  while (n_waiting != n)
    sg_cond_wait (&moved, &lock);
}

static void
run_with (SgMountProbe      *probe,
          const char *const *paths,
          gboolean           remote)
{
  for (guint i = 0; paths[i] != NULL; i++)
    sg_mount_probe_add (probe, paths[i], remote);
  sg_mount_probe_run (probe);
}

static void
assert_told (SgMountProbe *probe,
             const char   *path)
{
  const SgMountState *state = sg_mount_probe_get (probe, path);

  g_assert_nonnull (state);
  g_assert_true (state->known);
  g_assert_false (state->failed);
  g_assert_cmpuint (state->stats.f_blocks, ==, strlen (path));
}

static void
test_well (void)
{
  static const char *const paths[] = { "/", "/home", "/var", NULL };
  g_autoptr (SgMountProbe) probe = sg_mount_probe_new (gated_statfs, 20000, 20000);

  run_with (probe, paths, FALSE);
  for (guint i = 0; paths[i] != NULL; i++)
    assert_told (probe, paths[i]);
  g_assert_cmpuint (sg_mount_probe_n_silent (probe), ==, 0);
  /* What is not mounted any more is forgotten. */
  run_with (probe, paths + 1, FALSE);
  g_assert_null (sg_mount_probe_get (probe, "/"));
}

/* Runs again and again until @path is as wanted, or much more time has passed than it takes. */
static void
run_until (SgMountProbe      *probe,
           const char *const *paths,
           const char        *path,
           gboolean           known,
           gboolean           failed)
{
  gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  const SgMountState *state;

  do
    {
      run_with (probe, paths, FALSE);
      state = sg_mount_probe_get (probe, path);
    }
  while ((state->known != known || state->failed != failed) && g_get_monotonic_time () < until);
  g_assert_cmpint (state->known, ==, known);
  g_assert_cmpint (state->failed, ==, failed);
}

static void
test_one_hangs (void)
{
  static const char *const paths[] = { "/a", "/b", "/c", "/dead", "/d", "/e", NULL };
  g_autoptr (SgMountProbe) probe = sg_mount_probe_new (gated_statfs, 50, 60000);
  const SgMountState *dead;

  close_gate ();
  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (!g_str_equal (paths[i], "/dead"))
        run_until (probe, paths, paths[i], TRUE, FALSE);
    }
  dead = sg_mount_probe_get (probe, "/dead");
  g_assert_false (dead->known);
  g_assert_false (dead->failed);
  g_assert_cmpuint (sg_mount_probe_n_silent (probe), ==, 1);
  wait_for_waiting (1);
  open_gate ();
  wait_for_waiting (0);
  run_until (probe, paths, "/dead", TRUE, FALSE);
  assert_told (probe, "/dead");
}

/* After the timeout it has failed, and when it comes back it has not. */
static void
test_timeout (void)
{
  static const char *const paths[] = { "/dead", "/well", NULL };
  g_autoptr (SgMountProbe) probe = sg_mount_probe_new (gated_statfs, 20, 60);

  close_gate ();
  run_until (probe, paths, "/dead", FALSE, TRUE);
  assert_told (probe, "/well");
  open_gate ();
  wait_for_waiting (0);
  run_until (probe, paths, "/dead", TRUE, FALSE);
  assert_told (probe, "/dead");
}

static void
run_until_failed (SgMountProbe       *probe,
                  const char  *const *local,
                  char              **dead,
                  const char         *path)
{
  gint64 until = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  do
    {
      for (guint i = 0; dead[i] != NULL; i++)
        sg_mount_probe_add (probe, dead[i], TRUE);
      run_with (probe, local, FALSE);
    }
  while (!sg_mount_probe_get (probe, path)->failed && g_get_monotonic_time () < until);
}

/* More dead remote ones than the pool gives threads to: the local ones are still asked. */
static void
test_many_hang (void)
{
  static const char *const local[] = { "/", "/home", NULL };
  g_autoptr (SgMountProbe) probe = sg_mount_probe_new (gated_statfs, 20, 100);
  g_auto (GStrv) dead = g_new0 (char *, 21);

  close_gate ();
  for (guint i = 0; i < 20; i++)
    dead[i] = g_strdup_printf ("/dead/%u", i);
  for (guint i = 0; i < 20; i++)
    run_until_failed (probe, local, dead, dead[i]);
  assert_told (probe, "/");
  assert_told (probe, "/home");
  wait_for_waiting (SG_BLOCKING_OWNER_MAX);
  for (guint k = 0; k < 20; k++)
    g_assert_true (sg_mount_probe_get (probe, dead[k])->failed);
  open_gate ();
  wait_for_waiting (0);
}

/* A probe that goes while a call hangs leaves nothing behind when the call returns. */
static void
test_freed_while_hanging (void)
{
  static const char *const paths[] = { "/dead", NULL };
  SgMountProbe *probe = sg_mount_probe_new (gated_statfs, 10, 60000);

  close_gate ();
  run_with (probe, paths, FALSE);
  wait_for_waiting (1);
  sg_mount_probe_free (probe);
  open_gate ();
  wait_for_waiting (0);
}

int
main (int    argc,
      char **argv)
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  sg_cond_init (&moved);
  g_test_add_func ("/mount-probe/well", test_well);
  g_test_add_func ("/mount-probe/one-hangs", test_one_hangs);
  g_test_add_func ("/mount-probe/timeout", test_timeout);
  g_test_add_func ("/mount-probe/many-hang", test_many_hang);
  g_test_add_func ("/mount-probe/freed-while-hanging", test_freed_while_hanging);
  failed = g_test_run ();
  g_assert_true (sg_blocking_shutdown (10000));
  return failed;
}
