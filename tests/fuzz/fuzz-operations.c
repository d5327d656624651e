/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "base/sg-error.h"
#include "sync/sg-operation-event.h"

#include <string.h>

/*
 * A JSON value, and what it says as an operation. What is read is where it says it is; what is taken of it is
 * within its bounds; what is kept of other members is JSON again.
 */
static void
check_text (const char *text,
            gsize       max)
{
  if (text == NULL)
    return;
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), <=, max);
}

static void
check_fields (const char *fields)
{
  SgJsonReader reader;
  SgJsonSlice value;

  if (fields == NULL)
    return;
  sg_json_reader_init (&reader, fields, strlen (fields));
  g_assert_true (sg_json_reader_value (&reader, &value));
  g_assert_cmpuint (value.length, ==, strlen (fields));
}

static void
try_event (const SgJsonSlice *value)
{
  g_auto (SgOperationEvent) event = { 0 };
  g_autoptr (GError) error = NULL;

  if (!sg_operation_event_parse (&event, value, &error))
    {
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }
  g_assert_true (sg_sync_type_name_is_valid (event.type));
  g_assert_cmpuint (event.status, <, SG_SYNC_N_END_STATUSES);
  g_assert_cmpint (event.duration_us, >=, SG_LOG_NONE);
  g_assert_cmpint (event.duration_us, <=, G_GINT64_CONSTANT (366) * 86400 * 1000000);
  g_assert_cmpint (event.records, >=, SG_LOG_NONE);
  check_text (event.service, SG_OPERATION_SERVICE_MAX);
  check_text (event.key, SG_OPERATION_KEY_MAX);
  check_text (event.error, SG_OPERATION_ERROR_MAX);
  check_text (event.trace_id, SG_OPERATION_TRACE_MAX);
  check_fields (event.fields);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  SgJsonReader reader;
  SgJsonSlice value;

  sg_json_reader_init (&reader, (const char *) data, size);
  while (sg_json_reader_value (&reader, &value))
    {
      g_assert_true (value.length > 0 && value.text + value.length == reader.p);
      try_event (&value);
    }
  g_assert_true (reader.failed >= (const char *) data && reader.failed <= reader.end);
  g_assert_nonnull (reader.reason);
  return 0;
}
