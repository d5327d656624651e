/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "logs/sg-log-store.h"
#include "tools/sg-test-peer.h"

/* 2026-01-15 12:00 UTC, in the middle of a day. */
#define NOON G_GINT64_CONSTANT (1768478400000000000)
#define SECOND G_GINT64_CONSTANT (1000000000)
#define DAY (86400 * SECOND)

/**
 * Fixture:
 * @path: a folder of its own, which goes away with the test
 * @folder: where the store is
 * @aside: where damaged files go
 * @clock: stands at noon
 */
typedef struct
{
  char *path;
  char *folder;
  char *aside;
  SgClock *clock;
} Fixture;

static inline void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-logs-XXXXXX", NULL);
  fixture->folder = g_build_filename (fixture->path, "logs", NULL);
  fixture->aside = g_build_filename (fixture->path, "damaged", NULL);
  fixture->clock = sg_clock_new_manual ((SgTimeNs) { NOON });
}

static inline void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_object_unref (fixture->clock);
  sg_test_remove_folder (fixture->path);
  g_free (fixture->aside);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static inline SgLogStore *
fixture_open (Fixture                 *fixture,
              const SgLogStoreOptions *wanted)
{
  SgLogStoreOptions options = wanted != NULL ? *wanted : (SgLogStoreOptions) { 0 };
  g_autoptr (GError) error = NULL;
  SgLogStore *store;

  options.folder = fixture->folder;
  options.aside = fixture->aside;
  if (options.clock == NULL)
    options.clock = fixture->clock;
  store = sg_log_store_open (&options, &error);
  g_assert_no_error (error);
  return store;
}

static inline void
append_one (SgLogStore        *store,
            const SgLogRecord *record)
{
  g_autoptr (SgLogBatch) batch = sg_log_batch_new ();
  g_autoptr (GError) error = NULL;

  sg_log_batch_add (batch, record);
  sg_log_store_append (store, batch, &error);
  g_assert_no_error (error);
}

static inline SgLogBatch *
select_all (SgLogStore       *store,
            const SgLogQuery *query,
            gboolean         *ret_more)
{
  g_autoptr (GError) error = NULL;
  SgLogBatch *page = sg_log_store_select (store, query, NULL, ret_more, &error);

  g_assert_no_error (error);
  return page;
}

static inline guint64
count_all (SgLogStore       *store,
           const SgLogQuery *query)
{
  g_autoptr (GError) error = NULL;
  guint64 count = 0;

  sg_log_store_count (store, query, NULL, &count, &error);
  g_assert_no_error (error);
  return count;
}
