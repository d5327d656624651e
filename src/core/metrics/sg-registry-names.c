/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-registry.h"

#include <stdarg.h>

/*
 * Registering in one line, and counting by name.
 *
 * The functions of the first half are for code that owns its names: a name that is refused is a
 * mistake in the program, which ends with the reason. Those of the second half take names as they
 * come, register what is not there, and say why they could not.
 */

static SgFamily *
add_or_end (SgRegistry         *self,
            const SgFamilySpec *spec)
{
  g_autoptr (GError) error = NULL;
  SgFamily *family = sg_registry_add_family_spec (self, spec, &error);

  if (family == NULL)
    g_error ("metrics: %s", error->message);
  return family;
}

/* Returns: (transfer container): @first and what follows it, up to %NULL */
static GPtrArray *
collect_names (const char *first,
               va_list    *args)
{
  GPtrArray *names = g_ptr_array_new ();

  for (const char *name = first; name != NULL; name = va_arg (*args, const char *))
    g_ptr_array_add (names, (char *) name);
  g_ptr_array_add (names, NULL);
  return names;
}

static SgFamily *
add_labelled (SgRegistry   *self,
              SgFamilySpec  spec,
              const char   *first_label,
              va_list      *args)
{
  g_autoptr (GPtrArray) names = collect_names (first_label, args);

  spec.label_names = (const char *const *) names->pdata;
  return add_or_end (self, &spec);
}

SgCounter
sg_registry_counter (SgRegistry *self,
                     const char *name,
                     const char *help)
{
  SgFamilySpec spec = { .kind = SG_METRIC_COUNTER, .name = name, .help = help };

  return sg_family_counter (add_or_end (self, &spec), NULL);
}

SgGauge
sg_registry_gauge (SgRegistry *self,
                   const char *name,
                   const char *help)
{
  SgFamilySpec spec = { .kind = SG_METRIC_GAUGE, .name = name, .help = help };

  return sg_family_gauge (add_or_end (self, &spec), NULL);
}

/* @bounds: (nullable) (array length=n_bounds): %NULL for the default ones */
SgHistogram
sg_registry_histogram (SgRegistry   *self,
                       const char   *name,
                       const char   *help,
                       const double *bounds,
                       gsize         n_bounds)
{
  SgFamilySpec spec = {
    .kind = SG_METRIC_HISTOGRAM,
    .name = name,
    .help = help,
    .bounds = bounds,
    .n_bounds = n_bounds,
  };

  return sg_family_histogram (add_or_end (self, &spec), NULL);
}

SgSummary
sg_registry_summary (SgRegistry *self,
                     const char *name,
                     const char *help)
{
  SgFamilySpec spec = { .kind = SG_METRIC_SUMMARY, .name = name, .help = help };

  return sg_family_summary (add_or_end (self, &spec), NULL);
}

SgFamily *
sg_registry_counter_family (SgRegistry *self,
                            const char *name,
                            const char *help,
                            const char *first_label,
                            ...)
{
  SgFamilySpec spec = { .kind = SG_METRIC_COUNTER, .name = name, .help = help };
  SgFamily *family;
  va_list args;

  va_start (args, first_label);
  family = add_labelled (self, spec, first_label, &args);
  va_end (args);
  return family;
}

SgFamily *
sg_registry_gauge_family (SgRegistry *self,
                          const char *name,
                          const char *help,
                          const char *first_label,
                          ...)
{
  SgFamilySpec spec = { .kind = SG_METRIC_GAUGE, .name = name, .help = help };
  SgFamily *family;
  va_list args;

  va_start (args, first_label);
  family = add_labelled (self, spec, first_label, &args);
  va_end (args);
  return family;
}

/* @bounds: (nullable) (array length=n_bounds): %NULL for the default ones */
SgFamily *
sg_registry_histogram_family (SgRegistry   *self,
                              const char   *name,
                              const char   *help,
                              const double *bounds,
                              gsize         n_bounds,
                              const char   *first_label,
                              ...)
{
  SgFamilySpec spec = {
    .kind = SG_METRIC_HISTOGRAM,
    .name = name,
    .help = help,
    .bounds = bounds,
    .n_bounds = n_bounds,
  };
  SgFamily *family;
  va_list args;

  va_start (args, first_label);
  family = add_labelled (self, spec, first_label, &args);
  va_end (args);
  return family;
}

SgFamily *
sg_registry_summary_family (SgRegistry *self,
                            const char *name,
                            const char *help,
                            const char *first_label,
                            ...)
{
  SgFamilySpec spec = { .kind = SG_METRIC_SUMMARY, .name = name, .help = help };
  SgFamily *family;
  va_list args;

  va_start (args, first_label);
  family = add_labelled (self, spec, first_label, &args);
  va_end (args);
  return family;
}

/**
 * sg_registry_set_info: (skip)
 * @self: a registry
 * @name: a name, with or without "_info" at its end
 * @help: one sentence for people
 * @first_label: the name of a label, followed by its value, then further names and values, then
 * %NULL
 * @first_value: its value
 *
 * Makes these facts the only ones of that name.
 */
void
sg_registry_set_info (SgRegistry *self,
                      const char *name,
                      const char *help,
                      const char *first_label,
                      const char *first_value,
                      ...)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  SgFamilySpec spec = { .kind = SG_METRIC_INFO, .name = name, .help = help };
  va_list args;

  va_start (args, first_value);
  for (const char *label = first_label; label != NULL; label = va_arg (args, const char *))
    {
      const char *value = label == first_label ? first_value : va_arg (args, const char *);

      g_ptr_array_add (names, (char *) label);
      g_ptr_array_add (values, (char *) value);
    }
  va_end (args);
  g_ptr_array_add (names, NULL);
  spec.label_names = (const char *const *) names->pdata;
  sg_family_info_only (add_or_end (self, &spec), (const char *const *) values->pdata);
}

