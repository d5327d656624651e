/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "base/sg-level.h"

G_BEGIN_DECLS

/**
 * SgServerStatus:
 * @level: healthy while it listens as asked, degraded on another port, unhealthy when it does not listen
 * @url: its address for a browser, "http://localhost:8080", or ""
 * @address: the same without the scheme, "localhost:8080", or ""
 * @port: the port it listens on, or 0
 * @wanted_port: the port that it should have had
 * @note: why it is not healthy, or %NULL
 * @scrapes: how often /metrics was served
 * @last_scrape: when it was served last, or 0
 * @last_scraper: to whom, "Prometheus/2.42.0 (127.0.0.1)", or %NULL
 *
 * The HTTP server at one moment. Immutable.
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
} SgServerStatus;

#define SG_TYPE_SERVER_STATUS (sg_server_status_get_type ())

GType           sg_server_status_get_type (void) G_GNUC_CONST;
SgServerStatus *sg_server_status_new      (void);
SgServerStatus *sg_server_status_ref      (SgServerStatus *self);
void            sg_server_status_unref    (SgServerStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgServerStatus, sg_server_status_unref)

G_END_DECLS
