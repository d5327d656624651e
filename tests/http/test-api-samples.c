/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-samples.h"

#include "http/api/sg-api-result.h"

#include <math.h>

#define N 1000

/* Whether all samples at once are the same text as one after the other. */
static void
check (SgTimeMs start,
       SgTimeMs step,
       guint    n)
{
  SgTimeMs t[N];
  double f[N];
  SgColumn column = { SG_VALUE_FLOAT, n, t, { f } };
  SgJsonWriter together;
  SgJsonWriter each;
  g_autoptr (GBytes) wanted = NULL;
  g_autoptr (GBytes) got = NULL;

  for (guint i = 0; i < n; i++)
    {
      t[i] = start + (SgTimeMs) i * step;
      f[i] = i % 7 == 0 ? NAN : i % 5 == 0 ? i * 1e-9 : i % 3 == 0 ? -0.1 * i : i * 1e15;
    }
  sg_json_writer_init (&together);
  sg_json_writer_init (&each);
  sg_api_write_samples (&together, &column);
  sg_json_writer_begin_array (&each);
  for (guint i = 0; i < n; i++)
    sg_api_write_sample (&each, t[i], f[i], FALSE);
  sg_json_writer_end_array (&each);
  got = sg_json_writer_free_to_bytes (&together);
  wanted = sg_json_writer_free_to_bytes (&each);
  g_assert_cmpmem (g_bytes_get_data (got, NULL), g_bytes_get_size (got),
                   g_bytes_get_data (wanted, NULL), g_bytes_get_size (wanted));
}

static void
test_api_samples_times (void)
{
  check (0, 1, N);
  check (-5000, 15, N);
  check (G_GINT64_CONSTANT (9999990), 1, N);
  check (G_GINT64_CONSTANT (99999990), 7, N);
  check (G_GINT64_CONSTANT (1767225600000), 15000, N);
  check (G_GINT64_CONSTANT (1767225602243), 15001, N);
  check (G_GINT64_CONSTANT (9223372036854000000), 700, N);
}

static void
test_api_samples_few (void)
{
  for (guint n = 0; n < 4; n++)
    check (G_GINT64_CONSTANT (1767225600000), 60000, n);
  check (G_GINT64_CONSTANT (1767225600000), 60000, 256);
  check (G_GINT64_CONSTANT (1767225600000), 60000, 257);
  check (9999999, 60000, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api-samples/times", test_api_samples_times);
  g_test_add_func ("/api-samples/few", test_api_samples_few);
  return g_test_run ();
}
