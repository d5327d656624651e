/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-json-reader.h"
#include "sync/sg-sync-types.h"

G_BEGIN_DECLS

/* How many bytes the texts of an operation may have. An error that is longer is cut. */
#define SG_OPERATION_SERVICE_MAX 128
#define SG_OPERATION_KEY_MAX     4096
#define SG_OPERATION_ERROR_MAX   8192
#define SG_OPERATION_TRACE_MAX   128
#define SG_OPERATION_FIELDS_MAX  8192

/**
 * SgOperationEvent:
 * @service: whose it was, or %NULL when that was not said
 * @type: what it did
 * @status: how it ended
 * @cache: whether a cache was asked, and had it
 * @has_start: whether it was said when it began
 * @start: when
 * @duration_us: how long it took, or %SG_LOG_NONE
 * @records: how many records it touched, or %SG_LOG_NONE
 * @key: (nullable): what it was about
 * @error: (nullable): why it did not succeed
 * @trace_id: (nullable): the trace it belongs to
 * @fields: (nullable): what else was told, as a JSON object
 *
 * An operation that ended, as an application of any language reports it. The format is in
 * sg-operation-event.c.
 */
typedef struct
{
  char *service;
  char *type;
  SgSyncStatus status;
  SgSyncCache cache;
  gboolean has_start;
  SgTimeNs start;
  gint64 duration_us;
  gint64 records;
  char *key;
  char *error;
  char *trace_id;
  char *fields;
} SgOperationEvent;

/* @object: a JSON value. The error says what is wrong, and what to write. */
gboolean sg_operation_event_parse (SgOperationEvent   *self,
                                   const SgJsonSlice  *object,
                                   GError            **error);
void     sg_operation_event_clear (SgOperationEvent   *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgOperationEvent, sg_operation_event_clear)

G_END_DECLS
