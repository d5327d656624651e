/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-query.h"
#include "promql/sg-promql-engine.h"

G_BEGIN_DECLS

/* How many parts are explained; those beyond are not. */
#define SG_EXPLANATION_MAX_PARTS 128u

/**
 * SgExplanationPart:
 * @depth: how deep it stands in the tree
 * @span: where it stands in the text
 * @head: what it does, without what stands below it
 * @type: what it evaluates to
 * @n_series: how many series it came to
 * @n_samples: how many samples they have
 * @n_read: how many samples were read for it
 * @duration_us: how long that took, with everything below it
 * @error: (nullable): why it came to nothing
 */
typedef struct
{
  guint depth;
  SgSpan span;
  char *head;
  SgValueType type;
  guint64 n_series;
  guint64 n_samples;
  guint64 n_read;
  gint64 duration_us;
  char *error;
} SgExplanationPart;

/**
 * SgExplanation:
 * @text: the query
 * @n_parts: how many parts it has
 * @parts: (array length=n_parts): each before those below it
 * @cut: whether there are more than %SG_EXPLANATION_MAX_PARTS
 *
 * What each part of a query comes to, so that one sees which makes it empty, or slow. Immutable.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char *text;
  guint n_parts;
  SgExplanationPart *parts;
  gboolean cut;
} SgExplanation;

#define SG_TYPE_EXPLANATION (sg_explanation_get_type ())

GType          sg_explanation_get_type (void) G_GNUC_CONST;
SgExplanation *sg_explanation_make     (SgPromqlEngine  *engine,
                                        SgQuerier       *querier,
                                        const SgQuery   *query,
                                        GCancellable    *cancellable,
                                        GError         **error);
SgExplanation *sg_explanation_ref      (SgExplanation   *self);
void           sg_explanation_unref    (SgExplanation   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgExplanation, sg_explanation_unref)

G_END_DECLS
