/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-harness.h"
#include "bench-peers.h"

#include "metrics/sg-metrics.h"

#include <string.h>

/*
 * What a page of 10,000 counters with two labels costs, from the counters to the bytes. The floor
 * has the text of each series ready, writes integers by hand, and always uses the same buffer.
 */
#define N_SERIES   10000
#define N_FAMILIES 10

typedef struct
{
  char *text;
  gsize length;
  guint64 value;
} FloorSeries;

static SgRegistry *registry;
static FloorSeries *series;
static char *page;

static char *
write_integer (char    *out,
               guint64  value)
{
  char digits[24];
  guint n = 0;

  do
    digits[n++] = (char) ('0' + value % 10);
  while (value /= 10);
  while (n > 0)
    *out++ = digits[--n];
  return out;
}

static void
floor_render (guint   thread,
              guint64 n)
{
  for (guint64 round = 0; round < n; round++)
    {
      char *out = page;

      for (guint i = 0; i < N_SERIES; i++)
        {
          memcpy (out, series[i].text, series[i].length);
          out += series[i].length;
          out = write_integer (out, __atomic_load_n (&series[i].value, __ATOMIC_RELAXED));
          *out++ = '\n';
        }
    }
}

static void
render (SgExpositionFormat format,
        guint64            n)
{
  for (guint64 round = 0; round < n; round++)
    {
      g_autoptr (GBytes) bytes = sg_exposition_write (registry, format);

      g_assert_cmpuint (g_bytes_get_size (bytes), >, N_SERIES);
    }
}

static void
ours_text (guint   thread,
           guint64 n)
{
  render (SG_EXPOSITION_TEXT_0_0_4, n);
}

static void
ours_openmetrics (guint   thread,
                  guint64 n)
{
  render (SG_EXPOSITION_OPENMETRICS_1_0_0, n);
}

static void
prepare (void)
{
  series = g_new (FloorSeries, N_SERIES);
  page = g_malloc0 (N_SERIES * 96);
  for (guint i = 0; i < N_SERIES; i++)
    {
      guint metric = i / (N_SERIES / N_FAMILIES);
      guint shard = i % (N_SERIES / N_FAMILIES);
      g_autofree char *name = g_strdup_printf ("app_metric_%u_total", metric);
      g_autofree char *device_value = g_strdup_printf ("eth%u", shard % 10);
      g_autofree char *shard_value = g_strdup_printf ("shard-%u", shard);
      SgFamily *family =
          sg_registry_counter_family (registry, name, "help text", "device", "shard", NULL);

      sg_counter_add (sg_family_counter (family, SG_VALUES (device_value, shard_value)),
                      shard * 17.0 + metric);
      series[i].text =
          g_strdup_printf ("%s{device=\"%s\",shard=\"%s\"} ", name, device_value, shard_value);
      series[i].length = strlen (series[i].text);
      series[i].value = shard * 17 + metric;
    }
}

int
main (void)
{
  const BenchWork works[] = {
    { "text, 10,000 counters with 2 labels", 1, 8, ours_text, floor_render, PEER (peer_render),
      4.2 },
    { "OpenMetrics with _created, the same", 1, 8, ours_openmetrics, floor_render, NULL, 8.4 },
  };
  int status;

  registry = sg_registry_new (sg_clock_get_system ());
  prepare ();
  status = bench_run ("ms", 1e3, works, G_N_ELEMENTS (works));
  g_clear_object (&registry);
  return status;
}
