/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-circuit-breaker.h"

#include "sync/sg-test-sync.h"

static SgCircuitBreaker *
new_breaker (Fixture *fixture)
{
  return sg_circuit_breaker_new (fixture->monitor, &(SgCircuitBreakerOptions) {
                                                       .name = "database",
                                                       .failure_threshold = 3,
                                                       .success_threshold = 2,
                                                       .open_ms = 10000,
                                                   });
}

static void
let_fail (SgCircuitBreaker *breaker,
          guint             times)
{
  for (guint i = 0; i < times; i++)
    {
      g_assert_true (sg_circuit_breaker_enter (breaker, NULL));
      sg_circuit_breaker_fail (breaker, "connection refused");
    }
}

static void
assert_refused (SgCircuitBreaker *breaker,
                const char       *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sg_circuit_breaker_enter (breaker, &error));
  g_assert_error (error, SG_BREAKER_ERROR, SG_BREAKER_ERROR_OPEN);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_opens (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (SgCircuitBreaker) breaker = new_breaker (fixture);
  g_autoptr (SgLogBatch) records = NULL;
  g_autofree char *page = NULL;

  let_fail (breaker, 2);
  g_assert_true (sg_circuit_breaker_enter (breaker, NULL));
  sg_circuit_breaker_succeed (breaker);
  let_fail (breaker, 2);
  g_assert_cmpint (sg_circuit_breaker_get_state (breaker), ==, SG_BREAKER_CLOSED);
  let_fail (breaker, 1);
  g_assert_cmpint (sg_circuit_breaker_get_state (breaker), ==, SG_BREAKER_OPEN);
  sg_clock_advance (fixture->clock, 4000);
  assert_refused (breaker, "circuit breaker database is open, and lets a trial through in 6.0 s");
  page = fixture_render (fixture);
  assert_line (page, "anivault_circuit_breaker_state{breaker_name=\"database\"} 1");
  assert_line (page, "anivault_circuit_breaker_failures_total{breaker_name=\"database\"} 5");
  records = sg_sync_monitor_take_records (fixture->monitor);
  g_assert_cmpuint (sg_log_batch_get_length (records), ==, 1);
  g_assert_cmpstr (sg_log_batch_get (records, 0)->status, ==, "open");
  g_assert_cmpstr (sg_log_batch_get (records, 0)->key, ==, "database");
  g_assert_cmpstr (sg_log_batch_get (records, 0)->message, ==, "connection refused");
}

static void
test_heals (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (SgCircuitBreaker) breaker = new_breaker (fixture);
  g_autofree char *page = NULL;

  let_fail (breaker, 3);
  sg_clock_advance (fixture->clock, 10000);
  g_assert_true (sg_circuit_breaker_enter (breaker, NULL));
  g_assert_cmpint (sg_circuit_breaker_get_state (breaker), ==, SG_BREAKER_HALF_OPEN);
  assert_refused (breaker, "circuit breaker database is half-open, and its trials are under way: "
                           "try again later");
  sg_circuit_breaker_succeed (breaker);
  g_assert_cmpint (sg_circuit_breaker_get_state (breaker), ==, SG_BREAKER_HALF_OPEN);
  g_assert_true (sg_circuit_breaker_enter (breaker, NULL));
  sg_circuit_breaker_succeed (breaker);
  g_assert_cmpint (sg_circuit_breaker_get_state (breaker), ==, SG_BREAKER_CLOSED);
  page = fixture_render (fixture);
  assert_line (page, "anivault_circuit_breaker_state{breaker_name=\"database\"} 0");
}

static void
test_trial_fails (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (SgCircuitBreaker) breaker = new_breaker (fixture);

  let_fail (breaker, 3);
  sg_clock_advance (fixture->clock, 10000);
  let_fail (breaker, 1);
  g_assert_cmpint (sg_circuit_breaker_get_state (breaker), ==, SG_BREAKER_OPEN);
  assert_refused (breaker, "circuit breaker database is open, and lets a trial through in 10.0 s");
}

/* Calls that entered while it was closed, and end when it no longer is, change nothing. */
static void
test_latecomers (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (SgCircuitBreaker) breaker = new_breaker (fixture);

  for (guint i = 0; i < 3; i++)
    g_assert_true (sg_circuit_breaker_enter (breaker, NULL));
  let_fail (breaker, 3);
  sg_circuit_breaker_succeed (breaker);
  sg_circuit_breaker_fail (breaker, "late");
  sg_circuit_breaker_fail (breaker, NULL);
  g_assert_cmpint (sg_circuit_breaker_get_state (breaker), ==, SG_BREAKER_OPEN);
  sg_circuit_breaker_reset (breaker);
  g_assert_cmpint (sg_circuit_breaker_get_state (breaker), ==, SG_BREAKER_CLOSED);
}

static gboolean
ask (gpointer   user_data,
     GError   **error)
{
  guint *calls = user_data;

  if (++*calls % 2 == 1)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "no answer");
  return FALSE;
}

static void
test_call (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (SgCircuitBreaker) breaker = sg_circuit_breaker_new (
      fixture->monitor, &(SgCircuitBreakerOptions) { .name = "api", .failure_threshold = 1 });
  g_autoptr (GError) error = NULL;
  guint calls = 0;

  g_assert_true (sg_circuit_breaker_call (breaker, ask, &calls, &error));
  g_assert_false (sg_circuit_breaker_call (breaker, ask, &calls, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_false (sg_circuit_breaker_call (breaker, ask, &calls, &error));
  g_assert_error (error, SG_BREAKER_ERROR, SG_BREAKER_ERROR_OPEN);
  g_assert_cmpuint (calls, ==, 2);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) \
  g_test_add ("/circuit-breaker/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("opens", test_opens);
  ADD ("heals", test_heals);
  ADD ("trial-fails", test_trial_fails);
  ADD ("latecomers", test_latecomers);
  ADD ("call", test_call);
  return g_test_run ();
}
