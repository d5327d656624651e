/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-querier.h"

/* The querier that has nothing: every answer is empty, none is an error, cancellation is honoured.
 */

#define SG_TYPE_QUERIER_EMPTY (sg_querier_empty_get_type ())
G_DECLARE_FINAL_TYPE (SgQuerierEmpty, sg_querier_empty, SG, QUERIER_EMPTY, GObject)

struct _SgQuerierEmpty
{
  GObject parent_instance;
};

static void sg_querier_empty_iface_init (SgQuerierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SgQuerierEmpty,
                               sg_querier_empty,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SG_TYPE_QUERIER, sg_querier_empty_iface_init))

static gboolean
empty_set_next (SgSeriesSet     *self,
                const SgSeries **ret_series,
                GError         **error)
{
  return FALSE;
}

static void
empty_set_free (SgSeriesSet *self)
{
  g_free (self);
}

static SgSeriesSet *
empty_select (SgQuerier               *self,
              const SgMatcher  *const *matchers,
              gsize                    n_matchers,
              const SgSelectHints     *hints,
              GCancellable            *cancellable,
              GError                 **error)
{
  static const SgSeriesSetClass klass = { empty_set_next, empty_set_free };
  SgSeriesSet *set;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  set = g_new (SgSeriesSet, 1);
  sg_series_set_init (set, &klass);
  return set;
}

static GStrv
empty_label_names (SgQuerier               *self,
                   const SgMatcher  *const *matchers,
                   gsize                    n_matchers,
                   const SgSelectHints     *hints,
                   GCancellable            *cancellable,
                   GError                 **error)
{
  return g_cancellable_set_error_if_cancelled (cancellable, error) ? NULL : g_new0 (char *, 1);
}

static GStrv
empty_label_values (SgQuerier               *self,
                    const char              *name,
                    const SgMatcher  *const *matchers,
                    gsize                    n_matchers,
                    const SgSelectHints     *hints,
                    GCancellable            *cancellable,
                    GError                 **error)
{
  return empty_label_names (self, matchers, n_matchers, hints, cancellable, error);
}

static GPtrArray *
empty_series (SgQuerier               *self,
              const SgMatcher  *const *matchers,
              gsize                    n_matchers,
              const SgSelectHints     *hints,
              GCancellable            *cancellable,
              GError                 **error)
{
  return g_cancellable_set_error_if_cancelled (cancellable, error) ? NULL : g_ptr_array_new ();
}

static GPtrArray *
empty_metadata (SgQuerier     *self,
                const char    *metric,
                GCancellable  *cancellable,
                GError       **error)
{
  return g_cancellable_set_error_if_cancelled (cancellable, error) ? NULL : g_ptr_array_new ();
}

static void
sg_querier_empty_iface_init (SgQuerierInterface *iface)
{
  iface->select = empty_select;
  iface->label_names = empty_label_names;
  iface->label_values = empty_label_values;
  iface->series = empty_series;
  iface->metadata = empty_metadata;
}

static void
sg_querier_empty_class_init (SgQuerierEmptyClass *klass)
{
}

static void
sg_querier_empty_init (SgQuerierEmpty *self)
{
}

SgQuerier *
sg_querier_new_empty (void)
{
  return g_object_new (SG_TYPE_QUERIER_EMPTY, NULL);
}
