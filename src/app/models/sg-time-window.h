/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

G_BEGIN_DECLS

/**
 * SgTimeMode:
 * @SG_TIME_LIVE: the last N up to now, and now moves on
 * @SG_TIME_PAUSED: the last N up to the moment of the pause
 * @SG_TIME_FIXED: from one time to another
 */
typedef enum
{
  SG_TIME_LIVE,
  SG_TIME_PAUSED,
  SG_TIME_FIXED,
} SgTimeMode;

/**
 * SgTimeWindow:
 *
 * The time that the whole window looks at, one for all its tabs: either live, the last N, which can be
 * paused, or fixed. It remembers earlier choices, to go back and forward through them. Emits "changed"
 * when what it says has changed; while it is live its range moves on without that.
 */
#define SG_TYPE_TIME_WINDOW (sg_time_window_get_type ())
G_DECLARE_FINAL_TYPE (SgTimeWindow, sg_time_window, SG, TIME_WINDOW, GObject)

/* The quick choices, in milliseconds, shortest first. */
const gint64 *sg_time_window_get_quick_spans (gsize        *ret_n_spans);

SgTimeWindow *sg_time_window_new             (SgClock      *clock);
SgClock      *sg_time_window_get_clock       (SgTimeWindow *self);
SgTimeMode    sg_time_window_get_mode        (SgTimeWindow *self);
gint64        sg_time_window_get_span        (SgTimeWindow *self);
void          sg_time_window_get_range       (SgTimeWindow *self,
                                              SgTimeMs     *ret_from,
                                              SgTimeMs     *ret_to);

void          sg_time_window_set_live        (SgTimeWindow *self,
                                              gint64        span);
void          sg_time_window_set_fixed       (SgTimeWindow *self,
                                              SgTimeMs      from,
                                              SgTimeMs      to);
void          sg_time_window_back_to_live    (SgTimeWindow *self);
void          sg_time_window_pause           (SgTimeWindow *self);
void          sg_time_window_resume          (SgTimeWindow *self);

gboolean      sg_time_window_can_go_back     (SgTimeWindow *self);
gboolean      sg_time_window_can_go_forward  (SgTimeWindow *self);
void          sg_time_window_go_back         (SgTimeWindow *self);
void          sg_time_window_go_forward      (SgTimeWindow *self);

char         *sg_time_window_get_label       (SgTimeWindow *self);
char         *sg_time_window_get_caption     (SgTimeWindow *self);
char         *sg_time_window_get_description (SgTimeWindow *self);

G_END_DECLS
