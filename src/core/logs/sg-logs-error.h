/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgLogsError:
 * @SG_LOGS_ERROR_IO: the system or the database refused; the message holds its reason
 * @SG_LOGS_ERROR_NO_SPACE: the disk, or a quota on it, is full
 * @SG_LOGS_ERROR_BUSY: more waits to be written than may; try again later
 * @SG_LOGS_ERROR_TIME: a record of a time that is not kept
 * @SG_LOGS_ERROR_CLOSED: the store was closed
 * @SG_LOGS_ERROR_CANCELLED: the caller gave up
 *
 * The errors of the store of records.
 */
typedef enum
{
  SG_LOGS_ERROR_IO,
  SG_LOGS_ERROR_NO_SPACE,
  SG_LOGS_ERROR_BUSY,
  SG_LOGS_ERROR_TIME,
  SG_LOGS_ERROR_CLOSED,
  SG_LOGS_ERROR_CANCELLED,
} SgLogsError;

#define SG_LOGS_ERROR (sg_logs_error_quark ())

GQuark sg_logs_error_quark (void);

G_END_DECLS
