/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-http-client.h"

#include "ingest/scrape/sg-http-client-private.h"
#include "ingest/sg-exposition-parser.h"

#include "sg-config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * A session of libsoup that does nothing of its own accord: no cookies, no proxy, no passwords that it
 * was not told, no decoding (who reads the body decodes it, with its bounds). Its own bounds on
 * connections are taken away, since a target that hangs holds one for its whole timeout, and would keep
 * others of the same host waiting; how many scrapes run at once is bounded elsewhere.
 *
 * A redirect to another host loses the Authorization field and the configured ones: they were meant for
 * the host that is configured.
 */

#define IDLE_SECONDS (5 * 60)

#define NO_BOUND 1000000

static gboolean
has_text (const char *text)
{
  return text != NULL && *text != '\0';
}

/* The text, or that of the file without the blanks at its end. */
static char *
read_secret (const char  *text,
             const char  *file,
             GError     **error)
{
  char *contents = NULL;

  if (!has_text (file))
    return g_strdup (text != NULL ? text : "");
  if (!g_file_get_contents (file, &contents, NULL, error))
    return NULL;
  return g_strstrip (contents);
}

static gboolean
read_authorization (SgHttpClient              *self,
                    const SgHttpClientConfig  *config,
                    GError                   **error)
{
  g_autofree char *name = NULL;
  g_autofree char *secret = NULL;

  if (config->has_basic_auth)
    {
      g_autofree char *both = NULL;
      g_autofree char *encoded = NULL;

      name = read_secret (config->basic_auth.username, config->basic_auth.username_file, error);
      if (name == NULL)
        return FALSE;
      secret = read_secret (config->basic_auth.password, config->basic_auth.password_file, error);
      if (secret == NULL)
        return FALSE;
      both = g_strconcat (name, ":", secret, NULL);
      encoded = g_base64_encode ((const guchar *) both, strlen (both));
      self->authorization = g_strconcat ("Basic ", encoded, NULL);
    }
  else if (config->has_authorization)
    {
      secret = read_secret (config->authorization.credentials,
                            config->authorization.credentials_file, error);
      if (secret == NULL)
        return FALSE;
      self->authorization = g_strconcat (config->authorization.type, " ", secret, NULL);
    }
  return TRUE;
}

/* A name that begins with @ has its value in a file. */
static gboolean
read_headers (SgHttpClient     *self,
              const GPtrArray  *headers,
              GError          **error)
{
  for (guint i = 0; headers != NULL && i < headers->len; i += 2)
    {
      const char *name = headers->pdata[i];
      gboolean is_file = *name == '@';
      char *value =
          read_secret (headers->pdata[i + 1], is_file ? headers->pdata[i + 1] : NULL, error);

      if (value == NULL)
        return FALSE;
      g_ptr_array_add (self->headers, g_strdup (name + is_file));
      g_ptr_array_add (self->headers, value);
    }
  return TRUE;
}

/*
 * A database of certificates reads a file, again with each connection; a text becomes one that has no
 * name and stays as long as the client.
 */
static GTlsDatabase *
database_from_text (SgHttpClient  *self,
                    const char    *pem,
                    GError       **error)
{
  g_autofree char *path = NULL;

  self->ca_fd = memfd_create ("ca", MFD_CLOEXEC);
  if (self->ca_fd < 0 || write (self->ca_fd, pem, strlen (pem)) != (gssize) strlen (pem))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no memory for the certificates of ca");
      return NULL;
    }
  path = g_strdup_printf ("/proc/self/fd/%d", self->ca_fd);
  return g_tls_file_database_new (path, error);
}

static gboolean
read_certificate (SgHttpClient       *self,
                  const SgTlsConfig  *tls,
                  GError            **error)
{
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_autofree char *both = NULL;

  if (!has_text (tls->cert) && !has_text (tls->cert_file))
    return TRUE;
  certificate = read_secret (tls->cert, tls->cert_file, error);
  if (certificate == NULL)
    return FALSE;
  key = read_secret (tls->key, tls->key_file, error);
  if (key == NULL)
    return FALSE;
  both = g_strconcat (certificate, "\n", key, "\n", NULL);
  self->certificate = g_tls_certificate_new_from_pem (both, -1, error);
  return self->certificate != NULL;
}

