/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sync/sg-demo-script.h"
#include "sync/sg-lru-cache.h"
#include "sync/sg-sync-monitor.h"

G_BEGIN_DECLS

#define SG_DEMO_JOB          "demo"
#define SG_DEMO_NAMESPACE    "anivault"
#define SG_DEMO_DEFAULT_RATE 50
#define SG_DEMO_MAX_RATE     5000

/**
 * SgDemoOptions:
 * @folder: (nullable): where the temporary folder is to be, or %NULL for the system's place
 * @rate: how many requests a second, or 0 for %SG_DEMO_DEFAULT_RATE
 * @seed: of all that is drawn by lot
 * @clock: (nullable): what tells the time and paces it, or %NULL for the system's
 * @driven: whether it has no threads, but somebody who calls sg_demo_advance(); the clock is a manual one
 */
typedef struct
{
  const char *folder;
  guint rate;
  guint32 seed;
  SgClock *clock;
  gboolean driven;
} SgDemoOptions;

/**
 * SgDemo:
 *
 * A workload that is real, for those who have none to look at yet: threads read and write through a cache of
 * bounded size over a SQLite database, while a script of two minutes makes things go wrong. It leaves
 * nothing behind.
 */
#define SG_TYPE_DEMO (sg_demo_get_type ())
G_DECLARE_FINAL_TYPE (SgDemo, sg_demo, SG, DEMO, GObject)

SgDemo        *sg_demo_new            (const SgDemoOptions  *options);
SgSyncMonitor *sg_demo_get_monitor    (SgDemo               *self);
SgDemoPhase    sg_demo_get_phase      (SgDemo               *self);
gboolean       sg_demo_open           (SgDemo               *self,
                                       GError              **error);
gboolean       sg_demo_run            (SgDemo               *self,
                                       GError              **error);
void           sg_demo_advance        (SgDemo               *self,
                                       gint64                ms);
gboolean       sg_demo_agrees         (SgDemo               *self,
                                       guint64              *ret_compared,
                                       GError              **error);
void           sg_demo_stop           (SgDemo               *self);

G_END_DECLS
