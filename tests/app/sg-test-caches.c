/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app/sg-test-caches.h"

#include "pages/sg-cache-page-private.h"

#include <string.h>

static const char mapping_text[] =
    "name: shop\n"
    "title: Shop\n"
    "roles:\n"
    "  cache_events: {selector: shop_cache_events_total, kind: counter,\n"
    "                 labels: {status: event, type: op}, hit: [hit], miss: [miss]}\n"
    "  durations: {selector: shop_operation_seconds, kind: histogram, unit: seconds, labels: {type: op}}\n"
    "  size: {selector: shop_cache_entries, kind: gauge}\n"
    "  size_limit: {selector: shop_cache_entries_max, kind: gauge}\n"
    "  memory: {selector: shop_cache_bytes, kind: gauge, unit: bytes}\n"
    "  memory_limit: {selector: shop_cache_bytes_max, kind: gauge, unit: bytes}\n"
    "  evictions: {selector: shop_cache_evictions_total, kind: counter}\n";

static SgSource *
make_source (const SgMapping *mapping,
             const char      *id,
             const char      *title)
{
  SgSource *source = g_new0 (SgSource, 1);

  source->id = g_strdup (id);
  source->title = g_strdup (title);
  source->mapping = g_strdup (mapping->name);
  source->name_space = g_strdup ("");
  source->job = g_strdup (id);
  source->interval_ms = 5000;
  source->parts = g_ptr_array_ref (mapping->parts);
  return source;
}

static SgSourceList *
make_sources (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgMapping) mapping = sg_mapping_parse ("shop.yml", mapping_text, -1, &error);
  SgSourceList *list = g_new0 (SgSourceList, 1);

  g_assert_no_error (error);
  g_atomic_ref_count_init (&list->ref_count);
  list->n_sources = 2;
  list->sources = g_new0 (SgSource *, 2);
  list->sources[0] = make_source (mapping, "shop", "Shop");
  list->sources[1] = make_source (mapping, "search", "Search");
  return list;
}

/* In the order in which the page asks: series, and how their waves are to be moved and stretched. */
typedef struct
{
  const char *role;
  const char *labels[4];
  double factor;
  double offset;
} Seed;

static const Seed seeds[] = {
  { "ratio-trend", { "{}" }, .002, .76 },
  { "ratio", { "{}" }, 0., .843 },
  { "ratio-before", { "{}" }, 0., .91 },
  { "hits", { "{}" }, 0., 108240. },
  { "hits-before", { "{}" }, 0., 112770. },
  { "misses", { "{}" }, 0., 20160. },
  { "misses-before", { "{}" }, 0., 11150. },
  { "hit-rate", { "{}" }, 2., 40. },
  { "miss-rate", { "{}" }, .6, -4. },
  { "types",
    { "{type=\"read_through\"}", "{type=\"refresh\"}", "{type=\"write_through\"}" },
    .004,
    .6 },
  { "load", { "{type=\"read_through\"}" }, 0., .0123 },
  { "size", { "{}" }, 3., 9700. },
  { "size-limit", { "{}" }, 0., 10000. },
  { "memory", { "{}" }, 16000., 50e6 },
  { "memory-limit", { "{}" }, 0., 64. * 1024 * 1024 },
  { "evictions", { "{}" }, 0., 8412. },
  { "eviction-rate", { "{}" }, .2, 1. },
};

static SgQueryAnswer *
make_answer (const SgQuery *query,
             const Seed    *seed)
{
  SgQueryAnswer *answer = sg_test_answer_new (
      query->text, seed->labels, G_N_ELEMENTS (seed->labels), query->step > 0 ? 180 : 1);

  for (guint i = 0; i < answer->result->n_series; i++)
    {
      SgColumn *column = &answer->result->series[i].column;

      for (guint j = 0; j < column->n; j++)
        ((double *) column->f)[j] = column->f[j] * seed->factor + seed->offset;
    }
  if (query->step == 0)
    answer->step = 0;
  return answer;
}

void
sg_test_caches_show (SgCachePage *page)
{
  g_autoptr (SgSourceList) sources = make_sources ();
  g_autoptr (GArray) planned = NULL;
  g_autoptr (GPtrArray) answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) sg_query_answer_unref);

  sg_cache_page_take_sources (page, sources);
  planned = sg_query_plan_prepare (page->plan, sg_page_get_time_window (SG_PAGE (page)));
  g_assert_cmpuint (planned->len, ==, G_N_ELEMENTS (seeds));
  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++)
    g_ptr_array_add (answers,
                     make_answer (&g_array_index (planned, SgPlannedQuery, i).query, &seeds[i]));
  sg_query_plan_take (page->plan, planned, answers);
  sg_cache_page_update (page);
}
