/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-metric-item.h"

#include <string.h>

struct _SgMetricItem
{
  GObject parent_instance;
  SgCatalog *catalog;
  guint index;
};

G_DEFINE_FINAL_TYPE (SgMetricItem, sg_metric_item, G_TYPE_OBJECT)

const SgCatalogMetric *
sg_metric_item_get_metric (SgMetricItem *self)
{
  return &self->catalog->metrics[self->index];
}

static gboolean
has_word (const char *text,
          const char *word)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, word) != NULL;
}

gboolean
sg_metric_item_matches (SgMetricItem *self,
                        const char   *words,
                        const char   *job)
{
  const SgCatalogMetric *metric = sg_metric_item_get_metric (self);
  g_autofree char *folded = g_utf8_casefold (words, -1);
  g_auto (GStrv) each = g_strsplit_set (folded, " \t", -1);

  if (job != NULL && !g_strv_contains ((const char *const *) metric->jobs, job))
    return FALSE;
  for (guint i = 0; each[i] != NULL; i++)
    {
      if (!has_word (metric->name, each[i]) && !has_word (metric->help, each[i]))
        return FALSE;
    }
  return TRUE;
}

char *
sg_metric_item_describe_labels (SgMetricItem *self)
{
  const SgCatalogMetric *metric = sg_metric_item_get_metric (self);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < metric->n_labels; i++)
    g_string_append_printf (out, "%s%s %u", i > 0 ? " · " : "", metric->labels[i].name,
                            metric->labels[i].n_values);
  return g_string_free (out, FALSE);
}

/* A name that the language does not take as it is goes into the braces. */
static char *
make_selector (const char *name)
{
  g_autofree char *escaped = NULL;

  if (sg_metric_name_is_classic (name))
    return g_strdup (name);
  escaped = g_strescape (name, NULL);
  return g_strdup_printf ("{\"%s\"}", escaped);
}

char *
sg_metric_item_make_query (SgMetricItem *self)
{
  const SgCatalogMetric *metric = sg_metric_item_get_metric (self);
  g_autofree char *selector = make_selector (metric->name);

  if (g_str_has_suffix (metric->name, "_bucket"))
    return g_strdup_printf ("histogram_quantile(0.95, sum by (le) (rate(%s[$rate])))", selector);
  if (g_str_equal (metric->type, "counter") || g_str_equal (metric->type, "histogram")
      || g_str_equal (metric->type, "summary") || g_str_has_suffix (metric->name, "_total"))
    return g_strdup_printf ("rate(%s[$rate])", selector);
  return g_steal_pointer (&selector);
}

static void
sg_metric_item_finalize (GObject *object)
{
  sg_catalog_unref (SG_METRIC_ITEM (object)->catalog);
  G_OBJECT_CLASS (sg_metric_item_parent_class)->finalize (object);
}

static void
sg_metric_item_class_init (SgMetricItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_metric_item_finalize;
}

static void
sg_metric_item_init (SgMetricItem *self)
{
}

SgMetricItem *
sg_metric_item_new (SgCatalog *catalog,
                    guint      index)
{
  SgMetricItem *self = g_object_new (SG_TYPE_METRIC_ITEM, NULL);

  self->catalog = sg_catalog_ref (catalog);
  self->index = index;
  return self;
}
