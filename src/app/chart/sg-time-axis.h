/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgTimeTick:
 * @t: when, in milliseconds since 1970
 * @label: (owned): what is written there
 * @new_day: whether the label is the date of a day that begins to be shown here; it is written bold
 */
typedef struct
{
  gint64 t;
  char *label;
  gboolean new_day;
} SgTimeTick;

/*
 * The ticks of a time axis from @from to @to (milliseconds since 1970) on a plot @width pixels wide, in
 * the wall time of @zone: at least 72 pixels apart, on round local times, in order.
 *
 * Returns: (transfer full) (element-type SgTimeTick)
 */
GArray *sg_time_axis_get_ticks (gint64     from,
                                gint64     to,
                                double     width,
                                GTimeZone *zone);

G_END_DECLS
