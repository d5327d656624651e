/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-querier.h"

G_DEFINE_INTERFACE (SgQuerier, sg_querier, G_TYPE_OBJECT)

static void
sg_querier_default_init (SgQuerierInterface *iface)
{
}

void
sg_series_set_init (SgSeriesSet            *self,
                    const SgSeriesSetClass *klass)
{
  self->klass = klass;
  self->warnings = g_ptr_array_new_null_terminated (1, g_free, TRUE);
}

/**
 * sg_series_set_next: (skip)
 * @self: an iterator
 * @ret_series: the next series, valid until the next call
 * @error: set when reading failed; not set at the end
 *
 * Returns: whether there was one
 */
gboolean
sg_series_set_next (SgSeriesSet     *self,
                    const SgSeries **ret_series,
                    GError         **error)
{
  return self->klass->next (self, ret_series, error);
}

void
sg_series_set_warn (SgSeriesSet *self,
                    const char  *format,
                    ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->warnings, g_strdup_vprintf (format, args));
  va_end (args);
}

const char *const *
sg_series_set_get_warnings (SgSeriesSet *self)
{
  return (const char *const *) self->warnings->pdata;
}

void
sg_series_set_free (SgSeriesSet *self)
{
  g_ptr_array_unref (self->warnings);
  self->klass->free (self);
}

SgSeriesSet *
sg_querier_select (SgQuerier               *self,
                   const SgMatcher  *const *matchers,
                   gsize                    n_matchers,
                   const SgSelectHints     *hints,
                   GCancellable            *cancellable,
                   GError                 **error)
{
  return SG_QUERIER_GET_IFACE (self)->select (self, matchers, n_matchers, hints, cancellable,
                                              error);
}

GStrv
sg_querier_label_names (SgQuerier               *self,
                        const SgMatcher  *const *matchers,
                        gsize                    n_matchers,
                        const SgSelectHints     *hints,
                        GCancellable            *cancellable,
                        GError                 **error)
{
  return SG_QUERIER_GET_IFACE (self)->label_names (self, matchers, n_matchers, hints, cancellable,
                                                   error);
}

GStrv
sg_querier_label_values (SgQuerier               *self,
                         const char              *name,
                         const SgMatcher  *const *matchers,
                         gsize                    n_matchers,
                         const SgSelectHints     *hints,
                         GCancellable            *cancellable,
                         GError                 **error)
{
  return SG_QUERIER_GET_IFACE (self)->label_values (self, name, matchers, n_matchers, hints,
                                                    cancellable, error);
}

GPtrArray *
sg_querier_series (SgQuerier               *self,
                   const SgMatcher  *const *matchers,
                   gsize                    n_matchers,
                   const SgSelectHints     *hints,
                   GCancellable            *cancellable,
                   GError                 **error)
{
  return SG_QUERIER_GET_IFACE (self)->series (self, matchers, n_matchers, hints, cancellable,
                                              error);
}

GPtrArray *
sg_querier_metadata (SgQuerier     *self,
                     const char    *metric,
                     GCancellable  *cancellable,
                     GError       **error)
{
  return SG_QUERIER_GET_IFACE (self)->metadata (self, metric, cancellable, error);
}

gboolean
sg_querier_get_version (SgQuerier        *self,
                        SgQuerierVersion *ret_version)
{
  SgQuerierInterface *iface = SG_QUERIER_GET_IFACE (self);

  if (iface->get_version == NULL)
    return FALSE;
  iface->get_version (self, ret_version);
  return TRUE;
}
