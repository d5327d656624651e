/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-operation-intake.h"

#include "metrics/sg-exposition.h"
#include "tools/sg-test-peer.h"

#include <string.h>

/* 2026-01-15 12:00 UTC. */
#define NOON G_GINT64_CONSTANT (1768478400000000000)

typedef struct
{
  char *folder;
  SgClock *clock;
  SgLogStore *store;
  SgRegistry *registry;
  SgRegistry *own;
  SgOperationIntake *intake;
  SgIntakeResult result;
  GError *error;
} Fixture;

static void
open_intake (Fixture *fixture,
             guint    max_rate)
{
  fixture->registry = sg_registry_new (fixture->clock);
  fixture->own = sg_registry_new (fixture->clock);
  fixture->intake =
      sg_operation_intake_new (fixture->registry, fixture->own, fixture->clock, max_rate);
}

static void
close_intake (Fixture *fixture)
{
  g_clear_pointer (&fixture->intake, sg_operation_intake_free);
  g_clear_object (&fixture->registry);
  g_clear_object (&fixture->own);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *logs = NULL;

  fixture->folder = g_dir_make_tmp ("test-operation-intake-XXXXXX", NULL);
  logs = g_build_filename (fixture->folder, "logs", NULL);
  fixture->clock = sg_clock_new_manual ((SgTimeNs) { NOON });
  fixture->store = sg_log_store_open (&(SgLogStoreOptions) { .folder = logs,
                                                             .aside = fixture->folder,
                                                             .retention_ms = 86400000,
                                                             .clock = fixture->clock },
                                      &error);
  g_assert_no_error (error);
  open_intake (fixture, 10000000);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  close_intake (fixture);
  sg_intake_result_clear (&fixture->result);
  g_clear_error (&fixture->error);
  g_object_unref (fixture->store);
  g_object_unref (fixture->clock);
  sg_test_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static gboolean
take_bytes (Fixture    *fixture,
            const char *text,
            gsize       length)
{
  sg_intake_result_clear (&fixture->result);
  g_clear_error (&fixture->error);
  return sg_operation_intake_take (fixture->intake, fixture->store, text, length, NULL,
                                   &fixture->result, &fixture->error);
}

static gboolean
take (Fixture    *fixture,
      const char *text)
{
  return take_bytes (fixture, text, strlen (text));
}

static void
assert_taken (Fixture *fixture,
              guint    taken,
              guint    refused)
{
  for (guint i = 0; i < fixture->result.problems->len; i++)
    {
      const SgIntakeProblem *problem =
          &g_array_index (fixture->result.problems, SgIntakeProblem, i);

      g_test_message ("%u:%u: %s", problem->line, problem->column, problem->message);
    }
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->result.taken, ==, taken);
  g_assert_cmpuint (fixture->result.refused, ==, refused);
}

static void
assert_problem (Fixture    *fixture,
                guint       index,
                guint       line,
                guint       column,
                const char *part)
{
  const SgIntakeProblem *problem;

  g_assert_cmpuint (index, <, fixture->result.problems->len);
  problem = &g_array_index (fixture->result.problems, SgIntakeProblem, index);
  g_assert_cmpuint (problem->line, ==, line);
  g_assert_cmpuint (problem->column, ==, column);
  if (strstr (problem->message, part) == NULL)
    g_error ("“%s” is not in: %s", part, problem->message);
}

static guint64
count_stored (Fixture    *fixture,
              const char *service)
{
  SgLogQuery query = SG_LOG_QUERY_INIT;
  guint64 count = 0;

  query.service = service;
  g_assert_true (sg_log_store_count (fixture->store, &query, NULL, &count, NULL));
  return count;
}

static void
assert_line (SgRegistry *registry,
             const char *line)
{
  g_autoptr (GBytes) bytes = sg_exposition_write (registry, SG_EXPOSITION_TEXT_0_0_4);
  g_autofree char *page = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *whole = g_strconcat ("\n", line, "\n", NULL);

  if (strstr (page, whole) == NULL)
    g_error ("the line “%s” is not in:\n%s", line, page);
}

