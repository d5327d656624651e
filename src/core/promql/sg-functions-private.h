/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-eval-private.h"

G_BEGIN_DECLS

/* What a function makes of one value, with its first two scalar arguments; or sg_absent(). */
typedef double (*SgMapFunc)      (double        value,
                                  double        a,
                                  double        b);
typedef gboolean (*SgCallFunc)   (SgEval       *eval,
                                  SgPlanNode   *node,
                                  SgVectorSink *sink);

gboolean sg_eval_map             (SgEval       *eval,
                                  SgPlanNode   *node,
                                  SgMapFunc     func,
                                  SgVectorSink *sink);

/* sg-functions-math.c */
double   sg_map_abs              (double value, double a, double b);
double   sg_map_acos             (double value, double a, double b);
double   sg_map_acosh            (double value, double a, double b);
double   sg_map_asin             (double value, double a, double b);
double   sg_map_asinh            (double value, double a, double b);
double   sg_map_atan             (double value, double a, double b);
double   sg_map_atanh            (double value, double a, double b);
double   sg_map_ceil             (double value, double a, double b);
double   sg_map_clamp            (double value, double a, double b);
double   sg_map_clamp_max        (double value, double a, double b);
double   sg_map_clamp_min        (double value, double a, double b);
double   sg_map_cos              (double value, double a, double b);
double   sg_map_cosh             (double value, double a, double b);
double   sg_map_deg              (double value, double a, double b);
double   sg_map_exp              (double value, double a, double b);
double   sg_map_floor            (double value, double a, double b);
double   sg_map_ln               (double value, double a, double b);
double   sg_map_log10            (double value, double a, double b);
double   sg_map_log2             (double value, double a, double b);
double   sg_map_rad              (double value, double a, double b);
double   sg_map_round            (double value, double a, double b);
double   sg_map_sgn              (double value, double a, double b);
double   sg_map_sin              (double value, double a, double b);
double   sg_map_sinh             (double value, double a, double b);
double   sg_map_sqrt             (double value, double a, double b);
double   sg_map_tan              (double value, double a, double b);
double   sg_map_tanh             (double value, double a, double b);

/* sg-functions-time.c */
double   sg_map_day_of_month     (double value, double a, double b);
double   sg_map_day_of_week      (double value, double a, double b);
double   sg_map_day_of_year      (double value, double a, double b);
double   sg_map_days_in_month    (double value, double a, double b);
double   sg_map_hour             (double value, double a, double b);
double   sg_map_minute           (double value, double a, double b);
double   sg_map_month            (double value, double a, double b);
double   sg_map_year             (double value, double a, double b);
gboolean sg_call_timestamp       (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);

/* sg-functions-vector.c */
gboolean sg_call_absent          (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);
gboolean sg_call_absent_over_time (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);
gboolean sg_call_vector          (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);
gboolean sg_call_nothing         (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);
gboolean sg_scalar_of_vector     (SgEval *eval, SgPlanNode *node, double *out);

/* sg-functions-sort.c */
gboolean sg_call_sort            (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);
gboolean sg_call_sort_by_label   (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);

/* sg-functions-label.c */
gboolean sg_call_label_join      (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);
gboolean sg_call_label_replace   (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);

/* sg-functions-histogram.c */
gboolean sg_call_histogram_fraction (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);
gboolean sg_call_histogram_quantile (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);
gboolean sg_call_histogram_quantiles (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);

/* sg-functions-info.c */
gboolean sg_call_info            (SgEval *eval, SgPlanNode *node, SgVectorSink *sink);

G_END_DECLS
