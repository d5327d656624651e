/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More names and values than these in one request are refused. */
#define SG_HTTP_FORM_MAX_VALUES 1000

/**
 * SgHttpForm:
 *
 * Names and values in the order in which a client sent them: a query string, a form, the parameters
 * of a path. A name may have several values.
 */
typedef struct _SgHttpForm SgHttpForm;

SgHttpForm  *sg_http_form_new         (void);
void         sg_http_form_free        (SgHttpForm        *self);
gboolean     sg_http_form_parse       (SgHttpForm        *self,
                                       const char        *text,
                                       gsize              length,
                                       GError           **error);
void         sg_http_form_take        (SgHttpForm        *self,
                                       const char        *name,
                                       char              *value);
void         sg_http_form_join        (SgHttpForm        *self,
                                       const char        *name,
                                       const char        *value);
const char  *sg_http_form_get         (const SgHttpForm  *self,
                                       const char        *name);
const char **sg_http_form_get_all     (const SgHttpForm  *self,
                                       const char        *name);

/* Undoes percent-encoding; %NULL when the result is not UTF-8 or has a NUL byte. */
char        *sg_http_decode_component (const char        *text,
                                       gsize              length,
                                       gboolean           plus_is_blank);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpForm, sg_http_form_free)

G_END_DECLS
