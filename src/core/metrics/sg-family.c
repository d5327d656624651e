/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-family-private.h"

#include "metrics/sg-summary-feed.h"
#include "metrics/sg-text-writer.h"

#include <string.h>

/*
 * A family holds its children twice: in a table, for those who look one up (sg-child-table.c), and
 * in an array, sorted when a scrape wants it, for those who want all. Both change under the lock of
 * the home.
 *
 * A child's labels are written out once, when it is made: a scrape copies them.
 */
struct _SgFamily
{
  SgFamilyHome *home;
  SgFamilyView view;
  char *name;
  char *help;
  char *unit;
  GStrv label_names;
  SgBounds *bounds;
  SgQuantile *quantiles;
  gint64 window_us;
  guint max_children;
  SgCounter refused;
  SgChildTable *table;
  GPtrArray *children;
  guint n_children;
  gboolean sorted;
};

static const double default_bounds[] = {
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
};

static const SgQuantile default_quantiles[] = {
  { 0.5, 0.05 },
  { 0.9, 0.01 },
  { 0.99, 0.001 },
};

#define DEFAULT_WINDOW_MS (10 * 60 * 1000)

/* The bound +Inf is always there; one that was given is left out. */
static SgBounds *
spec_make_bounds (const SgFamilySpec *spec)
{
  gsize n = spec->n_bounds;

  if (spec->kind != SG_METRIC_HISTOGRAM)
    return sg_bounds_new (NULL, 0);
  if (spec->bounds == NULL)
    return sg_bounds_new (default_bounds, G_N_ELEMENTS (default_bounds));
  if (n > 0 && spec->bounds[n - 1] == INFINITY)
    n--;
  return sg_bounds_new (spec->bounds, (guint) n);
}

static void
family_set_quantiles (SgFamily           *self,
                      const SgFamilySpec *spec)
{
  gint64 window_ms = spec->window_ms != 0 ? spec->window_ms : DEFAULT_WINDOW_MS;

  if (spec->kind != SG_METRIC_SUMMARY)
    return;
  if (spec->quantiles != NULL)
    {
      self->quantiles = g_memdup2 (spec->quantiles, spec->n_quantiles * sizeof (SgQuantile));
      self->view.n_quantiles = (guint) spec->n_quantiles;
    }
  else
    {
      self->quantiles = g_memdup2 (default_quantiles, sizeof default_quantiles);
      self->view.n_quantiles = G_N_ELEMENTS (default_quantiles);
    }
  self->view.quantiles = self->quantiles;
  self->window_us = MIN (window_ms, G_MAXINT64 / 1000) * 1000;
}

gboolean
sg_family_view_is_classic (const SgFamilyView *view)
{
  gboolean classic = sg_metric_name_is_classic (view->name);

  for (guint i = 0; i < view->n_labels; i++)
    classic = classic && sg_label_name_is_classic (view->label_names[i]);
  for (guint i = 0; i < view->constant_labels->n_labels; i++)
    classic = classic && sg_label_name_is_classic (view->constant_labels->labels[i].name);
  return classic;
}

/**
 * sg_family_new: (skip)
 * @home: what it has in common with others
 * @spec: what it is; valid
 * @refused: counts the children it refuses
 *
 * Returns: (transfer full): a family without children
 */
SgFamily *
sg_family_new (SgFamilyHome       *home,
               const SgFamilySpec *spec,
               SgCounter           refused)
{
  SgFamily *self = g_new0 (SgFamily, 1);

  self->home = home;
  self->name = g_strdup (spec->name);
  self->help = g_strdup (spec->help != NULL ? spec->help : "");
  self->unit = g_strdup (spec->unit != NULL ? spec->unit : "");
  self->label_names =
      spec->label_names != NULL ? g_strdupv ((GStrv) spec->label_names) : g_new0 (char *, 1);
  self->bounds = spec_make_bounds (spec);
  self->max_children = spec->max_children;
  self->refused = refused;
  self->children = g_ptr_array_new ();
  self->sorted = TRUE;
  self->view = (SgFamilyView) {
    .kind = spec->kind,
    .name = self->name,
    .help = self->help,
    .unit = self->unit,
    .constant_labels = home->constant_labels,
    .label_names = (const char *const *) self->label_names,
    .n_labels = g_strv_length (self->label_names),
  };
  self->view.bounds = sg_bounds_get (self->bounds, &self->view.n_bounds);
  self->view.classic = sg_family_view_is_classic (&self->view);
  family_set_quantiles (self, spec);
  return self;
}

