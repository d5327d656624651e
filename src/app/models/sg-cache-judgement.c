/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-cache-judgement.h"

#include "chart/sg-unit.h"

#include <glib/gi18n.h>
#include <math.h>

/*
 * How a cache does is how many of the questions it answers itself. Why it does no better is looked for in
 * what else is known: it is full and throws away what is asked for again; it is far from full, so that it
 * has not been filled, or is asked for ever new things; or it did better before.
 */
#define FULL_PART     .9
#define EMPTY_PART    .5
#define NOTABLE_POINT .02

void
sg_cache_figures_init (SgCacheFigures *self)
{
  *self = (SgCacheFigures) { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
}

/* What is nearer to its limit counts. */
double
sg_cache_figures_get_fill (const SgCacheFigures *self)
{
  double size = self->size_limit > 0. ? self->size / self->size_limit : NAN;
  double memory = self->memory_limit > 0. ? self->memory / self->memory_limit : NAN;

  return fmax (size, memory);
}

double
sg_cache_figures_get_entry_size (const SgCacheFigures *self)
{
  return self->size > 0. ? self->memory / self->size : NAN;
}

/* The time that hits would have saved. */
double
sg_cache_figures_get_miss_cost (const SgCacheFigures *self)
{
  return self->misses * self->miss_seconds;
}

SgLevel
sg_cache_figures_judge (const SgCacheFigures *self)
{
  if (isnan (self->hit_ratio))
    return SG_LEVEL_UNKNOWN;
  if (self->hit_ratio >= SG_CACHE_HEALTHY_RATIO)
    return SG_LEVEL_HEALTHY;
  return self->hit_ratio >= SG_CACHE_DEGRADED_RATIO ? SG_LEVEL_DEGRADED : SG_LEVEL_UNHEALTHY;
}

G_GNUC_PRINTF (2, 3)
static void
add_sentence (GString    *out,
              const char *format,
              ...)
{
  va_list args;

  if (out->len > 0)
    g_string_append_c (out, ' ');
  va_start (args, format);
  g_string_append_vprintf (out, format, args);
  va_end (args);
}

static void
explain_change (const SgCacheFigures *self,
                GString              *out)
{
  double change = self->hit_ratio - self->hit_ratio_before;
  g_autofree char *before = sg_unit_format (SG_UNIT_RATIO, self->hit_ratio_before);

  if (isnan (change) || fabs (change) < NOTABLE_POINT)
    return;
  if (change < 0.)
    add_sentence (out, _ ("In the window before it was %s."), before);
  else
    add_sentence (out, _ ("It has risen from %s in the window before."), before);
}

static void
explain_fill (const SgCacheFigures *self,
              GString              *out)
{
  double fill = sg_cache_figures_get_fill (self);
  g_autofree char *part = sg_unit_format (SG_UNIT_RATIO, fill);
  g_autofree char *evictions = sg_unit_format (SG_UNIT_COUNT, self->evictions);
  gboolean well = sg_cache_figures_judge (self) == SG_LEVEL_HEALTHY;

  if (self->evictions > 0. && !well && !(fill < FULL_PART))
    add_sentence (out, _ ("%s entries had to go for others: a larger cache would keep them."),
                  evictions);
  else if (self->evictions > 0. && self->evictions > self->hits)
    add_sentence (out, _ ("More entries had to go than were asked for again."));
  else if (fill >= FULL_PART)
    add_sentence (out, _ ("It is %s full."), part);
  else if (fill < EMPTY_PART && !well)
    add_sentence (out,
                  _ ("It is only %s full: it is still being filled, or asked for ever new "
                     "things."),
                  part);
}

char *
sg_cache_figures_explain (const SgCacheFigures *self)
{
  GString *out = g_string_new (NULL);
  double cost = sg_cache_figures_get_miss_cost (self);
  g_autofree char *ratio = sg_unit_format (SG_UNIT_RATIO, self->hit_ratio);
  g_autofree char *cost_text = sg_unit_format (SG_UNIT_SECONDS, cost);

  if (isnan (self->hit_ratio))
    add_sentence (out, _ ("Nothing was asked of it in this window."));
  else
    add_sentence (out, _ ("It answered %s of what it was asked."), ratio);
  explain_change (self, out);
  explain_fill (self, out);
  if (cost > 0.)
    add_sentence (out, _ ("What it did not have took %s to load."), cost_text);
  return g_string_free (out, FALSE);
}
