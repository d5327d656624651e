/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "promql/sg-ast.h"

G_BEGIN_DECLS

char *sg_printer_print    (const SgExpr *expr);
char *sg_printer_prettify (const SgExpr *expr);
void  sg_printer_append   (GString      *out,
                           const SgExpr *expr);

/* The heads of what the indented form breaks into lines. */
void  sg_printer_append_aggregate_head (GString               *out,
                                        const SgAggregateExpr *aggregate);
void  sg_printer_append_operator       (GString               *out,
                                        const SgBinaryExpr    *binary);
void  sg_printer_append_subquery_tail  (GString               *out,
                                        const SgSubqueryExpr  *subquery);

G_END_DECLS
