/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-target-form.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define PREFIX_FOUND "__meta_"

char *
sg_target_form_check_job (const char *text)
{
  if (*text == '\0')
    return g_strdup ("");
  if (g_ascii_isspace (text[0]) || g_ascii_isspace (text[strlen (text) - 1]))
    return g_strdup (_ ("A job has no space at its ends."));
  return NULL;
}

char *
sg_target_form_check_address (const char *text)
{
  g_autofree char *host = NULL;
  g_autoptr (GSocketConnectable) parsed = NULL;
  const char *colon = strrchr (text, ':');

  if (*text == '\0')
    return g_strdup ("");
  if (strstr (text, "://") != NULL)
    return g_strdup (_ ("Write host:port only: the scheme is a setting of the job."));
  if (strchr (text, '/') != NULL)
    return g_strdup (_ ("Write host:port only: the path is a setting of the job (metrics_path)."));
  if (strpbrk (text, " \t\"'@") != NULL)
    return g_strdup (_ ("A host has no spaces, quotes or @ in it."));
  if (colon == NULL || colon[1] == '\0')
    return g_strdup (_ ("Write the port as well, as in localhost:9100."));
  if (strspn (colon + 1, "0123456789") != strlen (colon + 1)
      || g_ascii_strtoull (colon + 1, NULL, 10) - 1 > 65534)
    return g_strdup (_ ("A port is a number from 1 to 65535."));
  parsed = g_network_address_parse (text, 0, NULL);
  if (parsed == NULL || colon == text)
    return g_strdup (_ ("This is not host:port; an IPv6 address stands in brackets: [::1]:9100."));
  return NULL;
}

/* One pair, from @text on. Returns: where it ends, or %NULL with @ret_problem */
static const char *
parse_pair (const char  *text,
            char       **ret_name,
            char       **ret_value,
            char       **ret_problem)
{
  gsize length = strcspn (text, "=,");
  g_autofree char *name = g_strstrip (g_strndup (text, length));
  GString *value;

  if (text[length] != '=')
    {
      *ret_problem = g_strdup_printf (_ ("Write “%s=value”."), *name != '\0' ? name : "name");
      return NULL;
    }
  if (!sg_label_name_is_classic (name) || g_str_has_prefix (name, "__"))
    {
      *ret_problem = g_strdup_printf (
          _ ("“%s” cannot name a label: letters, digits and _ can, but not __ at first."), name);
      return NULL;
    }
  text += length + 1;
  text += strspn (text, " \t");
  value = g_string_new (NULL);
  if (*text == '"')
    {
      for (text++; *text != '"' && *text != '\0'; text++)
        g_string_append_c (value, *text == '\\' && text[1] != '\0' ? *++text : *text);
      if (*text == '\0')
        {
          *ret_problem = g_strdup_printf (_ ("The value of “%s” wants its closing quote."), name);
          g_string_free (value, TRUE);
          return NULL;
        }
      text++;
      text += strspn (text, " \t");
    }
  else
    {
      length = strcspn (text, ",");
      g_string_append_len (value, text, (gssize) length);
      g_strchomp (value->str);
      text += length;
    }
  *ret_name = g_steal_pointer (&name);
  *ret_value = g_string_free (value, FALSE);
  return text;
}

/* Takes one pair. Returns: what follows it, or %NULL with @ret_problem */
static const char *
take_pair (const char       *text,
           SgLabelsBuilder  *builder,
           GPtrArray        *texts,
           char            **ret_problem)
{
  char *name, *value;

  text = parse_pair (text, &name, &value, ret_problem);
  if (text == NULL)
    return NULL;
  g_ptr_array_add (texts, name);
  g_ptr_array_add (texts, value);
  if (*text != ',' && *text != '\0')
    *ret_problem = g_strdup_printf (_ ("Write a comma after the value of “%s”."), name);
  else if (*value == '\0')
    *ret_problem = g_strdup_printf (_ ("“%s” has no value."), name);
  else if (sg_labels_builder_has (builder, name))
    *ret_problem = g_strdup_printf (_ ("“%s” stands there twice."), name);
  else
    {
      sg_labels_builder_set (builder, name, value);
      return *text == ',' ? text + 1 : text;
    }
  return NULL;
}

SgLabels *
sg_target_form_parse_labels (const char  *text,
                             char       **ret_problem)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_auto (SgLabelsBuilder) builder = { 0 };

  sg_labels_builder_init (&builder, sg_labels_get_empty ());
  for (text += strspn (text, " \t,"); *text != '\0'; text += strspn (text, " \t,"))
    {
      text = take_pair (text, &builder, texts, ret_problem);
      if (text == NULL)
        return NULL;
    }
  return sg_labels_builder_build (&builder);
}

char *
sg_target_form_write_labels (const SgLabels *labels)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < labels->n_labels; i++)
    {
      g_string_append_printf (out, "%s%s=", i > 0 ? ", " : "", labels->labels[i].name);
      sg_labels_append_quoted (out, labels->labels[i].value);
    }
  return g_string_free (out, FALSE);
}

SgLabels *
sg_target_form_own_labels (const SgTargetStatus *status)
{
  g_auto (SgLabelsBuilder) builder = { 0 };

  sg_labels_builder_init (&builder, status->discovered);
  for (guint i = 0; i < status->discovered->n_labels; i++)
    {
      const char *name = status->discovered->labels[i].name;

      if (g_str_has_prefix (name, "__") || g_str_equal (name, "job"))
        sg_labels_builder_unset (&builder, name);
    }
  return sg_labels_builder_build (&builder);
}

gboolean
sg_target_form_is_written (const SgTargetStatus *status)
{
  if (status->is_builtin || status->discovered == NULL)
    return FALSE;
  for (guint i = 0; i < status->discovered->n_labels; i++)
    {
      if (g_str_has_prefix (status->discovered->labels[i].name, PREFIX_FOUND))
        return FALSE;
    }
  return TRUE;
}

char *
sg_target_form_make_curl (const SgTargetStatus *status)
{
  g_autofree char *quoted = g_shell_quote (status->url);

  return g_strdup_printf (
      "curl --fail --location --compressed --max-time %" G_GINT64_FORMAT
      " --header 'Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' %s",
      MAX (status->timeout_ms / 1000, 1), quoted);
}
