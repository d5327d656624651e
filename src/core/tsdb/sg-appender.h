/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "base/sg-querier.h"
#include "base/sg-sample.h"

G_BEGIN_DECLS

/* What a series is called in the log and in the files of the head; 0 is no series. */
typedef guint64 SgHeadRef;

/**
 * SgSampleExemplar:
 * @t: when
 * @value: what was observed
 * @labels: what it points to: a trace, a request
 */
typedef struct
{
  SgTimeMs t;
  double value;
  const SgLabels *labels;
} SgSampleExemplar;

/**
 * SgAppender:
 *
 * A batch of samples on its way into the store: one scrape, one push. Any number of them may be open
 * at once, each used by one thread at a time. Samples are checked as they come, so that the caller
 * learns which one is refused and why; the rest of the batch is not touched by a refusal.
 *
 * sg_appender_commit() writes the batch to the log, then makes it visible: to every reader whole, or
 * not at all. When it returns, the batch survives the end of this process, and the loss of power as
 * far as the log's policy promises. When it fails, nothing of the batch is kept. Afterwards, as after
 * sg_appender_rollback(), the appender is empty and can take the next batch.
 */
typedef struct _SgAppender SgAppender;

gboolean sg_appender_append          (SgAppender        *self,
                                      SgHeadRef       *ref,
                                      const SgLabels    *labels,
                                      const SgSample    *sample,
                                      GError           **error);
gsize    sg_appender_append_known    (SgAppender        *self,
                                      const SgHeadRef   *refs,
                                      const double      *values,
                                      gsize              n,
                                      SgTimeMs           t);
gboolean sg_appender_append_exemplar (SgAppender        *self,
                                      SgHeadRef        ref,
                                      const SgSampleExemplar  *exemplar,
                                      GError           **error);
gboolean sg_appender_set_metadata    (SgAppender        *self,
                                      SgHeadRef        ref,
                                      const SgMetadata  *metadata,
                                      GError           **error);
SgHeadRef sg_appender_find           (SgAppender        *self,
                                      const SgLabels    *labels);
SgHeadRef sg_appender_find_metric    (SgAppender        *self,
                                      const char        *name);
gsize    sg_appender_get_n_samples   (SgAppender        *self);
gboolean sg_appender_commit          (SgAppender        *self,
                                      GError           **error);
void     sg_appender_rollback        (SgAppender        *self);
void     sg_appender_free            (SgAppender        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgAppender, sg_appender_free)

G_END_DECLS
