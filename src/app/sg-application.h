/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "core/sightglass.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * SgApplication:
 *
 * The application: one instance, which owns the engine and the window. The engine starts beside the
 * window and not before it; it is stopped in order when the application ends.
 */
#define SG_TYPE_APPLICATION (sg_application_get_type ())
G_DECLARE_FINAL_TYPE (SgApplication, sg_application, SG, APPLICATION, AdwApplication)

SgApplication *sg_application_new                       (void);
GSettings     *sg_application_get_settings              (SgApplication *self);
SgEngine      *sg_application_get_engine                (SgApplication *self);
/* Whether a flag or the environment says where to listen, so that the preferences do not count. */
gboolean       sg_application_get_address_is_given      (SgApplication *self);

G_END_DECLS
