/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SG_HTTP_TOKEN_FILE "token"
#define SG_HTTP_TOKEN_BYTES 32

/*
 * The token is the key to everything that changes something: whoever can read the file may. 32 random
 * bytes as 64 hexadecimal digits and a line feed, in a file that only its owner can read, made at the
 * first start and read by our own tools.
 */
char    *sg_http_token_load  (const char  *state_dir,
                              GError     **error);
char    *sg_http_token_read  (const char  *state_dir,
                              GError     **error);

/* Takes as long for a wrong text as for the right one, whatever they have in common. */
gboolean sg_http_token_equal (const char  *token,
                              const char  *given);

G_END_DECLS
