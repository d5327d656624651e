/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-app.h"
#include "app/sg-test-page.h"

#include "models/sg-refresher.h"

typedef struct
{
  SgClock *clock;
  SgRefresher *refresher;
  SgTestPage *page;
} Fixture;

static void
spin (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
advance (Fixture *fixture,
         gint64   ms)
{
  sg_clock_advance (fixture->clock, ms);
  spin ();
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->clock = sg_test_clock_new ();
  fixture->refresher = sg_refresher_new (fixture->clock);
  fixture->page = g_object_ref_sink (sg_test_page_new ("Test", "sg-log-symbolic", "Monitor", TRUE));
  sg_refresher_set_page (fixture->refresher, SG_PAGE (fixture->page));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  sg_refresher_set_page (fixture->refresher, NULL);
  if (sg_test_page_is_refreshing (fixture->page))
    sg_test_page_answer (fixture->page, "too late");
  g_assert_finalize_object (fixture->refresher);
  g_assert_finalize_object (fixture->page);
  g_object_unref (fixture->clock);
}

/* Now is :04; the ticks are at :05, :10, :15. */
static void
test_aligned (Fixture       *fixture,
              gconstpointer  data)
{
  sg_refresher_set_active (fixture->refresher, TRUE);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 1);
  sg_test_page_answer (fixture->page, NULL);
  g_assert_cmpint (sg_page_get_state (SG_PAGE (fixture->page)), ==, SG_PAGE_READY);
  g_assert_cmpint (sg_page_get_updated (SG_PAGE (fixture->page)), ==, SG_TEST_NOW);
  advance (fixture, 999);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 1);
  advance (fixture, 1);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 2);
  sg_test_page_answer (fixture->page, NULL);
  advance (fixture, 4999);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 2);
  advance (fixture, 1);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 3);
}

static void
test_interval (Fixture       *fixture,
               gconstpointer  data)
{
  sg_refresher_set_interval (fixture->refresher, 60);
  sg_refresher_set_active (fixture->refresher, TRUE);
  sg_test_page_answer (fixture->page, NULL);
  advance (fixture, 55999);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 1);
  advance (fixture, 1);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 2);
}

static void
test_inactive (Fixture       *fixture,
               gconstpointer  data)
{
  advance (fixture, 60000);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 0);
  sg_refresher_set_active (fixture->refresher, TRUE);
  sg_test_page_answer (fixture->page, NULL);
  sg_refresher_set_active (fixture->refresher, FALSE);
  advance (fixture, 60000);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 1);
  /* What is asked for by hand is done all the same. */
  sg_refresher_refresh_now (fixture->refresher);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 2);
}

/* Coming back before a tick has passed, what is there is young enough. */
static void
test_no_needless_refresh (Fixture       *fixture,
                          gconstpointer  data)
{
  sg_refresher_set_active (fixture->refresher, TRUE);
  sg_test_page_answer (fixture->page, NULL);
  sg_refresher_set_active (fixture->refresher, FALSE);
  advance (fixture, 500);
  sg_refresher_set_active (fixture->refresher, TRUE);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 1);
  sg_refresher_set_active (fixture->refresher, FALSE);
  advance (fixture, 500);
  sg_refresher_set_active (fixture->refresher, TRUE);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 2);
}

static void
test_one_at_a_time (Fixture       *fixture,
                    gconstpointer  data)
{
  sg_refresher_set_active (fixture->refresher, TRUE);
  advance (fixture, 1000);
  advance (fixture, 5000);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 1);
  sg_test_page_answer (fixture->page, NULL);
  advance (fixture, 5000);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 2);
}

static void
test_deadline (Fixture       *fixture,
               gconstpointer  data)
{
  sg_refresher_set_active (fixture->refresher, TRUE);
  advance (fixture, SG_REFRESHER_DEADLINE_MS);
  g_assert_cmpuint (sg_test_page_get_n_cancelled (fixture->page), ==, 1);
  g_assert_cmpint (sg_page_get_state (SG_PAGE (fixture->page)), ==, SG_PAGE_FAILED);
  g_assert_cmpstr (sg_page_get_error (SG_PAGE (fixture->page)), ==, "no answer within 10\u00a0s");
  /* What comes after that is not looked at. */
  sg_test_page_answer (fixture->page, NULL);
  g_assert_cmpint (sg_page_get_state (SG_PAGE (fixture->page)), ==, SG_PAGE_FAILED);
}

