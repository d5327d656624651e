/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-metric.h"

#include "base/sg-labels.h"
#include "metrics/sg-escaping.h"

#include <math.h>

G_DEFINE_QUARK (sg - metrics - error - quark, sg_metrics_error)

/*
 * What a family and its labels may be called, and what its samples are called.
 *
 * OpenMetrics names a family without its suffix and its samples with one; two families must not
 * lead to the same name, with or without suffixes (a gauge "x_count" beside a histogram "x" is two
 * metrics in one to a reader). In the tables below the first suffix is the family itself. Names are
 * compared as underscores write them, for otherwise "a.b" and "a_b" would be one to a reader of the
 * classic alphabet.
 */
static const char *const kind_names[] = {
  "counter", "gauge", "histogram", "summary", "info", "unknown",
};

static const char *const kind_suffixes[][6] = {
  [SG_METRIC_COUNTER] = { "", "_total", "_created" },
  [SG_METRIC_GAUGE] = { "" },
  [SG_METRIC_HISTOGRAM] = { "", "_bucket", "_count", "_sum", "_created" },
  [SG_METRIC_SUMMARY] = { "", "_count", "_sum", "_created" },
  [SG_METRIC_INFO] = { "", "_info" },
  [SG_METRIC_UNKNOWN] = { "" },
};

const char *
sg_metric_kind_to_string (SgMetricKind kind)
{
  return kind_names[kind];
}

/* Returns: (transfer full): what a family is registered as: an info's name always ends in "_info"
 */
char *
sg_metric_full_name (SgMetricKind  kind,
                     const char   *name)
{
  if (kind == SG_METRIC_INFO && !g_str_has_suffix (name, "_info"))
    return g_strconcat (name, "_info", NULL);
  return g_strdup (name);
}

/* Returns: (transfer full): what OpenMetrics calls the family: without "_total" or "_info" */
char *
sg_metric_base_name (SgMetricKind  kind,
                     const char   *name)
{
  const char *suffix = kind == SG_METRIC_COUNTER ? "_total" : "_info";

  if ((kind == SG_METRIC_COUNTER || kind == SG_METRIC_INFO) && g_str_has_suffix (name, suffix)
      && strlen (name) > strlen (suffix))
    return g_strndup (name, strlen (name) - strlen (suffix));
  return g_strdup (name);
}

/* Returns: (transfer full): all that the family and its samples are called in any format */
GStrv
sg_metric_reserved_names (SgMetricKind  kind,
                          const char   *name)
{
  g_autofree char *base = sg_metric_base_name (kind, name);
  g_autofree char *escaped = sg_escaping_metric_name (SG_ESCAPING_UNDERSCORES, base);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; kind_suffixes[kind][i] != NULL; i++)
    {
      g_autofree char *reserved = g_strconcat (escaped, kind_suffixes[kind][i], NULL);

      g_strv_builder_add (names, reserved);
    }
  return g_strv_builder_end (names);
}

