/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-time-window.h"

G_BEGIN_DECLS

/**
 * SgTimeTextError:
 * @SG_TIME_TEXT_ERROR_INVALID: the text is no time, or no range of time
 */
typedef enum
{
  SG_TIME_TEXT_ERROR_INVALID,
} SgTimeTextError;

#define SG_TIME_TEXT_ERROR (sg_time_text_error_quark ())

GQuark   sg_time_text_error_quark (void);

/*
 * A time window as text, to be copied from one place and pasted into another: "last 15m", or an interval
 * of ISO 8601 in UTC, which other programs read and which means the same in another time zone.
 */
char    *sg_time_text_write       (SgTimeWindow  *window);
gboolean sg_time_text_apply       (const char    *text,
                                   SgTimeWindow  *window,
                                   GError       **error);

/* A moment in local time, to the second: "2025-05-14 13:42:00". */
char    *sg_time_text_write_moment (SgTimeMs      time);
gboolean sg_time_text_parse_moment (const char   *text,
                                    SgTimeMs      now,
                                    SgTimeMs     *ret_time,
                                    GError      **error);

G_END_DECLS
