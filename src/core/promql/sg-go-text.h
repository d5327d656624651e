/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Texts as Go writes them. PromQL's string literals, its messages and its canonical form are defined
 * by what Go's strconv and fmt do; this is that part of them.
 */
#define SG_GO_RUNE_EOF (-1)
#define SG_GO_RUNE_ERROR 0xfffd

gint32   sg_go_decode_rune    (const char  *text,
                               gsize        length,
                               gsize       *ret_width);
void     sg_go_append_quoted  (GString     *out,
                               const char  *text,
                               gsize        length);
char    *sg_go_quote          (const char  *text,
                               gsize        length);
char    *sg_go_quote_prefix   (const char  *text,
                               gsize        length,
                               gsize        n_runes);
char    *sg_go_quote_rune     (gint32       rune);
char    *sg_go_describe_rune  (gint32       rune);
void     sg_go_unquote        (const char  *literal,
                               gsize        length,
                               GString     *out);
gboolean sg_go_parse_number   (const char  *text,
                               gsize        length,
                               double      *ret_number,
                               char       **ret_error);
gboolean sg_go_parse_duration (const char  *text,
                               gsize        length,
                               gint64      *ret_ms,
                               char       **ret_error);
void     sg_go_append_fixed   (GString     *out,
                               double       number);
char    *sg_go_format_fixed   (double       number);
char    *sg_go_format_general (double       number);

G_END_DECLS
