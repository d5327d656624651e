/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-tsdb-dump.h"

#include "promql/sg-go-text.h"
#include "promql/sg-parser.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-text-output.h"

/*
 * Samples a line each, as "promtool tsdb dump" prints them: all labels, their values in Go's
 * quotes, the value as %g, the time in milliseconds. Series come in the order of their labels.
 */

static void
append_series (GString        *out,
               const SgLabels *labels)
{
  g_string_append_c (out, '{');
  for (guint i = 0; i < labels->n_labels; i++)
    {
      g_string_append_printf (out, "%s%s=", i == 0 ? "" : ", ", labels->labels[i].name);
      sg_go_append_quoted (out, labels->labels[i].value, sg_labels_value_length (labels, i));
    }
  g_string_append (out, "} ");
}

static gboolean
dump_series (const SgSeries  *series,
             GString         *prefix,
             SgTextOutput    *out,
             GError         **error)
{
  g_string_truncate (prefix, 0);
  append_series (prefix, series->labels);
  for (guint i = 0; i < series->n_columns; i++)
    {
      const SgColumn *column = &series->columns[i];

      for (gsize k = 0; column->kind == SG_VALUE_FLOAT && k < column->n; k++)
        {
          g_autofree char *value = sg_go_format_general (column->f[k]);

          g_string_append_len (out->text, prefix->str, (gssize) prefix->len);
          g_string_append_printf (out->text, "%s %" G_GINT64_FORMAT "\n", value, column->t[k]);
          if (!sg_text_output_step (out, error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
dump_set (SgSeriesSet   *set,
          SgTextOutput  *out,
          GPtrArray     *warnings,
          GError       **error)
{
  g_autoptr (GString) prefix = g_string_new (NULL);
  g_autoptr (GError) problem = NULL;
  const SgSeries *series;

  while (sg_series_set_next (set, &series, &problem))
    {
      if (!dump_series (series, prefix, out, error))
        return FALSE;
    }
  for (const char *const *warning = sg_series_set_get_warnings (set); *warning != NULL; warning++)
    g_ptr_array_add (warnings, g_strdup (*warning));
  if (problem == NULL)
    return sg_text_output_flush (out, error);
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static SgSeriesSet *
select_series (const char    *folder,
               const char    *selector,
               gint64         min_ms,
               gint64         max_ms,
               GCancellable  *cancellable,
               GError       **error)
{
  SgStoreOptions options = { .path = folder, .tsdb_path = folder, .read_only = TRUE };
  SgSelectHints hints = { .start = min_ms, .end = max_ms };
  g_autoptr (SgAst) ast = sg_parser_parse_selector (selector, error);
  g_autoptr (SgQuerier) querier = NULL;
  g_autoptr (SgStore) store = NULL;

  if (ast == NULL)
    return NULL;
  store = sg_store_new (&options, error);
  if (store == NULL)
    return NULL;
  querier = sg_store_querier_new (store);
  return sg_querier_select (querier, (const SgMatcher *const *) ast->matchers->pdata,
                            ast->matchers->len, &hints, cancellable, error);
}

/**
 * sg_tsdb_dump:
 * @folder: a data directory
 * @min_ms: the first time
 * @max_ms: the last one
 * @selector: which series, in PromQL
 * @out: where the text goes
 * @warnings: (element-type utf8): what could not be dumped is added here
 * @cancellable: (nullable): ends it
 * @error: why not
 *
 * Returns: whether all of it was written
 */
gboolean
sg_tsdb_dump (const char     *folder,
              gint64          min_ms,
              gint64          max_ms,
              const char     *selector,
              GOutputStream  *out,
              GPtrArray      *warnings,
              GCancellable   *cancellable,
              GError        **error)
{
  g_autoptr (SgSeriesSet) set =
      select_series (folder, selector, min_ms, max_ms, cancellable, error);
  g_auto (SgTextOutput) text = { 0 };

  sg_text_output_init (&text, out, cancellable);
  return set != NULL && dump_set (set, &text, warnings, error);
}
