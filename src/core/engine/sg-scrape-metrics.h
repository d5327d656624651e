/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-scrape-service.h"
#include "ingest/scrape/sg-scraper.h"

G_BEGIN_DECLS

/* Tells the registry how the scraper and the configuration are, until the collector is removed. */
guint sg_scrape_metrics_register (SgRegistry      *registry,
                                  SgScraper       *scraper,
                                  SgScrapeService *service);

G_END_DECLS
