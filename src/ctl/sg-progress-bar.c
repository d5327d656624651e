/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctl/sg-progress-bar.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH     40
#define PERIOD_US 100000

void
sg_progress_bar_init (SgProgressBar *self,
                      const char    *what)
{
  self->what = what;
  self->shown = isatty (STDERR_FILENO) != 0;
  self->drawn_us = 0;
}

/* The cursor stays at the beginning of the line, for whatever is printed next. */
static void
draw (SgProgressBar *self,
      guint64        done,
      guint64        total)
{
  char bar[WIDTH + 1] = { 0 };
  guint n = total > 0 ? (guint) ((double) done / (double) total * WIDTH) : 0;

  for (guint i = 0; i < WIDTH; i++)
    bar[i] = i < n ? '#' : '.';
  fprintf (stderr, "\r\033[K%s [%s] %3u %%\r", self->what, bar,
           total > 0 ? (guint) ((double) done / (double) total * 100) : 0);
  fflush (stderr);
}

void
sg_progress_bar_tell (guint64  done,
                      guint64  total,
                      gpointer bar)
{
  SgProgressBar *self = bar;
  gint64 now = g_get_monotonic_time ();

  if (!self->shown || now - self->drawn_us < PERIOD_US)
    return;
  self->drawn_us = now;
  draw (self, done, total);
}

void
sg_progress_bar_clear (SgProgressBar *self)
{
  if (self->drawn_us != 0)
    fprintf (stderr, "\r\033[K");
  self->drawn_us = 0;
}
