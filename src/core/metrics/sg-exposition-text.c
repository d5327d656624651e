/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-exposition-private.h"

#include <math.h>

/*
 * The text formats, line by line; "\n" ends each line.
 *
 *   # HELP name text                    text: \\ and \n; OpenMetrics also \"
 *   # TYPE name counter                 untyped is called unknown in OpenMetrics, an info is a
 * gauge in text # UNIT name seconds                 OpenMetrics only name{label="value",…} 1.5
 * value: \\ \n \" name_total{…} 17 # {trace_id="x"} 1 1520879607.789         an exemplar:
 * OpenMetrics only name_created{…} 1520872607.123      OpenMetrics only # EOF OpenMetrics only
 *
 * A counter is called name_total in its HELP and TYPE by text, and name by OpenMetrics; an info
 * likewise with _info. Where a name does not fit the classic alphabet and the reader takes UTF-8,
 * it stands in quotes, in samples as the first among the labels: {"http.méthode","l.x"="v"} 1.
 *
 * Buckets are cumulative, with the label le; quantiles have the label quantile. OpenMetrics wants
 * the numbers in both to look like floats ("1.0"), text has them short ("1"). What OpenMetrics
 * forbids is left out there: sum and count of a histogram with bounds below zero or with a sum that
 * is not a counter's (negative or NaN), the sum of such a summary, and its negative quantiles.
 *
 * A classic family is written by copying: its name, the labels as its child keeps them, the number.
 * The rest takes the long way (sg_text_write_labels()).
 */
typedef struct
{
  char *text;
  gsize length;
} SampleName;

typedef struct
{
  SgTextWriter *out;
  SgEscaping escaping;
  gboolean openmetrics;
  gboolean fast;
  gboolean quoted;
  SampleName plain;
  SampleName bucket;
  SampleName sum;
  SampleName count;
  SampleName created;
  char **extras;
  SgTimeMs created_ms;
  gsize created_length;
  char created_text[32];
} Page;

static SampleName
sample_name (const char *base,
             const char *suffix)
{
  SampleName name;

  name.text = g_strconcat (base, suffix, NULL);
  name.length = strlen (name.text);
  return name;
}

static void
page_clear_family (Page *page)
{
  g_clear_pointer (&page->plain.text, g_free);
  g_clear_pointer (&page->bucket.text, g_free);
  g_clear_pointer (&page->sum.text, g_free);
  g_clear_pointer (&page->count.text, g_free);
  g_clear_pointer (&page->created.text, g_free);
  g_clear_pointer (&page->extras, g_strfreev);
}

/* Writes le="…" or quantile="…". */
static char *
format_extra (const Page *page,
              const char *label,
              double      value)
{
  char number[SG_DOUBLE_TEXT_MAX];
  gboolean looks_whole;

  sg_text_format_label (value, number);
  looks_whole = strpbrk (number, ".eIN") == NULL;
  return g_strconcat (label, "=\"", number, page->openmetrics && looks_whole ? ".0\"" : "\"",
                      page->fast ? "} " : "", NULL);
}

static void
page_prepare_extras (Page               *page,
                     const SgFamilyView *view)
{
  guint n = 0;

  if (view->kind == SG_METRIC_HISTOGRAM)
    {
      page->extras = g_new0 (char *, view->n_bounds + 2);
      for (; n < view->n_bounds; n++)
        page->extras[n] = format_extra (page, "le", view->bounds[n]);
      page->extras[n] = format_extra (page, "le", INFINITY);
    }
  else if (view->kind == SG_METRIC_SUMMARY)
    {
      page->extras = g_new0 (char *, view->n_quantiles + 1);
      for (; n < view->n_quantiles; n++)
        page->extras[n] = format_extra (page, "quantile", view->quantiles[n].rank);
    }
}

static void
page_prepare_names (Page               *page,
                    const SgFamilyView *view,
                    const char         *name)
{
  g_autofree char *base = sg_metric_base_name (view->kind, name);

  if (!page->openmetrics)
    page->plain = sample_name (name, "");
  else if (view->kind == SG_METRIC_COUNTER)
    page->plain = sample_name (base, "_total");
  else if (view->kind == SG_METRIC_INFO)
    page->plain = sample_name (base, "_info");
  else
    page->plain = sample_name (base, "");
  page->bucket = sample_name (base, "_bucket");
  page->sum = sample_name (base, "_sum");
  page->count = sample_name (base, "_count");
  page->created = sample_name (base, "_created");
}

static void
write_comment (Page       *page,
               const char *keyword,
               const char *name)
{
  sg_text_write_string (page->out, keyword);
  if (page->quoted)
    sg_text_write_quoted (page->out, name);
  else
    sg_text_write_string (page->out, name);
  sg_text_write_char (page->out, ' ');
}

static const char *
type_name (const Page   *page,
           SgMetricKind  kind)
{
  if (page->openmetrics)
    return sg_metric_kind_to_string (kind);
  if (kind == SG_METRIC_INFO)
    return "gauge";
  return kind == SG_METRIC_UNKNOWN ? "untyped" : sg_metric_kind_to_string (kind);
}

