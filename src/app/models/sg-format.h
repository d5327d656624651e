/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

G_BEGIN_DECLS

/*
 * How numbers and times are written in the window. A number and its unit are held together by a
 * space that does not break; times are local and of 24 hours.
 */
char     *sg_format_count    (guint64   n);
char     *sg_format_span     (gint64    ms);
char     *sg_format_ago      (gint64    ms);
char     *sg_format_clock    (SgTimeMs  time,
                              gboolean  with_seconds);
char     *sg_format_day      (SgTimeMs  time);
char     *sg_format_weekday  (SgTimeMs  time);
char     *sg_format_range    (SgTimeMs  from,
                              SgTimeMs  to);
char     *sg_format_isolate  (char     *text);
gboolean  sg_format_same_day (SgTimeMs  a,
                              SgTimeMs  b);

G_END_DECLS
