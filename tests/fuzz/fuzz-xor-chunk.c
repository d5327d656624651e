/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "tsdb/sg-xor-chunk.h"

/* The batch decoder and the iterator say the same of any bytes. */
static gboolean
read_both_ways (const guint8 *data,
                gsize         size,
                SgTimeMs     *times,
                double       *values)
{
  g_autoptr (GError) batch_error = NULL;
  g_autoptr (GError) iter_error = NULL;
  gboolean ok = sg_xor_chunk_decode (data, size, times, values, &batch_error);
  SgXorIter iter;
  SgTimeMs t;
  double value;
  guint n = 0;

  sg_xor_iter_init (&iter, data, size);
  for (; sg_xor_iter_next (&iter, &t, &value, &iter_error); n++)
    {
      g_assert_true (!ok || times[n] == t);
      g_assert_true (!ok || sg_double_to_bits (values[n]) == sg_double_to_bits (value));
      g_assert_true (!ok || n == 0 || times[n] > times[n - 1]);
    }
  g_assert_true (ok == (batch_error == NULL) && ok == (iter_error == NULL));
  g_assert_true (!ok || n == sg_xor_chunk_count (data, size));
  return ok;
}

/* What was read can be written, and reads as the same. */
static void
write_again (const SgTimeMs *times,
             const double   *values,
             guint           n)
{
  g_autofree SgTimeMs *again_times = g_new (SgTimeMs, n);
  g_autofree double *again_values = g_new (double, n);
  g_auto (SgXorAppender) appender;

  sg_xor_appender_init (&appender);
  for (guint i = 0; i < n; i++)
    g_assert_true (sg_xor_appender_append (&appender, times[i], values[i]));
  if (n == 0)
    return;
  g_assert_true (sg_xor_chunk_decode (appender.data, sg_xor_appender_length (&appender),
                                      again_times, again_values, NULL));
  g_assert_cmpmem (times, n * sizeof *times, again_times, n * sizeof *times);
  g_assert_cmpmem (values, n * sizeof *values, again_values, n * sizeof *values);
}

/* A sound chunk can be taken up and appended to; one that is not is refused. */
static void
take_up (const guint8   *data,
         gsize           size,
         gboolean        ok,
         const SgTimeMs *times,
         guint           n)
{
  g_auto (SgXorAppender) appender;
  SgTimeMs last = n > 0 ? times[n - 1] : 0;

  sg_xor_appender_init (&appender);
  g_assert_true (sg_xor_appender_resume (&appender, data, size, NULL) == ok);
  if (!ok || n == SG_XOR_CHUNK_MAX_SAMPLES || last == G_MAXINT64)
    return;
  g_assert_true (sg_xor_appender_append (&appender, last + 1, 7));
  g_assert_cmpuint (sg_xor_chunk_count (appender.data, sg_xor_appender_length (&appender)), ==,
                    n + 1);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  guint n = sg_xor_chunk_count (data, size);
  g_autofree SgTimeMs *times = g_new (SgTimeMs, n);
  g_autofree double *values = g_new (double, n);
  gboolean ok = read_both_ways (data, size, times, values);

  if (ok)
    write_again (times, values, n);
  take_up (data, size, ok, times, n);
  return 0;
}
