/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-exposition-private.h"

#include <math.h>

/*
 * Two forms for other programs than scrapers.
 *
 * JSON is what prom2json makes of a page: an array of families, numbers as texts (JSON knows no
 * NaN):
 *
 *   [{"name":"x_total","help":"…","type":"COUNTER",
 *     "metrics":[{"labels":{"a":"b"},"value":"17"}]},
 *    {"name":"y","help":"…","type":"HISTOGRAM",
 *     "metrics":[{"buckets":{"0.5":"1","+Inf":"2"},"count":"2","sum":"3.5"}]},
 *    {"name":"z","help":"…","type":"SUMMARY",
 *     "metrics":[{"quantiles":{"0.5":"1"},"count":"1","sum":"1"}]}]
 *
 * An info is a GAUGE there. "labels" is missing where there are none.
 *
 * CSV has a row for each sample of the text format: name, labels as the text format writes them,
 * value, type of the family. Quotes double inside quotes, and rows end in CR LF, as RFC 4180 has
 * it.
 */
typedef struct
{
  SgTextWriter *out;
  gboolean first_family;
  gboolean first_point;
} Page;

static void
write_json_string (SgTextWriter *out,
                   const char   *text)
{
  sg_text_write_char (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      char escape[8];

      if (*p == '"' || *p == '\\')
        {
          sg_text_write_char (out, '\\');
          sg_text_write_char (out, *p);
        }
      else if ((guchar) *p < 0x20)
        {
          g_snprintf (escape, sizeof escape, "\\u%04x", (guint) *p);
          sg_text_write_string (out, escape);
        }
      else
        sg_text_write_char (out, *p);
    }
  sg_text_write_char (out, '"');
}

static void
write_json_number (SgTextWriter *out,
                   double        value)
{
  sg_text_write_char (out, '"');
  sg_text_write_number (out, value);
  sg_text_write_char (out, '"');
}

static void
write_json_member (SgTextWriter *out,
                   const char   *name,
                   double        value)
{
  sg_text_write_string (out, name);
  write_json_number (out, value);
}

static void
json_end_family (Page *page)
{
  if (!page->first_family)
    sg_text_write_string (page->out, "]}");
}

static void
json_begin (const SgFamilyView *view,
            gpointer            user_data)
{
  static const char *const types[] = {
    "COUNTER", "GAUGE", "HISTOGRAM", "SUMMARY", "GAUGE", "UNTYPED",
  };
  Page *page = user_data;

  json_end_family (page);
  sg_text_write_string (page->out, page->first_family ? "\n{\"name\":" : ",\n{\"name\":");
  write_json_string (page->out, view->name);
  sg_text_write_string (page->out, ",\"help\":");
  write_json_string (page->out, view->help);
  sg_text_write_string (page->out, ",\"type\":\"");
  sg_text_write_string (page->out, types[view->kind]);
  sg_text_write_string (page->out, "\",\"metrics\":[");
  page->first_family = FALSE;
  page->first_point = TRUE;
}

static void
write_json_label (SgTextWriter *out,
                  gboolean      first,
                  const char   *name,
                  const char   *value)
{
  sg_text_write_string (out, first ? "\"labels\":{" : ",");
  write_json_string (out, name);
  sg_text_write_char (out, ':');
  write_json_string (out, value);
}

static void
write_json_labels (SgTextWriter       *out,
                   const SgFamilyView *view,
                   const SgPoint      *point)
{
  const SgLabels *constant = view->constant_labels;
  gboolean first = TRUE;

  for (guint i = 0; i < constant->n_labels; i++, first = FALSE)
    write_json_label (out, first, constant->labels[i].name, constant->labels[i].value);
  for (guint i = 0; i < view->n_labels; i++, first = FALSE)
    write_json_label (out, first, view->label_names[i], point->values[i]);
  if (!first)
    sg_text_write_string (out, "},");
}

/* Writes "number":"value". */
static void
write_json_pair (SgTextWriter *out,
                 gboolean      first,
                 double        name,
                 double        value)
{
  char number[SG_DOUBLE_TEXT_MAX];

  sg_text_format_label (name, number);
  sg_text_write_string (out, first ? "\"" : ",\"");
  sg_text_write_string (out, number);
  sg_text_write_string (out, "\":");
  write_json_number (out, value);
}

static void
write_json_distribution (SgTextWriter       *out,
                         const SgFamilyView *view,
                         const SgPoint      *point)
{
  guint64 cumulative = 0;

  if (view->kind == SG_METRIC_HISTOGRAM)
    {
      sg_text_write_string (out, "\"buckets\":{");
      for (guint i = 0; i <= view->n_bounds; i++)
        {
          cumulative += point->buckets[i];
          write_json_pair (out, i == 0, i < view->n_bounds ? view->bounds[i] : INFINITY,
                           (double) cumulative);
        }
    }
  else
    {
      sg_text_write_string (out, "\"quantiles\":{");
      for (guint i = 0; i < view->n_quantiles; i++)
        write_json_pair (out, i == 0, view->quantiles[i].rank, point->quantile_values[i]);
    }
  write_json_member (out, "},\"count\":", (double) point->count);
  write_json_member (out, ",\"sum\":", point->sum);
}