static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
  SgPage *page = SG_PAGE (fixture->page);

  sg_refresher_set_active (fixture->refresher, TRUE);
  sg_test_page_answer (fixture->page, NULL);
  advance (fixture, 1000);
  sg_test_page_answer (fixture->page, "the disk is full");
  g_assert_cmpint (sg_page_get_state (page), ==, SG_PAGE_STALE);
  g_assert_cmpstr (sg_page_get_error (page), ==, "the disk is full");
  g_assert_cmpint (sg_page_get_updated (page), ==, SG_TEST_NOW);
  advance (fixture, 5000);
  sg_test_page_answer (fixture->page, NULL);
  g_assert_cmpint (sg_page_get_state (page), ==, SG_PAGE_READY);
  g_assert_null (sg_page_get_error (page));
  sg_page_set_empty (page, TRUE);
  advance (fixture, 5000);
  sg_test_page_answer (fixture->page, NULL);
  g_assert_cmpint (sg_page_get_state (page), ==, SG_PAGE_EMPTY);
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  sg_refresher_cancel (fixture->refresher);
  g_assert_null (sg_page_get_error (SG_PAGE (fixture->page)));
  sg_refresher_set_active (fixture->refresher, TRUE);
  sg_refresher_cancel (fixture->refresher);
  g_assert_cmpuint (sg_test_page_get_n_cancelled (fixture->page), ==, 1);
  g_assert_cmpstr (sg_page_get_error (SG_PAGE (fixture->page)), ==, "you cancelled it");
}

static void
test_page_left (Fixture       *fixture,
                gconstpointer  data)
{
  SgTestPage *other =
      g_object_ref_sink (sg_test_page_new ("Other", "sg-log-symbolic", "Monitor", TRUE));

  sg_refresher_set_active (fixture->refresher, TRUE);
  sg_refresher_set_page (fixture->refresher, SG_PAGE (other));
  g_assert_cmpuint (sg_test_page_get_n_cancelled (fixture->page), ==, 1);
  g_assert_cmpuint (sg_test_page_get_n_begun (other), ==, 1);
  sg_test_page_answer (fixture->page, NULL);
  g_assert_cmpint (sg_page_get_state (SG_PAGE (fixture->page)), ==, SG_PAGE_LOADING);
  sg_test_page_answer (other, NULL);
  sg_refresher_set_page (fixture->refresher, NULL);
  g_assert_finalize_object (other);
}

/* A clock that is set back or forth moves the ticks with it, and stops nothing. */
static void
test_clock_is_set (Fixture       *fixture,
                   gconstpointer  data)
{
  sg_refresher_set_active (fixture->refresher, TRUE);
  sg_test_page_answer (fixture->page, NULL);
  sg_clock_step_wall (fixture->clock, -3600000 - 1500);
  advance (fixture, 1000);
  sg_test_page_answer (fixture->page, NULL);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 2);
  advance (fixture, 5000);
  g_assert_cmpuint (sg_test_page_get_n_begun (fixture->page), ==, 3);
}

int
main (int    argc,
      char **argv)
{
  sg_test_app_init (&argc, &argv);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/app/refresher/aligned", test_aligned);
  ADD ("/app/refresher/interval", test_interval);
  ADD ("/app/refresher/inactive", test_inactive);
  ADD ("/app/refresher/no-needless-refresh", test_no_needless_refresh);
  ADD ("/app/refresher/one-at-a-time", test_one_at_a_time);
  ADD ("/app/refresher/deadline", test_deadline);
  ADD ("/app/refresher/failure", test_failure);
  ADD ("/app/refresher/cancel", test_cancel);
  ADD ("/app/refresher/page-left", test_page_left);
  ADD ("/app/refresher/clock-is-set", test_clock_is_set);
  return g_test_run ();
}
