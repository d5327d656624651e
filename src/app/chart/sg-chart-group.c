/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "chart/sg-chart-group.h"

#include <stdlib.h>
#include <string.h>

struct _SgChartGroup
{
  GObject parent_instance;
  gint64 cursor;
  gconstpointer pointed;
  GHashTable *gutters;
  double gutter;
  guint gutter_idle;
  GHashTable *domains;
};

enum
{
  CURSOR_MOVED,
  GUTTER_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SgChartGroup, sg_chart_group, G_TYPE_OBJECT)

/* Returns: (transfer none): names to indices plus one */
static GHashTable *
get_domain (SgChartGroup *self,
            const char   *domain)
{
  GHashTable *names = g_hash_table_lookup (self->domains, domain);

  if (names == NULL)
    {
      names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->domains, g_strdup (domain), names);
    }
  return names;
}

guint
sg_chart_group_get_colour (SgChartGroup *self,
                           const char   *domain,
                           const char   *name)
{
  GHashTable *names = get_domain (self, domain);
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (names, name));

  if (index == 0 && g_hash_table_size (names) >= SG_CHART_GROUP_MOST_NAMES)
    return SG_CHART_GROUP_MOST_NAMES;
  if (index == 0)
    {
      index = g_hash_table_size (names) + 1;
      g_hash_table_insert (names, g_strdup (name), GUINT_TO_POINTER (index));
    }
  return index - 1;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

void
sg_chart_group_give_colours (SgChartGroup      *self,
                             const char        *domain,
                             const char *const *names)
{
  gsize n = g_strv_length ((char **) names);
  g_autofree const char **sorted = g_memdup2 (names, (n + 1) * sizeof *names);

  qsort (sorted, n, sizeof *sorted, compare_names);
  for (gsize i = 0; i < n; i++)
    sg_chart_group_get_colour (self, domain, sorted[i]);
}

gint64
sg_chart_group_get_cursor (SgChartGroup *self)
{
  return self->cursor;
}

/* Returns: (nullable): the plot that moved the cursor last, while there is one */
gconstpointer
sg_chart_group_get_pointed (SgChartGroup *self)
{
  return self->pointed;
}

void
sg_chart_group_set_cursor (SgChartGroup  *self,
                           gconstpointer  plot,
                           gint64         time)
{
  if (time == SG_CHART_NO_CURSOR)
    plot = NULL;
  if (self->cursor == time && self->pointed == plot)
    return;
  self->cursor = time;
  self->pointed = plot;
  g_signal_emit (self, signals[CURSOR_MOVED], 0);
}

/* The room at the left that the widest label of all plots wants. */
double
sg_chart_group_get_gutter (SgChartGroup *self)
{
  return self->gutter;
}

static gboolean
tell_gutter (gpointer data)
{
  SgChartGroup *self = data;

  self->gutter_idle = 0;
  g_signal_emit (self, signals[GUTTER_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/*
 * What @plot itself wants; 0 when it is no longer there. Plots find that out while they are placed; the
 * others are told when that has ended, since who has been placed already would stay without a place.
 */
void
sg_chart_group_set_gutter (SgChartGroup  *self,
                           gconstpointer  plot,
                           double         width)
{
  GHashTableIter iter;
  gpointer value;
  double widest = 0;

  if (width > 0)
    g_hash_table_insert (self->gutters, (gpointer) plot, GINT_TO_POINTER ((int) (width + .999)));
  else
    g_hash_table_remove (self->gutters, plot);
  g_hash_table_iter_init (&iter, self->gutters);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    widest = MAX (widest, GPOINTER_TO_INT (value));
  if (widest == self->gutter)
    return;
  self->gutter = widest;
  if (self->gutter_idle == 0)
    self->gutter_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, tell_gutter, self, NULL);
}

static void
sg_chart_group_finalize (GObject *object)
{
  SgChartGroup *self = SG_CHART_GROUP (object);

  g_clear_handle_id (&self->gutter_idle, g_source_remove);
  g_hash_table_unref (self->gutters);
  g_hash_table_unref (self->domains);
  G_OBJECT_CLASS (sg_chart_group_parent_class)->finalize (object);
}

static void
sg_chart_group_class_init (SgChartGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_chart_group_finalize;
  signals[CURSOR_MOVED] = g_signal_new ("cursor-moved", G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GUTTER_CHANGED] = g_signal_new ("gutter-changed", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_chart_group_init (SgChartGroup *self)
{
  self->cursor = SG_CHART_NO_CURSOR;
  self->gutters = g_hash_table_new (NULL, NULL);
  self->domains =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
}

SgChartGroup *
sg_chart_group_new (void)
{
  return g_object_new (SG_TYPE_CHART_GROUP, NULL);
}
