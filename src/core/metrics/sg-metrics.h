/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* All that other modules use of metrics. */
#include "metrics/sg-collection.h"
#include "metrics/sg-escaping.h"
#include "metrics/sg-exemplar.h"
#include "metrics/sg-exposition.h"
#include "metrics/sg-family-view.h"
#include "metrics/sg-family.h"
#include "metrics/sg-instrument.h"
#include "metrics/sg-metric.h"
#include "metrics/sg-process-collector.h"
#include "metrics/sg-registry.h"
