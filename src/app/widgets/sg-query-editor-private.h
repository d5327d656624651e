/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "widgets/sg-completion-popup.h"
#include "widgets/sg-query-editor.h"

#include "chart/sg-palette.h"

G_BEGIN_DECLS

/* What the files of the editor share: sg-query-editor.c and -completion.c. */
struct _SgQueryEditor
{
  GtkWidget parent_instance;
  GtkTextView *view;
  GtkTextBuffer *buffer;
  GtkWidget *placeholder;
  GtkLabel *carets;
  GtkLabel *problem;
  GtkTextTag *tags[SG_SYNTAX_N];
  GtkTextTag *wrong;
  SgCompletionPopup *popup;
  SgCatalog *catalog;
  SgEngine *engine;
  GCancellable *lookup;
  char *failure;
  guint check_timeout;
  gboolean completing;
  gboolean inserting;
};

void     sg_query_editor_completion_init    (SgQueryEditor *self);
void     sg_query_editor_completion_clear   (SgQueryEditor *self);
void     sg_query_editor_completion_hide    (SgQueryEditor *self);
void     sg_query_editor_completion_typed   (SgQueryEditor *self);
gboolean sg_query_editor_completion_key     (SgQueryEditor *self,
                                             guint          keyval);

G_END_DECLS
