/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"

G_BEGIN_DECLS

#define SG_ULID_LENGTH 26

/**
 * SgUlid:
 *
 * What a block is called: 48 bits of milliseconds since 1970, then 80 bits of chance, most
 * significant first. As text, 26 digits of base 32 without I, L, O and U. So names sort by time.
 */
typedef struct
{
  guint8 bytes[16];
} SgUlid;

void     sg_ulid_generate  (SgUlid        *self,
                            SgTimeMs       now);
gboolean sg_ulid_parse     (SgUlid        *self,
                            const char    *text);
void     sg_ulid_print     (const SgUlid  *self,
                            char           ret_text[SG_ULID_LENGTH + 1]);
SgTimeMs sg_ulid_get_time  (const SgUlid  *self);
int      sg_ulid_compare   (const SgUlid  *a,
                            const SgUlid  *b);

G_END_DECLS