static void
family_remove_handle (SgFamily       *self,
                      const SgHandle *handle)
{
  switch (self->view.kind)
    {
    case SG_METRIC_COUNTER:
      sg_counter_cells_remove (handle->counter);
      break;
    case SG_METRIC_GAUGE:
      sg_gauge_slots_remove (handle->gauge);
      break;
    case SG_METRIC_HISTOGRAM:
    case SG_METRIC_SUMMARY:
      sg_histogram_cells_remove (handle->histogram);
      break;
    case SG_METRIC_INFO:
    case SG_METRIC_UNKNOWN:
      break;
    }
}

/* With the registry gone, nobody can be looking a child up. */
void
sg_family_free (SgFamily *self)
{
  for (guint i = 0; i < self->children->len; i++)
    {
      SgChild *child = g_ptr_array_index (self->children, i);

      family_remove_handle (self, &child->handle);
      g_free (child);
    }
  g_ptr_array_unref (self->children);
  sg_child_table_free (self->table);
  sg_bounds_unref (self->bounds);
  g_strfreev (self->label_names);
  g_free (self->quantiles);
  g_free (self->name);
  g_free (self->help);
  g_free (self->unit);
  g_free (self);
}

static gboolean
same_quantiles (SgFamily           *self,
                const SgFamilySpec *spec)
{
  if (spec->kind != SG_METRIC_SUMMARY || spec->quantiles == NULL)
    return TRUE;
  return spec->n_quantiles == self->view.n_quantiles
         && memcmp (spec->quantiles, self->quantiles, spec->n_quantiles * sizeof (SgQuantile)) == 0;
}

/**
 * sg_family_has_shape: (skip)
 * @self: a family
 * @spec: what somebody takes it for; bounds and quantiles that are %NULL leave them open
 * @error: in what it differs
 *
 * Returns: whether it is that
 */
gboolean
sg_family_has_shape (SgFamily            *self,
                     const SgFamilySpec  *spec,
                     GError             **error)
{
  static const char *const no_labels[] = { NULL };
  const char *const *label_names = spec->label_names != NULL ? spec->label_names : no_labels;
  g_autoptr (SgBounds) bounds = spec_make_bounds (spec);
  guint n_bounds;
  const double *values = sg_bounds_get (bounds, &n_bounds);
  const char *difference = NULL;

  if (spec->kind != self->view.kind)
    difference = sg_metric_kind_to_string (self->view.kind);
  else if (!g_strv_equal (label_names, self->view.label_names))
    difference = "one with other labels";
  else if (spec->bounds != NULL
           && (n_bounds != self->view.n_bounds
               || memcmp (values, self->view.bounds, n_bounds * sizeof (double)) != 0))
    difference = "one with other buckets";
  else if (!same_quantiles (self, spec))
    difference = "one with other quantiles";
  if (difference == NULL)
    return TRUE;
  g_set_error (error, SG_METRICS_ERROR, SG_METRICS_ERROR_SHAPE,
               "metric \"%s\" is there already, as %s: use it as it is, or choose another name",
               spec->name, difference);
  return FALSE;
}

/* Writes {a="b",c="d"} and a blank, or the blank only; for a classic family. */
char *
sg_family_render_labels (const SgFamilyView *view,
                         const char  *const *values,
                         gsize              *ret_length)
{
  SgTextWriter writer;

  sg_text_writer_init (&writer, 128);
  sg_text_write_labels (&writer, view, values, SG_ESCAPING_ALLOW_UTF8, NULL, NULL);
  sg_text_write_char (&writer, ' ');
  *ret_length = writer.length;
  sg_text_write_char (&writer, '\0');
  return g_realloc (writer.data, writer.length);
}

static SgHandle
family_add_handle (SgFamily *self)
{
  SgHandle handle = { .gauge = { NULL, 0 } };
  SgClock *clock = self->home->clock;
  SgSummaryFeed *feed;

  switch (self->view.kind)
    {
    case SG_METRIC_COUNTER:
      handle.counter = sg_counter_cells_add (clock);
      break;
    case SG_METRIC_GAUGE:
      handle.gauge = sg_gauge_slots_add ();
      break;
    case SG_METRIC_HISTOGRAM:
      handle.histogram = sg_histogram_cells_add (clock, self->bounds, NULL);
      break;
    case SG_METRIC_SUMMARY:
      feed = sg_summary_feed_new (self->quantiles, self->view.n_quantiles, self->window_us,
                                  sg_clock_monotonic (clock));
      handle.histogram = sg_histogram_cells_add (clock, self->bounds, feed);
      sg_summary_feed_unref (feed);
      break;
    case SG_METRIC_INFO:
    case SG_METRIC_UNKNOWN:
      break;
    }
  return handle;
}

