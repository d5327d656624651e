/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-api-client.h"

#include "engine/sg-engine-error.h"
#include "http/api/sg-api.h"
#include "http/sg-http-request-private.h"
#include "tsdb/sg-tsdb-folder.h"

#include <libsoup/soup.h>
#include <string.h>

/*
 * A directory is asked through the same handlers that answer over HTTP, so that both say the same. A
 * server is sent a form, which has no bound on its length; what it has no form for, such as the values of
 * a label, is asked with GET.
 */
struct _SgApiClient
{
  char *base;
  char *authorization;
  SoupSession *session;
  SgStore *store;
  SgPromqlEngine *engine;
  SgApi *api;
};

static SgQuerier *
get_querier (gpointer user_data)
{
  return sg_store_querier_new (((SgApiClient *) user_data)->store);
}

static SgStore *
get_store (gpointer user_data)
{
  return g_object_ref (((SgApiClient *) user_data)->store);
}

static SgConfigStatus *
get_config (gpointer user_data)
{
  return NULL;
}

static GStrv
list_flags (gpointer user_data)
{
  return g_new0 (char *, 1);
}

static gboolean
open_folder (SgApiClient  *self,
             const char   *where,
             GError      **error)
{
  g_autofree char *folder = sg_tsdb_find_folder (where, error);
  SgStoreOptions options = { .path = folder, .tsdb_path = folder, .read_only = TRUE };
  SgPromqlOptions promql;

  if (folder == NULL)
    return FALSE;
  self->store = sg_store_new (&options, error);
  if (self->store == NULL)
    return FALSE;
  sg_promql_options_init (&promql);
  self->engine = sg_promql_engine_new (&promql, sg_clock_get_system ());
  self->api = sg_api_new (&(SgApiBackend) {
      .engine = self->engine,
      .clock = sg_clock_get_system (),
      .get_querier = get_querier,
      .get_store = get_store,
      .get_config = get_config,
      .list_flags = list_flags,
      .user_data = self,
  });
  return TRUE;
}

/* A name and a password in the address become a field of each request. */
static gboolean
open_url (SgApiClient  *self,
          const char   *where,
          GError      **error)
{
  g_autoptr (GUri) uri = g_uri_parse (where, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, error);
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;

  if (uri == NULL)
    return FALSE;
  user = g_uri_unescape_string (g_uri_get_user (uri) != NULL ? g_uri_get_user (uri) : "", NULL);
  password = g_uri_unescape_string (
      g_uri_get_password (uri) != NULL ? g_uri_get_password (uri) : "", NULL);
  if (user != NULL && *user != '\0')
    {
      g_autofree char *pair = g_strconcat (user, ":", password != NULL ? password : "", NULL);
      g_autofree char *code = g_base64_encode ((const guchar *) pair, strlen (pair));

      self->authorization = g_strconcat ("Basic ", code, NULL);
    }
  self->base =
      g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT);
  while (g_str_has_suffix (self->base, "/"))
    self->base[strlen (self->base) - 1] = '\0';
  self->session =
      soup_session_new_with_options ("proxy-resolver", NULL, "user-agent", "sightglassctl", NULL);
  return TRUE;
}

/**
 * sg_api_client_new:
 * @where: the address of a server, a storage folder, or a data directory
 * @error: why it cannot be asked
 *
 * Returns: (transfer full) (nullable): what can be asked
 */
SgApiClient *
sg_api_client_new (const char  *where,
                   GError     **error)
{
  g_autoptr (SgApiClient) self = g_new0 (SgApiClient, 1);
  gboolean is_url = g_str_has_prefix (where, "http://") || g_str_has_prefix (where, "https://");

  if (is_url ? !open_url (self, where, error) : !open_folder (self, where, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
sg_api_client_free (SgApiClient *self)
{
  g_clear_pointer (&self->api, sg_api_free);
  g_clear_object (&self->engine);
  g_clear_object (&self->store);
  g_clear_object (&self->session);
  g_free (self->authorization);
  g_free (self->base);
  g_free (self);
}

/* Names and values in turn, as a form. */
static char *
encode_form (const char *const *parameters)
{
  GString *form = g_string_new (NULL);

  for (; *parameters != NULL; parameters += 2)
    {
      g_autofree char *name = g_uri_escape_string (parameters[0], NULL, FALSE);
      g_autofree char *value = g_uri_escape_string (parameters[1], NULL, FALSE);

      g_string_append_printf (form, "%s%s=%s", form->len > 0 ? "&" : "", name, value);
    }
  return g_string_free (form, FALSE);
}

static void
set_form (SoupMessage *message,
          const char  *form)
{
  g_autoptr (GBytes) body = g_bytes_new (form, strlen (form));

  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", body);
}

static SgApiAnswer *
ask_url (SgApiClient   *self,
         const char    *path,
         const char    *form,
         GCancellable  *cancellable,
         GError       **error)
{
  gboolean by_get = g_str_has_prefix (path, "/api/v1/label/");
  g_autofree char *url =
      g_strconcat (self->base, path, by_get ? "?" : "", by_get ? form : "", NULL);
  g_autoptr (SoupMessage) message = soup_message_new (by_get ? "GET" : "POST", url);
  g_autoptr (GBytes) body = NULL;

  if (message == NULL)
    {
      g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_OPTION, "“%s” is no address",
                   self->base);
      return NULL;
    }
  if (!by_get)
    set_form (message, form);
  if (self->authorization != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                  self->authorization);
  body = soup_session_send_and_read (self->session, message, cancellable, error);
  if (body == NULL)
    {
      g_prefix_error (error, "%s: ", self->base);
      return NULL;
    }
  return sg_api_answer_parse (soup_message_get_status (message), body, error);
}

static void
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

static SgApiAnswer *
ask_folder (SgApiClient   *self,
            const char    *path,
            const char    *form,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autofree char *target = g_strconcat (path, "?", form, NULL);
  g_autoptr (SgHttpRequest) request = sg_http_request_new ("GET", target);
  g_autoptr (SgHttpResponse) response = NULL;
  gulong handler = 0;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                                     g_object_ref (request->cancellable), g_object_unref);
  response = sg_api_ask (self->api, request);
  g_cancellable_disconnect (cancellable, handler);
  return sg_api_answer_parse (sg_http_response_get_status (response),
                              sg_http_response_get_body (response), error);
}

/**
 * sg_api_client_ask:
 * @self: what is asked
 * @path: a path of the API
 * @parameters: (array zero-terminated=1): names and values in turn
 * @cancellable: (nullable): ends it
 * @error: why there is no good answer, in the words of who was asked
 *
 * Returns: (transfer full) (nullable): the answer
 */
SgApiAnswer *
sg_api_client_ask (SgApiClient        *self,
                   const char         *path,
                   const char  *const *parameters,
                   GCancellable       *cancellable,
                   GError            **error)
{
  g_autofree char *form = encode_form (parameters);

  return self->session != NULL ? ask_url (self, path, form, cancellable, error)
                               : ask_folder (self, path, form, cancellable, error);
}
