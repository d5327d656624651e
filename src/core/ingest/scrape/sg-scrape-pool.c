/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-scraper-private.h"

/*
 * A job: its targets are what its groups hold, after relabelling. When the groups change, targets that
 * are still there go on undisturbed, new ones begin, and the series of those that have gone are ended.
 *
 * When the settings of the job change, every target begins anew with them; one with the same labels
 * hands its series over, so that they have no gap.
 */

/* How many dropped targets of a job are remembered, unless the job says otherwise. */
#define DROPPED_MAX 1000

static void
labels_free (gpointer data)
{
  sg_labels_unref (data);
}

static void
append_protocol (GString    *out,
                 const char *protocol,
                 guint       weight)
{
  static const struct
  {
    const char *name;
    const char *type;
  } types[] = {
    { "OpenMetricsText1.0.0", "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8" },
    { "OpenMetricsText0.0.1", "application/openmetrics-text;version=0.0.1" },
    { "PrometheusText1.0.0", "text/plain;version=1.0.0;escaping=allow-utf-8" },
    { "PrometheusText0.0.4", "text/plain;version=0.0.4" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (g_str_equal (types[i].name, protocol))
        g_string_append_printf (out, "%s;q=0.%u,", types[i].type, weight);
    }
}

/* The Accept field: the formats in their order. The binary one is not read here and not asked for. */
static char *
make_accept (const SgScrapeConfig *config)
{
  static const char *const all[] = { "OpenMetricsText1.0.0", "OpenMetricsText0.0.1",
                                     "PrometheusText1.0.0", "PrometheusText0.0.4", NULL };
  const char *const *protocols =
      config->scrape_protocols != NULL ? (const char *const *) config->scrape_protocols : all;
  GString *out = g_string_new (NULL);

  for (guint i = 0; protocols[i] != NULL; i++)
    append_protocol (out, protocols[i], 6 - MIN (i, 4));
  g_string_append (out, "*/*;q=0.1");
  return g_string_free (out, FALSE);
}

/* What a sync makes of the groups, before it becomes what is. */
typedef struct
{
  GPtrArray *targets;
  GHashTable *seen;
  GPtrArray *dropped;
  guint64 n_dropped;
  GPtrArray *problems;
} Found;

static void
find_target (SgScrapePool   *self,
             Found          *found,
             const SgLabels *labels,
             const SgLabels *of_group)
{
  g_autoptr (SgLabels) discovered = NULL;
  g_autoptr (SgTarget) target = NULL;
  g_autoptr (GError) error = NULL;
  guint64 keep =
      self->config->keep_dropped_targets > 0 ? self->config->keep_dropped_targets : DROPPED_MAX;

  if (!sg_target_make (self->config, labels, of_group, &target, &discovered, &error))
    {
      g_autofree char *text = sg_labels_to_string (discovered);

      g_ptr_array_add (found->problems, g_strdup_printf ("%s: %s: %s", self->config->job_name, text,
                                                         error->message));
    }
  else if (target == NULL)
    {
      found->n_dropped++;
      if (found->dropped->len < keep)
        g_ptr_array_add (found->dropped, g_steal_pointer (&discovered));
    }
  else if (g_hash_table_add (found->seen, &target->hash))
    g_ptr_array_add (found->targets, g_steal_pointer (&target));
}

static void
find_targets (SgScrapePool    *self,
              Found           *found,
              const GPtrArray *groups)
{
  for (guint i = 0; groups != NULL && i < groups->len; i++)
    {
      const SgTargetGroup *group = groups->pdata[i];

      for (guint j = 0; j < group->targets->len; j++)
        find_target (self, found, group->targets->pdata[j], group->labels);
    }
}

static SgScrapeLoop *
find_loop (GPtrArray      *loops,
           const SgTarget *target)
{
  for (guint i = 0; i < loops->len; i++)
    {
      SgScrapeLoop *loop = loops->pdata[i];

      if (loop->target->hash == target->hash)
        return loop;
    }
  return NULL;
}

static char *
check_target_limit (SgScrapePool *self,
                    guint         n_targets)
{
  guint64 limit = self->config->limits.target_limit;

  if (limit == 0 || n_targets <= limit)
    return NULL;
  return g_strdup_printf ("the job has %u targets, and its target_limit is %" G_GUINT64_FORMAT
                          ": none is scraped",
                          n_targets, limit);
}

/* Takes what was found; returns the loops that were there. */
static GPtrArray *
swap_loops (SgScrapePool *self,
            Found        *found,
            GPtrArray    *loops)
{
  GPtrArray *before;

  SG_LOCK_SCOPE (&self->scraper->lock);
  before = self->loops;
  self->loops = loops;
  g_clear_pointer (&self->dropped, g_ptr_array_unref);
  self->dropped = g_steal_pointer (&found->dropped);
  self->n_dropped = found->n_dropped;
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  self->problems = g_steal_pointer (&found->problems);
  return before;
}

/* @fresh: the settings have changed: no loop goes on as it is */
static void
sync_targets (SgScrapePool *self,
              gboolean      fresh)
{
  Found found = { .targets = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_target_unref),
                  .seen = g_hash_table_new (g_int64_hash, g_int64_equal),
                  .dropped = g_ptr_array_new_with_free_func (labels_free),
                  .problems = g_ptr_array_new_with_free_func (g_free) };
  GPtrArray *loops = g_ptr_array_new ();
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) begun = g_ptr_array_new ();
  g_autoptr (GHashTable) kept = g_hash_table_new (NULL, NULL);

  find_targets (self, &found, self->config->discovery.static_groups);
  g_free (self->limit_error);
  self->limit_error = check_target_limit (self, found.targets->len);
  for (guint i = 0; i < found.targets->len; i++)
    {
      SgScrapeLoop *loop = fresh ? NULL : find_loop (self->loops, found.targets->pdata[i]);

      if (loop != NULL)
        g_hash_table_add (kept, loop);
      else
        {
          loop = sg_scrape_loop_new (self, found.targets->pdata[i]);
          g_ptr_array_add (begun, loop);
        }
      g_ptr_array_add (loops, loop);
    }
  before = swap_loops (self, &found, loops);
  for (guint i = 0; i < before->len; i++)
    {
      SgScrapeLoop *loop = before->pdata[i];

      if (!g_hash_table_contains (kept, loop))
        sg_scrape_loop_end (loop, find_loop (begun, loop->target));
    }
  for (guint i = 0; i < begun->len; i++)
    sg_scrape_loop_start (begun->pdata[i]);
  g_ptr_array_unref (found.targets);
  g_hash_table_unref (found.seen);
}