static void
test_shapes (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct
  {
    const char *text;
    guint taken;
  } cases[] = {
    { "{\"type\":\"a\"}", 1 },
    { "\357\273\277{\"type\":\"a\"}\r\n", 1 },
    { "{\"type\":\"a\"}\n\n  {\"type\":\"b\"}\r\n", 2 },
    { "[{\"type\":\"a\"},\n {\"type\":\"b\"}]", 2 },
    { "[]", 0 },
    { "{\n  \"type\": \"a\",\n  \"key\": \"k\"\n}\n", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (take (fixture, cases[i].text));
      assert_taken (fixture, cases[i].taken, 0);
    }
  g_assert_cmpuint (count_stored (fixture, "unnamed"), ==, 7);
}

/* What is stored is what was sent; what is counted is what is stored. */
static void
test_exact (Fixture       *fixture,
            gconstpointer  data)
{
  SgLogQuery query = SG_LOG_QUERY_INIT;
  g_autoptr (SgLogBatch) page = NULL;
  const SgLogRecord *record;

  g_assert_true (take (fixture,
                       "{\"service\":\"shop\",\"type\":\"read_through\",\"start\":1768478390,"
                       "\"duration\":\"250ms\",\"key\":\"user:7\",\"records\":2,\"cache\":\"miss\","
                       "\"trace_id\":\"4bf9\",\"shard\":7}\n"
                       "{\"service\":\"shop\",\"type\":\"read_through\",\"status\":\"failed\","
                       "\"error\":\"locked\"}\n"));
  assert_taken (fixture, 2, 0);
  page = sg_log_store_select (fixture->store, &query, NULL, NULL, NULL);
  record = sg_log_batch_get (page, 1);
  g_assert_cmpint (record->time.ns, ==, NOON - 9750000000);
  g_assert_cmpint (record->kind, ==, SG_LOG_KIND_OPERATION);
  g_assert_cmpstr (record->service, ==, "shop");
  g_assert_cmpstr (record->name, ==, "read_through");
  g_assert_cmpstr (record->status, ==, "success");
  g_assert_cmpint (record->duration_us, ==, 250000);
  g_assert_cmpint (record->amount, ==, 2);
  g_assert_cmpstr (record->key, ==, "user:7");
  g_assert_cmpstr (record->trace_id, ==, "4bf9");
  g_assert_cmpstr (record->fields, ==, "{\"cache\":\"miss\",\"shard\":7}");
  record = sg_log_batch_get (page, 0);
  g_assert_cmpint (record->time.ns, ==, NOON);
  g_assert_cmpint (record->severity, ==, SG_LOG_ERROR);
  g_assert_cmpint (record->duration_us, ==, SG_LOG_NONE);
  g_assert_cmpstr (record->message, ==, "locked");
#define OF_SHOP "{service=\"shop\",operation_type=\"read_through\""
  assert_line (fixture->registry,
               "reported_sync_operations_total" OF_SHOP ",status=\"success\"} 1");
  assert_line (fixture->registry, "reported_sync_operations_total" OF_SHOP ",status=\"failed\"} 1");
  assert_line (fixture->registry,
               "reported_sync_operations_total" OF_SHOP ",status=\"timeout\"} 0");
  assert_line (fixture->registry, "reported_sync_operation_duration_seconds_count" OF_SHOP "} 1");
  assert_line (fixture->registry, "reported_sync_operation_duration_seconds_sum" OF_SHOP "} 0.25");
  assert_line (fixture->registry, "reported_sync_affected_records_total" OF_SHOP "} 2");
  assert_line (fixture->registry,
               "reported_cache_events_total{event_type=\"miss\",service=\"shop\","
               "operation_type=\"read_through\"} 1");
#undef OF_SHOP
  assert_line (fixture->own, "sightglass_operation_events_total{outcome=\"taken\"} 2");
}

/* Each line stands for itself. */
static void
test_broken_lines (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char text[] = "{\"type\":\"a\"}\n"
                             "{\"type\":\"a\",\n"
                             "{\"type\":\"a\",\"duration\":-1}\n"
                             "{\"type\":\"a\",\"start\":\"2126-01-01T00:00:00Z\"}\n"
                             "{\"type\":\"a\",\"start\":1}\n"
                             "{\"type\":\"gr\374n\"}\n"
                             "{\"type\":\"a\"} {\"type\":\"a\"}\n"
                             "{\"type\":\"a\",\"status\":\"unheard\"}\n"
                             "{\"type\":\"b\"}";

  g_assert_true (take (fixture, text));
  assert_taken (fixture, 2, 7);
  assert_problem (fixture, 0, 2, 13, "should be the name of a member");
  assert_problem (fixture, 1, 3, 1, "not negative");
  assert_problem (fixture, 2, 4, 1, "in the future is refused");
  assert_problem (fixture, 3, 5, 1, "older than what is kept");
  assert_problem (fixture, 4, 6, 12, "is not UTF-8");
  assert_problem (fixture, 5, 7, 14, "behind the end of the operation");
  assert_problem (fixture, 6, 8, 1, "no status");
  g_assert_cmpuint (count_stored (fixture, NULL), ==, 2);
  assert_line (fixture->own, "sightglass_operation_events_total{outcome=\"refused\"} 7");
}

/* In an array nobody knows where the next one begins, once one is broken. */
static void
test_broken_array (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_true (take (fixture, "[{\"type\":\"a\"},\n{\"type\":\"b c\"},\n{\"type\":\"c\"},\n"
                                "{type:\"d\"},{\"type\":\"e\"}]"));
  assert_taken (fixture, 2, 2);
  assert_problem (fixture, 0, 2, 1, "begins with a letter");
  assert_problem (fixture, 1, 4, 2, "should be the name of a member");
  g_assert_true (take (fixture, "[{\"type\":\"a\"} {\"type\":\"b\"}]"));
  assert_taken (fixture, 1, 1);
  g_assert_true (take (fixture, "[{\"type\":\"a\"}"));
  assert_taken (fixture, 1, 1);
}

static void
test_huge_key (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *key = g_strnfill (10 * 1024 * 1024, 'k');
  g_autofree char *text = g_strdup_printf (
      "{\"type\":\"a\"}\n{\"type\":\"a\",\"key\":\"%s\"}\n{\"type\":\"b\"}\n", key);

  g_assert_true (take (fixture, text));
  assert_taken (fixture, 2, 1);
  assert_problem (fixture, 0, 2, 1, "“key” has 10485760 bytes, and at most 4096 may be");
}

/* A million types: those that are over the bound are refused one by one, and the others are kept. */
static void
test_many_types (Fixture       *fixture,
                 gconstpointer  data)
{
  guint taken = 0;
  guint refused = 0;

  for (guint body = 0; body < 20; body++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint i = 0; i < 50000; i++)
        g_string_append_printf (text, "{\"type\":\"t%u\"}\n", body * 50000 + i);
      g_assert_true (take (fixture, text->str));
      taken += fixture->result.taken;
      refused += fixture->result.refused;
      g_assert_cmpuint (fixture->result.problems->len, ==, SG_OPERATION_ERRORS_MAX);
      assert_problem (fixture, 0, body == 0 ? 43 : 1, 1, "one more than the 32 of its own");
    }
  g_assert_cmpuint (taken, ==, 42);
  g_assert_cmpuint (refused, ==, 999958);
  g_assert_true (take (fixture, "{\"type\":\"t0\"}"));
  assert_taken (fixture, 1, 0);
}

