/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "base/sg-state-machine.h"

enum
{
  CLOSED,
  OPEN,
  HALF_OPEN,
  REMOVED,
};

static const SgStateTable breaker = {
  .name = "circuit breaker",
  .states = {
    [CLOSED] = "closed",
    [OPEN] = "open",
    [HALF_OPEN] = "half-open",
    [REMOVED] = "removed",
  },
  .edges = {
    [CLOSED] = SG_STATE (OPEN) | SG_STATE (REMOVED),
    [OPEN] = SG_STATE (HALF_OPEN) | SG_STATE (OPEN) | SG_STATE (REMOVED),
    [HALF_OPEN] = SG_STATE (CLOSED) | SG_STATE (OPEN) | SG_STATE (REMOVED),
  },
};

typedef struct
{
  guint n;
  guint from;
  guint to;
} Changes;

static void
on_changed (SgStateMachine *machine,
            guint           from,
            gpointer        user_data)
{
  Changes *changes = user_data;

  changes->n++;
  changes->from = from;
  changes->to = machine->state;
}

static void
test_state_machine_moves (void)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 5000000000 });
  g_auto (SgStateMachine) machine = { 0 };
  g_autoptr (GError) error = NULL;
  Changes changes = { 0 };

  sg_state_machine_init (&machine, &breaker, CLOSED, clock);
  sg_state_machine_set_changed (&machine, on_changed, &changes);
  g_assert_cmpint (machine.since, ==, 5000);
  g_assert_cmpstr (sg_state_machine_get_name (&machine), ==, "closed");
  sg_clock_advance (clock, 700);
  g_assert_cmpint (sg_state_machine_get_duration_ms (&machine), ==, 700);
  g_assert_true (sg_state_machine_move (&machine, OPEN, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (machine.state, ==, OPEN);
  g_assert_cmpint (machine.since, ==, 5700);
  g_assert_cmpint (sg_state_machine_get_duration_ms (&machine), ==, 0);
  g_assert_cmpuint (changes.n, ==, 1);
  g_assert_cmpuint (changes.from, ==, CLOSED);
  g_assert_cmpuint (changes.to, ==, OPEN);
}

static void
test_state_machine_refused (void)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 0 });
  g_auto (SgStateMachine) machine = { 0 };
  g_autoptr (GError) error = NULL;
  Changes changes = { 0 };

  sg_state_machine_init (&machine, &breaker, CLOSED, clock);
  sg_state_machine_set_changed (&machine, on_changed, &changes);
  sg_clock_advance (clock, 10);
  g_assert_false (sg_state_machine_can_move (&machine, HALF_OPEN));
  g_assert_false (sg_state_machine_move (&machine, HALF_OPEN, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==,
                   "circuit breaker: cannot go from closed to half-open: see "
                   "which states may follow it");
  g_assert_cmpuint (machine.state, ==, CLOSED);
  g_assert_cmpint (machine.since, ==, 0);
  g_assert_cmpuint (changes.n, ==, 0);
  g_assert_true (sg_state_machine_move (&machine, REMOVED, NULL));
  g_assert_false (sg_state_machine_move (&machine, CLOSED, NULL));
  g_assert_false (sg_state_machine_can_move (&machine, 99));
}

/* To stay is no change, but where an edge leads back: then it begins anew. */
static void
test_state_machine_same (void)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 0 });
  g_auto (SgStateMachine) machine = { 0 };
  Changes changes = { 0 };

  sg_state_machine_init (&machine, &breaker, CLOSED, clock);
  sg_state_machine_set_changed (&machine, on_changed, &changes);
  sg_clock_advance (clock, 10);
  g_assert_true (sg_state_machine_move (&machine, CLOSED, NULL));
  g_assert_cmpint (machine.since, ==, 0);
  g_assert_cmpuint (changes.n, ==, 0);
  g_assert_true (sg_state_machine_move (&machine, OPEN, NULL));
  sg_clock_advance (clock, 10);
  g_assert_true (sg_state_machine_move (&machine, OPEN, NULL));
  g_assert_cmpint (machine.since, ==, 20);
  g_assert_cmpuint (changes.n, ==, 2);
  g_assert_cmpuint (changes.from, ==, OPEN);
}

/* A stepped wall clock stretches no duration. */
static void
test_state_machine_wall_clock (void)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 1000000000 });
  g_auto (SgStateMachine) machine = { 0 };

  sg_state_machine_init (&machine, &breaker, CLOSED, clock);
  sg_clock_step_wall (clock, 3600000);
  sg_clock_advance (clock, 30);
  g_assert_cmpint (sg_state_machine_get_duration_ms (&machine), ==, 30);
  g_assert_cmpint (machine.since, ==, 1000);
}

static void
test_state_machine_restore (void)
{
  g_autoptr (SgClock) clock = sg_clock_new_manual ((SgTimeNs) { 100000000000 });
  g_auto (SgStateMachine) machine = { 0 };
  Changes changes = { 0 };

  sg_state_machine_init (&machine, &breaker, CLOSED, clock);
  sg_state_machine_set_changed (&machine, on_changed, &changes);
  sg_state_machine_restore (&machine, HALF_OPEN, 40000);
  g_assert_cmpuint (machine.state, ==, HALF_OPEN);
  g_assert_cmpint (machine.since, ==, 40000);
  g_assert_cmpint (sg_state_machine_get_duration_ms (&machine), ==, 60000);
  g_assert_cmpuint (changes.n, ==, 0);
  sg_state_machine_restore (&machine, OPEN, 200000);
  g_assert_cmpint (sg_state_machine_get_duration_ms (&machine), ==, 0);
}

static void
test_state_table_find (void)
{
  guint state = 99;

  g_assert_true (sg_state_table_find (&breaker, "half-open", &state));
  g_assert_cmpuint (state, ==, HALF_OPEN);
  g_assert_false (sg_state_table_find (&breaker, "broken", &state));
  g_assert_cmpuint (state, ==, HALF_OPEN);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state-machine/moves", test_state_machine_moves);
  g_test_add_func ("/state-machine/refused", test_state_machine_refused);
  g_test_add_func ("/state-machine/same", test_state_machine_same);
  g_test_add_func ("/state-machine/wall-clock", test_state_machine_wall_clock);
  g_test_add_func ("/state-machine/restore", test_state_machine_restore);
  g_test_add_func ("/state-table/find", test_state_table_find);
  return g_test_run ();
}
