/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SG_CONFIG_SECRET "<secret>"

char *sg_config_hide_secrets (const char *text);

G_END_DECLS
