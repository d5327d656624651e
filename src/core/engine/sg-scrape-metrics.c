/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-scrape-metrics.h"

typedef struct
{
  SgScraper *scraper;
  SgScrapeService *service;
} Source;

static void
add_number (SgCollection *collection,
            SgMetricKind  kind,
            const char   *name,
            const char   *help,
            const char   *unit,
            double        value)
{
  sg_collection_add_family (collection, kind, name, help, unit, NULL);
  sg_collection_add (collection, NULL, value);
}

static void
collect_scrapes (SgCollection *collection,
                 SgScraper    *scraper)
{
  SgScraperStats stats;

  sg_scraper_get_stats (scraper, &stats);
  add_number (collection, SG_METRIC_COUNTER, "sightglass_scrapes_total", "Scrapes that ended.",
              NULL, (double) stats.scrapes);
  add_number (collection, SG_METRIC_COUNTER, "sightglass_scrapes_failed_total",
              "Scrapes that failed.", NULL, (double) stats.failures);
  add_number (collection, SG_METRIC_COUNTER, "sightglass_scrapes_missed_total",
              "Scrapes that fell out because the one before was still under way.", NULL,
              (double) stats.missed);
  add_number (collection, SG_METRIC_COUNTER, "sightglass_scrape_samples_total",
              "Samples that were scraped.", NULL, (double) stats.samples);
  add_number (collection, SG_METRIC_COUNTER, "sightglass_scrape_exemplars_total",
              "Exemplars that were scraped and new.", NULL, (double) stats.exemplars);
  add_number (collection, SG_METRIC_COUNTER, "sightglass_scrape_exemplars_refused_total",
              "Exemplars that had more than 128 characters of labels, or could not be read.", NULL,
              (double) stats.exemplars_refused);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_scrapes_running",
              "Scrapes that are under way.", NULL, stats.running);
  add_number (collection, SG_METRIC_GAUGE, "sightglass_scrapes_waiting",
              "Scrapes that wait for a place.", NULL, stats.waiting);
}

static void
collect_config (SgCollection    *collection,
                SgScrapeService *service)
{
  g_autoptr (SgConfigStatus) status = sg_scrape_service_get_status (service);

  add_number (collection, SG_METRIC_GAUGE, "sightglass_config_last_reload_successful",
              "Whether the configuration was good the last time it was read.", NULL,
              status->is_good ? 1 : 0);
  add_number (collection, SG_METRIC_GAUGE,
              "sightglass_config_last_reload_success_timestamp_seconds",
              "When the configuration was good last.", "seconds", (double) status->last_good / 1e3);
}

static void
collect (SgCollection *collection,
         gpointer      user_data)
{
  Source *source = user_data;

  collect_scrapes (collection, source->scraper);
  collect_config (collection, source->service);
}

guint
sg_scrape_metrics_register (SgRegistry      *registry,
                            SgScraper       *scraper,
                            SgScrapeService *service)
{
  Source *source = g_new0 (Source, 1);

  *source = (Source) { scraper, service };
  return sg_registry_add_collector (registry, collect, source, g_free);
}
