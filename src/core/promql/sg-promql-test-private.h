/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-promql-engine.h"
#include "promql/sg-promql-test.h"

G_BEGIN_DECLS

typedef enum
{
  SG_EXPECT_FAIL,
  SG_EXPECT_WARN,
  SG_EXPECT_INFO,
  SG_EXPECT_NO_WARN,
  SG_EXPECT_NO_INFO,
  SG_EXPECT_ORDERED,
  SG_N_EXPECT,
} SgExpectKind;

/**
 * SgExpectedText:
 * @kind: whether it is about the error, the warnings or the infos
 * @is_regex: whether @text is a regular expression that must be found
 * @text: what is expected
 */
typedef struct
{
  SgExpectKind kind;
  gboolean is_regex;
  char *text;
} SgExpectedText;

typedef struct
{
  SgLabels *labels;
  GArray *items;
} SgDescribedSeries;

typedef enum
{
  SG_TEST_CLEAR,
  SG_TEST_LOAD,
  SG_TEST_EVAL,
} SgTestKind;

/**
 * SgTestCommand:
 * @kind: what to do
 * @line: where it stands
 * @step: of a load, the distance of samples; of an evaluation in a range, that of the times
 * @series: what is loaded, or expected
 * @custom_buckets: of a load, whether histograms with custom buckets are to be made of classic ones
 * @expr: what is evaluated
 * @is_range: whether it is at several times
 * @start: the first time, or the only one
 * @end: the last time
 * @expects: which of the expectations there are
 * @texts: what the error, warnings and infos must say
 * @has_scalar: whether a number is expected, @scalar
 * @string: (nullable): the text that is expected
 * @has_range: whether a range vector is expected; it begins at @range_start, with @range_step
 * @has_histograms: whether native histograms are expected
 */
typedef struct
{
  SgTestKind kind;
  guint line;
  gint64 step;
  GArray *series;
  gboolean custom_buckets;
  char *expr;
  gboolean is_range;
  SgTimeMs start;
  SgTimeMs end;
  gboolean expects[SG_N_EXPECT];
  GArray *texts;
  gboolean has_scalar;
  double scalar;
  GString *string;
  gboolean has_range;
  SgTimeMs range_start;
  gint64 range_step;
  gboolean has_histograms;
} SgTestCommand;

GPtrArray *sg_test_commands_parse  (const char            *name,
                                    const char            *text,
                                    GError               **error);
gboolean   sg_test_compare         (const SgTestCommand   *command,
                                    const SgPromqlResult  *result,
                                    gboolean               in_range,
                                    GString               *difference);
gboolean   sg_test_compare_texts   (const SgTestCommand   *command,
                                    const SgPromqlResult  *result,
                                    GString               *difference);
gboolean   sg_test_compare_error   (const SgTestCommand   *command,
                                    const GError          *error,
                                    GString               *difference);

G_END_DECLS
