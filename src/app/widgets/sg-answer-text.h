/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* So much of a text is shown; to copy it takes all. */
#define SG_ANSWER_TEXT_MAX (128 * 1024)

/**
 * SgAnswerText:
 *
 * Answers as text, series by series, or as the JSON that the HTTP API would give. The text is made by a
 * worker, since it may be long.
 */
#define SG_TYPE_ANSWER_TEXT (sg_answer_text_get_type ())
G_DECLARE_FINAL_TYPE (SgAnswerText, sg_answer_text, SG, ANSWER_TEXT, GtkWidget)

GtkWidget *sg_answer_text_new         (void);
/* Shows @answers (element-type SgQueryAnswer). */
void       sg_answer_text_set_answers (SgAnswerText *self,
                                       GPtrArray    *answers,
                                       gboolean      json);
gboolean   sg_answer_text_is_busy     (SgAnswerText *self);
/* Returns: (transfer full): what is shown */
char      *sg_answer_text_get_text    (SgAnswerText *self);

G_END_DECLS
