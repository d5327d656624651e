/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-tls.h"

#include "base/sg-blocking.h"

#include <string.h>

/*
 * TLS in front of HTTP. GIO shakes hands by waiting for the client, and a client may take its time: so it
 * is a job for the blocking pool, which gives one owner a few threads only and each job a deadline. Who
 * waits for a thread there is under the deadline of the head already.
 *
 * Certificates of clients are checked against the authorities of the configuration, if it has any;
 * what GIO cannot be told beforehand (versions, names) is checked after the handshake.
 */

#define OWNER        "http-tls"
#define HANDSHAKE_MS 3000

struct _SgHttpTls
{
  SgWebConfig *web;
  GMainContext *context;
  SgHttpTlsFunc done;
  gpointer user_data;
  GQueue running;
};

/* @self and @connection are %NULL once nobody is interested any more. */
typedef struct
{
  SgHttpTls *self;
  SgHttpConnection *connection;
  GCancellable *cancellable;
  GList link;
} Handshake;

static gboolean
name_fits (GTlsCertificate *certificate,
           const char      *name)
{
  g_autoptr (GPtrArray) names = g_tls_certificate_get_dns_names (certificate);
  g_autoptr (GPtrArray) addresses = g_tls_certificate_get_ip_addresses (certificate);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      gsize length = 0;
      const char *text = g_bytes_get_data (g_ptr_array_index (names, i), &length);

      if (length == strlen (name) && g_ascii_strncasecmp (text, name, length) == 0)
        return TRUE;
    }
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    {
      g_autofree char *address = g_inet_address_to_string (g_ptr_array_index (addresses, i));

      if (g_str_equal (address, name))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_safe (SgHttpTls      *self,
         GTlsConnection *tls)
{
  GTlsProtocolVersion version = g_tls_connection_get_protocol_version (tls);
  GTlsCertificate *certificate = g_tls_connection_get_peer_certificate (tls);

  if (version < self->web->min_version || version > self->web->max_version)
    return FALSE;
  if (self->web->client_names == NULL)
    return TRUE;
  for (guint i = 0; certificate != NULL && self->web->client_names[i] != NULL; i++)
    {
      if (name_fits (certificate, self->web->client_names[i]))
        return TRUE;
    }
  return FALSE;
}

/* On a thread of the blocking pool. Returns: a value that says that it is done */
static gpointer
shake_hands (gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  return GUINT_TO_POINTER (g_tls_connection_handshake (data, cancellable, error));
}

/* The handshake is over, one way or another; the client may be gone, and the server too. */
static void
on_shaken (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Handshake *handshake = user_data;
  SgHttpTls *self = handshake->self;
  gboolean shaken = sg_blocking_run_finish (result, NULL) != NULL;

  if (self != NULL)
    {
      SgHttpConnection *connection = handshake->connection;

      g_queue_unlink (&self->running, &handshake->link);
      if (connection->state != SG_HTTP_CONNECTION_CLOSED)
        self->done (connection, shaken && is_safe (self, G_TLS_CONNECTION (connection->tls)),
                    self->user_data);
      sg_http_connection_unref (connection);
    }
  g_object_unref (handshake->cancellable);
  g_free (handshake);
}

/* Where a certificate only has to be there, any will do; else only one that nothing is wrong with. */
static gboolean
on_accept_certificate (GTlsConnection       *tls,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  errors,
                       gpointer              user_data)
{
  SgWebClients clients = GPOINTER_TO_UINT (user_data);

  return errors == 0 || clients == SG_WEB_CLIENTS_MAY_SHOW || clients == SG_WEB_CLIENTS_MUST_SHOW;
}

static GTlsAuthenticationMode
get_mode (SgWebClients clients)
{
  switch (clients)
    {
    case SG_WEB_CLIENTS_MAY_SHOW:
    case SG_WEB_CLIENTS_MAY_PROVE:
      return G_TLS_AUTHENTICATION_REQUESTED;
    case SG_WEB_CLIENTS_MUST_SHOW:
    case SG_WEB_CLIENTS_MUST_PROVE:
      return G_TLS_AUTHENTICATION_REQUIRED;
    case SG_WEB_CLIENTS_ANONYMOUS:
    default:
      return G_TLS_AUTHENTICATION_NONE;
    }
}

/* The socket is the stream's from here on, and closes with it. */
static GTlsConnection *
wrap_connection (SgHttpTls        *self,
                 SgHttpConnection *connection)
{
  static const char *const protocols[] = { "http/1.1", NULL };
  g_autoptr (GSocket) socket = g_socket_new_from_fd (connection->fd, NULL);
  g_autoptr (GSocketConnection) plain = NULL;
  GIOStream *tls;

  if (socket == NULL)
    return NULL;
  connection->fd_is_owned = FALSE;
  g_socket_set_blocking (socket, FALSE);
  plain = g_socket_connection_factory_create_connection (socket);
  tls = g_tls_server_connection_new (G_IO_STREAM (plain), self->web->certificate, NULL);
  if (tls == NULL)
    return NULL;
  g_object_set (tls, "authentication-mode", get_mode (self->web->clients), "require-close-notify",
                FALSE, NULL);
  if (self->web->authorities != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (tls), self->web->authorities);
  g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (tls), protocols);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (on_accept_certificate),
                    GUINT_TO_POINTER (self->web->clients));
  return G_TLS_CONNECTION (tls);
}

/**
 * sg_http_tls_new:
 * @web: the configuration; has a certificate
 * @context: where the server runs
 * @done: whom to tell
 * @user_data: for @done
 *
 * Returns: (transfer full): nobody shakes hands yet
 */
SgHttpTls *
sg_http_tls_new (const SgWebConfig *web,
                 GMainContext      *context,
                 SgHttpTlsFunc      done,
                 gpointer           user_data)
{
  SgHttpTls *self = g_new0 (SgHttpTls, 1);

  self->web = sg_web_config_ref ((SgWebConfig *) web);
  self->context = g_main_context_ref (context);
  self->done = done;
  self->user_data = user_data;
  return self;
}

/* Handshakes that run are given up; nobody hears of them any more. */
void
sg_http_tls_free (SgHttpTls *self)
{
  while (self->running.head != NULL)
    {
      Handshake *handshake = self->running.head->data;

      g_queue_unlink (&self->running, &handshake->link);
      handshake->self = NULL;
      g_clear_pointer (&handshake->connection, sg_http_connection_unref);
      g_cancellable_cancel (handshake->cancellable);
    }
  sg_web_config_unref (self->web);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Makes @connection one of TLS, and begins. Returns: whether it can */
gboolean
sg_http_tls_start (SgHttpTls        *self,
                   SgHttpConnection *connection)
{
  GTlsConnection *tls = wrap_connection (self, connection);
  Handshake *handshake;

  if (tls == NULL)
    return FALSE;
  connection->tls = G_IO_STREAM (tls);
  handshake = g_new0 (Handshake, 1);
  handshake->self = self;
  handshake->connection = sg_http_connection_ref (connection);
  handshake->cancellable = g_cancellable_new ();
  handshake->link.data = handshake;
  g_queue_push_tail_link (&self->running, &handshake->link);
  g_main_context_push_thread_default (self->context);
  sg_blocking_run_async (OWNER, HANDSHAKE_MS, shake_hands, g_object_ref (tls), g_object_unref, NULL,
                         handshake->cancellable, on_shaken, handshake);
  g_main_context_pop_thread_default (self->context);
  return TRUE;
}
