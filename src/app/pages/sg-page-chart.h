/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "chart/sg-chart.h"
#include "pages/sg-page.h"

G_BEGIN_DECLS

/* Makes @chart one of the charts of @page: it lives with the page's time window, zooms and goes back in it,
 * opens its query where one asks, tells what it has to tell as a toast, and refreshes as the page does. */
void sg_page_adopt_chart (SgPage  *page,
                          SgChart *chart);

G_END_DECLS
