/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SG_OPEN_SAMPLE,
  SG_OPEN_TYPE,
  SG_OPEN_HELP,
  SG_OPEN_UNIT,
  SG_OPEN_EOF,
} SgOpenKind;

/**
 * SgOpenLine:
 * @kind: what it is
 * @name: the metric's name, within the page
 * @name_length: its length
 * @rest: of metadata: what follows the name
 * @rest_length: its length
 * @labels: of a sample: names and values in turn, unescaped
 * @value: its value
 * @value_at: where that stands
 * @has_t: whether it has a time
 * @t: that time, in seconds
 * @t_at: where it stands
 * @exemplar_at: (nullable): where the exemplar stands
 * @problem: (nullable): what was expected, where the line is wrong
 * @problem_at: where that is
 *
 * A line of OpenMetrics, by its grammar to the letter: see sg-open-line.c.
 */
typedef struct
{
  SgOpenKind kind;
  const char *name;
  gsize name_length;
  const char *rest;
  gsize rest_length;
  GPtrArray *labels;
  double value;
  const char *value_at;
  gboolean has_t;
  double t;
  const char *t_at;
  const char *exemplar_at;
  const char *problem;
  const char *problem_at;
} SgOpenLine;

gboolean    sg_open_line_parse     (SgOpenLine       *self,
                                    const char       *text,
                                    const char       *end);
void        sg_open_line_clear     (SgOpenLine       *self);
/* Returns: (nullable): the value of a label */
const char *sg_open_line_get_label (const SgOpenLine *self,
                                    const char       *name);
/* The labels but @without as one text, the same for the same labels in any order; with the name or not. */
char       *sg_open_line_make_key  (const SgOpenLine *self,
                                    const char       *without,
                                    gboolean          with_name);
/* A number as OpenMetrics writes it: no hexadecimal forms, no underscores. */
gboolean    sg_open_number_parse   (const char       *text,
                                    gsize             length,
                                    double           *ret_value);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgOpenLine, sg_open_line_clear)

G_END_DECLS
