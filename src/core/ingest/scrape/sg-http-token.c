/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-http-token.h"

#include "ingest/scrape/sg-http-client-private.h"
#include "ingest/sg-exposition-parser.h"

#include <json-glib/json-glib.h>
#include <string.h>

/*
 * The request: POST to token_url, the client's name and secret as basic authentication, each percent-encoded
 * first, and as a form
 *
 *   grant_type=client_credentials [&scope=a+b] [&name=value …]
 *
 * The answer: JSON with access_token, and perhaps token_type ("Bearer" unless said) and expires_in, seconds
 * as a number or as a text. A token is no longer used in its last ten seconds.
 *
 * Several fetches that need a token at once each ask for one: that happens once, at the start, and any of
 * the answers is as good as another.
 */
#define LAST_SECONDS 10
#define MAX_BYTES    (64 * 1024)
#define FOREVER      G_MAXINT64
#define MAX_EXPIRY_S (365 * 24 * 3600)

struct _SgHttpToken
{
  SgHttpClient *client;
  char *url;
  char *form;
  char *authorization;
  gint64 good_until;
};

static char *
make_form (const SgOauth2Config *config)
{
  g_autoptr (GHashTable) fields = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *scopes = config->scopes != NULL ? g_strjoinv (" ", config->scopes) : NULL;
  GPtrArray *params = config->endpoint_params;

  for (guint i = 0; params != NULL && i < params->len; i += 2)
    g_hash_table_insert (fields, params->pdata[i], params->pdata[i + 1]);
  g_hash_table_insert (fields, (char *) "grant_type", (char *) "client_credentials");
  if (scopes != NULL && *scopes != '\0')
    g_hash_table_insert (fields, (char *) "scope", scopes);
  return soup_form_encode_hash (fields);
}

static SgHttpClient *
make_client (const SgOauth2Config  *config,
             GError               **error)
{
  g_autofree char *secret = g_strdup (config->client_secret != NULL ? config->client_secret : "");
  g_autofree char *name = g_uri_escape_string (config->client_id, NULL, FALSE);
  g_autofree char *password = NULL;
  SgHttpClientConfig http = {
    .has_basic_auth = TRUE,
    .has_tls = TRUE,
    .tls = config->tls,
    .follow_redirects = TRUE,
    .proxy_url = config->proxy_url,
    .no_proxy = config->no_proxy,
    .proxy_from_environment = config->proxy_from_environment,
  };

  if (config->client_secret_file != NULL && *config->client_secret_file != '\0')
    {
      g_clear_pointer (&secret, g_free);
      if (!g_file_get_contents (config->client_secret_file, &secret, NULL, error))
        return NULL;
      g_strstrip (secret);
    }
  password = g_uri_escape_string (secret, NULL, FALSE);
  http.basic_auth.username = name;
  http.basic_auth.password = password;
  return sg_http_client_new (&http);
}

/**
 * sg_http_token_new:
 * @config: who one is, and where to ask
 * @error: why the secret cannot be read
 *
 * Returns: (transfer full) (nullable): a token that was not asked for yet
 */
SgHttpToken *
sg_http_token_new (const SgOauth2Config  *config,
                   GError               **error)
{
  SgHttpClient *client = make_client (config, error);
  SgHttpToken *self;

  if (client == NULL)
    return NULL;
  self = g_new0 (SgHttpToken, 1);
  self->client = client;
  self->url = g_strdup (config->token_url);
  self->form = make_form (config);
  return self;
}

void
sg_http_token_free (SgHttpToken *self)
{
  sg_http_client_unref (self->client);
  g_free (self->url);
  g_free (self->form);
  g_free (self->authorization);
  g_free (self);
}

void
sg_http_token_forget (SgHttpToken *self)
{
  g_clear_pointer (&self->authorization, g_free);
}

/* Returns: how many seconds the token is good for, or -1 when that is not said */
static gint64
read_expiry (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "expires_in");

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return -1;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_ascii_strtoll (json_node_get_string (node), NULL, 10);
  return json_node_get_int (node);
}

static const char *
read_text (JsonObject *object,
           const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
take_answer (SgHttpToken  *self,
             GBytes       *body,
             GError      **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  JsonNode *root;
  JsonObject *object;
  const char *token;
  const char *type;
  gint64 seconds;

  if (!json_parser_load_from_data (parser, text, (gssize) length, NULL)
      || (root = json_parser_get_root (parser)) == NULL || !JSON_NODE_HOLDS_OBJECT (root)
      || (token = read_text (json_node_get_object (root), "access_token")) == NULL)
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX,
                   "oauth2: the answer of token_url is no JSON object with an access_token");
      return FALSE;
    }
  object = json_node_get_object (root);
  type = read_text (object, "token_type");
  if (type == NULL || *type == '\0' || g_ascii_strcasecmp (type, "bearer") == 0)
    type = "Bearer";
  seconds = read_expiry (object);
  g_free (self->authorization);
  self->authorization = g_strconcat (type, " ", token, NULL);
  self->good_until =
      seconds <= 0
          ? FOREVER
          : g_get_monotonic_time () + (MIN (seconds, MAX_EXPIRY_S) - LAST_SECONDS) * G_USEC_PER_SEC;
  return TRUE;
}

static void
on_fetched (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SgHttpToken *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (SgFetched) fetched = sg_http_client_fetch_finish (result, &error);

  if (fetched == NULL)
    {
      g_prefix_error (&error, "oauth2: no token from token_url: ");
      g_task_return_error (task, error);
    }
  else if (g_task_return_error_if_cancelled (task))
    return;
  else if (!take_answer (self, fetched->body, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (self->authorization), g_free);
}

/*
 * Whoever waits keeps @self: a fetch holds the client that has it.
 */
void
sg_http_token_get_async (SgHttpToken         *self,
                         gint64               timeout_ms,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  SgFetchOptions options = { .timeout_ms = timeout_ms,
                             .max_bytes = MAX_BYTES,
                             .form = self->form,
                             .accept = "application/json" };

  g_task_set_task_data (task, self, NULL);
  if (self->authorization != NULL && g_get_monotonic_time () < self->good_until)
    {
      g_task_return_pointer (task, g_strdup (self->authorization), g_free);
      g_object_unref (task);
      return;
    }
  sg_http_client_fetch_async (self->client, self->url, &options, cancellable, on_fetched, task);
}

char *
sg_http_token_get_finish (GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
