/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void   sg_doubles_sort (double *values,
                        gsize   n);
double sg_quantile     (double  q,
                        double *values,
                        gsize   n);

G_END_DECLS
