/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/api/sg-api-params.h"
#include "http/api/sg-api-private.h"
#include "http/api/sg-api-result.h"

#include <string.h>

/* metadata: type, help and unit of metrics, {"name": [{"type", "help", "unit"}]} */

static void
write_entry (SgJsonWriter     *json,
             const SgMetadata *metadata)
{
  sg_json_writer_begin_object (json);
  sg_json_writer_key (json, "type");
  sg_json_writer_string (json, metadata->type);
  sg_json_writer_key (json, "help");
  sg_json_writer_string (json, metadata->help);
  sg_json_writer_key (json, "unit");
  sg_json_writer_string (json, metadata->unit != NULL ? metadata->unit : "");
  sg_json_writer_end_object (json);
}

/* Returns: the first entry behind @from that is of another metric */
static guint
skip_metric (GPtrArray *found,
             guint      from)
{
  const SgMetadata *first = g_ptr_array_index (found, from);
  guint i = from + 1;

  while (i < found->len
         && strcmp (((const SgMetadata *) g_ptr_array_index (found, i))->name, first->name) == 0)
    i++;
  return i;
}

/* Limits below zero are none; of the number for one metric, zero is none too. */
static void
write_metadata (SgJsonWriter *json,
                GPtrArray    *found,
                gint64        limit,
                gint64        limit_per_metric)
{
  guint next;

  sg_json_writer_begin_object (json);
  for (guint i = 0; i < found->len && limit != 0; i = next, limit--)
    {
      next = skip_metric (found, i);
      sg_json_writer_key (json, ((const SgMetadata *) g_ptr_array_index (found, i))->name);
      sg_json_writer_begin_array (json);
      for (guint k = i; k < next && (limit_per_metric <= 0 || k - i < limit_per_metric); k++)
        write_entry (json, g_ptr_array_index (found, k));
      sg_json_writer_end_array (json);
    }
  sg_json_writer_end_object (json);
}

static SgHttpResponse *
answer_metadata (const SgHttpRequest *request,
                 gpointer             user_data)
{
  SgHttpResponse *refusal = NULL;
  const char *metric = sg_http_request_get_value (request, "metric");
  g_autoptr (SgQuerier) querier = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  gint64 limit;
  gint64 limit_per_metric;
  SgJsonWriter json;

  if (!sg_api_get_number (request, "limit", -1, &limit, &refusal)
      || !sg_api_get_number (request, "limit_per_metric", -1, &limit_per_metric, &refusal)
      || (querier = sg_api_get_querier (user_data, &refusal)) == NULL)
    return refusal;
  found = sg_querier_metadata (querier, metric != NULL && *metric != '\0' ? metric : NULL,
                               sg_http_request_get_cancellable (request), &error);
  if (found == NULL)
    return sg_api_refuse_error (error);
  sg_api_begin (&json);
  write_metadata (&json, found, limit, limit_per_metric);
  return sg_api_end (&json, NULL, NULL);
}

const SgApiRoute sg_api_routes_metadata[] = {
  { "/api/v1/metadata", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_metadata },
  { NULL },
};
