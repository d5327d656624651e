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
 * quantile q, the answer is the sample before the first whose rank may lie beyond q n + f(q n) / 2.
 *
 * The answer's own rank is then at most that, but it may be lower than q n - e n: f is larger to
 * the left of q n than at it. If the answer is d places to the left, then f there is 2 e n + 2 e d
 * / (1 - q), and it is the answer only while d < f - e n, thus d < e n / (1 - 2 e / (1 - q)). So
 * that d < e n holds for the error that was asked for, f is made with e / (1 + 2 e / (1 - q)) in
 * its place.
 *
 * A new value's rank lies behind that of the sample before it, and before that of the sample behind
 * it: hence its delta is the other's g + delta - 1. (The paper allows f(r) - 1, with which equal
 * values could never be joined, and a stream of few different ones would be kept whole.) A value
 * that equals the sample before it may be taken for its immediate follower, and is as uncertain as
 * that one.
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
  for (gsize i = 0; i < n_targets; i++)
    {
      if (targets[i].rank < 1)
        self->targets[i].error /= 1 + 2 * targets[i].error / (1 - targets[i].rank);
    }
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

/*
 * f(r): how far apart the ranks of neighbours may be there. The first and last are kept in any
 * case.
 */
static double
quantiles_allowed (const SgQuantiles *self,
                   double             rank)
{
  double n = (double) self->n;
  double allowed = n + 1;

  for (gsize i = 0; i < self->n_targets; i++)
    {
      const SgQuantile *target = &self->targets[i];

      if (target->rank <= 0 || target->rank >= 1)
        continue;
      if (rank >= target->rank * n)
        allowed = MIN (allowed, 2 * target->error * rank / target->rank);
      else
        allowed = MIN (allowed, 2 * target->error * (n - rank) / (1 - target->rank));
    }
  return allowed;
}

/*
 * How uncertain the rank of a value is that comes behind @before and before @behind, if there are
 * any.
 */
static guint64
find_delta (const Sample *before,
            const Sample *behind,
            double        value)
{
  if (before == NULL || behind == NULL)
    return 0;
  if (before->value == value)
    return before->delta;
  return behind->g + behind->delta - 1;
}

static void
quantiles_merge (SgQuantiles  *self,
                 const double *sorted,
                 gsize         n)
{
  const Sample *old = (const Sample *) (gpointer) self->samples->data;
  guint n_old = self->samples->len;
  const Sample *last = NULL;
  guint i = 0;

  g_array_set_size (self->merged, 0);
  for (gsize j = 0; j < n; j++)
    {
      Sample added = { sorted[j], 1, 0 };

      for (; i < n_old && old[i].value <= sorted[j]; i++)
        {
          g_array_append_val (self->merged, old[i]);
          last = &old[i];
        }
      added.delta = find_delta (last, i < n_old ? &old[i] : NULL, sorted[j]);
      g_array_append_val (self->merged, added);
      last = &g_array_index (self->merged, Sample, self->merged->len - 1);
    }
  g_array_append_vals (self->merged, &old[i], n_old - i);
  self->n += n;
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
