/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "engine/sg-engine-error.h"
#include "engine/sg-service-list.h"

/*
 * Services that write into one log what happens to them, and that start, stop, fail or hang as
 * told.
 */
typedef enum
{
  BEHAVES,
  FAILS_TO_START,
  HANGS_AT_STOP,
  ANSWERS_LATER,
} Behaviour;

#define TEST_TYPE_SERVICE (test_service_get_type ())
G_DECLARE_FINAL_TYPE (TestService, test_service, TEST, SERVICE, SgService)

struct _TestService
{
  SgService parent_instance;
  char letter;
  Behaviour behaviour;
  GString *log;
  GTask *hanging;
};

G_DEFINE_FINAL_TYPE (TestService, test_service, SG_TYPE_SERVICE)

static gboolean
answer (gpointer data)
{
  g_autoptr (GTask) task = data;

  g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

static void
test_service_start (SgService *service,
                    GTask     *task)
{
  TestService *self = TEST_SERVICE (service);

  g_string_append_printf (self->log, "+%c", self->letter);
  if (self->behaviour == FAILS_TO_START)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "no port");
      g_object_unref (task);
    }
  else if (self->behaviour == ANSWERS_LATER)
    g_idle_add (answer, task);
  else
    answer (task);
}

static void
test_service_stop (SgService *service,
                   GTask     *task)
{
  TestService *self = TEST_SERVICE (service);

  g_string_append_printf (self->log, "-%c", self->letter);
  if (self->behaviour == HANGS_AT_STOP)
    self->hanging = task;
  else if (self->behaviour == ANSWERS_LATER)
    g_idle_add (answer, task);
  else
    answer (task);
}

static void
test_service_class_init (TestServiceClass *klass)
{
  SG_SERVICE_CLASS (klass)->name = "tester";
  SG_SERVICE_CLASS (klass)->start = test_service_start;
  SG_SERVICE_CLASS (klass)->stop = test_service_stop;
}

static void
test_service_init (TestService *self)
{
}

typedef struct
{
  SgServiceList *list;
  GString *log;
  GAsyncResult *result;
} Fixture;

static TestService *
fixture_add (Fixture   *fixture,
             Behaviour  behaviour)
{
  g_autoptr (TestService) service = g_object_new (TEST_TYPE_SERVICE, NULL);

  service->letter = (char) ('a' + sg_service_list_get_size (fixture->list));
  service->behaviour = behaviour;
  service->log = fixture->log;
  sg_service_list_add (fixture->list, SG_SERVICE (service));
  return service;
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *fixture = user_data;

  fixture->result = g_object_ref (result);
}

static void
fixture_wait (Fixture *fixture)
{
  while (fixture->result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
fixture_start (Fixture  *fixture,
               GError  **error)
{
  gboolean started;

  sg_service_list_start_async (fixture->list, on_done, fixture);
  fixture_wait (fixture);
  started = sg_service_list_start_finish (fixture->list, fixture->result, error);
  g_clear_object (&fixture->result);
  return started;
}

static gboolean
fixture_stop (Fixture  *fixture,
              GError  **error)
{
  gboolean stopped;

  sg_service_list_stop_async (fixture->list, on_done, fixture);
  fixture_wait (fixture);
  stopped = sg_service_list_stop_finish (fixture->list, fixture->result, error);
  g_clear_object (&fixture->result);
  return stopped;
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->list = sg_service_list_new ();
  fixture->log = g_string_new (NULL);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_object_unref (fixture->list);
  g_string_free (fixture->log, TRUE);
}

static void
test_list_order (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture_add (fixture, BEHAVES);
  fixture_add (fixture, ANSWERS_LATER);
  fixture_add (fixture, BEHAVES);
  fixture_start (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sg_service_get_state (sg_service_list_get (fixture->list, 1)), ==,
                   SG_SERVICE_RUNNING);
  fixture_stop (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->log->str, ==, "+a+b+c-c-b-a");
  g_assert_cmpint (sg_service_get_state (sg_service_list_get (fixture->list, 1)), ==,
                   SG_SERVICE_STOPPED);
}

static void
test_list_failure (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;

  fixture_add (fixture, BEHAVES);
  fixture_add (fixture, ANSWERS_LATER);
  fixture_add (fixture, FAILS_TO_START);
  fixture_add (fixture, BEHAVES);
  g_assert_false (fixture_start (fixture, &error));
  g_assert_cmpstr (error->message, ==, "tester: no port");
  g_assert_cmpstr (fixture->log->str, ==, "+a+b+c-b-a");
  g_assert_cmpint (sg_service_check (sg_service_list_get (fixture->list, 2), &message), ==,
                   SG_LEVEL_UNHEALTHY);
  g_assert_cmpstr (message, ==, "failed");
}

static void
test_list_deadline (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  TestService *hanging;

  fixture_add (fixture, BEHAVES);
  hanging = fixture_add (fixture, HANGS_AT_STOP);
  fixture_add (fixture, BEHAVES);
  sg_service_list_set_deadline (fixture->list, 200);
  fixture_start (fixture, NULL);
  g_assert_false (fixture_stop (fixture, &error));
  g_assert_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_DEADLINE);
  g_assert_cmpstr (error->message, ==, "did not stop in time and was left behind: tester");
  g_assert_cmpstr (fixture->log->str, ==, "+a+b+c-c-b-a");

  /* It answers after all, long after nobody waits: nothing happens. */
  answer (hanging->hanging);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (sg_service_get_state (SG_SERVICE (hanging)), ==, SG_SERVICE_STOPPED);
}

static void
test_list_twice (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture_add (fixture, BEHAVES);
  g_assert_true (fixture_start (fixture, &error));
  g_assert_false (fixture_start (fixture, &error));
  g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
  g_assert_cmpstr (
      error->message, ==,
      "tester: service: cannot go from running to starting: see which states may follow it");
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/service-list/order", test_list_order);
  ADD ("/service-list/failure", test_list_failure);
  ADD ("/service-list/deadline", test_list_deadline);
  ADD ("/service-list/twice", test_list_twice);
  return g_test_run ();
}
