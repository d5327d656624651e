/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "base/sg-level.h"

G_BEGIN_DECLS

/**
 * SgHttpStatus:
 * @level: healthy while it listens as asked, degraded on another port, unknown while it does not
 *   listen; unhealthy when it cannot
 * @url: the address for a browser, "http://localhost:8080", or "" while it does not listen
 * @address: the same without the scheme
 * @port: the port it listens on, or 0
 * @wanted_port: the port that it should have had
 * @note: (nullable): why it is not healthy
 * @scrapes: how often /metrics was served
 * @last_scrape: when it was served last, 0 when never
 * @last_scraper: (nullable): to whom: "Prometheus/2.42.0 (127.0.0.1)"
 *
 * A server at one moment. Immutable.
 */
typedef struct
{
  gatomicrefcount ref_count;
  SgLevel level;
  char *url;
  char *address;
  guint port;
  guint wanted_port;
  char *note;
  guint64 scrapes;
  SgTimeNs last_scrape;
  char *last_scraper;
} SgHttpStatus;

#define SG_TYPE_HTTP_STATUS (sg_http_status_get_type ())

GType         sg_http_status_get_type (void) G_GNUC_CONST;
SgHttpStatus *sg_http_status_new      (void);
SgHttpStatus *sg_http_status_ref      (SgHttpStatus       *self);
void          sg_http_status_unref    (SgHttpStatus       *self);
SgHttpStatus *sg_http_status_copy     (const SgHttpStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpStatus, sg_http_status_unref)

G_END_DECLS
