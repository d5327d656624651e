/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* No more are kept; the oldest go. */
#define SG_QUERY_HISTORY_MAX 50u
#define SG_QUERY_SAVED_MAX   200u

/**
 * SgQueryHistory:
 *
 * The queries that were run, newest first and each once, and those that the user saved under a name. Both
 * are kept in the settings. Emits "changed".
 */
#define SG_TYPE_QUERY_HISTORY (sg_query_history_get_type ())
G_DECLARE_FINAL_TYPE (SgQueryHistory, sg_query_history, SG, QUERY_HISTORY, GObject)

typedef struct
{
  const char *name;
  const char *text;
} SgSavedQuery;

SgQueryHistory     *sg_query_history_new         (GSettings      *settings);
/* Returns: (transfer none): texts, newest first */
const char *const  *sg_query_history_get_texts   (SgQueryHistory *self);
void                sg_query_history_add         (SgQueryHistory *self,
                                                  const char     *text);
void                sg_query_history_clear       (SgQueryHistory *self);

guint               sg_query_history_get_n_saved (SgQueryHistory *self);
SgSavedQuery        sg_query_history_get_saved   (SgQueryHistory *self,
                                                  guint           i);
/* Saves @text as @name, in place of what has that name. */
void                sg_query_history_save        (SgQueryHistory *self,
                                                  const char     *name,
                                                  const char     *text);
void                sg_query_history_forget      (SgQueryHistory *self,
                                                  const char     *name);

G_END_DECLS
