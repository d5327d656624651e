/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-time-window.h"

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SgQueryEditor:
 *
 * Where a query is written: coloured by the lexer that will read it, completed with what there is, and
 * with its mistakes shown under the text. Emits "run" on Ctrl+Enter, and "changed".
 */
#define SG_TYPE_QUERY_EDITOR (sg_query_editor_get_type ())
G_DECLARE_FINAL_TYPE (SgQueryEditor, sg_query_editor, SG, QUERY_EDITOR, GtkWidget)

GtkWidget  *sg_query_editor_new          (void);
char       *sg_query_editor_get_text     (SgQueryEditor *self);
void        sg_query_editor_set_text     (SgQueryEditor *self,
                                          const char    *text);
/* What completion proposes; the engine is asked for the values of labels. */
void        sg_query_editor_set_catalog  (SgQueryEditor *self,
                                          SgCatalog     *catalog);
void        sg_query_editor_set_engine   (SgQueryEditor *self,
                                          SgEngine      *engine);
/* What the engine had to say about the query that was run, or %NULL. */
void        sg_query_editor_set_failure  (SgQueryEditor *self,
                                          const char    *message);
/* Shows what is wrong now, without waiting for a pause in typing. Returns: whether nothing is */
gboolean    sg_query_editor_check        (SgQueryEditor *self);
/* Returns: (nullable): what is said under the text */
const char *sg_query_editor_get_problem  (SgQueryEditor *self);
void        sg_query_editor_complete     (SgQueryEditor *self);
gboolean    sg_query_editor_is_completing (SgQueryEditor *self);

G_END_DECLS