static gboolean
read_tls (SgHttpClient       *self,
          const SgTlsConfig  *tls,
          GError            **error)
{
  self->insecure = tls->insecure_skip_verify;
  self->server_name = has_text (tls->server_name) ? g_strdup (tls->server_name) : NULL;
  /* Nothing older than TLS 1.2 is spoken at all. */
  if (g_strcmp0 (tls->min_version, "TLS13") == 0)
    self->min_version = G_TLS_PROTOCOL_VERSION_TLS_1_3;
  if (has_text (tls->ca_file))
    self->trusted = g_tls_file_database_new (tls->ca_file, error);
  else if (has_text (tls->ca))
    self->trusted = database_from_text (self, tls->ca, error);
  if (self->trusted == NULL && (has_text (tls->ca_file) || has_text (tls->ca)))
    return FALSE;
  return read_certificate (self, tls, error);
}

static void
set_from_environment (GSimpleProxyResolver *resolver,
                      const char           *scheme)
{
  g_autofree char *lower = g_strconcat (scheme, "_proxy", NULL);
  g_autofree char *upper = g_ascii_strup (lower, -1);
  const char *value = g_getenv (lower);

  if (!has_text (value))
    value = g_getenv (upper);
  if (has_text (value))
    g_simple_proxy_resolver_set_uri_proxy (resolver, scheme, value);
}

static GProxyResolver *
make_proxy_resolver (const SgHttpClientConfig *config)
{
  const char *except = config->no_proxy;
  g_auto (GStrv) hosts = NULL;
  GProxyResolver *resolver;

  if (!config->proxy_from_environment && !has_text (config->proxy_url))
    return NULL;
  if (config->proxy_from_environment)
    except = g_getenv ("no_proxy") != NULL ? g_getenv ("no_proxy") : g_getenv ("NO_PROXY");
  hosts = g_strsplit (except != NULL ? except : "", ",", -1);
  for (guint i = 0; hosts[i] != NULL; i++)
    g_strstrip (hosts[i]);
  resolver = g_simple_proxy_resolver_new (config->proxy_url, hosts);
  if (config->proxy_from_environment)
    {
      set_from_environment (G_SIMPLE_PROXY_RESOLVER (resolver), "http");
      set_from_environment (G_SIMPLE_PROXY_RESOLVER (resolver), "https");
    }
  return resolver;
}

static SoupSession *
make_session (SgHttpClient             *self,
              const SgHttpClientConfig *config)
{
  g_autoptr (GProxyResolver) resolver = make_proxy_resolver (config);
  SoupSession *session =
      soup_session_new_with_options ("proxy-resolver", resolver, "max-conns", NO_BOUND,
                                     "max-conns-per-host", NO_BOUND, "idle-timeout", IDLE_SECONDS,
                                     "timeout", 0, "user-agent", "Sightglass/" SG_VERSION, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  if (self->trusted != NULL)
    soup_session_set_tls_database (session, self->trusted);
  return session;
}

/**
 * sg_http_client_new:
 * @config: how to ask
 *
 * A secret that cannot be read fails each fetch, and says which file it is.
 *
 * Returns: (transfer full): a client
 */
SgHttpClient *
sg_http_client_new (const SgHttpClientConfig *config)
{
  SgHttpClient *self = g_new0 (SgHttpClient, 1);

  self->ref_count = 1;
  self->ca_fd = -1;
  self->follow_redirects = config->follow_redirects;
  self->headers = g_ptr_array_new_with_free_func (g_free);
  if (read_authorization (self, config, &self->failure)
      && read_headers (self, config->headers, &self->failure)
      && read_tls (self, &config->tls, &self->failure) && config->oauth2 != NULL)
    self->token = sg_http_token_new (config->oauth2, &self->failure);
  self->session = make_session (self, config);
  return self;
}

SgHttpClient *
sg_http_client_ref (SgHttpClient *self)
{
  self->ref_count++;
  return self;
}

void
sg_http_client_unref (SgHttpClient *self)
{
  if (--self->ref_count > 0)
    return;
  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_object (&self->trusted);
  if (self->ca_fd >= 0)
    close (self->ca_fd);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->token, sg_http_token_free);
  g_clear_error (&self->failure);
  g_ptr_array_unref (self->headers);
  g_free (self->server_name);
  g_free (self->authorization);
  g_free (self);
}

