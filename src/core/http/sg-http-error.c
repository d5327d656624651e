/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-error.h"

G_DEFINE_QUARK (sg-http-error-quark, sg_http_error)
