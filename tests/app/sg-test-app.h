/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sg-window.h"

G_BEGIN_DECLS

/* Wednesday 14 May 2025, 13:57:04 in UTC, which is the time zone of these tests. */
#define SG_TEST_NOW G_GINT64_CONSTANT (1747231024000)

typedef gboolean (*SgTestCondition) (gpointer data);

void              sg_test_app_init         (int             *argc,
                                            char          ***argv);
GtkApplication   *sg_test_app_get          (void);
GSettings        *sg_test_settings_new     (void);
SgClock          *sg_test_clock_new        (void);
SgWindow         *sg_test_window_new       (SgClock         *clock,
                                            int              width,
                                            int              height);
void              sg_test_window_resize    (SgWindow        *window,
                                            int              width,
                                            int              height);
SgExpositionPage *sg_test_exposition_new   (const char      *name);
/* A few metrics with their types and meanings. */
SgCatalog        *sg_test_catalog_new      (void);
/* An answer over the last 15 minutes: waves, the same each time, for each of @labels, at most @n. */
SgQueryAnswer    *sg_test_answer_new       (const char      *text,
                                            const char     *const *labels,
                                            guint            n,
                                            guint            n_samples);

void              sg_test_wait_until       (SgTestCondition  condition,
                                            gpointer         data);
void              sg_test_wait_for_frame   (GtkWidget       *widget);
void              sg_test_use_client_frame (GtkWidget       *window);
void              sg_test_destroy_window   (GtkWindow       *window);
GtkWidget        *sg_test_present          (GtkWidget       *child,
                                            int              width,
                                            int              height);
GtkWidget        *sg_test_find             (GtkWidget       *root,
                                            GType            type);
GtkWidget        *sg_test_find_class       (GtkWidget       *root,
                                            const char      *css_class);
GdkTexture       *sg_test_render           (GtkWidget       *widget);
void              sg_test_pixel            (GdkTexture      *texture,
                                            int              x,
                                            int              y,
                                            guchar           ret_rgba[4]);

G_END_DECLS
