/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-registry.h"
#include "sync/sg-operation-event.h"

G_BEGIN_DECLS

/* How many applications may report, and how many types of its own each may have. */
#define SG_OPERATION_SERVICES_MAX 64
#define SG_OPERATION_TYPES_MAX    32

/**
 * SgOperationCounts:
 *
 * Operations that applications report, as families: the same that a monitor has, with the label "service"
 * besides, so that what is asked of the one can be asked of the other. A type has its series, at 0, from
 * the first time on that it is found. Safe from any thread.
 */
typedef struct _SgOperationCounts SgOperationCounts;

/**
 * SgOperationSeries:
 *
 * The series of one type of one service; they stay as long as the counts.
 */
typedef struct _SgOperationSeries SgOperationSeries;

SgOperationCounts *sg_operation_counts_new   (SgRegistry              *registry);
void               sg_operation_counts_free  (SgOperationCounts       *self);
SgOperationSeries *sg_operation_counts_find  (SgOperationCounts       *self,
                                              const char              *service,
                                              const char              *type,
                                              GError                 **error);
void               sg_operation_series_count (SgOperationSeries       *self,
                                              SgSyncStatus             status,
                                              SgSyncCache              cache,
                                              gint64                   duration_us,
                                              gint64                   records);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgOperationCounts, sg_operation_counts_free)

G_END_DECLS
