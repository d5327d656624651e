/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/sg-exposition-parser.h"

G_BEGIN_DECLS

/* A sample: its whole label set, with __name__; the label "le" or "quantile" among them. */
typedef struct
{
  SgLabels *labels;
  double value;
} SgPushSample;

/**
 * SgPushFamily:
 * @name: its name
 * @type: as the text format calls it: counter, gauge, histogram, summary, untyped
 * @help: (nullable): its help
 * @samples: (element-type SgPushSample): in the order in which they came
 *
 * One family of a group, counted and immutable once it was read.
 */
typedef struct
{
  int ref_count;
  char *name;
  char *type;
  char *help;
  GArray *samples;
} SgPushFamily;

SgPushFamily *sg_push_family_ref    (SgPushFamily         *self);
void          sg_push_family_unref  (SgPushFamily         *self);
/* Writes type, help and samples as text 0.0.4. */
void          sg_push_family_write  (const SgPushFamily   *self,
                                     gboolean              with_head,
                                     GString              *out);

/*
 * Reads what was pushed to the group @key, whose labels win over those of the samples. Returns: (element-type
 * SgPushFamily): sorted by name; %NULL when it cannot be read or has what may not be pushed
 */
GPtrArray    *sg_push_body_parse    (const SgLabels       *key,
                                     const char           *text,
                                     gsize                 length,
                                     SgExpositionDialect   dialect,
                                     GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPushFamily, sg_push_family_unref)

G_END_DECLS
