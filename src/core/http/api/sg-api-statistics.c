/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"
#include "tsdb/sg-head-statistics.h"

/* status/tsdb: what takes room in the head. */

#define DEFAULT_LIMIT 10
#define MAX_LIMIT     10000

static void
write_number (SgJsonWriter *json,
              const char   *name,
              gint64        value)
{
  sg_json_writer_key (json, name);
  sg_json_writer_integer (json, value);
}

static void
write_counts (SgJsonWriter *json,
              const char   *name,
              const GArray *counts)
{
  sg_json_writer_key (json, name);
  sg_json_writer_begin_array (json);
  for (guint i = 0; i < counts->len; i++)
    {
      const SgHeadCount *count = &g_array_index (counts, SgHeadCount, i);

      sg_json_writer_begin_object (json);
      sg_json_writer_key (json, "name");
      sg_json_writer_string (json, count->name);
      write_number (json, "value", (gint64) count->count);
      sg_json_writer_end_object (json);
    }
  sg_json_writer_end_array (json);
}

static SgHttpResponse *
answer_found (SgHead                 *head,
              const SgHeadStatistics *statistics)
{
  SgHeadStats stats;
  SgJsonWriter json;

  sg_head_get_stats (head, &stats);
  sg_api_begin (&json);
  sg_json_writer_begin_object (&json);
  sg_json_writer_key (&json, "headStats");
  sg_json_writer_begin_object (&json);
  write_number (&json, "numSeries", (gint64) stats.n_series);
  write_number (&json, "numLabelPairs", (gint64) statistics->n_label_pairs);
  write_number (&json, "chunkCount", (gint64) statistics->n_chunks);
  write_number (&json, "minTime", stats.min_t);
  write_number (&json, "maxTime", stats.max_t);
  sg_json_writer_end_object (&json);
  write_counts (&json, "seriesCountByMetricName", statistics->series_by_metric);
  write_counts (&json, "labelValueCountByLabelName", statistics->values_by_label);
  write_counts (&json, "memoryInBytesByLabelName", statistics->bytes_by_label);
  write_counts (&json, "seriesCountByLabelValuePair", statistics->series_by_pair);
  sg_json_writer_end_object (&json);
  return sg_api_end (&json, NULL, NULL);
}

static SgHttpResponse *
answer_tsdb (const SgHttpRequest *request,
             gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  g_autoptr (SgStore) store = NULL;
  g_auto (SgHeadStatistics) statistics = { 0 };
  gint64 limit;

  if (!sg_api_get_number (request, "limit", DEFAULT_LIMIT, &limit, &refusal))
    return refusal;
  if (limit < 1 || limit > MAX_LIMIT)
    return sg_api_refuse_data ("limit must be a positive number, at most " G_STRINGIFY (MAX_LIMIT));
  store = sg_api_get_store (user_data, &refusal);
  if (store == NULL)
    return refusal;
  sg_head_statistics_compute (&statistics, sg_store_get_head (store), (guint) limit);
  return answer_found (sg_store_get_head (store), &statistics);
}

const SgApiRoute sg_api_routes_statistics[] = {
  { "/api/v1/status/tsdb", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_tsdb },
  { NULL },
};
