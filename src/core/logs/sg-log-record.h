/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

G_BEGIN_DECLS

/**
 * SgLogKind:
 * @SG_LOG_KIND_LOG: a line of a log
 * @SG_LOG_KIND_OPERATION: an operation that ended
 * @SG_LOG_KIND_HEALTH: a health check that changed its mind
 * @SG_LOG_KIND_ALERT: an alert that changed its state
 * @SG_LOG_KIND_NOTIFICATION: a message that was sent, or not
 * @SG_LOG_KIND_AUDIT: what somebody did here
 */
typedef enum
{
  SG_LOG_KIND_LOG,
  SG_LOG_KIND_OPERATION,
  SG_LOG_KIND_HEALTH,
  SG_LOG_KIND_ALERT,
  SG_LOG_KIND_NOTIFICATION,
  SG_LOG_KIND_AUDIT,
} SgLogKind;

#define SG_LOG_N_KINDS (SG_LOG_KIND_AUDIT + 1)

/**
 * SgLogSeverity:
 * @SG_LOG_DEBUG: of use only to who wrote the program
 * @SG_LOG_INFO: as it should be
 * @SG_LOG_WARNING: not as it should be, but it goes on
 * @SG_LOG_ERROR: something failed
 * @SG_LOG_CRITICAL: somebody should come and see
 */
typedef enum
{
  SG_LOG_DEBUG,
  SG_LOG_INFO,
  SG_LOG_WARNING,
  SG_LOG_ERROR,
  SG_LOG_CRITICAL,
} SgLogSeverity;

#define SG_LOG_N_SEVERITIES (SG_LOG_CRITICAL + 1)

/* What stands for “none” in the numbers of a record. */
#define SG_LOG_NONE (-1)

/**
 * SgLogRecord:
 * @time: when it happened
 * @sequence: tells records of the same nanosecond apart; the store gives it, what is appended has none
 * @kind: what it tells of
 * @severity: how bad that is
 * @service: who says so: an application, or "" for nobody
 * @name: what it is one of: the type of an operation, a check, an alert, a logger; "" for none
 * @status: how it went or stands: success, failed, firing, healthy …; "" for none
 * @duration_us: how long it took, or %SG_LOG_NONE
 * @amount: how many records it touched, or %SG_LOG_NONE
 * @key: (nullable): the one thing it was about
 * @message: (nullable): in words; the error of an operation that did not succeed
 * @trace_id: (nullable): the trace it belongs to
 * @fields: (nullable): what else there is, as a JSON object
 *
 * Something that happened. One shape for all kinds, so that whatever lists, counts, filters and
 * exports records does so with each of them. The service, name and status are words of which there
 * are few; what is different each time is the key.
 */
typedef struct
{
  SgTimeNs time;
  guint sequence;
  SgLogKind kind;
  SgLogSeverity severity;
  const char *service;
  const char *name;
  const char *status;
  gint64 duration_us;
  gint64 amount;
  const char *key;
  const char *message;
  const char *trace_id;
  const char *fields;
} SgLogRecord;

#define SG_LOG_RECORD_INIT { \
    .severity = SG_LOG_INFO, .service = "", .name = "", .status = "", .duration_us = SG_LOG_NONE, \
    .amount = SG_LOG_NONE, \
  }

const char *sg_log_kind_to_string       (SgLogKind      kind);
gboolean    sg_log_kind_from_string     (const char    *text,
                                         SgLogKind     *ret_kind);
const char *sg_log_severity_to_string   (SgLogSeverity  severity);
gboolean    sg_log_severity_from_string (const char    *text,
                                         SgLogSeverity *ret_severity);

/**
 * SgLogBatch:
 *
 * Records together with their text: what is appended at once, and what a page of the store is. It is
 * filled by one thread and then only read; counted, and boxed.
 */
#define SG_TYPE_LOG_BATCH (sg_log_batch_get_type ())
typedef struct _SgLogBatch SgLogBatch;

GType              sg_log_batch_get_type   (void);
SgLogBatch        *sg_log_batch_new        (void);
SgLogBatch        *sg_log_batch_ref        (SgLogBatch        *self);
void               sg_log_batch_unref      (SgLogBatch        *self);
void               sg_log_batch_add        (SgLogBatch        *self,
                                            const SgLogRecord *record);
void               sg_log_batch_truncate   (SgLogBatch        *self,
                                            guint              length);
guint              sg_log_batch_get_length (const SgLogBatch  *self);
gsize              sg_log_batch_get_size   (const SgLogBatch  *self);
const SgLogRecord *sg_log_batch_get        (const SgLogBatch  *self,
                                            guint              index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLogBatch, sg_log_batch_unref)

G_END_DECLS
