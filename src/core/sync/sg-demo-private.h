/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "sync/sg-circuit-breaker.h"
#include "sync/sg-demo-database.h"
#include "sync/sg-demo-folder.h"
#include "sync/sg-demo.h"

G_BEGIN_DECLS

#define SG_DEMO_N_SESSIONS 40
#define SG_DEMO_N_TITLES   1500
#define SG_DEMO_N_ACTORS   8

typedef struct _SgDemoActor SgDemoActor;

/**
 * SgDemoPart:
 * @name: of its thread
 * @share: which part of the requests it makes; 0 for one that works at fixed intervals
 * @every_ms: these intervals
 * @step: what it does each time
 *
 * What an actor plays.
 */
typedef struct
{
  const char *name;
  double share;
  gint64 every_ms;
  void (*step) (SgDemoActor *self);
} SgDemoPart;

/**
 * SgDemoActor:
 * @db: its own connection
 * @random: its own lots
 * @due: when it is to do something next
 * @context: on which it waits, where it has a thread
 * @awake: whether what it waits for has come
 * @turn: how often it did something
 */
struct _SgDemoActor
{
  SgDemo *demo;
  const SgDemoPart *part;
  SgDemoDatabase *db;
  GRand *random;
  SgMonotonic due;
  GMainContext *context;
  gboolean awake;
  gboolean has_thread;
  pthread_t thread;
  guint turn;
};

/**
 * SgDemo:
 * @stopping: atomic
 * @driven: whether it has no threads, but somebody who moves the clock
 * @spare_us: what was waited for and is too little for the clock to be moved by
 * @gate: held by who writes or compares, so that a comparison sees no write half done; guards what follows
 * @pending: (element-type Pending): what is to be written behind, by key
 * @session_versions: of what is written behind
 * @next_episode: the number of the next record that a bulk operation inserts
 * @outsider: the connection of somebody who does not know the cache; the keeper's, as all that follows
 * @report: (nullable): what the last check found
 * @seen_ms: up to where the script was played
 * @hits: look-ups of late that the cache could answer; older ones count less
 * @lookups: all of them
 */
struct _SgDemo
{
  GObject parent_instance;

  SgClock *clock;
  SgRegistry *registry;
  SgSyncMonitor *monitor;
  SgCounter evictions;
  SgLruCache *cache;
  SgCircuitBreaker *database;
  SgCircuitBreaker *write_behind;
  char *parent_folder;
  SgDemoFolder *folder;
  guint rate;
  guint32 seed;
  SgDemoActor actors[SG_DEMO_N_ACTORS];
  SgMonotonic start;
  gboolean stopping;
  gboolean driven;
  gint64 spare_us;

  SgLock gate;
  GHashTable *pending;
  guint64 session_versions[SG_DEMO_N_SESSIONS];
  guint next_episode;

  SgDemoDatabase *outsider;
  gboolean outsider_holds;
  SgConsistencyReport *report;
  gint64 seen_ms;
  SgLruCounts last_counts;
  double hits;
  double lookups;
};

extern const SgDemoPart sg_demo_parts[SG_DEMO_N_ACTORS];

gint64   sg_demo_get_elapsed_ms (SgDemo            *self);
gboolean sg_demo_is_stopping    (SgDemo            *self);
char    *sg_demo_title_key      (guint              number);
GBytes  *sg_demo_make_content   (GRand             *random,
                                 const char        *key);

/* Returns: whether the database failed, which is then counted */
gboolean sg_demo_note_problem   (SgDemo            *self,
                                 const GError      *problem);
void     sg_demo_leave          (SgDemo            *self,
                                 SgCircuitBreaker  *breaker,
                                 const GError      *problem);
void     sg_demo_end            (SgSyncOperation   *operation,
                                 guint64            wanted,
                                 guint64            done,
                                 const GError      *problem);

/* With the gate held: writes what is pending, up to @max, as one operation. */
gboolean sg_demo_flush          (SgDemoActor       *actor,
                                 guint              max);

void     sg_demo_read           (SgDemoActor       *actor);
void     sg_demo_write          (SgDemoActor       *actor);
void     sg_demo_touch_session  (SgDemoActor       *actor);
void     sg_demo_write_behind   (SgDemoActor       *actor);
void     sg_demo_bulk           (SgDemoActor       *actor);
void     sg_demo_refresh        (SgDemoActor       *actor);
void     sg_demo_keep           (SgDemoActor       *actor);

G_END_DECLS
