/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* So much damage of one part is kept word by word; what is more is counted. */
#define SG_DAMAGE_LIST_MAX 100

/**
 * SgDamageList:
 * @errors: (element-type GError): what was found, in the order of the bytes
 * @n_more: how many there are beside
 *
 * What is wrong with one part of a directory, for who goes on looking when something was found.
 */
typedef struct
{
  GPtrArray *errors;
  guint64 n_more;
} SgDamageList;

void          sg_damage_list_init  (SgDamageList  *self);
void          sg_damage_list_clear (SgDamageList  *self);
void          sg_damage_list_take  (SgDamageList  *self,
                                    GError        *damage);
/* Forgets what was found. */
void          sg_damage_list_reset (SgDamageList  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgDamageList, sg_damage_list_clear)

G_END_DECLS
