/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgHttpUsers:
 *
 * Names and passwords, for basic authentication: see sg-http-users.c. Filled by one thread, then asked
 * by any; counted.
 */
typedef struct _SgHttpUsers SgHttpUsers;

SgHttpUsers *sg_http_users_new        (void);
SgHttpUsers *sg_http_users_ref        (SgHttpUsers *self);
void         sg_http_users_unref      (SgHttpUsers *self);
gboolean     sg_http_users_add        (SgHttpUsers *self,
                                       const char  *name,
                                       const char  *hash);
char        *sg_http_users_find_known (SgHttpUsers *self,
                                       const char  *authorization);
char        *sg_http_users_check      (SgHttpUsers *self,
                                       const char  *authorization);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpUsers, sg_http_users_unref)

G_END_DECLS
