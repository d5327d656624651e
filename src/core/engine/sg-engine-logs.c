/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-engine-private.h"

#include "base/sg-blocking.h"
#include "engine/sg-log-service.h"

/*
 * What is asked of the store of records. It waits for the disk, and so is no job of the compute pool: a page
 * that asks for logs must not keep the queries of the others waiting.
 */
#define DEADLINE_MS (60 * 1000)

/**
 * Search:
 * @logs: who has the store; not the engine, which a worker must not be the last to hold
 * @query: what is wanted, with texts of its own
 * @after: where its page begins, if it has an @after
 */
typedef struct
{
  SgLogService *logs;
  SgLogQuery query;
  SgLogPlace after;
  SgLogSearchFlags flags;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_object_unref (search->logs);
  g_free ((char *) search->query.service);
  g_free ((char *) search->query.name);
  g_free ((char *) search->query.status);
  g_free ((char *) search->query.key);
  g_free ((char *) search->query.contains);
  g_free (search);
}

static Search *
search_new (SgEngine         *engine,
            const SgLogQuery *query,
            SgLogSearchFlags  flags)
{
  Search *search = g_new0 (Search, 1);

  search->logs = g_object_ref (sg_engine_get_logs (engine));
  search->query = *query;
  search->query.service = g_strdup (query->service);
  search->query.name = g_strdup (query->name);
  search->query.status = g_strdup (query->status);
  search->query.key = g_strdup (query->key);
  search->query.contains = g_strdup (query->contains);
  search->flags = flags;
  if (query->after != NULL)
    {
      search->after = *query->after;
      search->query.after = &search->after;
    }
  return search;
}

/* All of them are counted, not only those after the place where the page begins. */
static gboolean
count (Search        *search,
       SgLogStore    *store,
       GCancellable  *cancellable,
       SgLogAnswer   *answer,
       GError       **error)
{
  SgLogQuery query = search->query;

  query.after = NULL;
  answer->has_count = (search->flags & SG_LOG_SEARCH_COUNT) != 0;
  return !answer->has_count
         || sg_log_store_count (store, &query, cancellable, &answer->count, error);
}

static gpointer
run_search (gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  Search *search = data;
  gint64 began = g_get_monotonic_time ();
  g_autoptr (SgLogStore) store = sg_log_service_get_store (search->logs);
  g_autoptr (SgLogAnswer) answer = sg_log_answer_new ();

  if (store == NULL)
    {
      g_set_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE,
                   "the store of records is not open: /health says why");
      return NULL;
    }
  answer->records =
      sg_log_store_select (store, &search->query, cancellable, &answer->has_more, error);
  if (answer->records == NULL || !count (search, store, cancellable, answer, error))
    return NULL;
  answer->duration_us = g_get_monotonic_time () - began;
  return g_steal_pointer (&answer);
}

static void
on_searched (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  SgLogAnswer *answer = sg_blocking_run_finish (result, &error);

  if (answer != NULL)
    g_task_return_pointer (task, answer, (GDestroyNotify) sg_log_answer_unref);
  else
    g_task_return_error (task, error);
}

/**
 * sg_engine_search_logs_async:
 * @self: an engine
 * @query: which records, of which a page is wanted
 * @flags: what else is wanted
 * @cancellable: (nullable): ends it
 * @callback: called with the answer
 * @user_data: for @callback
 */
void
sg_engine_search_logs_async (SgEngine            *self,
                             const SgLogQuery    *query,
                             SgLogSearchFlags     flags,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, sg_engine_search_logs_async);
  sg_blocking_run_async ("logs", DEADLINE_MS, run_search, search_new (self, query, flags),
                         search_free, (GDestroyNotify) sg_log_answer_unref, cancellable,
                         on_searched, task);
}

/* Returns: (transfer full) (nullable): the answer */
SgLogAnswer *
sg_engine_search_logs_finish (SgEngine      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