static gboolean
on_certificate (SoupMessage          *message,
                GTlsCertificate      *certificate,
                GTlsCertificateFlags  errors,
                gpointer              user_data)
{
  return ((SgHttpClient *) user_data)->insecure;
}

/*
 * The configured name is what the server is asked for, so that one that has many certificates shows the
 * right one, and what its certificate must be for.
 */
static void
on_network_event (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection,
                  gpointer            user_data)
{
  SgHttpClient *self = user_data;
  g_autoptr (GSocketConnectable) identity = NULL;

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING || self->server_name == NULL
      || !G_IS_TLS_CLIENT_CONNECTION (connection))
    return;
  identity = g_network_address_new (self->server_name, 0);
  g_tls_client_connection_set_server_identity (G_TLS_CLIENT_CONNECTION (connection), identity);
}

static void
add_secrets (SgHttpClient       *self,
             SoupMessageHeaders *headers)
{
  if (self->authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", self->authorization);
  for (guint i = 0; i < self->headers->len; i += 2)
    soup_message_headers_append (headers, self->headers->pdata[i], self->headers->pdata[i + 1]);
}

static void
on_restarted (SoupMessage *message,
              gpointer     user_data)
{
  SgHttpClient *self = user_data;
  const char *first_host = g_object_get_data (G_OBJECT (message), "sg-host");
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  if (g_strcmp0 (g_uri_get_host (soup_message_get_uri (message)), first_host) == 0)
    return;
  soup_message_headers_remove (headers, "Authorization");
  for (guint i = 0; i < self->headers->len; i += 2)
    soup_message_headers_remove (headers, self->headers->pdata[i]);
}

SoupMessage *
sg_http_client_make_message (SgHttpClient  *self,
                             const char    *url,
                             GError       **error)
{
  SoupMessage *message;

  if (self->failure != NULL)
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG, "%s", self->failure->message);
      return NULL;
    }
  message = soup_message_new ("GET", url);
  if (message == NULL)
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG,
                   "“%s” is no URL that can be asked: check the address", url);
      return NULL;
    }
  add_secrets (self, soup_message_get_request_headers (message));
  g_object_set_data_full (G_OBJECT (message), "sg-host",
                          g_strdup (g_uri_get_host (soup_message_get_uri (message))), g_free);
  g_signal_connect (message, "restarted", G_CALLBACK (on_restarted), self);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (on_certificate), self);
  g_signal_connect (message, "network-event", G_CALLBACK (on_network_event), self);
  if (!self->follow_redirects)
    soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (self->certificate != NULL)
    soup_message_set_tls_client_certificate (message, self->certificate);
  return message;
}

char *
sg_http_client_explain_tls (SoupMessage *message)
{
  static const struct
  {
    GTlsCertificateFlags flag;
    const char *text;
  } words[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "nobody who is trusted signed it (set tls_config: ca_file)" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "it is for another name (set tls_config: server_name)" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED, "it has expired" },
    { G_TLS_CERTIFICATE_REVOKED, "it was revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "its algorithm is not safe" },
  };
  GTlsCertificateFlags errors = soup_message_get_tls_peer_certificate_errors (message);
  GString *out = g_string_new ("the certificate of the target is refused");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (errors & words[i].flag)
        g_string_append_printf (out, ": %s", words[i].text);
    }
  return g_string_free (out, FALSE);
}