static SgChild *
family_add_child_locked (SgFamily          *self,
                         const SgChildKey  *key,
                         const char *const *values)
{
  g_autofree char *text = NULL;
  gsize text_length = 0;
  SgChild *child;

  if (self->view.classic)
    text = sg_family_render_labels (&self->view, values, &text_length);
  child = sg_child_new (key, self->view.n_labels, text, text_length);
  child->handle = family_add_handle (self);
  child->serial = ++self->home->next_serial;
  child->created = sg_clock_now_ms (self->home->clock);
  sg_child_table_add (&self->table, child);
  g_ptr_array_add (self->children, child);
  __atomic_store_n (&self->n_children, self->children->len, __ATOMIC_RELAXED);
  self->sorted = FALSE;
  return child;
}

/* Returns: (transfer full): @values, each of them UTF-8 */
static GStrv
values_make_valid (SgFamily          *self,
                   const char *const *values)
{
  GStrv valid = g_new0 (char *, self->view.n_labels + 1);

  for (guint i = 0; i < self->view.n_labels; i++)
    valid[i] = g_utf8_make_valid (values[i], -1);
  return valid;
}

static gboolean
family_is_full (SgFamily *self)
{
  return __atomic_load_n (&self->n_children, __ATOMIC_RELAXED)
         >= __atomic_load_n (&self->max_children, __ATOMIC_RELAXED);
}

/*
 * A full family refuses without the lock, so that a flood of values hinders nobody. What is not
 * UTF-8 may have a child under the text it is turned into.
 */
static gboolean
family_may_have (SgFamily          *self,
                 const char *const *values)
{
  gboolean valid = TRUE;

  for (guint i = 0; i < self->view.n_labels; i++)
    {
      if (strlen (values[i]) > SG_METRICS_MAX_VALUE_BYTES)
        return FALSE;
      valid = valid && g_utf8_validate (values[i], -1, NULL);
    }
  return !valid || !family_is_full (self);
}

static gboolean
family_add_locked (SgFamily          *self,
                   const char *const *values,
                   SgHandle          *ret_handle)
{
  g_auto (GStrv) valid = values_make_valid (self, values);
  SgChildKey key;
  SgChild *child;

  sg_child_key_init (&key, (const char *const *) valid, self->view.n_labels);
  child = sg_child_table_find (&self->table, &key);
  if (child == NULL && !family_is_full (self))
    child = family_add_child_locked (self, &key, (const char *const *) valid);
  if (child != NULL)
    *ret_handle = child->handle;
  sg_child_key_clear (&key);
  return child != NULL;
}

static gboolean
family_add (SgFamily          *self,
            const char *const *values,
            SgHandle          *ret_handle)
{
  SG_LOCK_SCOPE (&self->home->lock);
  return family_add_locked (self, values, ret_handle);
}

/* Returns: the counter with these labels; the caller holds the lock of the home */
SgCounter
sg_family_counter_locked (SgFamily          *self,
                          const char *const *values)
{
  SgHandle handle = { .gauge = { NULL, 0 } };

  family_add_locked (self, values, &handle);
  return handle.counter;
}

/* Returns: the handle of the child with these values; zeros when the family has no room for it */
static SgHandle
family_find (SgFamily          *self,
             const char *const *values)
{
  SgHandle handle = { .gauge = { NULL, 0 } };
  SgChildKey key;
  SgChild *child;

  sg_child_key_init (&key, values, self->view.n_labels);
  sg_epoch_enter ();
  child = sg_child_table_find (&self->table, &key);
  if (G_LIKELY (child != NULL))
    handle = child->handle;
  sg_epoch_leave ();
  sg_child_key_clear (&key);
  if (G_UNLIKELY (child == NULL)
      && !(family_may_have (self, values) && family_add (self, values, &handle)))
    sg_counter_inc (self->refused);
  return handle;
}

/**
 * sg_family_counter:
 * @self: a family of counters
 * @values: (array zero-terminated=1): one for each of its labels; %NULL for a family without
 *
 * Returns: the counter with these labels
 */
