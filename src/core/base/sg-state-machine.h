/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

G_BEGIN_DECLS

#define SG_STATES_MAX 16

/**
 * SgStateTable:
 * @name: what has these states, said in errors
 * @states: the name of each state, as it is shown
 * @edges: for each state the states that may follow it, as SG_STATE (A) | SG_STATE (B)
 *
 * The states of a kind of thing and how they follow each other, declared once:
 *
 *   static const SgStateTable breaker_states = {
 *     .name = "circuit breaker",
 *     .states = { [CLOSED] = "closed", [OPEN] = "open", [HALF_OPEN] = "half-open" },
 *     .edges = { [CLOSED] = SG_STATE (OPEN), [OPEN] = SG_STATE (HALF_OPEN), … },
 *   };
 */
typedef struct
{
  const char *name;
  const char *states[SG_STATES_MAX];
  guint edges[SG_STATES_MAX];
} SgStateTable;

#define SG_STATE(state) (1u << (state))

/**
 * SgStateMachine:
 *
 * What is in one of these states, to be embedded in whatever that is. It takes no lock: its owner's
 * holds for it.
 */
typedef struct _SgStateMachine SgStateMachine;

/* @from: the state before; the machine is already in the new one */
typedef void (*SgStateChanged) (SgStateMachine *machine,
                                guint           from,
                                gpointer        user_data);

struct _SgStateMachine
{
  const SgStateTable *table;
  SgClock *clock;
  guint state;
  SgTimeMs since;
  SgMonotonic since_monotonic;
  SgStateChanged changed;
  gpointer user_data;
};

void        sg_state_machine_init            (SgStateMachine      *self,
                                              const SgStateTable  *table,
                                              guint                initial,
                                              SgClock             *clock);
void        sg_state_machine_clear           (SgStateMachine      *self);
void        sg_state_machine_set_changed     (SgStateMachine      *self,
                                              SgStateChanged       changed,
                                              gpointer             user_data);
gboolean    sg_state_machine_can_move        (const SgStateMachine *self,
                                              guint                to);
gboolean    sg_state_machine_move            (SgStateMachine      *self,
                                              guint                to,
                                              GError             **error);
void        sg_state_machine_restore         (SgStateMachine      *self,
                                              guint                state,
                                              SgTimeMs             since);
const char *sg_state_machine_get_name        (const SgStateMachine *self);
gint64      sg_state_machine_get_duration_ms (const SgStateMachine *self);
gboolean    sg_state_table_find              (const SgStateTable  *table,
                                              const char          *name,
                                              guint               *ret_state);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgStateMachine, sg_state_machine_clear)

G_END_DECLS