static void
write_comments (Page               *page,
                const SgFamilyView *view,
                const char         *name)
{
  g_autofree char *base =
      page->openmetrics ? sg_metric_base_name (view->kind, name) : g_strdup (name);

  if (*view->help != '\0')
    {
      write_comment (page, "# HELP ", base);
      sg_text_write_escaped (page->out, view->help, page->openmetrics);
      sg_text_write_char (page->out, '\n');
    }
  write_comment (page, "# TYPE ", base);
  sg_text_write_string (page->out, type_name (page, view->kind));
  sg_text_write_char (page->out, '\n');
  if (page->openmetrics && *view->unit != '\0')
    {
      write_comment (page, "# UNIT ", base);
      sg_text_write_string (page->out, view->unit);
      sg_text_write_char (page->out, '\n');
    }
}

static void
page_begin (const SgFamilyView *view,
            gpointer            user_data)
{
  Page *page = user_data;
  g_autofree char *name = sg_escaping_metric_name (page->escaping, view->name);

  page_clear_family (page);
  page->fast = view->classic && page->escaping != SG_ESCAPING_DOTS;
  page->quoted = !sg_metric_name_is_classic (name);
  page_prepare_names (page, view, name);
  page_prepare_extras (page, view);
  write_comments (page, view, name);
}

/* Writes the name and labels of a sample, and a blank. */
static inline void
write_sample (Page               *page,
              const SgFamilyView *view,
              const SgPoint      *point,
              const SampleName   *name,
              const char         *extra)
{
  SgTextWriter *out = page->out;
  gboolean labelled = point->text_length > 1;

  if (G_UNLIKELY (!page->fast))
    {
      if (!page->quoted)
        sg_text_write (out, name->text, name->length);
      sg_text_write_labels (out, view, point->values, page->escaping,
                            page->quoted ? name->text : NULL, extra);
      sg_text_write_char (out, ' ');
      return;
    }
  sg_text_write (out, name->text, name->length);
  if (extra == NULL)
    {
      sg_text_write (out, point->text, point->text_length);
      return;
    }
  if (labelled)
    sg_text_write (out, point->text, point->text_length - 2);
  sg_text_write_char (out, labelled ? ',' : '{');
  sg_text_write_string (out, extra);
}

/* Returns: the length of @ms as seconds, in at most 32 bytes */
static gsize
format_seconds (char     *out,
                SgTimeMs  ms)
{
  guint64 distance = ms < 0 ? 0 - (guint64) ms : (guint64) ms;
  guint rest = (guint) (distance % 1000);
  char *p = out;

  if (ms < 0)
    *p++ = '-';
  p += sg_u64_write (distance / 1000, p);
  if (rest != 0)
    {
      *p++ = '.';
      *p++ = (char) ('0' + rest / 100);
      *p++ = (char) ('0' + rest / 10 % 10);
      *p++ = (char) ('0' + rest % 10);
    }
  return (gsize) (p - out);
}

static void
write_exemplar (SgTextWriter     *out,
                const SgExemplar *exemplar)
{
  const SgFamilyView view = { .constant_labels = exemplar->labels };

  sg_text_write_string (out, " # ");
  if (exemplar->labels->n_labels == 0)
    sg_text_write_string (out, "{}");
  sg_text_write_labels (out, &view, NULL, SG_ESCAPING_UNDERSCORES, NULL, NULL);
  sg_text_write_char (out, ' ');
  sg_text_write_number (out, exemplar->value);
  sg_text_write_char (out, ' ');
  sg_text_writer_need (out, 0);
  out->length += format_seconds (out->data + out->length, exemplar->timestamp);
}

static inline void
write_end (Page          *page,
           const SgPoint *point,
           guint          i)
{
  if (point->exemplars != NULL && point->exemplars[i].labels != NULL)
    write_exemplar (page->out, &point->exemplars[i]);
  sg_text_write_char (page->out, '\n');
}

/* Children are often made together: the text of a time serves as long as it stays the same. */
static void
write_created (Page               *page,
               const SgFamilyView *view,
               const SgPoint      *point)
{
  if (!page->openmetrics || point->created == 0)
    return;
  if (point->created != page->created_ms)
    {
      page->created_ms = point->created;
      page->created_length = format_seconds (page->created_text, point->created);
      page->created_text[page->created_length++] = '\n';
    }
  write_sample (page, view, point, &page->created, NULL);
  sg_text_write (page->out, page->created_text, page->created_length);
}

static void
write_sum (Page               *page,
           const SgFamilyView *view,
           const SgPoint      *point)
{
  write_sample (page, view, point, &page->sum, NULL);
  sg_text_write_number (page->out, point->sum);
  sg_text_write_char (page->out, '\n');
}

static void
write_count (Page               *page,
             const SgFamilyView *view,
             const SgPoint      *point)
{
  write_sample (page, view, point, &page->count, NULL);
  sg_text_write_integer (page->out, point->count);
  sg_text_write_char (page->out, '\n');
}

