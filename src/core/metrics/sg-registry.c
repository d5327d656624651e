/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-registry.h"

#include "metrics/sg-collection-private.h"
#include "metrics/sg-family-private.h"
#include "metrics/sg-registry-private.h"

#include <string.h>

/*
 * The registry's lock (home.lock) guards its families, their children, and its collectors. A scrape
 * runs the collectors first, without it, then holds it while families are written out: children can
 * be looked up and counted all the while, but not made or removed. Lock order: a collector's lock,
 * home.lock, a summary's feed, sg_cells_lock.
 *
 * Its own two families begin with it: what was refused is to be seen at 0 before it happens.
 */
typedef struct
{
  gatomicrefcount ref_count;
  guint id;
  SgLock lock;
  SgCollectorFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} Collector;

struct _SgRegistry
{
  GObject parent_instance;
  SgFamilyHome home;
  guint max_children;
  GHashTable *families;
  GPtrArray *in_order;
  GHashTable *reserved;
  GPtrArray *collectors;
  guint last_collector;
  SgFamily *refused_family;
  SgCounter collected_refused;
  SgPagePool *page_pool;
};

G_DEFINE_FINAL_TYPE (SgRegistry, sg_registry, G_TYPE_OBJECT)

static void
collector_unref (gpointer data)
{
  Collector *collector = data;

  if (!g_atomic_ref_count_dec (&collector->ref_count))
    return;
  if (collector->destroy != NULL)
    collector->destroy (collector->user_data);
  sg_lock_clear (&collector->lock);
  g_free (collector);
}

static void
sg_registry_finalize (GObject *object)
{
  SgRegistry *self = SG_REGISTRY (object);

  g_ptr_array_unref (self->collectors);
  for (guint i = 0; i < self->in_order->len; i++)
    sg_family_free (g_ptr_array_index (self->in_order, i));
  g_ptr_array_unref (self->in_order);
  g_hash_table_unref (self->families);
  g_hash_table_unref (self->reserved);
  sg_page_pool_unref (self->page_pool);
  sg_labels_unref (self->home.constant_labels);
  g_object_unref (self->home.clock);
  sg_lock_clear (&self->home.lock);
  G_OBJECT_CLASS (sg_registry_parent_class)->finalize (object);
}

static void
sg_registry_class_init (SgRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_registry_finalize;
}

static void
sg_registry_init (SgRegistry *self)
{
  sg_lock_init (&self->home.lock);
  self->max_children = SG_METRICS_MAX_CHILDREN;
  self->families = g_hash_table_new (g_str_hash, g_str_equal);
  self->in_order = g_ptr_array_new ();
  self->reserved = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->collectors = g_ptr_array_new_with_free_func (collector_unref);
  self->page_pool = sg_page_pool_new ();
}

/* Returns: %FALSE when a name of @spec is one of another family's; otherwise all of them are taken.
 */
static gboolean
registry_reserve_locked (SgRegistry          *self,
                         const SgFamilySpec  *spec,
                         GError             **error)
{
  g_auto (GStrv) names = sg_metric_reserved_names (spec->kind, spec->name);

  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *owner = g_hash_table_lookup (self->reserved, names[i]);

      if (owner == NULL)
        continue;
      g_set_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_CLASH,
                   "metric \"%s\": \"%s\" would be its name or that of its samples, and belongs to "
                   "the metric \"%s\": choose another name",
                   spec->name, names[i], owner);
      return FALSE;
    }
  for (guint i = 0; names[i] != NULL; i++)
    g_hash_table_insert (self->reserved, g_strdup (names[i]), g_strdup (spec->name));
  return TRUE;
}

static gboolean
spec_is_labelled (const SgFamilySpec *spec)
{
  return spec->label_names != NULL && spec->label_names[0] != NULL;
}

