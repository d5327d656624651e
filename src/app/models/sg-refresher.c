/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-refresher.h"

#include <glib/gi18n.h>

#define DEFAULT_INTERVAL 5

struct _SgRefresher
{
  GObject parent_instance;
  SgClock *clock;
  SgPage *page;
  guint interval;
  gboolean active;
  GSource *tick;
  GSource *deadline;
  GCancellable *running;
};

/* A refresh under way. It counts only as long as the refresher still holds the same cancellable. */
typedef struct
{
  SgRefresher *refresher;
  GCancellable *cancellable;
} Flight;

G_DEFINE_FINAL_TYPE (SgRefresher, sg_refresher, G_TYPE_OBJECT)

static void
flight_free (Flight *flight)
{
  g_object_unref (flight->refresher);
  g_object_unref (flight->cancellable);
  g_free (flight);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Flight, flight_free)

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
attach_source (SgRefresher *self,
               gint64       after_ms,
               GSourceFunc  callback)
{
  SgMonotonic at = sg_clock_monotonic (self->clock);
  GSource *source;

  at.us += after_ms * 1000;
  source = sg_clock_source_new (self->clock, at);
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, NULL);
  return source;
}

/* Forgets the refresh under way; what it brings is not looked at any more. */
static void
drop_flight (SgRefresher *self)
{
  clear_source (&self->deadline);
  if (self->running == NULL)
    return;
  g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
}

static void
refresh_done (GObject      *object,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (Flight) flight = data;
  g_autoptr (GError) error = NULL;
  SgRefresher *self = flight->refresher;
  SgPage *page = SG_PAGE (object);
  gboolean good = sg_page_refresh_finish (page, result, &error);

  if (self->running != flight->cancellable)
    return;
  clear_source (&self->deadline);
  g_clear_object (&self->running);
  if (good)
    sg_page_take_success (page, sg_clock_now_ms (self->clock));
  else
    sg_page_take_failure (page, error->message);
}

static gboolean
refresh_late (gpointer data)
{
  SgRefresher *self = data;
  g_autofree char *message = g_strdup_printf (
      /* Translators: why a refresh failed, in a sentence such as “Refresh failed: no answer within
       * 10 s.” */
      _ ("no answer within %d s"), SG_REFRESHER_DEADLINE_MS / 1000);

  drop_flight (self);
  sg_page_take_failure (self->page, message);
  return G_SOURCE_REMOVE;
}

static void
begin (SgRefresher *self)
{
  Flight *flight = g_new0 (Flight, 1);

  self->running = g_cancellable_new ();
  self->deadline = attach_source (self, SG_REFRESHER_DEADLINE_MS, refresh_late);
  flight->refresher = g_object_ref (self);
  flight->cancellable = g_object_ref (self->running);
  sg_page_refresh_async (self->page, self->running, refresh_done, flight);
}

static void schedule (SgRefresher *self);

static gboolean
tick (gpointer data)
{
  SgRefresher *self = data;

  schedule (self);
  if (self->running == NULL)
    begin (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (SgRefresher *self)
{
  gint64 interval = (gint64) self->interval * 1000;

  clear_source (&self->tick);
  if (self->active && self->page != NULL)
    self->tick = attach_source (self, interval - sg_clock_now_ms (self->clock) % interval, tick);
}

/* Begins at once when a tick has passed since what the page shows, and waits for the next one else. */
static void
catch_up (SgRefresher *self)
{
  gint64 interval = (gint64) self->interval * 1000;
  gint64 last_tick;

  schedule (self);
  if (!self->active || self->page == NULL || self->running != NULL)
    return;
  last_tick = sg_clock_now_ms (self->clock) / interval * interval;
  if (sg_page_get_updated (self->page) < last_tick || sg_page_get_error (self->page) != NULL)
    begin (self);
}

/**
 * sg_refresher_set_page:
 * @self: a refresher
 * @page: (nullable): the page that is seen now
 *
 * The refresh of the page before it is cancelled.
 */
void
sg_refresher_set_page (SgRefresher *self,
                       SgPage      *page)
{
  if (self->page == page)
    return;
  drop_flight (self);
  g_set_object (&self->page, page);
  catch_up (self);
}

void
sg_refresher_set_interval (SgRefresher *self,
                           guint        seconds)
{
  g_return_if_fail (seconds > 0);
  self->interval = seconds;
  schedule (self);
}

/* Only while the window is seen and live. A refresh that runs when it ends is cancelled. */
void
sg_refresher_set_active (SgRefresher *self,
                         gboolean     active)
{
  if (self->active == active)
    return;
  self->active = active;
  if (!active)
    drop_flight (self);
  catch_up (self);
}

/* Refreshes now, even when not active; a refresh under way begins anew. */
void
sg_refresher_refresh_now (SgRefresher *self)
{
  if (self->page == NULL)
    return;
  drop_flight (self);
  begin (self);
}

/* Gives up the refresh under way; the page says so. */
void
sg_refresher_cancel (SgRefresher *self)
{
  if (self->running == NULL)
    return;
  drop_flight (self);
  sg_page_take_failure (self->page, _ ("you cancelled it"));
}

static void
sg_refresher_dispose (GObject *object)
{
  SgRefresher *self = SG_REFRESHER (object);

  drop_flight (self);
  clear_source (&self->tick);
  g_clear_object (&self->page);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (sg_refresher_parent_class)->dispose (object);
}

static void
sg_refresher_class_init (SgRefresherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sg_refresher_dispose;
}

static void
sg_refresher_init (SgRefresher *self)
{
  self->interval = DEFAULT_INTERVAL;
}

SgRefresher *
sg_refresher_new (SgClock *clock)
{
  SgRefresher *self = g_object_new (SG_TYPE_REFRESHER, NULL);

  self->clock = g_object_ref (clock);
  return self;
}
