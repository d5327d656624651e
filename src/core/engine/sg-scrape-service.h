/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-config-status.h"
#include "engine/sg-engine-options.h"
#include "engine/sg-service.h"
#include "engine/sg-store-service.h"
#include "ingest/scrape/sg-target-status.h"
#include "metrics/sg-metrics.h"

G_BEGIN_DECLS

/**
 * SgScrapeService:
 *
 * The configuration and the targets that it names, as a service: it reads the file, scrapes, and reads
 * the file again when it is asked to or when something that belongs to it changes. A file that is wrong
 * changes nothing: what ran goes on, and the status says what is wrong.
 */
#define SG_TYPE_SCRAPE_SERVICE (sg_scrape_service_get_type ())
G_DECLARE_FINAL_TYPE (SgScrapeService, sg_scrape_service, SG, SCRAPE_SERVICE, SgService)

SgScrapeService *sg_scrape_service_new          (const SgEngineOptions *options,
                                                 SgRegistry            *registry,
                                                 SgStoreService        *store,
                                                 SgClock               *clock);
/* Reads the file again. It waits for the disk: to be called on a worker. */
gboolean         sg_scrape_service_reload       (SgScrapeService       *self,
                                                 GError               **error);
/* These may come from any thread. */
SgConfigStatus  *sg_scrape_service_get_status   (SgScrapeService       *self);
void             sg_scrape_service_list         (SgScrapeService       *self,
                                                 SgTargetListBuilder   *builder);
/* On the engine's thread. */
guint            sg_scrape_service_scrape_now   (SgScrapeService       *self,
                                                 const char            *job,
                                                 const char            *url);

G_END_DECLS
