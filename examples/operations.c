/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <libsoup/soup.h>

/*
 * Reports operations that have ended, from a program that does not link Sightglass: one JSON object a line.
 *
 *   cc -o operations operations.c $(pkg-config --cflags --libs libsoup-3.0)
 *   ./operations http://localhost:8080
 */

/**
 * Operation:
 * @type: what it does
 * @key: what it is about
 * @start: when it began, in microseconds since 1970
 * @begun: the same by the clock that never jumps
 */
typedef struct
{
  const char *type;
  const char *key;
  gint64 start;
  gint64 begun;
} Operation;

static Operation
operation_begin (const char *type,
                 const char *key)
{
  return (Operation) { type, key, g_get_real_time (), g_get_monotonic_time () };
}

/* Keys and errors of this program need no escaping; json-glib does it for those that do. */
static void
operation_end (const Operation *self,
               const char      *status,
               guint            records,
               const char      *error,
               GString         *lines)
{
  gint64 duration_us = g_get_monotonic_time () - self->begun;

  g_string_append_printf (lines,
                          "{\"type\":\"%s\",\"key\":\"%s\",\"status\":\"%s\",\"records\":%u,"
                          "\"start\":%" G_GINT64_FORMAT ",\"duration\":\"%" G_GINT64_FORMAT "us\"",
                          self->type, self->key, status, records, self->start, duration_us);
  if (error != NULL)
    g_string_append_printf (lines, ",\"error\":\"%s\"", error);
  g_string_append (lines, "}\n");
}

static gboolean
send_lines (const char  *url,
            GString     *lines,
            GError     **error)
{
  g_autofree char *full = g_strconcat (url, "/api/operations?service=example", NULL);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_POST, full);
  g_autoptr (GBytes) body = g_bytes_new (lines->str, lines->len);
  g_autoptr (GBytes) answer = NULL;

  if (message == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is no URL", url);
      return FALSE;
    }
  soup_message_set_request_body_from_bytes (message, "application/x-ndjson", body);
  answer = soup_session_send_and_read (session, message, NULL, error);
  if (answer == NULL)
    return FALSE;
  g_print ("%u %.*s\n", soup_message_get_status (message), (int) g_bytes_get_size (answer),
           (const char *) g_bytes_get_data (answer, NULL));
  return soup_message_get_status (message) == SOUP_STATUS_OK;
}

int
main (int   argc,
      char *argv[])
{
  const char *url = argc > 1 ? argv[1] : "http://localhost:8080";
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Operation read = operation_begin ("read_through", "user:7");
  Operation write = operation_begin ("write_through", "user:8");

  g_usleep (1500);
  operation_end (&read, "success", 1, NULL, lines);
  operation_end (&write, "timeout", 0, "no answer within 1 ms", lines);
  if (send_lines (url, lines, &error))
    return 0;
  if (error != NULL)
    g_printerr ("%s\n", error->message);
  return 1;
}
