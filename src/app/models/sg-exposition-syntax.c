/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-exposition-syntax.h"

#include <string.h>

/*
 * Finds the coloured parts of one line of an exposition. A line need not be right: what cannot be told
 * has no part, and the scan goes on behind it.
 *
 *   sample  = name [ "{" label { "," label } "}" ] value [ timestamp ] [ exemplar ]
 *   label   = name "=" quoted  |  quoted
 *   comment = "#" word name rest
 *
 * An exemplar ("# {…} value timestamp") has the same parts once more.
 */
typedef struct
{
  const char *line;
  guint length;
  guint at;
  GArray *spans;
} Scan;

static void
scan_add (Scan     *scan,
          guint     start,
          SgSyntax  part)
{
  SgSyntaxSpan span = { start, scan->at, part };

  if (scan->at > start)
    g_array_append_val (scan->spans, span);
}

static gboolean
scan_is (const Scan *scan,
         const char *any_of)
{
  return scan->at < scan->length && scan->line[scan->at] != '\0'
         && strchr (any_of, scan->line[scan->at]) != NULL;
}

static void
scan_skip_blanks (Scan *scan)
{
  while (scan_is (scan, " \t"))
    scan->at++;
}

static void
scan_until (Scan       *scan,
            const char *any_of)
{
  while (scan->at < scan->length && !scan_is (scan, any_of))
    scan->at++;
}

static void
scan_word (Scan     *scan,
           SgSyntax  part)
{
  guint start = scan->at;

  scan_until (scan, " \t");
  scan_add (scan, start, part);
  scan_skip_blanks (scan);
}

/* A text in double quotes; an escaped quote does not end it. */
static void
scan_quoted (Scan     *scan,
             SgSyntax  part)
{
  guint start = scan->at++;

  while (scan->at < scan->length && scan->line[scan->at] != '"')
    scan->at += scan->line[scan->at] == '\\' ? 2 : 1;
  scan->at = MIN (scan->at + 1, scan->length);
  scan_add (scan, start, part);
}

/* Inside braces, a quoted text before "=" is a label's name, and one before "," or "}" the metric's. */
static void
scan_label (Scan *scan)
{
  guint start = scan->at;
  guint n_before = scan->spans->len;

  if (scan_is (scan, "\""))
    scan_quoted (scan, SG_SYNTAX_NAME);
  else
    {
      scan_until (scan, "=,}\" \t");
      scan_add (scan, start, SG_SYNTAX_LABEL);
    }
  scan_skip_blanks (scan);
  if (!scan_is (scan, "="))
    return;
  if (scan->spans->len > n_before)
    g_array_index (scan->spans, SgSyntaxSpan, n_before).part = SG_SYNTAX_LABEL;
  scan->at++;
  scan_skip_blanks (scan);
  if (scan_is (scan, "\""))
    scan_quoted (scan, SG_SYNTAX_STRING);
}

static void
scan_braces (Scan *scan)
{
  scan->at++;
  while (scan->at < scan->length && !scan_is (scan, "}"))
    {
      guint before = scan->at;

      scan_skip_blanks (scan);
      if (scan_is (scan, ","))
        scan->at++;
      else if (!scan_is (scan, "}"))
        scan_label (scan);
      if (scan->at == before)
        scan->at++;
    }
  scan->at = MIN (scan->at + 1, scan->length);
}

static void
scan_sample (Scan *scan)
{
  guint start;

  scan_skip_blanks (scan);
  start = scan->at;
  scan_until (scan, "{ \t#");
  scan_add (scan, start, SG_SYNTAX_NAME);
  scan_skip_blanks (scan);
  if (scan_is (scan, "{"))
    scan_braces (scan);
  scan_skip_blanks (scan);
  if (scan->at < scan->length && !scan_is (scan, "#"))
    scan_word (scan, SG_SYNTAX_NUMBER);
  if (scan->at < scan->length && !scan_is (scan, "#"))
    scan_word (scan, SG_SYNTAX_COMMENT);
}

static void
scan_comment (Scan                 *scan,
              SgExpositionLineKind  kind)
{
  guint start = scan->at;

  if (kind == SG_EXPOSITION_LINE_COMMENT)
    {
      scan->at = scan->length;
      scan_add (scan, start, SG_SYNTAX_COMMENT);
      return;
    }
  scan_skip_blanks (scan);
  if (scan_is (scan, "#"))
    scan->at++;
  scan_skip_blanks (scan);
  scan_until (scan, " \t");
  scan_add (scan, start, SG_SYNTAX_KEYWORD);
  scan_skip_blanks (scan);
  if (scan_is (scan, "\""))
    scan_quoted (scan, SG_SYNTAX_NAME);
  else
    scan_word (scan, SG_SYNTAX_NAME);
  scan_skip_blanks (scan);
  start = scan->at;
  scan->at = scan->length;
  scan_add (scan, start, kind == SG_EXPOSITION_LINE_HELP ? SG_SYNTAX_COMMENT : SG_SYNTAX_TYPE);
}

/**
 * sg_exposition_syntax_scan:
 * @line: a line of an exposition; no NUL is needed at its end
 * @length: its length
 * @kind: what it is
 *
 * Returns: (transfer full) (element-type SgSyntaxSpan): its parts, in order, none over another
 */
GArray *
sg_exposition_syntax_scan (const char           *line,
                           gsize                 length,
                           SgExpositionLineKind  kind)
{
  Scan scan = { .line = line, .length = (guint) MIN (length, G_MAXUINT / 2) };

  scan.spans = g_array_new (FALSE, FALSE, sizeof (SgSyntaxSpan));
  if (kind != SG_EXPOSITION_LINE_SAMPLE)
    scan_comment (&scan, kind);
  else
    {
      scan_sample (&scan);
      /* What is left of a sample is its exemplar, which begins with "#" and has the same form. */
      if (scan_is (&scan, "#"))
        {
          scan.at++;
          scan_sample (&scan);
        }
    }
  return scan.spans;
}
