/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-http-client-private.h"

#include "base/sg-bytes.h"
#include "base/sg-duration.h"
#include "ingest/sg-exposition-parser.h"

#include <string.h>

/*
 * One GET, read to its end into one buffer. It has one deadline, for everything from the lookup of the
 * name to the last byte, so that a server that trickles gains nothing, and one bound for the body, which
 * is looked at with each piece that comes.
 */

#define FIRST_BYTES (64 * 1024)
#define CLAIMED_MAX (8 * 1024 * 1024)

typedef struct
{
  SgHttpClient *client;
  SgFetchOptions options;
  SoupMessage *message;
  GInputStream *stream;
  GCancellable *cancellable;
  GCancellable *outer;
  gulong outer_handler;
  GSource *deadline;
  gboolean timed_out;
  gboolean is_too_old;
  guint8 *data;
  gsize used;
  gsize size;
} Fetch;

static void read_more (GTask *task);

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  if (fetch->deadline != NULL)
    g_source_destroy (fetch->deadline);
  g_clear_pointer (&fetch->deadline, g_source_unref);
  g_cancellable_disconnect (fetch->outer, fetch->outer_handler);
  g_clear_object (&fetch->outer);
  g_clear_object (&fetch->cancellable);
  g_clear_object (&fetch->stream);
  if (fetch->message != NULL)
    {
      g_signal_handlers_disconnect_by_data (fetch->message, fetch->client);
      g_signal_handlers_disconnect_by_data (fetch->message, fetch);
    }
  g_clear_object (&fetch->message);
  sg_http_client_unref (fetch->client);
  g_free (fetch->data);
  g_free (fetch);
}

void
sg_fetched_free (SgFetched *self)
{
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->content_type);
  g_free (self);
}

/* Ends the task with an error that says what happened, rather than what was seen of it. */
static void
fail (GTask  *task,
      GError *cause)
{
  Fetch *fetch = g_task_get_task_data (task);

  if (fetch->timed_out)
    {
      g_autofree char *timeout = sg_duration_to_string (fetch->options.timeout_ms);

      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                               "the target did not answer in full within its scrape_timeout of %s",
                               timeout);
      g_error_free (cause);
    }
  else if (fetch->is_too_old)
    {
      g_task_return_new_error (task, G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE,
                               "the target speaks a version of TLS that is older than tls_config: "
                               "min_version");
      g_error_free (cause);
    }
  else if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    {
      g_autofree char *text = sg_http_client_explain_tls (fetch->message);

      g_task_return_new_error (task, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "%s", text);
      g_error_free (cause);
    }
  else
    g_task_return_error (task, cause);
  g_object_unref (task);
}

static void
finish (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);
  SoupMessageHeaders *headers = soup_message_get_response_headers (fetch->message);
  const char *encoding = soup_message_headers_get_one (headers, "Content-Encoding");
  SgFetched *fetched = g_new0 (SgFetched, 1);

  fetched->is_gzip = encoding != NULL
                     && (g_ascii_strcasecmp (encoding, "gzip") == 0
                         || g_ascii_strcasecmp (encoding, "x-gzip") == 0);
  fetched->content_type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  fetched->body = g_bytes_new_take (g_steal_pointer (&fetch->data), fetch->used);
  g_task_return_pointer (task, fetched, (GDestroyNotify) sg_fetched_free);
  g_object_unref (task);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  gssize got = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (got < 0)
    {
      fail (task, error);
      return;
    }
  fetch->used += (gsize) got;
  if (got == 0)
    finish (task);
  else if (fetch->used <= fetch->options.max_bytes)
    read_more (task);
  else
    {
      g_autofree char *bound = sg_bytes_to_string (fetch->options.max_bytes);

      g_cancellable_cancel (fetch->cancellable);
      fail (task, g_error_new (SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT,
                               "the page is longer than its body_size_limit of %s", bound));
    }
}

static void
read_more (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);

  if (fetch->used == fetch->size)
    {
      fetch->size = MAX (FIRST_BYTES, fetch->size * 2);
      fetch->data = g_realloc (fetch->data, fetch->size);
    }
  g_input_stream_read_async (fetch->stream, fetch->data + fetch->used, fetch->size - fetch->used,
                             G_PRIORITY_DEFAULT, fetch->cancellable, on_read, task);
}

