/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-protobuf.h"

#include "base/sg-snappy.h"

#include <string.h>

#define MESSAGE_TYPE "application/x-protobuf"

SgHttpResponse *
sg_api_refuse_text (guint       status,
                    const char *message)
{
  g_autofree char *line =
      g_str_has_suffix (message, "\n") ? g_strdup (message) : g_strconcat (message, "\n", NULL);

  return sg_http_response_new_text (status, SG_HTTP_TYPE_TEXT, line);
}

/* An unknown coding is refused; without one it is taken to be snappy, which is the only one. */
static gboolean
check_head (const SgHttpRequest  *request,
            SgHttpResponse      **ret_refusal)
{
  const char *type = sg_http_request_get_header (request, "content-type");
  const char *coding = sg_http_request_get_header (request, "content-encoding");

  if (type != NULL && *type != '\0'
      && (g_ascii_strncasecmp (type, MESSAGE_TYPE, strlen (MESSAGE_TYPE)) != 0
          || strchr (" ;", type[strlen (MESSAGE_TYPE)]) == NULL))
    {
      g_autofree char *message = g_strdup_printf (
          "expected " MESSAGE_TYPE " as the first (media) part, got %s content-type", type);

      *ret_refusal = sg_api_refuse_text (415, message);
      return FALSE;
    }
  if (coding != NULL && *coding != '\0' && g_ascii_strcasecmp (coding, "snappy") != 0)
    {
      g_autofree char *message =
          g_strdup_printf ("%s encoding (compression) is not accepted by this server; only snappy "
                           "is acceptable",
                           coding);

      *ret_refusal = sg_api_refuse_text (415, message);
      return FALSE;
    }
  return TRUE;
}

static SgHttpResponse *
refuse_damage (const GError *wrong)
{
  g_autofree char *message = g_strdup_printf ("snappy: corrupt input: %s", wrong->message);

  return sg_api_refuse_text (400, message);
}

/* Returns: (transfer full) (nullable): the message, or the answer that says why there is none */
GBytes *
sg_api_get_message (const SgHttpRequest  *request,
                    SgHttpResponse      **ret_refusal)
{
  gsize compressed_length = 0;
  const char *compressed =
      g_bytes_get_data (sg_http_request_get_body (request), &compressed_length);
  g_autofree guint8 *message = NULL;
  g_autoptr (GError) wrong = NULL;
  gsize length = 0;

  if (!check_head (request, ret_refusal))
    return NULL;
  if (!sg_snappy_get_length (compressed, compressed_length, &length, &wrong))
    {
      *ret_refusal = refuse_damage (wrong);
      return NULL;
    }
  if (length > SG_API_MAX_MESSAGE_BYTES)
    {
      *ret_refusal = sg_api_refuse_text (
          413, "the body has more than " G_STRINGIFY (
                   SG_API_MAX_MESSAGE_BYTES) " bytes once it is decompressed: send less at a time");
      return NULL;
    }
  message = g_malloc (length + 1);
  if (sg_snappy_expand (compressed, compressed_length, message, &wrong))
    return g_bytes_new_take (g_steal_pointer (&message), length);
  *ret_refusal = refuse_damage (wrong);
  return NULL;
}

/* Returns: (transfer full): the message as the body of an answer */
SgHttpResponse *
sg_api_answer_message (const GByteArray *message)
{
  guint8 *bytes = g_malloc (SG_SNAPPY_BOUND (message->len));
  gsize length = sg_snappy_compress (message->data, message->len, bytes);
  g_autoptr (GBytes) body = g_bytes_new_take (bytes, length);
  SgHttpResponse *response = sg_http_response_new (200, MESSAGE_TYPE, body);

  sg_http_response_set_header (response, "Content-Encoding", "snappy");
  return response;
}