static guint
registry_find_place_locked (SgRegistry *self,
                            const char *name)
{
  guint low = 0;
  guint high = self->in_order->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (strcmp (sg_family_get_name (g_ptr_array_index (self->in_order, middle)), name) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static SgFamily *
registry_add_locked (SgRegistry          *self,
                     const SgFamilySpec  *spec,
                     GError             **error)
{
  SgFamilySpec bounded = *spec;
  SgCounter refused = { 0 };
  SgFamily *family;

  if (!registry_reserve_locked (self, spec, error))
    return NULL;
  if (self->refused_family != NULL && spec_is_labelled (spec))
    refused = sg_family_counter_locked (self->refused_family, SG_VALUES (spec->name));
  if (bounded.max_children == 0)
    bounded.max_children = self->max_children;
  family = sg_family_new (&self->home, &bounded, refused);
  g_hash_table_insert (self->families, (char *) sg_family_get_name (family), family);
  g_ptr_array_insert (self->in_order, (int) registry_find_place_locked (self, spec->name), family);
  return family;
}

static gboolean
constant_labels_allow (SgRegistry          *self,
                       const SgFamilySpec  *spec,
                       GError             **error)
{
  const SgLabels *constant = self->home.constant_labels;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; spec->label_names != NULL && spec->label_names[i] != NULL; i++)
    g_ptr_array_add (names, (char *) spec->label_names[i]);
  for (guint i = 0; i < constant->n_labels; i++)
    g_ptr_array_add (names, (char *) constant->labels[i].name);
  g_ptr_array_add (names, NULL);
  return sg_metric_label_names_validate (spec->kind, spec->name, (const char *const *) names->pdata,
                                         error);
}

static SgFamily *
registry_find_or_add (SgRegistry          *self,
                      const SgFamilySpec  *spec,
                      GError             **error)
{
  g_autofree char *name = sg_metric_full_name (spec->kind, spec->name);
  SgFamilySpec full = *spec;
  SgFamily *family;

  full.name = name;
  SG_LOCK_SCOPE (&self->home.lock);
  family = g_hash_table_lookup (self->families, name);
  if (family == NULL)
    return registry_add_locked (self, &full, error);
  return sg_family_has_shape (family, &full, error) ? family : NULL;
}

/* A family without labels has one child from the start, which is 0 until it is used. */
static void
family_make_only_child (SgFamily *family)
{
  switch (sg_family_get_kind (family))
    {
    case SG_METRIC_COUNTER:
      sg_family_counter (family, NULL);
      break;
    case SG_METRIC_GAUGE:
      sg_family_gauge (family, NULL);
      break;
    case SG_METRIC_HISTOGRAM:
      sg_family_histogram (family, NULL);
      break;
    case SG_METRIC_SUMMARY:
      sg_family_summary (family, NULL);
      break;
    case SG_METRIC_INFO:
      sg_family_info (family, NULL);
      break;
    case SG_METRIC_UNKNOWN:
      break;
    }
}

/**
 * sg_registry_add_family_spec:
 * @self: a registry
 * @spec: what the family shall be
 * @error: why it cannot be
 *
 * Returns: (transfer none) (nullable): the family, which is new or has been there in the same shape
 */
SgFamily *
sg_registry_add_family_spec (SgRegistry          *self,
                             const SgFamilySpec  *spec,
                             GError             **error)
{
  SgFamily *family;

  g_return_val_if_fail (spec->kind != SG_METRIC_UNKNOWN, NULL);
  if (!sg_family_spec_validate (spec, error) || !constant_labels_allow (self, spec, error))
    return NULL;
  family = registry_find_or_add (self, spec, error);
  if (family != NULL && !spec_is_labelled (spec))
    family_make_only_child (family);
  return family;
}

/**
 * sg_registry_add_family:
 * @self: a registry
 * @kind: what its children are
 * @name: its name
 * @help: (nullable): one sentence for people
 * @unit: (nullable): its base unit, which the name ends in
 * @label_names: (nullable) (array zero-terminated=1): the labels its children differ in
 * @error: why it cannot be
 *
 * Histograms have the default buckets, summaries the default quantiles; for others there is
 * sg_registry_add_family_spec().
 *
 * Returns: (transfer none) (nullable): the family, which is new or has been there in the same shape
 */
SgFamily *
sg_registry_add_family (SgRegistry         *self,
                        SgMetricKind        kind,
                        const char         *name,
                        const char         *help,
                        const char         *unit,
                        const char  *const *label_names,
                        GError            **error)
{
  SgFamilySpec spec = {
    .kind = kind,
    .name = name,
    .help = help,
    .unit = unit,
    .label_names = label_names,
  };

  return sg_registry_add_family_spec (self, &spec, error);
}

/* Returns: (transfer none) (nullable): the family of that name */
SgFamily *
sg_registry_find_family (SgRegistry *self,
                         const char *name)
{
  SG_LOCK_SCOPE (&self->home.lock);
  return g_hash_table_lookup (self->families, name);
}

static SgFamily *
registry_add_own_family (SgRegistry        *self,
                         const char        *name,
                         const char        *help,
                         const char *const *label_names)
{
  SgFamilySpec spec = {
    .kind = SG_METRIC_COUNTER,
    .name = name,
    .help = help,
    .label_names = label_names,
    .max_children = G_MAXUINT,
  };

  return registry_find_or_add (self, &spec, NULL);
}

static gboolean
constant_labels_validate (const SgLabels  *labels,
                          GError         **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < labels->n_labels; i++)
    {
      if (!g_utf8_validate (labels->labels[i].value, -1, NULL))
        {
          g_set_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_LABELS,
                       "the value of the constant label \"%s\" is not UTF-8",
                       labels->labels[i].name);
          return FALSE;
        }
      g_ptr_array_add (names, (char *) labels->labels[i].name);
    }
  g_ptr_array_add (names, NULL);
  return sg_metric_label_names_validate (SG_METRIC_GAUGE, "*", (const char *const *) names->pdata,
                                         error);
}

