/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/push/sg-push-path.h"

#include "ingest/sg-exposition-parser.h"

#include <string.h>

/*
 * <job>{/<label>/<value>}: the parts are percent-decoded one by one. A label whose name ends with "@base64"
 * has its value in the URL-safe alphabet of RFC 4648, with or without padding, which is how a value may
 * have a slash or be empty ("="). The job of the path wins over a label "job" in it. An empty value is no
 * label.
 */
#define BASE64 "@base64"

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Returns: always %FALSE */
static gboolean
refuse (GError     **error,
        const char  *format,
        ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX, format, args);
  va_end (args);
  return FALSE;
}

static char *
decode_base64 (const char *text)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  g_autofree guchar *bytes = NULL;
  gsize length = 0;
  gsize n = strlen (text);

  while (n > 0 && text[n - 1] == '=')
    n--;
  for (gsize i = 0; i < n; i++)
    {
      char c = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];

      if (!g_ascii_isalnum (c) && c != '+' && c != '/')
        return NULL;
      g_string_append_c (plain, c);
    }
  if (n % 4 == 1)
    return NULL;
  while (plain->len % 4 != 0)
    g_string_append_c (plain, '=');
  if (plain->len == 0)
    return g_strdup ("");
  bytes = g_base64_decode (plain->str, &length);
  if (!g_utf8_validate ((const char *) bytes, (gssize) length, NULL))
    return NULL;
  return g_strndup ((const char *) bytes, length);
}

static char *
decode_value (const char  *name,
              const char  *text,
              gboolean     base64,
              GError     **error)
{
  g_autofree char *segment = g_uri_unescape_string (text, NULL);
  char *value;

  if (segment == NULL || !g_utf8_validate (segment, -1, NULL))
    {
      refuse (error, "the value of label %s is not percent-encoded UTF-8: %s", name, text);
      return NULL;
    }
  if (!base64)
    return g_steal_pointer (&segment);
  value = decode_base64 (segment);
  if (value == NULL)
    refuse (error, "invalid base64 encoding for label %s: %s", name, segment);
  return value;
}

/* Returns: the name without its suffix, in place; sets @ret_base64 */
static char *
decode_name (const char  *text,
             gboolean    *ret_base64,
             GError     **error)
{
  g_autofree char *name = g_uri_unescape_string (text, NULL);

  if (name != NULL)
    {
      *ret_base64 = g_str_has_suffix (name, BASE64);
      if (*ret_base64)
        name[strlen (name) - strlen (BASE64)] = '\0';
    }
  if (name == NULL || !sg_label_name_is_classic (name) || g_str_has_prefix (name, "__"))
    {
      refuse (error, "improper label name \"%s\"", name != NULL ? name : text);
      return NULL;
    }
  return g_steal_pointer (&name);
}

static gboolean
take_pair (SgLabelsBuilder  *builder,
           GPtrArray        *texts,
           const char       *name_text,
           const char       *value_text,
           GError          **error)
{
  gboolean base64 = FALSE;
  char *name = decode_name (name_text, &base64, error);
  char *value;

  if (name == NULL)
    return FALSE;
  g_ptr_array_add (texts, name);
  value = decode_value (name, value_text, base64, error);
  if (value == NULL)
    return FALSE;
  g_ptr_array_add (texts, value);
  sg_labels_builder_set (builder, name, value);
  return TRUE;
}

SgLabels *
sg_push_path_parse (const char  *rest,
                    gboolean     job_is_base64,
                    GError     **error)
{
  g_auto (GStrv) parts = g_strsplit (rest, "/", -1);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_auto (SgLabelsBuilder) builder = { 0 };
  guint n = g_strv_length (parts);
  char *job;

  job = n > 0 ? decode_value ("job", parts[0], job_is_base64, error) : g_strdup ("");
  if (job == NULL)
    return NULL;
  g_ptr_array_add (texts, job);
  if (*job == '\0')
    {
      refuse (error, "job name is required");
      return NULL;
    }
  if (n % 2 == 0)
    {
      refuse (error, "odd number of components in label string \"%s\"", strchr (rest, '/'));
      return NULL;
    }
  sg_labels_builder_init (&builder, NULL);
  for (guint i = 1; i < n; i += 2)
    {
      if (!take_pair (&builder, texts, parts[i], parts[i + 1], error))
        return NULL;
    }
  sg_labels_builder_set (&builder, "job", job);
  return sg_labels_builder_build (&builder);
}
