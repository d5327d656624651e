/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-quantiles.h"

#include <math.h>

/*
 * Targeted quantiles of a stream, after Cormode, Korn, Muthukrishnan and Srivastava, "Effective
 * computation of biased quantiles over data streams" (ICDE 2005), the method of Prometheus' own
 * clients.
 *
 * The stream is kept as a sorted list of samples (value, g, delta): g is the least number of places
 * by which the sample is behind the one before it, delta how much further it might be. With r the
 * sum of g of all samples before it, its rank lies in [r + g, r + g + delta]. The list may be
 * thinned as long as for every sample g + delta <= f(r), where
 *
 *   f(r) = min over the targets (rank q, error e) of   2 e r / q              if r >= q n
 *                                                      2 e (n - r) / (1 - q)  if r <  q n
 *
 * so that it is dense around the quantiles that are wanted, and thin elsewhere. Asked for the
 * quantile q, the answer is the last sample before the first whose rank may lie beyond q n + f(q n)
 * / 2: its rank is off by no more than e n.
 *
 * New values come sorted, a batch at a time, and are merged in one pass; then the list is thinned
 * from its end, joining a sample to the one behind it where the rule allows. The first and last
 * samples are exact.
 */
typedef struct
{
  double value;
  guint64 g;
  guint64 delta;
} Sample;

struct _SgQuantiles
{
  SgQuantile *targets;
  gsize n_targets;
  GArray *samples;
  GArray *merged;
  guint64 n;
};

SgQuantiles *
sg_quantiles_new (const SgQuantile *targets,
                  gsize             n_targets)
{
  SgQuantiles *self = g_new0 (SgQuantiles, 1);

  self->targets = g_memdup2 (targets, n_targets * sizeof (SgQuantile));
  self->n_targets = n_targets;
  self->samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  self->merged = g_array_new (FALSE, FALSE, sizeof (Sample));
  return self;
}

void
sg_quantiles_free (SgQuantiles *self)
{
  g_array_unref (self->samples);
  g_array_unref (self->merged);
  g_free (self->targets);
  g_free (self);
}

/* f(r): how far apart the ranks of neighbours may be there. */
static double
quantiles_allowed (const SgQuantiles *self,
                   double             rank)
{
  double n = (double) self->n;
  double allowed = n + 1;

  for (gsize i = 0; i < self->n_targets; i++)
    {
      const SgQuantile *target = &self->targets[i];
      double one;

      if (rank >= target->rank * n)
        one = target->rank > 0 ? 2 * target->error * rank / target->rank : n + 1;
      else
        one = 2 * target->error * (n - rank) / (1 - target->rank);
      allowed = MIN (allowed, one);
    }
  return allowed;
}

static void
quantiles_merge (SgQuantiles  *self,
                 const double *sorted,
                 gsize         n)
{
  const Sample *old = (const Sample *) (gpointer) self->samples->data;
  guint n_old = self->samples->len;
  guint i = 0;
  double rank = 0;

  g_array_set_size (self->merged, 0);
  for (gsize j = 0; j < n; j++)
    {
      Sample added = { sorted[j], 1, 0 };

      for (; i < n_old && old[i].value <= sorted[j]; i++)
        {
          rank += (double) old[i].g;
          g_array_append_val (self->merged, old[i]);
        }
      if (self->merged->len > 0 && i < n_old)
        added.delta = (guint64) MAX (floor (quantiles_allowed (self, rank)) - 1, 0);
      g_array_append_val (self->merged, added);
      self->n++;
      rank++;
    }
  g_array_append_vals (self->merged, &old[i], n_old - i);
}

/* Joins samples to those behind them; writes the rest from the end of the array downwards. */
static void
quantiles_thin (SgQuantiles *self,
                GArray      *from)
{
  Sample *samples = (Sample *) (gpointer) from->data;
  guint kept = from->len - 1;
  double rank = (double) (self->n - samples[kept].g);

  for (guint i = from->len - 1; i-- > 0;)
    {
      Sample sample = samples[i];
      Sample *behind = &samples[kept];

      rank -= (double) sample.g;
      if (i > 0
          && (double) (sample.g + behind->g + behind->delta) <= quantiles_allowed (self, rank))
        behind->g += sample.g;
      else
        samples[--kept] = sample;
    }
  g_array_remove_range (from, 0, kept);
}

/**
 * sg_quantiles_insert:
 * @self: quantiles
 * @sorted: (array length=n): new values, rising, none of them NaN
 * @n: how many; one or more
 */
void
sg_quantiles_insert (SgQuantiles  *self,
                     const double *sorted,
                     gsize         n)
{
  GArray *merged = self->merged;

  g_return_if_fail (n > 0);
  quantiles_merge (self, sorted, n);
  quantiles_thin (self, merged);
  self->merged = self->samples;
  self->samples = merged;
}

/* Returns: the value of that rank, between 0 and 1; NaN when there is none */
double
sg_quantiles_query (SgQuantiles *self,
                    double       rank)
{
  const Sample *samples = (const Sample *) (gpointer) self->samples->data;
  double wanted = ceil (rank * (double) self->n);
  double before = 0;

  if (self->samples->len == 0)
    return NAN;
  if (rank <= 0)
    return samples[0].value;
  if (rank >= 1)
    return samples[self->samples->len - 1].value;
  wanted += floor (quantiles_allowed (self, wanted) / 2);
  for (guint i = 1; i < self->samples->len; i++)
    {
      before += (double) samples[i - 1].g;
      if (before + (double) (samples[i].g + samples[i].delta) > wanted)
        return samples[i - 1].value;
    }
  return samples[self->samples->len - 1].value;
}

void
sg_quantiles_reset (SgQuantiles *self)
{
  g_array_set_size (self->samples, 0);
  self->n = 0;
}

/* Returns: how many samples are kept, to see that it stays small */
guint
sg_quantiles_size (SgQuantiles *self)
{
  return self->samples->len;
}