/* What a server claims is only believed so far as it costs nothing. */
static void
make_room (Fetch *fetch)
{
  goffset claimed =
      soup_message_headers_get_content_length (soup_message_get_response_headers (fetch->message));

  if (claimed <= 0 || claimed > CLAIMED_MAX)
    return;
  fetch->size = (gsize) claimed + 1;
  fetch->data = g_malloc (fetch->size);
}

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  GTask *task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;

  fetch->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (fetch->stream == NULL)
    {
      fail (task, error);
      return;
    }
  if (soup_message_get_status (fetch->message) != 200)
    {
      const char *reason = soup_message_get_reason_phrase (fetch->message);

      if (soup_message_get_status (fetch->message) == 401 && fetch->client->token != NULL)
        sg_http_token_forget (fetch->client->token);
      g_cancellable_cancel (fetch->cancellable);
      fail (task, g_error_new (SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX,
                               "server returned HTTP status %d %s",
                               (int) soup_message_get_status (fetch->message),
                               reason != NULL ? reason : ""));
      return;
    }
  make_room (fetch);
  read_more (task);
}

static gboolean
on_deadline (gpointer user_data)
{
  Fetch *fetch = user_data;

  fetch->timed_out = TRUE;
  g_cancellable_cancel (fetch->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *outer,
              gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

static void
set_headers (const Fetch *fetch)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (fetch->message);
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  if (fetch->options.accept != NULL)
    soup_message_headers_replace (headers, "Accept", fetch->options.accept);
  soup_message_headers_replace (headers, "Accept-Encoding",
                                fetch->options.gzip ? "gzip" : "identity");
  g_ascii_formatd (seconds, sizeof seconds, "%g", (double) fetch->options.timeout_ms / 1e3);
  soup_message_headers_replace (headers, "X-Prometheus-Scrape-Timeout-Seconds", seconds);
}

/* Whether the connection may be used is seen when it is there, before anything is sent. */
static void
on_network_event (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection,
                  gpointer            user_data)
{
  Fetch *fetch = user_data;
  GTlsProtocolVersion version;

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKED || !G_IS_TLS_CONNECTION (connection))
    return;
  version = g_tls_connection_get_protocol_version (G_TLS_CONNECTION (connection));
  if (version >= fetch->client->min_version)
    return;
  fetch->is_too_old = TRUE;
  g_cancellable_cancel (fetch->cancellable);
}

static void
set_deadline (Fetch *fetch)
{
  fetch->deadline = g_timeout_source_new ((guint) MIN (fetch->options.timeout_ms, G_MAXINT));
  g_source_set_callback (fetch->deadline, on_deadline, fetch, NULL);
  g_source_attach (fetch->deadline, g_main_context_get_thread_default ());
}

static void
send (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);

  soup_session_send_async (fetch->client->session, fetch->message, G_PRIORITY_DEFAULT,
                           fetch->cancellable, on_sent, task);
}

static void
on_token (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  GTask *task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *authorization = sg_http_token_get_finish (result, &error);

  if (authorization == NULL)
    {
      fail (task, error);
      return;
    }
  soup_message_headers_replace (soup_message_get_request_headers (fetch->message), "Authorization",
                                authorization);
  send (task);
}

static void
set_form (const Fetch *fetch)
{
  g_autoptr (GBytes) body = g_bytes_new (fetch->options.form, strlen (fetch->options.form));

  soup_message_set_method (fetch->message, "POST");
  soup_message_set_request_body_from_bytes (fetch->message, "application/x-www-form-urlencoded",
                                            body);
}

/**
 * sg_http_client_fetch_async:
 * @self: a client
 * @url: what to ask for
 * @options: how, and with which bounds
 * @cancellable: (nullable): gives up
 * @callback: gets the answer
 * @user_data: for @callback
 */
void
sg_http_client_fetch_async (SgHttpClient         *self,
                            const char           *url,
                            const SgFetchOptions *options,
                            GCancellable         *cancellable,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Fetch *fetch = g_new0 (Fetch, 1);
  GError *error = NULL;

  fetch->client = sg_http_client_ref (self);
  fetch->options = *options;
  fetch->options.accept = NULL;
  fetch->cancellable = g_cancellable_new ();
  g_task_set_task_data (task, fetch, fetch_free);
  fetch->message = sg_http_client_make_message (self, url, &error);
  if (fetch->message == NULL)
    {
      fail (task, error);
      return;
    }
  fetch->options.accept = options->accept;
  set_headers (fetch);
  if (options->form != NULL)
    set_form (fetch);
  g_signal_connect (fetch->message, "network-event", G_CALLBACK (on_network_event), fetch);
  set_deadline (fetch);
  if (cancellable != NULL)
    {
      fetch->outer = g_object_ref (cancellable);
      fetch->outer_handler =
          g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                 g_object_ref (fetch->cancellable), g_object_unref);
    }
  if (self->token != NULL)
    sg_http_token_get_async (self->token, options->timeout_ms, fetch->cancellable, on_token, task);
  else
    send (task);
}

SgFetched *
sg_http_client_fetch_finish (GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
