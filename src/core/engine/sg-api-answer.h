/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

G_BEGIN_DECLS

/**
 * SgApiAnswer:
 *
 * What Prometheus' API has answered, and how promtool prints it. Immutable.
 */
typedef struct _SgApiAnswer SgApiAnswer;

#define SG_TYPE_API_ANSWER (sg_api_answer_get_type ())

GType              sg_api_answer_get_type     (void) G_GNUC_CONST;
SgApiAnswer       *sg_api_answer_parse        (guint                status,
                                               GBytes              *body,
                                               GError             **error);
SgApiAnswer       *sg_api_answer_ref          (SgApiAnswer         *self);
void               sg_api_answer_unref        (SgApiAnswer         *self);
/* Warnings, then infos. */
const char *const *sg_api_answer_get_notes    (SgApiAnswer         *self);
char              *sg_api_answer_print        (SgApiAnswer         *self);
char              *sg_api_answer_print_json   (SgApiAnswer         *self);
/* A time as the API takes it: seconds since 1970, or RFC 3339. */
gboolean           sg_api_answer_parse_time   (const char          *text,
                                               SgTimeMs            *ret_t);
/* The line of @query that the message of an error names, with a mark below the place; or %NULL. */
char              *sg_api_answer_mark_error   (const char          *query,
                                               const char          *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgApiAnswer, sg_api_answer_unref)

G_END_DECLS
