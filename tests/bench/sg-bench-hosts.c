/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-bench-hosts.h"

#include <math.h>

/* One family of series of a host: two labels with so many values each. */
typedef struct
{
  const char *name;
  const char *labels[2];
  const char *values[2];
  gboolean counts;
} Family;

static const Family families[] = {
  { "node_cpu_seconds_total",
    { "cpu", "mode" },
    { "0 1 2 3", "idle iowait irq nice softirq steal system user" },
    TRUE },
  { "http_request_duration_seconds_bucket",
    { "handler", "le" },
    { "/ /api/items /api/users /static", "0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 30 +Inf" },
    TRUE },
  { "http_requests_total",
    { "handler", "code" },
    { "/ /api/items /api/users /static", "200 201 301 404 500 503" },
    TRUE },
  { "node_network_receive_bytes_total", { "device", NULL }, { "eth0 eth1 lo", "" }, TRUE },
  { "node_network_transmit_bytes_total", { "device", NULL }, { "eth0 eth1 lo", "" }, TRUE },
  { "node_disk_io_seconds_total",
    { "device", "op" },
    { "sda sdb sdc sdd", "read write trim" },
    TRUE },
  { "node_hwmon_temp_celsius", { "sensor", NULL }, { "temp1 temp2 temp3 temp4", "" }, FALSE },
  { "node_load1", { NULL, NULL }, { "", "" }, FALSE },
  { "node_memory_MemAvailable_bytes", { NULL, NULL }, { "", "" }, FALSE },
  { "node_memory_MemTotal_bytes", { NULL, NULL }, { "", "" }, FALSE },
  { "node_filesystem_bytes",
    { "mountpoint", "kind" },
    { "/ /boot /home /var /srv /opt /tmp /mnt", "size avail used" },
    FALSE },
  { "node_softirqs_total",
    { "cpu", "vector" },
    { "0 1 2 3", "hi timer tx rx block tasklet" },
    TRUE },
  { "node_vmstat", { "field", NULL }, { "a b c d e f g h i j k l m n o p q r s", "" }, FALSE },
};

static double
next_value (const Family *family,
            double        value,
            GRand        *random)
{
  if (family->counts)
    return value + floor (g_rand_double (random) * 20);
  return fabs (value + floor (g_rand_double (random) * 9) - 4);
}

typedef struct
{
  SgBenchHostsFunc func;
  gpointer user_data;
  GRand *random;
  SgTimeMs *t;
  double *f;
} Making;

static void
make_series (Making       *self,
             const Family *family,
             const char   *instance,
             const char   *first,
             const char   *second)
{
  SgLabel pairs[] = {
    { SG_LABEL_NAME, family->name },
    { "instance", instance },
    { "job", "node" },
    { family->labels[0] != NULL ? family->labels[0] : "job",
      family->labels[0] != NULL ? first : "node" },
    { family->labels[1] != NULL ? family->labels[1] : "job",
      family->labels[1] != NULL ? second : "node" },
  };
  g_autoptr (SgLabels) labels = sg_labels_new (pairs, G_N_ELEMENTS (pairs));
  SgColumn column = { SG_VALUE_FLOAT, SG_BENCH_N_SAMPLES, self->t, { self->f } };
  SgSeries series = { labels, 1, &column };
  SgTimeMs start = SG_BENCH_START_MS + g_rand_int_range (self->random, 0, SG_BENCH_STEP_MS);
  double value = g_rand_int_range (self->random, 0, 100000);

  for (guint i = 0; i < SG_BENCH_N_SAMPLES; i++)
    {
      value = next_value (family, value, self->random);
      self->t[i] = start + (SgTimeMs) i * SG_BENCH_STEP_MS;
      self->f[i] = value;
    }
  self->func (&series, self->user_data);
}

static guint
make_host (Making *self,
           guint   host)
{
  g_autofree char *instance = g_strdup_printf ("host%02u:9100", host);
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      g_auto (GStrv) first = g_strsplit (families[i].values[0], " ", -1);
      g_auto (GStrv) second = g_strsplit (families[i].values[1], " ", -1);

      for (guint a = 0; a < MAX (g_strv_length (first), 1); a++)
        {
          for (guint b = 0; b < MAX (g_strv_length (second), 1); b++, n++)
            make_series (self, &families[i], instance, first[a] != NULL ? first[a] : "",
                         second[b] != NULL ? second[b] : "");
        }
    }
  return n;
}

/* Returns: how many series were made */
guint
sg_bench_hosts_make (guint            n_hosts,
                     SgBenchHostsFunc func,
                     gpointer         user_data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);
  g_autofree SgTimeMs *t = g_new (SgTimeMs, SG_BENCH_N_SAMPLES);
  g_autofree double *f = g_new (double, SG_BENCH_N_SAMPLES);
  Making making = { func, user_data, random, t, f };
  guint n = 0;

  for (guint i = 0; i < n_hosts; i++)
    n += make_host (&making, i);
  return n;
}

static void
query_free (gpointer data)
{
  SgBenchQuery *query = data;

  g_free (query->name);
  g_free (query->query);
  g_free (query);
}

/**
 * sg_bench_queries_load:
 * @path: a file with a line for each query: name, i or r, seconds of the range and of the step, query
 *
 * Returns: (transfer full) (nullable) (element-type SgBenchQuery): the queries
 */
GPtrArray *
sg_bench_queries_load (const char  *path,
                       GError     **error)
{
  g_autoptr (GPtrArray) queries = g_ptr_array_new_with_free_func (query_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], " ", 5);
      SgBenchQuery *query;

      if (lines[i][0] == '#' || g_strv_length (parts) < 5)
        continue;
      query = g_new0 (SgBenchQuery, 1);
      query->name = g_strdup (parts[0]);
      query->range = g_ascii_strtoll (parts[2], NULL, 10) * 1000;
      query->step = g_ascii_strtoll (parts[3], NULL, 10) * 1000;
      query->query = g_strdup (parts[4]);
      g_ptr_array_add (queries, query);
    }
  return g_steal_pointer (&queries);
}
