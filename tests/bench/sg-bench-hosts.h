/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"

G_BEGIN_DECLS

/*
 * Hosts that are watched: two hundred series each, a day at 15 s, the same ones from the same seed. What
 * the queries of queries/promql.txt are asked of.
 */
#define SG_BENCH_STEP_MS   15000
#define SG_BENCH_N_SAMPLES 5760
#define SG_BENCH_START_MS  G_GINT64_CONSTANT (1767225600000)
#define SG_BENCH_END_MS    (SG_BENCH_START_MS + (SgTimeMs) SG_BENCH_N_SAMPLES * SG_BENCH_STEP_MS)

typedef void (*SgBenchHostsFunc) (const SgSeries *series,
                                  gpointer        user_data);

guint sg_bench_hosts_make (guint             n_hosts,
                           SgBenchHostsFunc  func,
                           gpointer          user_data);

/**
 * SgBenchQuery:
 * @name: a short one
 * @query: the expression
 * @range: how long the range is, 0 for one time
 * @step: the distance of its times
 */
typedef struct
{
  char *name;
  char *query;
  gint64 range;
  gint64 step;
} SgBenchQuery;

GPtrArray *sg_bench_queries_load (const char  *path,
                                  GError     **error);

G_END_DECLS
