/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-response.h"

#include "sg-config.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

typedef struct
{
  char *name;
  char *value;
} Field;

struct _SgHttpResponse
{
  int ref_count;
  guint status;
  GArray *fields;
  GBytes *body;
};

G_DEFINE_BOXED_TYPE (SgHttpResponse,
                     sg_http_response,
                     sg_http_response_ref,
                     sg_http_response_unref)

static void
field_clear (gpointer data)
{
  Field *field = data;

  g_free (field->name);
  g_free (field->value);
}

/**
 * sg_http_response_new:
 * @status: the HTTP status
 * @content_type: (nullable): what @body is
 * @body: (nullable): the body
 *
 * Returns: (transfer full): the response
 */
SgHttpResponse *
sg_http_response_new (guint       status,
                      const char *content_type,
                      GBytes     *body)
{
  SgHttpResponse *self = g_new0 (SgHttpResponse, 1);

  self->ref_count = 1;
  self->status = status;
  self->fields = g_array_new (FALSE, FALSE, sizeof (Field));
  g_array_set_clear_func (self->fields, field_clear);
  self->body = body != NULL ? g_bytes_ref (body) : g_bytes_new_static ("", 0);
  if (content_type != NULL)
    sg_http_response_set_header (self, "Content-Type", content_type);
  return self;
}

SgHttpResponse *
sg_http_response_new_text (guint       status,
                           const char *content_type,
                           const char *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

  return sg_http_response_new (status, content_type, bytes);
}

/* The HTTP library does not know all that is answered here. */
const char *
sg_http_status_get_phrase (guint status)
{
  if (status == 421)
    return "Misdirected Request";
  if (status == 431)
    return "Request Header Fields Too Large";
  if (status == 499)
    return "Client Closed Request";
  return soup_status_get_phrase (status);
}

const char *
sg_http_status_get_error_type (guint status)
{
  static const struct
  {
    guint status;
    const char *type;
  } types[] = {
    { 400, "bad_data" },        { 401, "unauthorized" },    { 403, "forbidden" },
    { 404, "not_found" },       { 405, "not_allowed" },     { 408, "timeout" },
    { 411, "bad_data" },        { 413, "too_large" },       { 414, "too_large" },
    { 415, "bad_data" },        { 417, "bad_data" },        { 421, "misdirected" },
    { 422, "execution" },       { 429, "too_many" },        { 431, "too_large" },
    { 499, "canceled" },        { 501, "not_implemented" }, { 503, "unavailable" },
    { 505, "not_implemented" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (types[i].status == status)
        return types[i].type;
    }
  return "internal";
}

/**
 * sg_http_response_new_json_error:
 * @status: the HTTP status
 * @type: (nullable): the errorType; the one that goes with @status when %NULL
 * @message: what is wrong and what to do
 *
 * Returns: (transfer full): an error in the form of Prometheus' API
 */
SgHttpResponse *
sg_http_response_new_json_error (guint       status,
                                 const char *type,
                                 const char *message)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "status");
  json_builder_add_string_value (builder, "error");
  json_builder_set_member_name (builder, "errorType");
  json_builder_add_string_value (builder,
                                 type != NULL ? type : sg_http_status_get_error_type (status));
  json_builder_set_member_name (builder, "error");
  json_builder_add_string_value (builder, message);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  line = g_strconcat (text, "\n", NULL);
  return sg_http_response_new_text (status, SG_HTTP_TYPE_JSON, line);
}

SgHttpResponse *
sg_http_response_ref (SgHttpResponse *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_http_response_unref (SgHttpResponse *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_array_unref (self->fields);
  g_bytes_unref (self->body);
  g_free (self);
}

static Field *
find_field (SgHttpResponse *self,
            const char     *name)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = &g_array_index (self->fields, Field, i);

      if (g_ascii_strcasecmp (field->name, name) == 0)
        return field;
    }
  return NULL;
}

static gboolean
is_field_text (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p) && *p != '\t')
        return FALSE;
    }
  return TRUE;
}

/* Replaces what the field was. A value that would end the field early is a mistake of the caller. */
void
sg_http_response_set_header (SgHttpResponse *self,
                             const char     *name,
                             const char     *value)
{
  Field *field = find_field (self, name);
  Field added;

  g_return_if_fail (is_field_text (name) && is_field_text (value));
  if (field != NULL)
    {
      g_free (field->value);
      field->value = g_strdup (value);
      return;
    }
  added = (Field) { g_strdup (name), g_strdup (value) };
  g_array_append_val (self->fields, added);
}

/* Adds @token to a field that is a list, such as Vary. */
void
sg_http_response_append_token (SgHttpResponse *self,
                               const char     *name,
                               const char     *token)
{
  const char *old = sg_http_response_get_header (self, name);
  g_autofree char *list = old != NULL ? g_strconcat (old, ", ", token, NULL) : g_strdup (token);

  sg_http_response_set_header (self, name, list);
}

guint
sg_http_response_get_status (SgHttpResponse *self)
{
  return self->status;
}

const char *
sg_http_response_get_header (SgHttpResponse *self,
                             const char     *name)
{
  Field *field = find_field (self, name);

  return field != NULL ? field->value : NULL;
}

GBytes *
sg_http_response_get_body (SgHttpResponse *self)
{
  return self->body;
}

void
sg_http_response_set_body (SgHttpResponse *self,
                           GBytes         *body)
{
  g_bytes_ref (body);
  g_bytes_unref (self->body);
  self->body = body;
}

void
sg_http_response_foreach_header (SgHttpResponse *self,
                                 void (*func) (const char *name, const char *value, gpointer user_data),
                                 gpointer        user_data)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = &g_array_index (self->fields, Field, i);

      func (field->name, field->value, user_data);
    }
}

static void
append_field (const char *name,
              const char *value,
              gpointer    user_data)
{
  g_string_append_printf (user_data, "%s: %s\r\n", name, value);
}

/**
 * sg_http_response_serialize:
 * @self: a response
 * @without_body: it answers a HEAD request
 *
 * For what is refused before the HTTP library has seen it: the connection ends with it.
 *
 * Returns: (transfer full): the bytes to send
 */
GBytes *
sg_http_response_serialize (SgHttpResponse *self,
                            gboolean        without_body)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = soup_date_time_to_string (now, SOUP_DATE_HTTP);
  gsize length = 0;
  const char *body = g_bytes_get_data (self->body, &length);

  g_string_append_printf (out, "HTTP/1.1 %u %s\r\n", self->status,
                          sg_http_status_get_phrase (self->status));
  append_field ("Server", "Sightglass/" SG_VERSION, out);
  append_field ("Date", date, out);
  sg_http_response_foreach_header (self, append_field, out);
  append_field ("X-Content-Type-Options", "nosniff", out);
  g_string_append_printf (out, "Content-Length: %zu\r\nConnection: close\r\n\r\n", length);
  if (!without_body)
    g_string_append_len (out, body, (gssize) length);
  return g_string_free_to_bytes (out);
}
