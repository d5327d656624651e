/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Work measured beside a floor and a peer, in turn, in one run.
 *
 * A machine's speed changes while one looks at it; so each round runs all that are to be compared
 * once. Of the rounds the lower quartile counts, since what disturbs them only ever adds. A round
 * of several threads starts them together, each on a processor of its own as far as there are
 * enough, and counts the slowest, by the processor's time that it took.
 */
typedef void (*BenchFunc) (guint    thread,
                           guint64  n);

/**
 * BenchWork:
 * @name: what is done
 * @n_threads: by how many threads at once
 * @n: how often by each, in a round
 * @ours: our way
 * @floor: what it would cost at least
 * @peer: (nullable): how prometheus-cpp does it, where it was found
 * @budget: how many times the floor ours may cost
 */
typedef struct
{
  const char *name;
  guint n_threads;
  guint64 n;
  BenchFunc ours;
  BenchFunc floor;
  BenchFunc peer;
  double budget;
} BenchWork;

int bench_run (const char      *unit,
               double           units_per_second,
               const BenchWork *works,
               gsize            n_works);

G_END_DECLS