static void
write_histogram (Page               *page,
                 const SgFamilyView *view,
                 const SgPoint      *point)
{
  gboolean counts = point->sum >= 0 && (view->n_bounds == 0 || view->bounds[0] >= 0);
  guint64 cumulative = 0;

  for (guint i = 0; i <= view->n_bounds; i++)
    {
      cumulative += point->buckets[i];
      write_sample (page, view, point, &page->bucket, page->extras[i]);
      sg_text_write_integer (page->out, cumulative);
      write_end (page, point, i);
    }
  if (counts || !page->openmetrics)
    {
      write_sum (page, view, point);
      write_count (page, view, point);
    }
  write_created (page, view, point);
}

static void
write_summary (Page               *page,
               const SgFamilyView *view,
               const SgPoint      *point)
{
  for (guint i = 0; i < view->n_quantiles; i++)
    {
      if (page->openmetrics && point->quantile_values[i] < 0)
        continue;
      write_sample (page, view, point, &page->plain, page->extras[i]);
      sg_text_write_number (page->out, point->quantile_values[i]);
      sg_text_write_char (page->out, '\n');
    }
  if (point->sum >= 0 || !page->openmetrics)
    write_sum (page, view, point);
  write_count (page, view, point);
  write_created (page, view, point);
}

/* A line of a classic family without an exemplar, which is what most lines are. */
static inline void
write_plain (Page          *page,
             const SgPoint *point)
{
  SgTextWriter *out = page->out;
  char *p;

  sg_text_writer_need (out, page->plain.length + point->text_length);
  p = out->data + out->length;
  sg_text_copy (p, page->plain.text, page->plain.length);
  p += page->plain.length;
  sg_text_copy (p, point->text, point->text_length);
  p += point->text_length;
  p += sg_text_put_number (p, point->value);
  *p++ = '\n';
  out->length = (gsize) (p - out->data);
}

static void
write_simple (Page               *page,
              const SgFamilyView *view,
              const SgPoint      *point)
{
  if (G_LIKELY (page->fast && point->exemplars == NULL))
    write_plain (page, point);
  else
    {
      write_sample (page, view, point, &page->plain, NULL);
      sg_text_write_number (page->out, point->value);
      write_end (page, point, 0);
    }
  if (view->kind == SG_METRIC_COUNTER)
    write_created (page, view, point);
}

static void
page_points (const SgFamilyView *view,
             const SgPoint      *points,
             gsize               n_points,
             gpointer            user_data)
{
  Page *page = user_data;

  for (gsize i = 0; i < n_points; i++)
    {
      const SgPoint *point = &points[i];

      if (view->kind == SG_METRIC_HISTOGRAM)
        write_histogram (page, view, point);
      else if (view->kind == SG_METRIC_SUMMARY)
        write_summary (page, view, point);
      else
        write_simple (page, view, point);
    }
}

/**
 * Guest:
 * @page: where it goes
 * @host: whose families are there already
 * @skipped: whether the family that is shown is one of these
 */
typedef struct
{
  Page *page;
  SgRegistry *host;
  gboolean skipped;
} Guest;

static void
guest_begin (const SgFamilyView *view,
             gpointer            user_data)
{
  Guest *guest = user_data;

  guest->skipped = sg_registry_find_family (guest->host, view->name) != NULL;
  if (!guest->skipped)
    page_begin (view, guest->page);
}

static void
guest_points (const SgFamilyView *view,
              const SgPoint      *points,
              gsize               n_points,
              gpointer            user_data)
{
  Guest *guest = user_data;

  if (!guest->skipped)
    page_points (view, points, n_points, guest->page);
}

static void
visit_guest (Page       *page,
             SgRegistry *host,
             SgRegistry *registry)
{
  Guest guest = { .page = page, .host = host };
  SgFamilyVisitor visitor = {
    .exemplars = page->openmetrics,
    .begin = guest_begin,
    .points = guest_points,
    .user_data = &guest,
  };

  sg_registry_visit (registry, &visitor);
}

void
sg_exposition_write_text (SgTextWriter       *out,
                          SgRegistry         *registry,
                          SgRegistry         *guest,
                          SgExpositionFormat  format)
{
  SgExpositionFormat syntax = sg_exposition_format_get_syntax (format);
  gboolean openmetrics =
      syntax == SG_EXPOSITION_OPENMETRICS_0_0_1 || syntax == SG_EXPOSITION_OPENMETRICS_1_0_0;
  Page page = {
    .out = out,
    .escaping = sg_exposition_format_get_escaping (format),
    .openmetrics = openmetrics,
  };
  SgFamilyVisitor visitor = {
    .exemplars = openmetrics,
    .begin = page_begin,
    .points = page_points,
    .user_data = &page,
  };

  sg_registry_visit (registry, &visitor);
  if (guest != NULL)
    visit_guest (&page, registry, guest);
  page_clear_family (&page);
  if (openmetrics)
    sg_text_write_string (out, "# EOF\n");
}
