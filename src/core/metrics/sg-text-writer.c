/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-text-writer.h"

#include "base/sg-labels.h"

#include <math.h>
#include <stdlib.h>

void
sg_text_writer_init (SgTextWriter *self,
                     gsize         capacity)
{
  *self = (SgTextWriter) { NULL, 0, 0 };
  sg_text_writer_grow (self, capacity);
}

void
sg_text_writer_grow (SgTextWriter *self,
                     gsize         n)
{
  self->capacity = MAX (self->length + n + SG_TEXT_WRITER_SLACK, self->capacity * 2);
  self->data = g_realloc (self->data, self->capacity);
}

/*
 * A bound or a rank as the value of a label, %SG_DOUBLE_TEXT_MAX bytes: as Go prints it with %g,
 * and so all of Prometheus' clients; two programs must not write the same bound in two ways. Unlike
 * sg_double_write(), that has an exponent from a million on.
 */
void
sg_text_format_label (double  value,
                      char   *out)
{
  if (isfinite (value) && fabs (value) >= 1e6)
    sg_double_write_exponent (value, out);
  else
    sg_double_write (value, out);
}

/* Writes @text with a backslash before backslashes, line feeds (as n), and quotes if @quotes says
 * so. */
void
sg_text_write_escaped (SgTextWriter *self,
                       const char   *text,
                       gboolean      quotes)
{
  const char *special = quotes ? "\\\n\"" : "\\\n";

  for (;;)
    {
      gsize n = strcspn (text, special);

      sg_text_write (self, text, n);
      text += n;
      if (*text == '\0')
        return;
      sg_text_write_char (self, '\\');
      sg_text_write_char (self, *text == '\n' ? 'n' : *text);
      text++;
    }
}

void
sg_text_write_quoted (SgTextWriter *self,
                      const char   *text)
{
  sg_text_write_char (self, '"');
  sg_text_write_escaped (self, text, TRUE);
  sg_text_write_char (self, '"');
}

static void
write_label_name (SgTextWriter *self,
                  SgEscaping    escaping,
                  const char   *name)
{
  g_autofree char *escaped = NULL;

  if (escaping == SG_ESCAPING_ALLOW_UTF8)
    {
      if (sg_label_name_is_classic (name))
        sg_text_write_string (self, name);
      else
        sg_text_write_quoted (self, name);
      return;
    }
  escaped = sg_escaping_label_name (escaping, name);
  sg_text_write_string (self, escaped);
}

static void
write_label (SgTextWriter *self,
             char          separator,
             SgEscaping    escaping,
             const char   *name,
             const char   *value)
{
  sg_text_write_char (self, separator);
  write_label_name (self, escaping, name);
  sg_text_write_char (self, '=');
  sg_text_write_quoted (self, value);
}

/**
 * sg_text_write_labels:
 * @self: a page
 * @view: a family
 * @values: (array): the values of a point's labels
 * @escaping: how names are written
 * @metric: (nullable): a name that needs quotes, and stands among the labels
 * @extra: (nullable): a label that is written already, without braces
 *
 * Writes the labels in braces, or nothing when there are none.
 */
void
sg_text_write_labels (SgTextWriter       *self,
                      const SgFamilyView *view,
                      const char  *const *values,
                      SgEscaping          escaping,
                      const char         *metric,
                      const char         *extra)
{
  char separator = '{';

  if (metric != NULL)
    {
      sg_text_write_char (self, separator);
      sg_text_write_quoted (self, metric);
      separator = ',';
    }
  for (guint i = 0; i < view->constant_labels->n_labels; i++, separator = ',')
    write_label (self, separator, escaping, view->constant_labels->labels[i].name,
                 view->constant_labels->labels[i].value);
  for (guint i = 0; i < view->n_labels; i++, separator = ',')
    write_label (self, separator, escaping, view->label_names[i], values[i]);
  if (extra != NULL)
    {
      sg_text_write_char (self, separator);
      sg_text_write_string (self, extra);
      separator = ',';
    }
  if (separator == ',')
    sg_text_write_char (self, '}');
}
