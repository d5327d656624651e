/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/sg-interrupt.h"

#include "ctl/sg-command.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

/*
 * The work of a command runs on the main thread and polls a GCancellable; a thread of its own waits for
 * the signals, since hardly anything may be done in a handler.
 */
static void
fill_signals (sigset_t *signals)
{
  sigemptyset (signals);
  sigaddset (signals, SIGINT);
  sigaddset (signals, SIGTERM);
}

static gpointer
wait_for_signals (gpointer data)
{
  sigset_t signals;
  int number;

  fill_signals (&signals);
  if (sigwait (&signals, &number) == 0)
    g_cancellable_cancel (data);
  if (sigwait (&signals, &number) == 0)
    _exit (SG_EXIT_BAD);
  return NULL;
}

GCancellable *
sg_interrupt_watch (void)
{
  static GCancellable *cancellable = NULL;
  sigset_t signals;

  if (cancellable == NULL)
    {
      cancellable = g_cancellable_new ();
      fill_signals (&signals);
      pthread_sigmask (SIG_BLOCK, &signals, NULL);
      g_thread_unref (g_thread_new ("interrupt", wait_for_signals, cancellable));
    }
  return cancellable;
}
