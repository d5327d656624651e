/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "app/sg-test-app.h"

#include "pages/sg-cache-page.h"

G_BEGIN_DECLS

/* Two applications with caches, and answers to all that @page asks: waves, and figures that go together. */
void sg_test_caches_show (SgCachePage *page);

G_END_DECLS