static void
test_many_services (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "{\"type\":\"a\",\"service\":\"s%u\"}\n", i);
  g_assert_true (take (fixture, text->str));
  assert_taken (fixture, 64, 36);
  assert_problem (fixture, 0, 65, 1, "one more than the 64 that may report");
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_false (take (fixture, " \n"));
  g_assert_error (fixture->error, SG_INTAKE_ERROR, SG_INTAKE_ERROR_EMPTY);
  for (guint i = 0; i <= SG_OPERATION_BODY_MAX; i++)
    g_string_append (text, "{\"type\":\"a\"}\n");
  g_assert_false (take (fixture, text->str));
  g_assert_error (fixture->error, SG_INTAKE_ERROR, SG_INTAKE_ERROR_TOO_MANY);
  g_assert_cmpuint (count_stored (fixture, NULL), ==, 0);
  sg_log_store_close (fixture->store);
  g_assert_false (take (fixture, "{\"type\":\"a\"}"));
  g_assert_error (fixture->error, SG_INTAKE_ERROR, SG_INTAKE_ERROR_STORE);
  g_assert_cmpuint (fixture->result.taken, ==, 0);
  assert_line (fixture->registry, "reported_sync_operations_total{service=\"unnamed\","
                                  "operation_type=\"a\",status=\"success\"} 0");
}

/* A second's worth at once, then what the rate lets through; who is refused is told when to come again. */
static void
test_rate (Fixture       *fixture,
           gconstpointer  data)
{
  static const char three[] = "{\"type\":\"a\"}\n{\"type\":\"a\"}\n{\"type\":\"a\"}\n";

  close_intake (fixture);
  open_intake (fixture, 1);
  g_assert_true (take (fixture, three));
  g_assert_false (take (fixture, three));
  g_assert_error (fixture->error, SG_INTAKE_ERROR, SG_INTAKE_ERROR_BUSY);
  g_assert_cmpuint (fixture->result.retry_after, ==, 3);
  sg_clock_advance (fixture->clock, 2000);
  g_assert_false (take (fixture, three));
  sg_clock_advance (fixture->clock, 1000);
  g_assert_true (take (fixture, three));
  g_assert_cmpuint (count_stored (fixture, NULL), ==, 6);
  assert_line (fixture->own, "sightglass_operation_requests_throttled_total 2");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) \
  g_test_add ("/operation-intake/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("shapes", test_shapes);
  ADD ("exact", test_exact);
  ADD ("broken-lines", test_broken_lines);
  ADD ("broken-array", test_broken_array);
  ADD ("huge-key", test_huge_key);
  ADD ("many-types", test_many_types);
  ADD ("many-services", test_many_services);
  ADD ("refused", test_refused);
  ADD ("rate", test_rate);
#undef ADD

  return g_test_run ();
}
