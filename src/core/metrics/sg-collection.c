/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-collection-private.h"

#include <stdlib.h>
#include <string.h>

/*
 * What collectors give is not trusted to be a valid page: they may be plugged in, or pass on what
 * others told them. Names are checked as they come. Whether they clash is decided at the end, when
 * all are there: families of one name and one shape are joined; of two others that clash, the one
 * whose name comes first stays, or the one that came first. Points are sorted, and of equal ones
 * the first stays. What is refused is counted, and its samples with it.
 */
typedef struct
{
  SgFamilyView view;
  guint order;
  char *name;
  char *help;
  char *unit;
  GStrv label_names;
  GArray *points;
} Collected;

struct _SgCollection
{
  const SgLabels *constant_labels;
  guint max_children;
  GPtrArray *families;
  gboolean skipping;
  guint64 n_refused;
};

static void
collected_free (gpointer data)
{
  Collected *family = data;

  for (guint i = 0; i < family->points->len; i++)
    {
      SgPoint *point = &g_array_index (family->points, SgPoint, i);

      g_strfreev ((GStrv) point->values);
      g_free ((char *) point->text);
    }
  g_array_unref (family->points);
  g_strfreev (family->label_names);
  g_free (family->name);
  g_free (family->help);
  g_free (family->unit);
  g_free (family);
}

/* Returns: (transfer full): what collectors are called with */
SgCollection *
sg_collection_new (const SgLabels *constant_labels,
                   guint           max_children)
{
  SgCollection *self = g_new0 (SgCollection, 1);

  self->constant_labels = constant_labels;
  self->max_children = max_children;
  self->families = g_ptr_array_new_with_free_func (collected_free);
  self->skipping = TRUE;
  return self;
}

void
sg_collection_free (SgCollection *self)
{
  g_ptr_array_unref (self->families);
  g_free (self);
}

static Collected *
collected_new (const SgFamilySpec *spec,
               const SgLabels     *constant_labels)
{
  Collected *family = g_new0 (Collected, 1);

  family->name = sg_metric_full_name (spec->kind, spec->name);
  family->help = g_strdup (spec->help != NULL ? spec->help : "");
  family->unit = g_strdup (spec->unit != NULL ? spec->unit : "");
  family->label_names =
      spec->label_names != NULL ? g_strdupv ((GStrv) spec->label_names) : g_new0 (char *, 1);
  family->points = g_array_new (FALSE, TRUE, sizeof (SgPoint));
  family->view = (SgFamilyView) {
    .kind = spec->kind,
    .name = family->name,
    .help = family->help,
    .unit = family->unit,
    .constant_labels = constant_labels,
    .label_names = (const char *const *) family->label_names,
    .n_labels = g_strv_length (family->label_names),
  };
  family->view.classic = sg_family_view_is_classic (&family->view);
  return family;
}

static gboolean
labels_clash (const SgLabels    *constant_labels,
              const char *const *names)
{
  for (; names != NULL && *names != NULL; names++)
    {
      if (*sg_labels_get (constant_labels, *names) != '\0')
        return TRUE;
    }
  return FALSE;
}

/**
 * sg_collection_add_family:
 * @self: a collection
 * @kind: a counter, a gauge, an info or unknown
 * @name: its name
 * @help: (nullable): one sentence for people
 * @unit: (nullable): its base unit, which the name ends in
 * @label_names: (nullable) (array zero-terminated=1): the labels its samples differ in
 *
 * Begins a family, to which the samples that follow belong.
 */
void
sg_collection_add_family (SgCollection      *self,
                          SgMetricKind       kind,
                          const char        *name,
                          const char        *help,
                          const char        *unit,
                          const char *const *label_names)
{
  SgFamilySpec spec = {
    .kind = kind,
    .name = name,
    .help = help,
    .unit = unit,
    .label_names = label_names,
  };
  Collected *family;

  g_return_if_fail (kind != SG_METRIC_HISTOGRAM && kind != SG_METRIC_SUMMARY);
  self->skipping =
      !sg_family_spec_validate (&spec, NULL) || labels_clash (self->constant_labels, label_names);
  if (self->skipping)
    {
      self->n_refused++;
      return;
    }
  family = collected_new (&spec, self->constant_labels);
  family->order = self->families->len;
  g_ptr_array_add (self->families, family);
}

/**
 * sg_collection_add_created:
 * @self: a collection
 * @values: (nullable) (array zero-terminated=1): one for each label of the family
 * @value: the sample; of an info always 1
 * @created: when a counter began, or 0
 *
 * Adds a sample to the family begun last.
 */
void
sg_collection_add_created (SgCollection      *self,
                           const char *const *values,
                           double             value,
                           SgTimeMs           created)
{
  Collected *family;
  SgPoint point = { .value = value, .created = created };
  GStrv copies;

  if (self->skipping)
    {
      self->n_refused += self->families->len > 0;
      return;
    }
  family = g_ptr_array_index (self->families, self->families->len - 1);
  copies = g_new0 (char *, family->view.n_labels + 1);
  for (guint i = 0; i < family->view.n_labels; i++)
    copies[i] = g_utf8_make_valid (values[i], -1);
  if (family->view.kind == SG_METRIC_INFO)
    point.value = 1;
  point.values = (const char *const *) copies;
  if (family->view.classic)
    point.text = sg_family_render_labels (&family->view, point.values, &point.text_length);
  g_array_append_val (family->points, point);
}