static void
json_points (const SgFamilyView *view,
             const SgPoint      *points,
             gsize               n_points,
             gpointer            user_data)
{
  Page *page = user_data;

  for (gsize i = 0; i < n_points; i++)
    {
      sg_text_write_string (page->out, page->first_point ? "\n{" : ",\n{");
      page->first_point = FALSE;
      write_json_labels (page->out, view, &points[i]);
      if (view->kind == SG_METRIC_HISTOGRAM || view->kind == SG_METRIC_SUMMARY)
        write_json_distribution (page->out, view, &points[i]);
      else
        write_json_member (page->out, "\"value\":", points[i].value);
      sg_text_write_char (page->out, '}');
    }
}

void
sg_exposition_write_json (SgTextWriter *out,
                          SgRegistry   *registry)
{
  Page page = { out, TRUE, TRUE };
  SgFamilyVisitor visitor = { FALSE, json_begin, json_points, &page };

  sg_text_write_char (out, '[');
  sg_registry_visit (registry, &visitor);
  json_end_family (&page);
  sg_text_write_string (out, "\n]\n");
}

/* Writes a field in quotes if it needs them. */
static void
write_csv_field (SgTextWriter *out,
                 const char   *text)
{
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      sg_text_write_string (out, text);
      return;
    }
  sg_text_write_char (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        sg_text_write_char (out, '"');
      sg_text_write_char (out, *p);
    }
  sg_text_write_char (out, '"');
}

static void
write_csv_row (SgTextWriter       *out,
               const SgFamilyView *view,
               const SgPoint      *point,
               const char         *suffix,
               const char         *extra,
               double              value)
{
  g_autofree char *name = g_strconcat (view->name, suffix, NULL);
  SgTextWriter labels;

  sg_text_writer_init (&labels, 256);
  sg_text_write_labels (&labels, view, point->values, SG_ESCAPING_ALLOW_UTF8, NULL, extra);
  sg_text_write_char (&labels, '\0');
  write_csv_field (out, name);
  sg_text_write_char (out, ',');
  write_csv_field (out, labels.data);
  sg_text_write_char (out, ',');
  sg_text_write_number (out, value);
  sg_text_write_char (out, ',');
  sg_text_write_string (out, sg_metric_kind_to_string (view->kind));
  sg_text_write_string (out, "\r\n");
  g_free (labels.data);
}

static void
write_csv_extra_row (SgTextWriter       *out,
                     const SgFamilyView *view,
                     const SgPoint      *point,
                     const char         *label,
                     double              number,
                     double              value)
{
  gboolean bucket = view->kind == SG_METRIC_HISTOGRAM;
  char text[SG_DOUBLE_TEXT_MAX];
  g_autofree char *extra = NULL;

  sg_text_format_label (number, text);
  extra = g_strconcat (label, "=\"", text, "\"", NULL);
  write_csv_row (out, view, point, bucket ? "_bucket" : "", extra, value);
}

static void
write_csv_point (SgTextWriter       *out,
                 const SgFamilyView *view,
                 const SgPoint      *point)
{
  guint64 cumulative = 0;

  if (view->kind != SG_METRIC_HISTOGRAM && view->kind != SG_METRIC_SUMMARY)
    {
      write_csv_row (out, view, point, "", NULL, point->value);
      return;
    }
  for (guint i = 0; view->kind == SG_METRIC_HISTOGRAM && i <= view->n_bounds; i++)
    {
      cumulative += point->buckets[i];
      write_csv_extra_row (out, view, point, "le", i < view->n_bounds ? view->bounds[i] : INFINITY,
                           (double) cumulative);
    }
  for (guint i = 0; i < view->n_quantiles; i++)
    write_csv_extra_row (out, view, point, "quantile", view->quantiles[i].rank,
                         point->quantile_values[i]);
  write_csv_row (out, view, point, "_sum", NULL, point->sum);
  write_csv_row (out, view, point, "_count", NULL, (double) point->count);
}

static void
csv_begin (const SgFamilyView *view,
           gpointer            user_data)
{
}

static void
csv_points (const SgFamilyView *view,
            const SgPoint      *points,
            gsize               n_points,
            gpointer            user_data)
{
  for (gsize i = 0; i < n_points; i++)
    write_csv_point (user_data, view, &points[i]);
}

void
sg_exposition_write_csv (SgTextWriter *out,
                         SgRegistry   *registry)
{
  SgFamilyVisitor visitor = { FALSE, csv_begin, csv_points, out };

  sg_text_write_string (out, "name,labels,value,type\r\n");
  sg_registry_visit (registry, &visitor);
}
