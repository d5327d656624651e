/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "pages/sg-page.h"

G_BEGIN_DECLS

/**
 * SgCachePage:
 *
 * How well caches do: hits of all that was asked, how full they are, what had to go, what misses cost, and
 * why. It asks in roles; which families those are is said by mappings.
 */
#define SG_TYPE_CACHE_PAGE (sg_cache_page_get_type ())
G_DECLARE_FINAL_TYPE (SgCachePage, sg_cache_page, SG, CACHE_PAGE, SgPage)

SgPage *sg_cache_page_new (void);

G_END_DECLS
