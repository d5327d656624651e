/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *sg_suggest        (const char        *word,
                               const char *const *candidates,
                               gsize              n_candidates);
char       *sg_suggest_advice (const char        *word,
                               const char *const *candidates,
                               gsize              n_candidates);

G_END_DECLS
