/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgQueryMaker:
 *
 * Makes expressions from a grammar: the same ones from the same seed. Most are valid; some are not, so
 * that it can be seen who refuses them. sg-query-maker.c says what is left out, and why.
 */
typedef struct
{
  GRand *random;
  GString *out;
} SgQueryMaker;

void        sg_query_maker_init  (SgQueryMaker *self,
                                  guint32       seed);
void        sg_query_maker_clear (SgQueryMaker *self);
const char *sg_query_maker_make  (SgQueryMaker *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgQueryMaker, sg_query_maker_clear)

G_END_DECLS
