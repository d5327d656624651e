/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-engine-options.h"
#include "engine/sg-service.h"
#include "engine/sg-store-service.h"
#include "logs/sg-log-store.h"
#include "sync/sg-sync-monitor.h"

G_BEGIN_DECLS

/* What is to be done each second before the records of a monitor are taken; called on a worker. */
typedef void (*SgMonitorUpdate) (gpointer user_data);

/**
 * SgLogService:
 *
 * The store of records as a service: it is opened and closed on a worker, what the monitors tell goes into
 * it each second, and what is older or more than is to be kept is deleted. Where somebody else holds the
 * folder it only reads, and what the monitors tell is counted and not kept.
 */
#define SG_TYPE_LOG_SERVICE (sg_log_service_get_type ())
G_DECLARE_FINAL_TYPE (SgLogService, sg_log_service, SG, LOG_SERVICE, SgService)

SgLogService *sg_log_service_new            (const SgEngineOptions *options,
                                             SgRegistry            *registry,
                                             SgStoreService        *store,
                                             SgClock               *clock);
/* Has the records of @monitor stored; at any time, from any thread. */
void          sg_log_service_add_monitor    (SgLogService          *self,
                                             SgSyncMonitor         *monitor);
/* Has @update called each second; before it starts. @user_data stays as long as @self runs. */
void          sg_log_service_set_update     (SgLogService          *self,
                                             SgMonitorUpdate        update,
                                             gpointer               user_data);
/* Returns: (transfer full) (nullable): %NULL while it is not open; may be called on any thread */
SgLogStore   *sg_log_service_get_store      (SgLogService          *self);
/* Whether there is room for more: the files take less than they may. From any thread. */
gboolean      sg_log_service_has_room       (SgLogService          *self,
                                             GError               **error);
/* How often the records are taken, instead of each second; before it starts. */
void          sg_log_service_set_interval   (SgLogService          *self,
                                             gint64                 ms);

G_END_DECLS
