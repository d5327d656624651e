/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-operation.h"

const char *
sg_operation_status_to_string (SgOperationStatus status)
{
  static const char *const names[] = { "success", "failed", "partial", "timeout" };

  return names[status];
}

/* A missing sink swallows the report: a store opened by a tool has nobody who counts. */
void
sg_operation_report (const SgOperationSink *sink,
                     const SgOperation     *operation)
{
  if (sink != NULL && sink->report != NULL)
    sink->report (operation, sink->user_data);
}
