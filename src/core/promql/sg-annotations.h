/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SG_ANNOTATION_NOWHERE G_MAXSIZE

/**
 * SgAnnotations:
 *
 * What a query has to say beside its result: warnings, that something may be wrong, and infos, that
 * something may not be what was meant. A text that is said again replaces its place and is kept once.
 */
typedef struct _SgAnnotations SgAnnotations;

SgAnnotations *sg_annotations_new          (void);
void           sg_annotations_free         (SgAnnotations *self);
void           sg_annotations_warn         (SgAnnotations *self,
                                            gsize          offset,
                                            const char    *format,
                                            ...) G_GNUC_PRINTF (3, 4);
void           sg_annotations_inform       (SgAnnotations *self,
                                            gsize          offset,
                                            const char    *format,
                                            ...) G_GNUC_PRINTF (3, 4);
void           sg_annotations_add_foreign  (SgAnnotations *self,
                                            const char    *text);
void           sg_annotations_take         (SgAnnotations *self,
                                            SgAnnotations *other);
void           sg_annotations_sort         (SgAnnotations *self);
GStrv          sg_annotations_get_warnings (SgAnnotations *self,
                                            const char    *query);
GStrv          sg_annotations_get_infos    (SgAnnotations *self,
                                            const char    *query);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgAnnotations, sg_annotations_free)

G_END_DECLS
