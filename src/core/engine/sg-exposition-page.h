/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

G_BEGIN_DECLS

/**
 * SgExpositionLineKind:
 * @SG_EXPOSITION_LINE_HELP: # HELP
 * @SG_EXPOSITION_LINE_TYPE: # TYPE
 * @SG_EXPOSITION_LINE_UNIT: # UNIT
 * @SG_EXPOSITION_LINE_COMMENT: any other comment, # EOF and blank lines
 * @SG_EXPOSITION_LINE_SAMPLE: a series and its value
 */
typedef enum
{
  SG_EXPOSITION_LINE_HELP,
  SG_EXPOSITION_LINE_TYPE,
  SG_EXPOSITION_LINE_UNIT,
  SG_EXPOSITION_LINE_COMMENT,
  SG_EXPOSITION_LINE_SAMPLE,
} SgExpositionLineKind;

/**
 * SgExpositionFamily:
 * @name: its name
 * @type: "counter", "gauge" …, "untyped" when nothing says it
 * @help: what it means, without escapes, or ""
 * @unit: its unit, or ""
 * @first_line: its first line
 * @n_lines: how many lines it has
 * @n_series: how many of them are samples
 */
typedef struct
{
  char *name;
  char *type;
  char *help;
  char *unit;
  guint first_line;
  guint n_lines;
  guint n_series;
} SgExpositionFamily;

/**
 * SgExpositionPage:
 *
 * A page of metrics as text, with its lines and families found: what the Metrics Log shows. Immutable;
 * made and searched on a worker. The text is kept as it came; what cannot be understood is a comment.
 */
typedef struct _SgExpositionPage SgExpositionPage;

#define SG_TYPE_EXPOSITION_PAGE (sg_exposition_page_get_type ())

GType                     sg_exposition_page_get_type       (void) G_GNUC_CONST;
SgExpositionPage         *sg_exposition_page_new            (GBytes           *text,
                                                             SgTimeNs          time);
SgExpositionPage         *sg_exposition_page_ref            (SgExpositionPage *self);
void                      sg_exposition_page_unref          (SgExpositionPage *self);
GBytes                   *sg_exposition_page_get_text       (SgExpositionPage *self);
SgTimeNs                  sg_exposition_page_get_time       (SgExpositionPage *self);
guint                     sg_exposition_page_get_n_series   (SgExpositionPage *self);
guint                     sg_exposition_page_get_n_families (SgExpositionPage *self);
const SgExpositionFamily *sg_exposition_page_get_family     (SgExpositionPage *self,
                                                             guint             i);
guint                     sg_exposition_page_get_n_lines    (SgExpositionPage *self);
const char               *sg_exposition_page_get_line       (SgExpositionPage *self,
                                                             guint             i,
                                                             gsize            *ret_length);
SgExpositionLineKind      sg_exposition_page_get_line_kind  (SgExpositionPage *self,
                                                             guint             i);
guint                     sg_exposition_page_get_line_family (SgExpositionPage *self,
                                                             guint             i);
/*
 * Which families have @needle (letter case does not count) in a name, a help text or a sample:
 * (element-type guint), in order. Every word of @needle must occur.
 */
GArray                   *sg_exposition_page_find           (SgExpositionPage *self,
                                                             const char       *needle);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgExpositionPage, sg_exposition_page_unref)

G_END_DECLS