SgScrapePool *
sg_scrape_pool_new (SgScraper            *scraper,
                    SgConfig             *whole,
                    const SgScrapeConfig *config)
{
  SgScrapePool *self = g_new0 (SgScrapePool, 1);

  self->scraper = scraper;
  self->whole = sg_config_ref (whole);
  self->config = config;
  self->client = sg_http_client_new (&config->http);
  self->accept = make_accept (config);
  self->loops = g_ptr_array_new ();
  sync_targets (self, FALSE);
  return self;
}

void
sg_scrape_pool_reload (SgScrapePool         *self,
                       SgConfig             *whole,
                       const SgScrapeConfig *config)
{
  g_autoptr (SgConfig) before = self->whole;
  gboolean same = sg_scrape_config_equal (self->config, config);

  sg_lock_acquire (&self->scraper->lock);
  self->whole = sg_config_ref (whole);
  self->config = config;
  sg_lock_release (&self->scraper->lock);
  sg_http_client_unref (self->client);
  self->client = sg_http_client_new (&config->http);
  g_free (self->accept);
  self->accept = make_accept (config);
  sync_targets (self, !same);
}

void
sg_scrape_pool_end (SgScrapePool *self)
{
  for (guint i = 0; i < self->loops->len; i++)
    sg_scrape_loop_end (self->loops->pdata[i], NULL);
  g_ptr_array_unref (self->loops);
  g_clear_pointer (&self->dropped, g_ptr_array_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  sg_http_client_unref (self->client);
  sg_config_unref (self->whole);
  g_free (self->limit_error);
  g_free (self->accept);
  g_free (self);
}

/* With the scraper's lock held. */
void
sg_scrape_pool_list (SgScrapePool        *self,
                     SgTargetListBuilder *builder)
{
  sg_target_list_builder_add_job (builder, self->config->job_name);
  for (guint i = 0; i < self->loops->len; i++)
    {
      SgScrapeLoop *loop = self->loops->pdata[i];

      sg_target_list_builder_add_target (builder, sg_target_status_copy (loop->status));
    }
  for (guint i = 0; self->dropped != NULL && i < self->dropped->len; i++)
    sg_target_list_builder_add_dropped (builder, self->config->job_name, self->dropped->pdata[i]);
  for (guint i = 0; self->problems != NULL && i < self->problems->len; i++)
    sg_target_list_builder_add_problem (builder, self->problems->pdata[i]);
}
