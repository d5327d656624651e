/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-harness.h"
#include "bench-peers.h"

#include "metrics/sg-metrics.h"

#include <stdlib.h>
#include <string.h>

/*
 * What instruments cost, beside what they would cost at least: a cell of each thread's own, without
 * a registry, without scrapes, without handles. The floor of finding a child by two labels is a
 * table that never changes, a hash a byte at a time, and an atomic addition.
 */
#define N_VALUES 1024

static SgCounter counter;
static SgCounter fractions;
static SgHistogram histogram;
static SgFamily *family;
static double values[N_VALUES];

static const double bounds[12] = { 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 };
static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };
static const char *const codes[] = { "200", "301", "404", "500" };

static void
ours_count (guint   thread,
            guint64 n)
{
  for (guint64 i = 0; i < n; i++)
    sg_counter_inc (counter);
}

static void
ours_add_fraction (guint   thread,
                   guint64 n)
{
  for (guint64 i = 0; i < n; i++)
    sg_counter_add (fractions, 0.3);
}

static void
ours_observe (guint   thread,
              guint64 n)
{
  for (guint64 i = 0; i < n; i++)
    sg_histogram_observe (histogram, values[i % N_VALUES]);
}

static void
ours_find (guint   thread,
           guint64 n)
{
  for (guint64 i = 0; i < n; i++)
    sg_counter_inc (sg_family_counter (family, SG_VALUES (methods[i & 3], codes[(i >> 2) & 3])));
}

typedef struct
{
  guint64 whole;
  double fraction;
  double sum;
  guint64 buckets[13];
} __attribute__ ((aligned (128))) FloorCell;

static FloorCell floor_cells[2];
static __thread guint floor_index;

static void
floor_count (guint   thread,
             guint64 n)
{
  floor_index = thread;
  for (guint64 i = 0; i < n; i++)
    {
      guint64 *cell = &floor_cells[floor_index].whole;

      __atomic_store_n (cell, __atomic_load_n (cell, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
    }
}

static void
floor_add_fraction (guint   thread,
                    guint64 n)
{
  floor_index = thread;
  for (guint64 i = 0; i < n; i++)
    {
      double *cell = &floor_cells[floor_index].fraction;
      double value;

      __atomic_load (cell, &value, __ATOMIC_RELAXED);
      value += 0.3;
      __atomic_store (cell, &value, __ATOMIC_RELAXED);
    }
}

static void
floor_observe (guint   thread,
               guint64 n)
{
  FloorCell *cell = &floor_cells[thread];

  for (guint64 i = 0; i < n; i++)
    {
      double value = values[i % N_VALUES];
      guint64 *bucket;
      guint rank = 0;
      double sum;

      for (guint j = 0; j < G_N_ELEMENTS (bounds); j++)
        rank += value > bounds[j];
      bucket = &cell->buckets[rank];
      __atomic_store_n (bucket, __atomic_load_n (bucket, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
      __atomic_load (&cell->sum, &sum, __ATOMIC_RELAXED);
      sum += value;
      __atomic_store (&cell->sum, &sum, __ATOMIC_RELAXED);
    }
}

typedef struct
{
  const char *method;
  const char *code;
  guint64 hash;
  guint64 count;
} FloorChild;

static FloorChild floor_children[64];

static guint64
floor_hash (const char *method,
            const char *code)
{
  guint64 hash = G_GUINT64_CONSTANT (1469598103934665603);

  for (; *method != '\0'; method++)
    hash = (hash ^ (guchar) *method) * G_GUINT64_CONSTANT (1099511628211);
  hash = (hash ^ 0xff) * G_GUINT64_CONSTANT (1099511628211);
  for (; *code != '\0'; code++)
    hash = (hash ^ (guchar) *code) * G_GUINT64_CONSTANT (1099511628211);
  return hash;
}

static FloorChild *
floor_find_child (const char *method,
                  const char *code)
{
  guint64 hash = floor_hash (method, code);

  for (guint i = hash % 64;; i = (i + 1) % 64)
    {
      FloorChild *child = &floor_children[i];

      if (child->method == NULL)
        return child;
      if (child->hash == hash && strcmp (child->method, method) == 0
          && strcmp (child->code, code) == 0)
        return child;
    }
}

static void
floor_find (guint   thread,
            guint64 n)
{
  for (guint64 i = 0; i < n; i++)
    {
      FloorChild *child = floor_find_child (methods[i & 3], codes[(i >> 2) & 3]);

      __atomic_fetch_add (&child->count, 1, __ATOMIC_RELAXED);
    }
}

static void
floor_prepare (void)
{
  for (guint i = 0; i < 16; i++)
    {
      const char *method = methods[i & 3];
      const char *code = codes[i >> 2];
      FloorChild *child = floor_find_child (method, code);

      *child = (FloorChild) { g_strdup (method), g_strdup (code), floor_hash (method, code), 0 };
    }
}

int
main (void)
{
  g_autoptr (SgRegistry) registry = sg_registry_new (sg_clock_get_system ());
  const BenchWork works[] = {
    { "counter, increment", 1, 3000000, ours_count, floor_count, PEER (peer_count), 2.2 },
    { "counter, increment", 2, 3000000, ours_count, floor_count, PEER (peer_count), 2.2 },
    { "counter, add a fraction", 1, 600000, ours_add_fraction, floor_add_fraction, NULL, 1.2 },
    { "histogram, observe, 12 bounds", 1, 600000, ours_observe, floor_observe, PEER (peer_observe),
      1.5 },
    { "histogram, observe, 12 bounds", 2, 600000, ours_observe, floor_observe, PEER (peer_observe),
      1.5 },
    { "find a child by 2 labels, increment", 1, 200000, ours_find, floor_find, PEER (peer_find),
      2.5 },
    { "find a child by 2 labels, increment", 2, 200000, ours_find, floor_find, PEER (peer_find),
      2.5 },
  };

  srand (1);
  for (guint i = 0; i < N_VALUES; i++)
    values[i] = rand () % 1000000 / 1e6 * 12;
  counter = sg_registry_counter (registry, "bench_total", "Increments.");
  fractions = sg_registry_counter (registry, "bench_seconds_total", "Fractions.");
  histogram = sg_registry_histogram (registry, "bench_duration_seconds", "Observations.", bounds,
                                     G_N_ELEMENTS (bounds));
  family = sg_registry_counter_family (registry, "bench_requests_total", "Lookups.", "method",
                                       "code", NULL);
  floor_prepare ();
  return bench_run ("ns", 1e9, works, G_N_ELEMENTS (works));
}
