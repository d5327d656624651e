/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-operation-event.h"

#include "base/sg-error.h"

#include <string.h>

static gboolean
parse (const char        *text,
       SgOperationEvent  *event,
       GError           **error)
{
  SgJsonReader reader;
  SgJsonSlice value;

  sg_json_reader_init (&reader, text, strlen (text));
  g_assert_true (sg_json_reader_value (&reader, &value));
  return sg_operation_event_parse (event, &value, error);
}

static void
test_all_members (void)
{
  g_auto (SgOperationEvent) event = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (parse ("{\"service\":\"shop\",\"type\":\"read_through\",\"status\":\"failed\","
                        "\"start\":\"2026-01-15T12:00:00.25Z\",\"duration\":\"12ms\","
                        "\"key\":\"user:7\",\"records\":3,\"cache\":\"miss\",\"error\":\"gone\","
                        "\"trace_id\":\"4bf9\",\"shard\":{\"n\":7},\"nothing\":null}",
                        &event, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (event.service, ==, "shop");
  g_assert_cmpstr (event.type, ==, "read_through");
  g_assert_cmpint (event.status, ==, SG_SYNC_FAILED);
  g_assert_true (event.has_start);
  g_assert_cmpint (event.start.ns, ==, G_GINT64_CONSTANT (1768478400250000000));
  g_assert_cmpint (event.duration_us, ==, 12000);
  g_assert_cmpint (event.records, ==, 3);
  g_assert_cmpint (event.cache, ==, SG_SYNC_CACHE_MISS);
  g_assert_cmpstr (event.key, ==, "user:7");
  g_assert_cmpstr (event.error, ==, "gone");
  g_assert_cmpstr (event.trace_id, ==, "4bf9");
  g_assert_cmpstr (event.fields, ==, "{\"shard\":{\"n\":7}}");
}

/* What the monitor of another language calls them. */
static void
test_other_spellings (void)
{
  g_auto (SgOperationEvent) event = { 0 };

  g_assert_true (parse ("{\"operation_type\":\"bulk_insert\",\"duration_ms\":1.5,"
                        "\"affected_records\":100,\"cache_hit\":true,\"source\":\"vault\","
                        "\"start_time\":1768478400,\"error_message\":null}",
                        &event, NULL));
  g_assert_cmpstr (event.type, ==, "bulk_insert");
  g_assert_cmpint (event.status, ==, SG_SYNC_SUCCESS);
  g_assert_cmpint (event.duration_us, ==, 1500);
  g_assert_cmpint (event.records, ==, 100);
  g_assert_cmpint (event.cache, ==, SG_SYNC_CACHE_HIT);
  g_assert_cmpstr (event.service, ==, "vault");
  g_assert_null (event.error);
}

/* The size of a number tells its unit; a nanosecond is not lost. */
static void
test_start (void)
{
  static const struct
  {
    const char *text;
    gint64 ns;
  } cases[] = {
    { "1768478400", G_GINT64_CONSTANT (1768478400000000000) },
    { "1768478400.25", G_GINT64_CONSTANT (1768478400250000000) },
    { "1768478400123", G_GINT64_CONSTANT (1768478400123000000) },
    { "1768478400123456", G_GINT64_CONSTANT (1768478400123456000) },
    { "1768478400123456789", G_GINT64_CONSTANT (1768478400123456789) },
    { "\"2026-01-15T12:00:00Z\"", G_GINT64_CONSTANT (1768478400000000000) },
    { "\"2026-01-15T13:00:00.000000001+01:00\"", G_GINT64_CONSTANT (1768478400000000001) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"type\":\"a\",\"start\":%s}", cases[i].text);
      g_auto (SgOperationEvent) event = { 0 };

      g_assert_true (parse (text, &event, NULL));
      g_assert_cmpint (event.start.ns, ==, cases[i].ns);
    }
}

static void
test_duration (void)
{
  static const struct
  {
    const char *text;
    gint64 us;
  } cases[] = {
    { "0", 0 },       { "0.25", 250000 }, { "\"12ms\"", 12000 }, { "\"1.5s\"", 1500000 },
    { "\"7us\"", 7 }, { "\"7µs\"", 7 },   { "\"900ns\"", 1 },    { "\"2m\"", 120000000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"type\":\"a\",\"duration\":%s}", cases[i].text);
      g_auto (SgOperationEvent) event = { 0 };

      g_assert_true (parse (text, &event, NULL));
      g_assert_cmpint (event.duration_us, ==, cases[i].us);
    }
}

static void
test_wrong (void)
{
  static const char *const cases[][2] = {
    { "7", "this is no object" },
    { "{}", "there is no “type”" },
    { "{\"type\":\"\"}", "write a name that begins with a letter" },
    { "{\"type\":7}", "write a text, in double quotes" },
    { "{\"type\":\"no blanks\"}", "write a name that begins with a letter" },
    { "{\"type\":\"a\",\"status\":\"sucess\"}",
      "“status” is \"sucess\", which is no status: did you mean" },
    { "{\"type\":\"a\",\"status\":\"in_progress\"}", "report an operation when it has ended" },
    { "{\"type\":\"a\",\"duration\":-1}", "write a time that is not negative" },
    { "{\"type\":\"a\",\"duration\":\"-1ms\"}", "write a time that is not negative" },
    { "{\"type\":\"a\",\"duration\":\"long\"}", "write seconds, or a text with the unit, as 12ms" },
    { "{\"type\":\"a\",\"duration\":1e300}", "that would be over a year" },
    { "{\"type\":\"a\",\"start\":\"noon\"}", "write a date as 2026-11-20T21:00:00.25Z" },
    { "{\"type\":\"a\",\"start\":1e30}", "write a date as" },
    { "{\"type\":\"a\",\"start\":true}", "write a date as" },
    { "{\"type\":\"a\",\"records\":-1}", "write a whole number that is not negative" },
    { "{\"type\":\"a\",\"records\":1.5}", "write a whole number that is not negative" },
    { "{\"type\":\"a\",\"cache\":\"maybe\"}", "write “hit” or “miss”" },
    { "{\"type\":\"a\",\"cache_hit\":1}", "write true or false" },
    { "{\"type\":\"a\",\"service\":\"\"}", "“service” is empty" },
    { "{\"type\":\"a\",\"key\":\"a\\u0000b\"}", "“key” has a NUL" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (SgOperationEvent) event = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (parse (cases[i][0], &event, &error));
      g_test_message ("%s: %s", cases[i][0], error->message);
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, cases[i][1]));
      g_assert_null (event.type);
    }
}

/* A key that is too long is a mistake; an error that is too long is cut, at the end of a character. */
static void
test_long (void)
{
  g_autofree char *many = g_strnfill (5000, 'x');
  g_autofree char *key = g_strdup_printf ("{\"type\":\"a\",\"key\":\"%s\"}", many);
  g_autofree char *other =
      g_strdup_printf ("{\"type\":\"a\",\"b\":\"%s\",\"c\":\"%s\"}", many, many);
  g_autoptr (GString) text = g_string_new ("{\"type\":\"a\",\"error\":\"x");
  g_auto (SgOperationEvent) event = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (parse (key, &event, &error));
  g_assert_nonnull (strstr (error->message, "“key” has 5000 bytes, and at most 4096 may be"));
  g_clear_error (&error);
  g_assert_false (parse (other, &event, &error));
  g_assert_nonnull (strstr (error->message, "the other members have more than 8192 bytes"));
  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "ü");
  g_string_append (text, "\"}");
  g_assert_true (parse (text->str, &event, NULL));
  g_assert_cmpuint (strlen (event.error), <=, SG_OPERATION_ERROR_MAX);
  g_assert_true (g_str_has_suffix (event.error, "ü…"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/operation-event/all-members", test_all_members);
  g_test_add_func ("/operation-event/other-spellings", test_other_spellings);
  g_test_add_func ("/operation-event/start", test_start);
  g_test_add_func ("/operation-event/duration", test_duration);
  g_test_add_func ("/operation-event/wrong", test_wrong);
  g_test_add_func ("/operation-event/long", test_long);

  return g_test_run ();
}
