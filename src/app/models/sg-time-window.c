/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-time-window.h"

#include "models/sg-format.h"

#include <glib/gi18n.h>

#define MINUTE       G_GINT64_CONSTANT (60000)
#define DEFAULT_SPAN (15 * MINUTE)
#define MAX_CHOICES  100

/* A choice of the user: live with a span, or fixed with span 0. */
typedef struct
{
  gint64 span;
  SgTimeMs from;
  SgTimeMs to;
} Choice;

struct _SgTimeWindow
{
  GObject parent_instance;
  SgClock *clock;
  GArray *choices;
  guint current;
  gint64 live_span;
  gboolean paused;
  SgTimeMs paused_at;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (SgTimeWindow, sg_time_window, G_TYPE_OBJECT)

static const gint64 quick_spans[] = { 5 * MINUTE,   15 * MINUTE,   60 * MINUTE,
                                      360 * MINUTE, 1440 * MINUTE, 10080 * MINUTE };

const gint64 *
sg_time_window_get_quick_spans (gsize *ret_n_spans)
{
  *ret_n_spans = G_N_ELEMENTS (quick_spans);
  return quick_spans;
}

static const Choice *
current_choice (SgTimeWindow *self)
{
  return &g_array_index (self->choices, Choice, self->current);
}

static void
tell (SgTimeWindow *self)
{
  g_signal_emit (self, changed_signal, 0);
}

/* Makes @index the choice that counts. A pause holds from one live choice to the next. */
static void
go_to (SgTimeWindow *self,
       guint         index)
{
  const Choice *choice;

  self->current = index;
  choice = current_choice (self);
  if (choice->span > 0)
    self->live_span = choice->span;
  else
    self->paused = FALSE;
  tell (self);
}

static void
choose (SgTimeWindow *self,
        Choice        choice)
{
  const Choice *now = current_choice (self);

  if (now->span == choice.span && now->from == choice.from && now->to == choice.to)
    return;
  g_array_set_size (self->choices, self->current + 1);
  if (self->choices->len == MAX_CHOICES)
    g_array_remove_index (self->choices, 0);
  g_array_append_val (self->choices, choice);
  go_to (self, self->choices->len - 1);
}

SgClock *
sg_time_window_get_clock (SgTimeWindow *self)
{
  return self->clock;
}

SgTimeMode
sg_time_window_get_mode (SgTimeWindow *self)
{
  if (current_choice (self)->span == 0)
    return SG_TIME_FIXED;
  return self->paused ? SG_TIME_PAUSED : SG_TIME_LIVE;
}

/* Returns: its length in milliseconds, in any mode */
gint64
sg_time_window_get_span (SgTimeWindow *self)
{
  const Choice *choice = current_choice (self);

  return choice->span > 0 ? choice->span : choice->to - choice->from;
}

void
sg_time_window_get_range (SgTimeWindow *self,
                          SgTimeMs     *ret_from,
                          SgTimeMs     *ret_to)
{
  const Choice *choice = current_choice (self);

  if (choice->span == 0)
    {
      *ret_from = choice->from;
      *ret_to = choice->to;
      return;
    }
  *ret_to = self->paused ? self->paused_at : sg_clock_now_ms (self->clock);
  *ret_from = *ret_to - choice->span;
}

/* Looks at the last @span milliseconds. A pause stays a pause. */
void
sg_time_window_set_live (SgTimeWindow *self,
                         gint64        span)
{
  g_return_if_fail (span > 0);
  choose (self, (Choice) { .span = span });
}

void
sg_time_window_set_fixed (SgTimeWindow *self,
                          SgTimeMs      from,
                          SgTimeMs      to)
{
  g_return_if_fail (from < to);
  choose (self, (Choice) { .from = from, .to = to });
}

/* Leaves the past: ends a pause, and takes up the last live choice again. */
void
sg_time_window_back_to_live (SgTimeWindow *self)
{
  gboolean was_paused = self->paused;

  self->paused = FALSE;
  if (current_choice (self)->span == 0)
    choose (self, (Choice) { .span = self->live_span });
  else if (was_paused)
    tell (self);
}

/* Does nothing when the window is fixed, as nothing moves there. */
void
sg_time_window_pause (SgTimeWindow *self)
{
  if (sg_time_window_get_mode (self) != SG_TIME_LIVE)
    return;
  self->paused = TRUE;
  self->paused_at = sg_clock_now_ms (self->clock);
  tell (self);
}

void
sg_time_window_resume (SgTimeWindow *self)
{
  if (!self->paused)
    return;
  self->paused = FALSE;
  tell (self);
}

gboolean
sg_time_window_can_go_back (SgTimeWindow *self)
{
  return self->current > 0;
}

gboolean
sg_time_window_can_go_forward (SgTimeWindow *self)
{
  return self->current + 1 < self->choices->len;
}

void
sg_time_window_go_back (SgTimeWindow *self)
{
  if (sg_time_window_can_go_back (self))
    go_to (self, self->current - 1);
}

void
sg_time_window_go_forward (SgTimeWindow *self)
{
  if (sg_time_window_can_go_forward (self))
    go_to (self, self->current + 1);
}

/* Returns: (transfer full): "Last 15 min", or "13:42 – 13:57" */
char *
sg_time_window_get_label (SgTimeWindow *self)
{
  const Choice *choice = current_choice (self);
  g_autofree char *span = NULL;

  if (choice->span == 0)
    return sg_format_range (choice->from, choice->to);
  span = sg_format_span (choice->span);
  return g_strdup_printf (_ ("Last %s"), span);
}

/* The range with its day before it; over midnight it names its days itself. */
static char *
range_with_day (SgTimeMs from,
                SgTimeMs to,
                char *(*format_day) (SgTimeMs))
{
  g_autofree char *range = sg_format_range (from, to);
  g_autofree char *day = NULL;

  if (!sg_format_same_day (from, to))
    return g_steal_pointer (&range);
  day = format_day (from);
  return g_strdup_printf ("%s, %s", day, range);
}

/* Returns: (transfer full): "14 May, 13:42 – 13:57" */
char *
sg_time_window_get_caption (SgTimeWindow *self)
{
  SgTimeMs from, to;

  sg_time_window_get_range (self, &from, &to);
  return range_with_day (from, to, sg_format_day);
}

/* Returns: (transfer full): "Wednesday 14 May, 13:42 – 13:57, 2 h ago" */
char *
sg_time_window_get_description (SgTimeWindow *self)
{
  g_autofree char *range = NULL;
  g_autofree char *ago = NULL;
  SgTimeMs from, to;

  sg_time_window_get_range (self, &from, &to);
  range = range_with_day (from, to, sg_format_weekday);
  ago = sg_format_ago (sg_clock_now_ms (self->clock) - to);
  /* Translators: a range of time, and how long ago that was: “Wednesday 14 May, 13:42 – 13:57, 2 h
   * ago” */
  return g_strdup_printf (_ ("%s, %s ago"), range, ago);
}

static void
sg_time_window_finalize (GObject *object)
{
  SgTimeWindow *self = SG_TIME_WINDOW (object);

  g_array_unref (self->choices);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (sg_time_window_parent_class)->finalize (object);
}

static void
sg_time_window_class_init (SgTimeWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_time_window_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_time_window_init (SgTimeWindow *self)
{
  Choice first = { .span = DEFAULT_SPAN };

  self->live_span = DEFAULT_SPAN;
  self->choices = g_array_new (FALSE, FALSE, sizeof (Choice));
  g_array_append_val (self->choices, first);
}

SgTimeWindow *
sg_time_window_new (SgClock *clock)
{
  SgTimeWindow *self = g_object_new (SG_TYPE_TIME_WINDOW, NULL);

  self->clock = g_object_ref (clock);
  return self;
}