/* Adds a sample to the family begun last. */
void
sg_collection_add (SgCollection      *self,
                   const char *const *values,
                   double             value)
{
  sg_collection_add_created (self, values, value, 0);
}

static int
collected_compare (gconstpointer a,
                   gconstpointer b)
{
  const Collected *left = *(Collected *const *) a;
  const Collected *right = *(Collected *const *) b;
  int order = strcmp (left->name, right->name);

  if (order != 0)
    return order;
  return left->order < right->order ? -1 : 1;
}

/* In its count, which a plain sample has no use for, stands when a point came. */
static int
point_compare (const void *a,
               const void *b)
{
  const SgPoint *left = a;
  const SgPoint *right = b;
  int order = 0;

  for (guint i = 0; left->values[i] != NULL && order == 0; i++)
    order = strcmp (left->values[i], right->values[i]);
  if (order != 0)
    return order;
  return left->count < right->count ? -1 : 1;
}

static gboolean
same_values (const SgPoint *a,
             const SgPoint *b)
{
  return g_strv_equal (a->values, b->values);
}

/* Sorts the points, drops those there are twice, and those that are too many. Returns: how many
 * went */
static guint
collected_finish (Collected *family,
                  guint      max_points)
{
  SgPoint *points = (SgPoint *) (gpointer) family->points->data;
  guint n = family->points->len;
  guint kept = 0;

  for (guint i = 0; i < n; i++)
    points[i].count = i;
  if (n > 1)
    qsort (points, n, sizeof (SgPoint), point_compare);
  for (guint i = 0; i < n; i++)
    {
      points[i].count = 0;
      if (kept < max_points && (kept == 0 || !same_values (&points[kept - 1], &points[i])))
        points[kept++] = points[i];
      else
        {
          g_strfreev ((GStrv) points[i].values);
          g_free ((char *) points[i].text);
        }
    }
  g_array_set_size (family->points, kept);
  return n - kept;
}

static gboolean
same_shape (const Collected *a,
            const Collected *b)
{
  return a->view.kind == b->view.kind && g_strv_equal (a->view.label_names, b->view.label_names);
}

static void
collected_take_points (Collected *family,
                       Collected *from)
{
  g_array_append_vals (family->points, from->points->data, from->points->len);
  g_array_set_size (from->points, 0);
}

/* Reserves all names of @family. Returns: %FALSE when one of them is taken */
static gboolean
names_reserve (GHashTable      *reserved,
               const Collected *family,
               SgNameTakenFunc  taken,
               gpointer         user_data)
{
  g_auto (GStrv) names = sg_metric_reserved_names (family->view.kind, family->name);

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (taken (names[i], user_data) || g_hash_table_contains (reserved, names[i]))
        return FALSE;
    }
  for (guint i = 0; names[i] != NULL; i++)
    g_hash_table_add (reserved, g_strdup (names[i]));
  return TRUE;
}

/**
 * sg_collection_finish: (skip)
 * @self: a collection
 * @taken: whether a name belongs to the registry's own families
 * @user_data: for @taken
 *
 * Makes a valid page of what was collected.
 */
void
sg_collection_finish (SgCollection    *self,
                      SgNameTakenFunc  taken,
                      gpointer         user_data)
{
  g_autoptr (GHashTable) reserved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) all = g_steal_pointer (&self->families);
  Collected *last = NULL;

  self->families = g_ptr_array_new_with_free_func (collected_free);
  g_ptr_array_sort (all, collected_compare);
  g_ptr_array_set_free_func (all, NULL);
  for (guint i = 0; i < all->len; i++)
    {
      Collected *family = g_ptr_array_index (all, i);
      gboolean joins =
          last != NULL && g_str_equal (last->name, family->name) && same_shape (last, family);

      if (joins)
        collected_take_points (last, family);
      else if (names_reserve (reserved, family, taken, user_data))
        {
          g_ptr_array_add (self->families, family);
          last = family;
          continue;
        }
      else
        self->n_refused += 1 + family->points->len;
      collected_free (family);
    }
  for (guint i = 0; i < self->families->len; i++)
    self->n_refused += collected_finish (g_ptr_array_index (self->families, i), self->max_children);
}

guint
sg_collection_n_families (SgCollection *self)
{
  return self->families->len;
}

const char *
sg_collection_get_name (SgCollection *self,
                        guint         i)
{
  return ((const Collected *) g_ptr_array_index (self->families, i))->name;
}

void
sg_collection_visit (SgCollection          *self,
                     guint                  i,
                     const SgFamilyVisitor *visitor)
{
  const Collected *family = g_ptr_array_index (self->families, i);

  visitor->begin (&family->view, visitor->user_data);
  if (family->points->len > 0)
    visitor->points (&family->view, (const SgPoint *) (gpointer) family->points->data,
                     family->points->len, visitor->user_data);
}

/* Returns: how many families and samples were left out */
guint64
sg_collection_n_refused (SgCollection *self)
{
  return self->n_refused;
}
