/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-samples.h"

#include "base/sg-number.h"
#include "http/api/sg-api-result.h"

#include <string.h>

/*
 * The samples of a series are most of a long answer. Their times follow each other, so that all but the
 * last four digits of the seconds are the same as before, and are copied; room is made for many samples
 * at once.
 */
#define BATCH      256
#define SAMPLE_MAX (SG_INTEGER_TEXT_MAX + SG_DOUBLE_TEXT_MAX + 16)

/* What stands before the last four digits of the seconds: a bracket, and those of @high. */
typedef struct
{
  gint64 high;
  gsize length;
  char text[SG_INTEGER_TEXT_MAX + 8];
} Prefix;

static void
prefix_set (Prefix *self,
            gint64  high)
{
  self->high = high;
  self->text[0] = '[';
  self->length = 1 + sg_u64_write ((guint64) high, self->text + 1);
}

static char *
write_four (char  *p,
            guint  value)
{
  guint high = value / 100;
  guint low = value % 100;

  p[0] = (char) ('0' + high / 10);
  p[1] = (char) ('0' + high % 10);
  p[2] = (char) ('0' + low / 10);
  p[3] = (char) ('0' + low % 10);
  return p + 4;
}

static char *
write_fraction (char  *p,
                guint  ms)
{
  *p++ = '.';
  for (guint digit = 100; ms > 0; digit /= 10)
    {
      *p++ = (char) ('0' + ms / digit);
      ms %= digit;
    }
  return p;
}

/* @t: not so early that its seconds have fewer than five digits */
static char *
write_sample (Prefix   *prefix,
              char     *p,
              SgTimeMs  t,
              double    value)
{
  gint64 seconds = t / 1000;
  guint ms = (guint) (t % 1000);

  if (seconds / 10000 != prefix->high)
    prefix_set (prefix, seconds / 10000);
  memcpy (p, prefix->text, sizeof prefix->text);
  p = write_four (p + prefix->length, (guint) (seconds % 10000));
  if (ms > 0)
    p = write_fraction (p, ms);
  *p++ = ',';
  *p++ = '"';
  p += sg_double_write_json (value, p);
  *p++ = '"';
  *p++ = ']';
  return p;
}

/* An array of all samples. */
void
sg_api_write_samples (SgJsonWriter   *json,
                      const SgColumn *column)
{
  Prefix prefix = { .high = -1 };
  gsize i = 0;

  sg_json_writer_begin_array (json);
  while (i < column->n && column->t[i] < 10000 * 1000)
    {
      sg_api_write_sample (json, column->t[i], column->f[i], FALSE);
      i++;
    }
  while (i < column->n)
    {
      gsize end = MIN (i + BATCH, column->n);
      char *p = sg_json_writer_reserve (json, BATCH * SAMPLE_MAX);

      for (; i < end; i++)
        {
          p = write_sample (&prefix, p, column->t[i], column->f[i]);
          *p++ = ',';
        }
      sg_json_writer_commit (json, p - 1);
    }
  sg_json_writer_end_array (json);
}
