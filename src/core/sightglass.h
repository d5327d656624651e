/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The one header of the core: what the window and the command line may see of it. Everything that
 * crosses it is immutable, reference-counted and boxed, or a GObject; long work is _async/_finish.
 */
#include "base/sg-clock.h"
#include "base/sg-duration.h"
#include "base/sg-error.h"
#include "base/sg-heap.h"
#include "base/sg-labels.h"
#include "base/sg-level.h"
#include "engine/sg-api-answer.h"
#include "engine/sg-api-client.h"
#include "engine/sg-config-status.h"
#include "engine/sg-engine-options.h"
#include "engine/sg-engine.h"
#include "engine/sg-exposition-page.h"
#include "engine/sg-health-report.h"
#include "engine/sg-query-syntax.h"
#include "engine/sg-query.h"
#include "engine/sg-tsdb-dump.h"
#include "engine/sg-tsdb-export.h"
#include "engine/sg-version.h"
#include "http/sg-http-status.h"
#include "ingest/check/sg-page-check.h"
#include "ingest/config/sg-config-check.h"
#include "ingest/local/sg-local-search.h"
#include "ingest/scrape/sg-target-status.h"
#include "promql/sg-promql-test.h"
#include "promql/sg-promql-word.h"
#include "tsdb/sg-tsdb-analysis.h"
#include "tsdb/sg-tsdb-folder.h"
#include "tsdb/sg-tsdb-list.h"
#include "tsdb/sg-tsdb-verify.h"
