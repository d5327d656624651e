/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-circuit-breaker.h"

#include "base/sg-lock.h"
#include "base/sg-state-machine.h"
#include "sync/sg-sync-monitor-private.h"

/*
 * Closed, failures in a row are counted, and one success forgets them. Enough of them open it. Open, it
 * refuses until its time is over; the next one to ask then is a trial, and it is half-open: trials go
 * through, a few at a time, the others are refused. A trial that fails opens it anew, for as long
 * again; enough that succeed close it.
 */
#define FAILURE_THRESHOLD 5
#define SUCCESS_THRESHOLD 2
#define OPEN_MS           30000
#define MAX_TRIALS        1

static const SgStateTable states = {
  .name = "circuit breaker",
  .states = { [SG_BREAKER_CLOSED] = "closed",
              [SG_BREAKER_OPEN] = "open",
              [SG_BREAKER_HALF_OPEN] = "half-open" },
  .edges = { [SG_BREAKER_CLOSED] = SG_STATE (SG_BREAKER_OPEN),
             [SG_BREAKER_OPEN] = SG_STATE (SG_BREAKER_HALF_OPEN) | SG_STATE (SG_BREAKER_CLOSED),
             [SG_BREAKER_HALF_OPEN] = SG_STATE (SG_BREAKER_OPEN) | SG_STATE (SG_BREAKER_CLOSED) },
};

/**
 * SgCircuitBreaker:
 * @lock: guards the rest
 * @failures: failures in a row, while it is closed
 * @successes: trials in a row that succeeded
 * @trials: trials that go on
 */
struct _SgCircuitBreaker
{
  GObject parent_instance;

  SgSyncMonitor *monitor;
  char *name;
  guint failure_threshold;
  guint success_threshold;
  gint64 open_ms;
  guint max_trials;
  SgGauge gauge;
  SgCounter failures_seen;

  SgLock lock;
  SgStateMachine machine;
  guint failures;
  guint successes;
  guint trials;
};

G_DEFINE_QUARK (sg-breaker-error-quark, sg_breaker_error)
G_DEFINE_FINAL_TYPE (SgCircuitBreaker, sg_circuit_breaker, G_TYPE_OBJECT)

static void
sg_circuit_breaker_finalize (GObject *object)
{
  SgCircuitBreaker *self = SG_CIRCUIT_BREAKER (object);

  sg_state_machine_clear (&self->machine);
  sg_lock_clear (&self->lock);
  g_clear_object (&self->monitor);
  g_free (self->name);
  G_OBJECT_CLASS (sg_circuit_breaker_parent_class)->finalize (object);
}

static void
sg_circuit_breaker_class_init (SgCircuitBreakerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_circuit_breaker_finalize;
}

static void
sg_circuit_breaker_init (SgCircuitBreaker *self)
{
  sg_lock_init (&self->lock);
}

/**
 * sg_circuit_breaker_new:
 * @monitor: who shows it
 * @options: its name and bounds
 *
 * Returns: (transfer full): a breaker, closed
 */
SgCircuitBreaker *
sg_circuit_breaker_new (SgSyncMonitor                 *monitor,
                        const SgCircuitBreakerOptions *options)
{
  SgCircuitBreaker *self = g_object_new (SG_TYPE_CIRCUIT_BREAKER, NULL);

  self->monitor = g_object_ref (monitor);
  self->name = g_strdup (options->name);
  self->failure_threshold =
      options->failure_threshold > 0 ? options->failure_threshold : FAILURE_THRESHOLD;
  self->success_threshold =
      options->success_threshold > 0 ? options->success_threshold : SUCCESS_THRESHOLD;
  self->open_ms = options->open_ms > 0 ? options->open_ms : OPEN_MS;
  self->max_trials = options->max_trials > 0 ? options->max_trials : MAX_TRIALS;
  self->gauge = sg_family_gauge (monitor->breaker_states, SG_VALUES (self->name));
  self->failures_seen = sg_family_counter (monitor->breaker_failures, SG_VALUES (self->name));
  sg_state_machine_init (&self->machine, &states, SG_BREAKER_CLOSED, monitor->clock);
  return self;
}

const char *
sg_circuit_breaker_get_name (SgCircuitBreaker *self)
{
  return self->name;
}

SgBreakerState
sg_circuit_breaker_get_state (SgCircuitBreaker *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return (SgBreakerState) self->machine.state;
}

static void
tell (SgCircuitBreaker *self,
      const char       *reason)
{
  SgLogRecord record = SG_LOG_RECORD_INIT;

  record.time = sg_clock_now_ns (self->monitor->clock);
  record.kind = SG_LOG_KIND_HEALTH;
  record.severity = self->machine.state == SG_BREAKER_OPEN ? SG_LOG_ERROR : SG_LOG_INFO;
  record.service = self->monitor->service;
  record.name = "circuit_breaker";
  record.status = sg_state_machine_get_name (&self->machine);
  record.key = self->name;
  record.message = reason;
  sg_sync_events_add (self->monitor->events, &record);
}

