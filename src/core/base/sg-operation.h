/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

G_BEGIN_DECLS

/**
 * SgOperationStatus:
 * @SG_OPERATION_SUCCESS: all of it was done
 * @SG_OPERATION_FAILED: none of it was done
 * @SG_OPERATION_PARTIAL: some of it was done
 * @SG_OPERATION_TIMEOUT: it was given up
 */
typedef enum
{
  SG_OPERATION_SUCCESS,
  SG_OPERATION_FAILED,
  SG_OPERATION_PARTIAL,
  SG_OPERATION_TIMEOUT,
} SgOperationStatus;

/**
 * SgOperation:
 * @type: read_through, write_through, write_behind, bulk_insert, refresh …
 * @key: what it was about, or %NULL
 * @start: when it began
 * @duration_us: how long it took
 * @records: how many records it touched
 * @error: why it did not succeed, or %NULL
 * @trace_id: the trace it belongs to, or %NULL
 *
 * One finished operation. The store, the caches and the health checks report through the sink below,
 * and whoever counts operations stands behind it: so no lower module knows a higher one.
 */
typedef struct
{
  const char *type;
  const char *key;
  SgTimeNs start;
  gint64 duration_us;
  SgOperationStatus status;
  guint64 records;
  const char *error;
  const char *trace_id;
} SgOperation;

/**
 * SgOperationSink:
 * @report: called on any thread; must not block, and copies what it keeps
 * @user_data: for @report
 */
typedef struct
{
  void (*report) (const SgOperation *operation,
                  gpointer           user_data);
  gpointer user_data;
} SgOperationSink;

const char *sg_operation_status_to_string (SgOperationStatus      status);
void        sg_operation_report           (const SgOperationSink *sink,
                                           const SgOperation     *operation);

G_END_DECLS
