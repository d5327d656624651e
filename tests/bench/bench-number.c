/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-number.h"
#include "base/sg-sample.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Writing and reading numbers beside the C library, in nanoseconds each, the least of nine passes
 * over the same 4096 numbers of one kind.
 */
#define N      4096
#define PASSES 9
#define ROUNDS 64

typedef struct
{
  double values[N];
  char texts[N][32];
  gsize lengths[N];
} Numbers;

typedef void (*RoundFunc) (const Numbers *numbers);

static volatile guint64 sink;

static void
write_ours (const Numbers *numbers)
{
  guint64 sum = 0;
  char text[SG_DOUBLE_TEXT_MAX];

  for (guint i = 0; i < N; i++)
    sum += sg_double_write (numbers->values[i], text) + (guint64) text[0];
  sink = sum;
}

static void
write_libc (const Numbers *numbers)
{
  guint64 sum = 0;
  char text[SG_DOUBLE_TEXT_MAX];

  for (guint i = 0; i < N; i++)
    sum += (guint64) snprintf (text, sizeof text, "%.17g", numbers->values[i]) + (guint64) text[0];
  sink = sum;
}

static void
parse_ours (const Numbers *numbers)
{
  double sum = 0;

  for (guint i = 0; i < N; i++)
    {
      double value = 0;

      sg_double_parse (numbers->texts[i], numbers->lengths[i], &value);
      sum += value;
    }
  sink = sg_double_to_bits (sum);
}

static void
parse_libc (const Numbers *numbers)
{
  double sum = 0;

  for (guint i = 0; i < N; i++)
    sum += strtod (numbers->texts[i], NULL);
  sink = sg_double_to_bits (sum);
}

static double
measure (RoundFunc      func,
         const Numbers *numbers)
{
  gint64 best = G_MAXINT64;

  for (guint pass = 0; pass < PASSES; pass++)
    {
      gint64 start = g_get_monotonic_time ();

      for (guint i = 0; i < ROUNDS; i++)
        func (numbers);
      best = MIN (best, g_get_monotonic_time () - start);
    }
  return (double) best * 1000 / (N * ROUNDS);
}

static double
pick (GRand *random,
      guint  kind)
{
  guint64 bits = (guint64) g_rand_int (random) << 32 | g_rand_int (random);
  double value;

  switch (kind)
    {
    case 0:
      return g_rand_int_range (random, 0, 100);
    case 1:
      return (double) (bits >> (24 + bits % 30));
    case 2:
      return (double) g_rand_int_range (random, 0, 1000000) / 1000;
    case 3:
      return g_rand_double (random);
    default:
      value = sg_double_from_bits (bits);
      return isfinite (value) ? value : 0.5;
    }
}

int
main (void)
{
  static const char *const kinds[] = { "integers below 100", "integers below 2^40",
                                       "three decimals", "0 … 1", "any bits" };
  g_autofree Numbers *numbers = g_new0 (Numbers, 1);

  printf ("%-20s %10s %10s %7s %10s %10s %7s\n", "ns a number", "write", "%.17g", "ratio", "parse",
          "strtod", "ratio");
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (1);
      double times[4];

      for (guint i = 0; i < N; i++)
        {
          numbers->values[i] = pick (random, kind);
          numbers->lengths[i] = sg_double_write (numbers->values[i], numbers->texts[i]);
        }
      times[0] = measure (write_ours, numbers);
      times[1] = measure (write_libc, numbers);
      times[2] = measure (parse_ours, numbers);
      times[3] = measure (parse_libc, numbers);
      printf ("%-20s %10.1f %10.1f %7.3f %10.1f %10.1f %7.3f\n", kinds[kind], times[0], times[1],
              times[0] / times[1], times[2], times[3], times[2] / times[3]);
    }
  return 0;
}