/**
 * sg_registry_new_with_labels:
 * @clock: tells when children were created
 * @constant_labels: labels that all its metrics have
 * @error: why they cannot
 *
 * Returns: (transfer full): a registry with its own two families
 */
SgRegistry *
sg_registry_new_with_labels (SgClock         *clock,
                             const SgLabels  *constant_labels,
                             GError         **error)
{
  SgRegistry *self;

  if (!constant_labels_validate (constant_labels, error))
    return NULL;
  self = g_object_new (SG_TYPE_REGISTRY, NULL);
  self->home.clock = g_object_ref (clock);
  self->home.constant_labels = sg_labels_ref (constant_labels);
  self->refused_family = registry_add_own_family (
      self, "sightglass_metrics_children_refused_total",
      "Lookups of a metric's child that were refused because the family has as many as it may.",
      SG_VALUES ("family"));
  self->collected_refused = sg_family_counter (
      registry_add_own_family (
          self, "sightglass_metrics_collected_refused_total",
          "Families and samples of collectors that were left out because they cannot be shown.",
          NULL),
      NULL);
  return self;
}

/* Returns: (transfer full): a registry without constant labels */
SgRegistry *
sg_registry_new (SgClock *clock)
{
  g_autoptr (SgLabels) none = sg_labels_get_empty ();

  return sg_registry_new_with_labels (clock, none, NULL);
}

/* Returns: (transfer none): the clock it was given */
SgClock *
sg_registry_get_clock (SgRegistry *self)
{
  return self->home.clock;
}

/* Returns: (transfer none): the memory of its pages */
SgPagePool *
sg_registry_get_page_pool (SgRegistry *self)
{
  return self->page_pool;
}

/* How many children a family may have that is registered from now on. */
void
sg_registry_set_max_children (SgRegistry *self,
                              guint       max_children)
{
  SG_LOCK_SCOPE (&self->home.lock);
  self->max_children = max_children;
}

/**
 * sg_registry_add_collector:
 * @self: a registry
 * @func: called at each scrape
 * @user_data: for @func
 * @destroy: (nullable): called with @user_data when it is not needed any more
 *
 * Returns: what sg_registry_remove_collector() takes
 */