static gboolean refuse (GError **error, SgMetricsError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Returns: always %FALSE */
static gboolean
refuse (GError         **error,
        SgMetricsError   code,
        const char      *format,
        ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (SG_METRICS_ERROR, (int) code, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
name_validate (const char  *name,
               GError     **error)
{
  g_autoptr (GError) local = NULL;

  if (!sg_metric_name_validate (name, &local))
    return refuse (error, SG_METRICS_ERROR_NAME, "%s", local->message);
  if (strlen (name) > SG_METRICS_MAX_NAME_BYTES)
    return refuse (error, SG_METRICS_ERROR_NAME, "a metric name has %zu bytes: use at most %d",
                   strlen (name), SG_METRICS_MAX_NAME_BYTES);
  return TRUE;
}

static gboolean
label_name_validate (SgMetricKind   kind,
                     const char    *family,
                     const char    *name,
                     GError       **error)
{
  g_autoptr (GError) local = NULL;

  if (!sg_label_name_validate (name, &local))
    return refuse (error, SG_METRICS_ERROR_NAME, "metric \"%s\": %s", family, local->message);
  if (strlen (name) > SG_METRICS_MAX_NAME_BYTES)
    return refuse (error, SG_METRICS_ERROR_NAME,
                   "metric \"%s\": a label's name has %zu bytes: use at most %d", family,
                   strlen (name), SG_METRICS_MAX_NAME_BYTES);
  if (g_str_has_prefix (name, "__"))
    return refuse (
        error, SG_METRICS_ERROR_NAME,
        "metric \"%s\": the label \"%s\" begins with \"__\", which is reserved: rename it", family,
        name);
  if ((kind == SG_METRIC_HISTOGRAM && g_str_equal (name, "le"))
      || (kind == SG_METRIC_SUMMARY && g_str_equal (name, "quantile")))
    return refuse (error, SG_METRICS_ERROR_NAME,
                   "metric \"%s\": the label \"%s\" belongs to the format in a %s: rename it",
                   family, name, sg_metric_kind_to_string (kind));
  return TRUE;
}

/**
 * sg_metric_label_names_validate:
 * @kind: the kind of the family
 * @family: its name, for the message
 * @names: (nullable) (array zero-terminated=1): its labels
 * @error: what is wrong with them
 *
 * Returns: whether a family may have these labels together
 */
gboolean
sg_metric_label_names_validate (SgMetricKind        kind,
                                const char         *family,
                                const char  *const *names,
                                GError            **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = 0;

  for (; names != NULL && names[n] != NULL; n++)
    {
      char *escaped;

      if (!label_name_validate (kind, family, names[n], error))
        return FALSE;
      escaped = sg_escaping_label_name (SG_ESCAPING_UNDERSCORES, names[n]);
      if (!g_hash_table_add (seen, escaped))
        return refuse (error, SG_METRICS_ERROR_NAME,
                       "metric \"%s\": two labels are called \"%s\" (or are so in the classic "
                       "alphabet): rename one",
                       family, names[n]);
    }
  if (n > SG_METRICS_MAX_LABELS)
    return refuse (error, SG_METRICS_ERROR_NAME, "metric \"%s\" has %u labels: use at most %d",
                   family, n, SG_METRICS_MAX_LABELS);
  return TRUE;
}

static gboolean
unit_validate (const SgFamilySpec  *spec,
               GError             **error)
{
  g_autofree char *base = NULL;
  g_autofree char *suffix = NULL;

  if (spec->unit == NULL || *spec->unit == '\0')
    return TRUE;
  base = sg_metric_base_name (spec->kind, spec->name);
  suffix = g_strconcat ("_", spec->unit, NULL);
  if (spec->kind == SG_METRIC_INFO)
    return refuse (error, SG_METRICS_ERROR_NAME,
                   "metric \"%s\": an info has no unit: leave \"%s\" out", spec->name, spec->unit);
  if (!sg_metric_name_is_classic (suffix))
    return refuse (error, SG_METRICS_ERROR_NAME,
                   "metric \"%s\": the unit \"%s\" is not made of letters, digits and underscores",
                   spec->name, spec->unit);
  if (!g_str_has_suffix (base, suffix))
    return refuse (error, SG_METRICS_ERROR_NAME,
                   "metric \"%s\": with the unit \"%s\" its name must end in \"%s\"%s", spec->name,
                   spec->unit, suffix,
                   spec->kind == SG_METRIC_COUNTER ? ", before \"_total\"" : "");
  return TRUE;
}

static gboolean
bounds_validate (const SgFamilySpec  *spec,
                 GError             **error)
{
  if (spec->n_bounds > SG_METRICS_MAX_BOUNDS)
    return refuse (error, SG_METRICS_ERROR_SPEC, "metric \"%s\" has %zu buckets: use at most %d",
                   spec->name, spec->n_bounds, SG_METRICS_MAX_BOUNDS);
  for (gsize i = 0; i < spec->n_bounds; i++)
    {
      if (isnan (spec->bounds[i]) || spec->bounds[i] == -INFINITY)
        return refuse (error, SG_METRICS_ERROR_SPEC, "metric \"%s\": bound %zu is %g: use a number",
                       spec->name, i + 1, spec->bounds[i]);
      if (i > 0 && spec->bounds[i] <= spec->bounds[i - 1])
        return refuse (
            error, SG_METRICS_ERROR_SPEC,
            "metric \"%s\": bound %zu is %g, not above the one before it: sort the bounds",
            spec->name, i + 1, spec->bounds[i]);
    }
  return TRUE;
}

static gboolean
quantiles_validate (const SgFamilySpec  *spec,
                    GError             **error)
{
  if (spec->n_quantiles > SG_METRICS_MAX_QUANTILES)
    return refuse (error, SG_METRICS_ERROR_SPEC, "metric \"%s\" has %zu quantiles: use at most %d",
                   spec->name, spec->n_quantiles, SG_METRICS_MAX_QUANTILES);
  for (gsize i = 0; i < spec->n_quantiles; i++)
    {
      const SgQuantile *quantile = &spec->quantiles[i];

      if (!(quantile->rank >= 0 && quantile->rank <= 1)
          || (i > 0 && quantile->rank <= spec->quantiles[i - 1].rank))
        return refuse (error, SG_METRICS_ERROR_SPEC,
                       "metric \"%s\": quantile %zu is %g: use ranks between 0 and 1, sorted",
                       spec->name, i + 1, quantile->rank);
      if (!(quantile->error >= 0.0001 && quantile->error <= 0.5))
        return refuse (error, SG_METRICS_ERROR_SPEC,
                       "metric \"%s\": the error of quantile %g is %g: use 0.0001 to 0.5",
                       spec->name, quantile->rank, quantile->error);
    }
  if (spec->window_ms < 0)
    return refuse (error, SG_METRICS_ERROR_SPEC,
                   "metric \"%s\": its window is %" G_GINT64_FORMAT " ms: use a positive one",
                   spec->name, spec->window_ms);
  return TRUE;
}

/**
 * sg_family_spec_validate:
 * @spec: what a family shall be
 * @error: what is wrong with it, and what to do
 *
 * Returns: whether it can be
 */
gboolean
sg_family_spec_validate (const SgFamilySpec  *spec,
                         GError             **error)
{
  if (!name_validate (spec->name, error))
    return FALSE;
  if (spec->kind == SG_METRIC_INFO && g_str_equal (spec->name, "_info"))
    return refuse (error, SG_METRICS_ERROR_NAME,
                   "metric \"_info\": an info needs a name before that");
  if (spec->help != NULL && !g_utf8_validate (spec->help, -1, NULL))
    return refuse (error, SG_METRICS_ERROR_NAME, "metric \"%s\": its help is not UTF-8",
                   spec->name);
  return unit_validate (spec, error)
         && sg_metric_label_names_validate (spec->kind, spec->name, spec->label_names, error)
         && bounds_validate (spec, error) && quantiles_validate (spec, error);
}
