/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-exposition.h"
#include "metrics/sg-text-writer.h"

G_BEGIN_DECLS

/* The writers of the single syntaxes append a whole page to @out. Private to the module. */
void sg_exposition_write_text (SgTextWriter        *out,
                               SgRegistry          *registry,
                               SgRegistry          *guest,
                               SgExpositionFormat   format);
void sg_exposition_write_json (SgTextWriter        *out,
                               SgRegistry          *registry);
void sg_exposition_write_csv  (SgTextWriter        *out,
                               SgRegistry          *registry);

G_END_DECLS