static gboolean
labels_refuse (GError     **error,
               const char  *name,
               const char  *what)
{
  g_set_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_LABELS, "metric \"%s\": %s", name, what);
  return FALSE;
}

/* Splits names and values that stand in turn. */
static gboolean
labels_split (const char         *name,
              const char  *const *labels,
              GPtrArray          *names,
              GPtrArray          *values,
              GError            **error)
{
  for (guint i = 0; labels != NULL && labels[i] != NULL; i += 2)
    {
      if (labels[i + 1] == NULL)
        return labels_refuse (error, name, "its last label has no value: give names and values");
      g_ptr_array_add (names, (char *) labels[i]);
      g_ptr_array_add (values, (char *) labels[i + 1]);
    }
  g_ptr_array_add (names, NULL);
  return TRUE;
}

/* Puts @values, which belong to @names, in the order of the family's labels. */
static gboolean
values_arrange (SgFamily   *family,
                GPtrArray  *names,
                GPtrArray  *values,
                GPtrArray  *arranged,
                GError    **error)
{
  const char *const *wanted = sg_family_get_label_names (family);

  for (guint i = 0; wanted[i] != NULL; i++)
    {
      for (guint j = 0; j < values->len; j++)
        {
          if (g_str_equal (wanted[i], names->pdata[j]))
            g_ptr_array_add (arranged, values->pdata[j]);
        }
      if (arranged->len != i + 1)
        return labels_refuse (error, sg_family_get_name (family),
                              "the labels are not those of the family, each once");
    }
  if (arranged->len != values->len)
    return labels_refuse (error, sg_family_get_name (family),
                          "there are more labels than the family has");
  return TRUE;
}

/* Returns: (nullable): the family called @name, made if there is none, with values in its order */
static SgFamily *
find_by_name (SgRegistry         *self,
              SgMetricKind        kind,
              const char         *name,
              const char  *const *labels,
              GPtrArray          *arranged,
              GError            **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  SgFamily *family = sg_registry_find_family (self, name);

  if (!labels_split (name, labels, names, values, error))
    return NULL;
  if (family == NULL)
    family = sg_registry_add_family (self, kind, name, NULL, NULL,
                                     (const char *const *) names->pdata, error);
  if (family == NULL)
    return NULL;
  if (sg_family_get_kind (family) != kind)
    {
      g_set_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_SHAPE,
                   "metric \"%s\" is a %s, not a %s: use another name", name,
                   sg_metric_kind_to_string (sg_family_get_kind (family)),
                   sg_metric_kind_to_string (kind));
      return NULL;
    }
  return values_arrange (family, names, values, arranged, error) ? family : NULL;
}

/**
 * sg_registry_increment:
 * @self: a registry
 * @name: the name of a counter
 * @labels: (nullable) (array zero-terminated=1): names and values of its labels in turn, in any
 * order
 * @amount: what to add, not negative
 * @error: why that cannot be
 *
 * Returns: whether it was counted, or there was no room for these labels (see SgFamily)
 */
gboolean
sg_registry_increment (SgRegistry         *self,
                       const char         *name,
                       const char  *const *labels,
                       double              amount,
                       GError            **error)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  SgFamily *family;

  if (!(amount >= 0))
    {
      g_set_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_SPEC,
                   "metric \"%s\": a counter cannot be increased by %g: use a gauge", name, amount);
      return FALSE;
    }
  family = find_by_name (self, SG_METRIC_COUNTER, name, labels, values, error);
  if (family == NULL)
    return FALSE;
  sg_counter_add (sg_family_counter (family, (const char *const *) values->pdata), amount);
  return TRUE;
}

/* Sets a gauge by name; otherwise as sg_registry_increment(). */
gboolean
sg_registry_set (SgRegistry         *self,
                 const char         *name,
                 const char  *const *labels,
                 double              value,
                 GError            **error)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  SgFamily *family = find_by_name (self, SG_METRIC_GAUGE, name, labels, values, error);

  if (family == NULL)
    return FALSE;
  sg_gauge_set (sg_family_gauge (family, (const char *const *) values->pdata), value);
  return TRUE;
}

/**
 * sg_registry_observe:
 * @self: a registry
 * @name: the name of a histogram or a summary; one that is not there becomes a histogram of seconds
 * @labels: (nullable) (array zero-terminated=1): names and values of its labels in turn, in any
 * order
 * @value: what was measured
 * @error: why that cannot be
 *
 * Returns: whether it was observed, or there was no room for these labels (see SgFamily)
 */
gboolean
sg_registry_observe (SgRegistry         *self,
                     const char         *name,
                     const char  *const *labels,
                     double              value,
                     GError            **error)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  SgFamily *family = sg_registry_find_family (self, name);
  gboolean summary = family != NULL && sg_family_get_kind (family) == SG_METRIC_SUMMARY;

  family = find_by_name (self, summary ? SG_METRIC_SUMMARY : SG_METRIC_HISTOGRAM, name, labels,
                         values, error);
  if (family == NULL)
    return FALSE;
  if (summary)
    sg_summary_observe (sg_family_summary (family, (const char *const *) values->pdata), value);
  else
    sg_histogram_observe (sg_family_histogram (family, (const char *const *) values->pdata), value);
  return TRUE;
}