/* To be called with the lock held. */
static void
move (SgCircuitBreaker *self,
      SgBreakerState    to,
      const char       *reason)
{
  g_autoptr (GError) error = NULL;

  if (!sg_state_machine_move (&self->machine, to, &error))
    g_return_if_reached ();
  self->failures = 0;
  self->successes = 0;
  if (to != SG_BREAKER_HALF_OPEN)
    self->trials = 0;
  sg_gauge_set (self->gauge, to);
  tell (self, reason);
}

static gboolean
refuse (SgCircuitBreaker  *self,
        GError           **error)
{
  gint64 left = self->open_ms - sg_state_machine_get_duration_ms (&self->machine);

  if (self->machine.state == SG_BREAKER_HALF_OPEN)
    g_set_error (error, SG_BREAKER_ERROR, SG_BREAKER_ERROR_OPEN,
                 "circuit breaker %s is half-open, and its trials are under way: try again later",
                 self->name);
  else
    g_set_error (error, SG_BREAKER_ERROR, SG_BREAKER_ERROR_OPEN,
                 "circuit breaker %s is open, and lets a trial through in %.1f s", self->name,
                 (double) MAX (left, 0) / 1000);
  return FALSE;
}

/**
 * sg_circuit_breaker_enter:
 * @self: a breaker
 * @error: return location
 *
 * Returns: whether to go on; then one of sg_circuit_breaker_succeed(), sg_circuit_breaker_fail() and
 *   sg_circuit_breaker_leave() must be called once
 */
gboolean
sg_circuit_breaker_enter (SgCircuitBreaker  *self,
                          GError           **error)
{
  SG_LOCK_SCOPE (&self->lock);
  if (self->machine.state == SG_BREAKER_CLOSED)
    return TRUE;
  if (self->machine.state == SG_BREAKER_OPEN)
    {
      if (sg_state_machine_get_duration_ms (&self->machine) < self->open_ms)
        return refuse (self, error);
      move (self, SG_BREAKER_HALF_OPEN, "its time is over: trying whether it works again");
    }
  if (self->trials >= self->max_trials)
    return refuse (self, error);
  self->trials++;
  return TRUE;
}

/* That it went well. Whoever entered before it opened, and ends only now, is no trial. */
void
sg_circuit_breaker_succeed (SgCircuitBreaker *self)
{
  SG_LOCK_SCOPE (&self->lock);
  self->failures = 0;
  if (self->machine.state != SG_BREAKER_HALF_OPEN || self->trials == 0)
    return;
  self->trials--;
  if (++self->successes >= self->success_threshold)
    move (self, SG_BREAKER_CLOSED, "it works again");
}

/**
 * sg_circuit_breaker_fail:
 * @self: a breaker
 * @reason: (nullable): why
 *
 * That it failed, or took too long.
 */
void
sg_circuit_breaker_fail (SgCircuitBreaker *self,
                         const char       *reason)
{
  SG_LOCK_SCOPE (&self->lock);
  sg_counter_inc (self->failures_seen);
  if (self->machine.state == SG_BREAKER_HALF_OPEN && self->trials > 0)
    move (self, SG_BREAKER_OPEN, reason);
  else if (self->machine.state == SG_BREAKER_CLOSED && ++self->failures >= self->failure_threshold)
    move (self, SG_BREAKER_OPEN, reason);
}

/* That it was given up, for a reason that says nothing of how it would have gone. */
void
sg_circuit_breaker_leave (SgCircuitBreaker *self)
{
  SG_LOCK_SCOPE (&self->lock);
  if (self->machine.state == SG_BREAKER_HALF_OPEN && self->trials > 0)
    self->trials--;
}

/**
 * sg_circuit_breaker_call:
 * @self: a breaker
 * @func: (scope call): what may fail; it returns %FALSE and sets its error if it does
 * @user_data: for @func
 * @error: return location
 *
 * Calls @func if the breaker lets it through.
 *
 * Returns: what @func returned, or %FALSE
 */
gboolean
sg_circuit_breaker_call (SgCircuitBreaker  *self,
                         SgBreakerFunc      func,
                         gpointer           user_data,
                         GError           **error)
{
  g_autoptr (GError) problem = NULL;

  if (!sg_circuit_breaker_enter (self, error))
    return FALSE;
  if (func (user_data, &problem))
    {
      sg_circuit_breaker_succeed (self);
      return TRUE;
    }
  sg_circuit_breaker_fail (self, problem != NULL ? problem->message : NULL);
  if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

/* Closes it, because somebody knows better. */
void
sg_circuit_breaker_reset (SgCircuitBreaker *self)
{
  SG_LOCK_SCOPE (&self->lock);
  if (self->machine.state != SG_BREAKER_CLOSED)
    move (self, SG_BREAKER_CLOSED, "closed by hand");
  self->failures = 0;
}