guint
sg_registry_add_collector (SgRegistry      *self,
                           SgCollectorFunc  func,
                           gpointer         user_data,
                           GDestroyNotify   destroy)
{
  Collector *collector = g_new0 (Collector, 1);

  g_atomic_ref_count_init (&collector->ref_count);
  sg_lock_init (&collector->lock);
  collector->func = func;
  collector->user_data = user_data;
  collector->destroy = destroy;
  SG_LOCK_SCOPE (&self->home.lock);
  collector->id = ++self->last_collector;
  g_ptr_array_add (self->collectors, collector);
  return collector->id;
}

/* A scrape on another thread may still be calling it; its destroy function says when it is over. */
void
sg_registry_remove_collector (SgRegistry *self,
                              guint       id)
{
  Collector *removed = NULL;

  {
    SG_LOCK_SCOPE (&self->home.lock);
    for (guint i = 0; i < self->collectors->len && removed == NULL; i++)
      {
        Collector *collector = g_ptr_array_index (self->collectors, i);

        if (collector->id == id)
          removed = g_ptr_array_steal_index (self->collectors, i);
      }
  }
  if (removed != NULL)
    collector_unref (removed);
}

static GPtrArray *
registry_ref_collectors (SgRegistry *self)
{
  GPtrArray *collectors = g_ptr_array_new_with_free_func (collector_unref);

  SG_LOCK_SCOPE (&self->home.lock);
  for (guint i = 0; i < self->collectors->len; i++)
    {
      Collector *collector = g_ptr_array_index (self->collectors, i);

      g_atomic_ref_count_inc (&collector->ref_count);
      g_ptr_array_add (collectors, collector);
    }
  return collectors;
}

static void
registry_collect (SgRegistry   *self,
                  SgCollection *collection)
{
  g_autoptr (GPtrArray) collectors = registry_ref_collectors (self);

  for (guint i = 0; i < collectors->len; i++)
    {
      Collector *collector = g_ptr_array_index (collectors, i);

      SG_LOCK_SCOPE (&collector->lock);
      collector->func (collection, collector->user_data);
    }
}

static gboolean
name_is_reserved (const char *name,
                  gpointer    user_data)
{
  SgRegistry *self = user_data;

  return g_hash_table_contains (self->reserved, name);
}

/* Families of the registry and of collectors, in one order of names. */
static void
registry_visit_locked (SgRegistry            *self,
                       SgCollection          *collection,
                       const SgFamilyVisitor *visitor)
{
  guint n_collected = sg_collection_n_families (collection);
  guint j = 0;

  for (guint i = 0; i < self->in_order->len; i++)
    {
      SgFamily *family = g_ptr_array_index (self->in_order, i);

      while (j < n_collected
             && strcmp (sg_collection_get_name (collection, j), sg_family_get_name (family)) < 0)
        sg_collection_visit (collection, j++, visitor);
      sg_family_visit_locked (family, visitor);
    }
  while (j < n_collected)
    sg_collection_visit (collection, j++, visitor);
}

/**
 * sg_registry_visit:
 * @self: a registry
 * @visitor: who wants to see it; must not use the registry or its families meanwhile
 *
 * A scrape: runs the collectors, then shows all families.
 */
void
sg_registry_visit (SgRegistry            *self,
                   const SgFamilyVisitor *visitor)
{
  g_autoptr (SgCollection) collection = NULL;
  guint max_children;

  {
    SG_LOCK_SCOPE (&self->home.lock);
    max_children = self->max_children;
  }
  collection = sg_collection_new (self->home.constant_labels, max_children);
  registry_collect (self, collection);
  SG_LOCK_SCOPE (&self->home.lock);
  sg_collection_finish (collection, name_is_reserved, self);
  if (sg_collection_n_refused (collection) > 0)
    sg_counter_add (self->collected_refused, (double) sg_collection_n_refused (collection));
  registry_visit_locked (self, collection, visitor);
}
