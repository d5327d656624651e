/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-state-machine.h"

#include "base/sg-error.h"

static void
enter (SgStateMachine *self,
       guint           state)
{
  self->state = state;
  self->since = sg_clock_now_ms (self->clock);
  self->since_monotonic = sg_clock_monotonic (self->clock);
}

/**
 * sg_state_machine_init:
 * @self: to be cleared with sg_state_machine_clear()
 * @table: (transfer none): its states
 * @initial: the state it is in, since now
 * @clock: what tells the time
 */
void
sg_state_machine_init (SgStateMachine     *self,
                       const SgStateTable *table,
                       guint               initial,
                       SgClock            *clock)
{
  *self = (SgStateMachine) { .table = table, .clock = g_object_ref (clock) };
  enter (self, initial);
}

void
sg_state_machine_clear (SgStateMachine *self)
{
  g_clear_object (&self->clock);
}

/* @changed: (nullable): called after each move, on the thread that made it */
void
sg_state_machine_set_changed (SgStateMachine *self,
                              SgStateChanged  changed,
                              gpointer        user_data)
{
  self->changed = changed;
  self->user_data = user_data;
}

static gboolean
is_state (const SgStateTable *table,
          guint               state)
{
  return state < SG_STATES_MAX && table->states[state] != NULL;
}

gboolean
sg_state_machine_can_move (const SgStateMachine *self,
                           guint                 to)
{
  return is_state (self->table, to) && (self->table->edges[self->state] & SG_STATE (to)) != 0;
}

/**
 * sg_state_machine_move:
 * @self: a state machine
 * @to: the state to go to
 * @error: set when no edge leads there
 *
 * To stay in the same state is always allowed and changes nothing, unless the table has an edge
 * from the state to itself: then it is entered anew.
 *
 * Returns: whether it is in @to now
 */
gboolean
sg_state_machine_move (SgStateMachine  *self,
                       guint            to,
                       GError         **error)
{
  guint from = self->state;

  g_return_val_if_fail (is_state (self->table, to), FALSE);
  if (!sg_state_machine_can_move (self, to))
    {
      if (to == from)
        return TRUE;
      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID,
                   "%s: cannot go from %s to %s: see which states may follow it", self->table->name,
                   self->table->states[from], self->table->states[to]);
      return FALSE;
    }
  enter (self, to);
  if (self->changed != NULL)
    self->changed (self, from, self->user_data);
  return TRUE;
}

/**
 * sg_state_machine_restore:
 * @self: a state machine
 * @state: the state it was in
 * @since: since when
 *
 * Takes over what was kept from before a restart; no edge is needed and nobody is told. How long it
 * has been so is counted from the wall clock, and from 0 when that has been set back.
 */
void
sg_state_machine_restore (SgStateMachine *self,
                          guint           state,
                          SgTimeMs        since)
{
  SgMonotonic now = sg_clock_monotonic (self->clock);

  g_return_if_fail (is_state (self->table, state));
  self->state = state;
  self->since = since;
  self->since_monotonic.us = now.us - MAX (sg_clock_now_ms (self->clock) - since, 0) * 1000;
}

const char *
sg_state_machine_get_name (const SgStateMachine *self)
{
  return self->table->states[self->state];
}

/* Returns: how long it has been in its state, whatever was done to the wall clock meanwhile */
gint64
sg_state_machine_get_duration_ms (const SgStateMachine *self)
{
  return (sg_clock_monotonic (self->clock).us - self->since_monotonic.us) / 1000;
}

/* Returns: whether @table has a state of that name */
gboolean
sg_state_table_find (const SgStateTable *table,
                     const char         *name,
                     guint              *ret_state)
{
  for (guint i = 0; i < SG_STATES_MAX; i++)
    {
      if (table->states[i] != NULL && g_str_equal (table->states[i], name))
        {
          *ret_state = i;
          return TRUE;
        }
    }
  return FALSE;
}
