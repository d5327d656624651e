/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "models/sg-completion-item.h"

#include "core/sightglass.h"

G_BEGIN_DECLS

/* No more proposals than this; who looks for another one types a letter more. */
#define SG_COMPLETION_MAX 100u

/*
 * What could be written at a place of a query: the names that @catalog has, what the language has, and
 * for the value of a label @values, which the caller has asked for. What begins with what is typed comes
 * first, then what has a word that does, then what has it anywhere.
 *
 * Returns: (transfer full) (element-type SgCompletionItem)
 */
GPtrArray *sg_completion_propose (const SgQueryContext *context,
                                  const char           *text,
                                  SgCatalog            *catalog,
                                  const char *const    *values);

G_END_DECLS