SgCounter
sg_family_counter (SgFamily          *self,
                   const char *const *values)
{
  g_return_val_if_fail (self->view.kind == SG_METRIC_COUNTER, ((SgCounter) { 0 }));
  return family_find (self, values).counter;
}

/* Returns: the gauge with these labels, as sg_family_counter() */
SgGauge
sg_family_gauge (SgFamily          *self,
                 const char *const *values)
{
  g_return_val_if_fail (self->view.kind == SG_METRIC_GAUGE, ((SgGauge) { NULL, 0 }));
  return family_find (self, values).gauge;
}

/* Returns: the histogram with these labels, as sg_family_counter() */
SgHistogram
sg_family_histogram (SgFamily          *self,
                     const char *const *values)
{
  g_return_val_if_fail (self->view.kind == SG_METRIC_HISTOGRAM, ((SgHistogram) { 0 }));
  return family_find (self, values).histogram;
}

/* Returns: the summary with these labels, as sg_family_counter() */
SgSummary
sg_family_summary (SgFamily          *self,
                   const char *const *values)
{
  g_return_val_if_fail (self->view.kind == SG_METRIC_SUMMARY, ((SgSummary) { 0 }));
  return family_find (self, values).summary;
}

static void
family_remove_child_locked (SgFamily *self,
                            SgChild  *child)
{
  sg_child_table_remove (self->table, child);
  family_remove_handle (self, &child->handle);
  sg_epoch_retire (child, g_free);
}

/**
 * sg_family_remove:
 * @self: a family
 * @values: (array zero-terminated=1): the labels of a child
 *
 * Handles of it stay safe and swallow what they are given. The same labels later make a new child.
 *
 * Returns: whether there was such a child
 */
gboolean
sg_family_remove (SgFamily          *self,
                  const char *const *values)
{
  g_auto (GStrv) valid = values_make_valid (self, values);
  SgChildKey key;
  SgChild *child;

  sg_child_key_init (&key, (const char *const *) valid, self->view.n_labels);
  {
    SG_LOCK_SCOPE (&self->home->lock);
    child = sg_child_table_find (&self->table, &key);
    if (child != NULL)
      {
        g_ptr_array_remove (self->children, child);
        __atomic_store_n (&self->n_children, self->children->len, __ATOMIC_RELAXED);
        family_remove_child_locked (self, child);
      }
  }
  sg_child_key_clear (&key);
  return child != NULL;
}

static void
family_remove_all_locked (SgFamily *self)
{
  for (guint i = 0; i < self->children->len; i++)
    family_remove_child_locked (self, g_ptr_array_index (self->children, i));
  g_ptr_array_set_size (self->children, 0);
  __atomic_store_n (&self->n_children, 0, __ATOMIC_RELAXED);
}

void
sg_family_remove_all (SgFamily *self)
{
  SG_LOCK_SCOPE (&self->home->lock);
  family_remove_all_locked (self);
}

/* Makes these facts true, beside those that are. */
void
sg_family_info (SgFamily          *self,
                const char *const *values)
{
  g_return_if_fail (self->view.kind == SG_METRIC_INFO);
  family_find (self, values);
}

/* Makes these facts true in place of those that were; no scrape sees both or neither. */
void
sg_family_info_only (SgFamily          *self,
                     const char *const *values)
{
  SgHandle handle;

  g_return_if_fail (self->view.kind == SG_METRIC_INFO);
  SG_LOCK_SCOPE (&self->home->lock);
  family_remove_all_locked (self);
  family_add_locked (self, values, &handle);
}

/* Shows @visitor the family, under the lock of its home. */
void
sg_family_visit_locked (SgFamily              *self,
                        const SgFamilyVisitor *visitor)
{
  sg_family_scrape_locked (&self->view, self->home->clock, self->children, self->sorted, visitor);
  self->sorted = TRUE;
}

/* Children beyond the new bound stay. */
void
sg_family_set_max_children (SgFamily *self,
                            guint     max_children)
{
  __atomic_store_n (&self->max_children, max_children, __ATOMIC_RELAXED);
}

const char *
sg_family_get_name (SgFamily *self)
{
  return self->name;
}

SgMetricKind
sg_family_get_kind (SgFamily *self)
{
  return self->view.kind;
}

const char *const *
sg_family_get_label_names (SgFamily *self)
{
  return self->view.label_names;
}

guint
sg_family_get_n_children (SgFamily *self)
{
  return __atomic_load_n (&self->n_children, __ATOMIC_RELAXED);
}
