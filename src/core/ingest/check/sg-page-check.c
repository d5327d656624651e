/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/check/sg-page-check-private.h"

#include <string.h>

#define SHOWN_BYTES 32

G_DEFINE_BOXED_TYPE (SgPageReport, sg_page_report, sg_page_report_ref, sg_page_report_unref)

SgPageReport *
sg_page_report_ref (SgPageReport *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_page_report_unref (SgPageReport *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_free (self->message);
  g_strfreev (self->advice);
  g_free (self);
}

/* Characters, not bytes; what is not UTF-8 counts a character a byte. */
static guint
count_characters (const char *from,
                  const char *to)
{
  guint n = 0;

  for (const char *p = from; p < to; p++)
    n += ((guchar) *p & 0xc0) != 0x80;
  return n;
}

/* As the scraper's parser quotes: not too much of the line. */
static char *
quote (const char *from,
       const char *to)
{
  g_autofree char *text = g_utf8_make_valid (from, MIN (to - from, SHOWN_BYTES));

  return g_strdup_printf ("“%s”", text);
}

gboolean
sg_page_report_fail (SgPageReport *report,
                     const char   *text,
                     const char   *end,
                     const char   *at,
                     const char   *expected)
{
  const char *line = text;
  const char *line_end = memchr (at, '\n', (gsize) (end - at));
  g_autofree char *found = NULL;

  if (line_end == NULL)
    line_end = end;
  report->line = 1;
  for (const char *p = text; p < at; p++)
    {
      if (*p != '\n')
        continue;
      report->line++;
      line = p + 1;
    }
  report->column = count_characters (line, at) + 1;
  if (at == end)
    found = g_strdup ("the end of the page");
  else if (at == line_end)
    found = g_strdup ("the end of the line");
  else
    found = quote (at, line_end);
  report->message = g_strdup_printf ("expected %s, found %s", expected, found);
  return FALSE;
}

static gboolean
ends_as_openmetrics (const char *text,
                     gsize       length)
{
  static const char last[] = "# EOF";

  while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
    length--;
  return length >= strlen (last) && memcmp (text + length - strlen (last), last, strlen (last)) == 0
         && (length == strlen (last) || text[length - strlen (last) - 1] == '\n');
}

SgPageReport *
sg_page_check (const char   *text,
               gsize         length,
               SgPageFormat  format)
{
  SgPageReport *report = g_new0 (SgPageReport, 1);

  report->ref_count = 1;
  if (format == SG_PAGE_FORMAT_GUESS)
    format = ends_as_openmetrics (text, length) ? SG_PAGE_FORMAT_OPENMETRICS : SG_PAGE_FORMAT_TEXT;
  if (format == SG_PAGE_FORMAT_OPENMETRICS)
    sg_page_check_openmetrics (report, text, length);
  else
    sg_page_check_text (report, text, length);
  if (report->advice == NULL)
    report->advice = g_new0 (char *, 1);
  return report;
}
