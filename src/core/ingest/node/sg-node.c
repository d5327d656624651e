/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node.h"

#include "ingest/node/sg-node-private.h"

#include <string.h>

/*
 * The machine as node_exporter tells it: the same names, labels, types, helps and meanings, so that its
 * dashboards and rules work on what is stored here. Each collector reads its files into one buffer that
 * all share, cuts it up in place and hands on numbers.
 *
 * A collector that fails does not take the page with it: what it told until then stays, and
 * node_scrape_collector_success says so. One that fails with an error (a file that is there and makes no
 * sense) tells it once in the log, not at each scrape.
 *
 * More CPUs, disks, interfaces or mounts than CHILDREN_MAX samples of one family are left out and
 * counted by the registry in sightglass_metrics_collected_refused_total.
 */
#define CHILDREN_MAX 20000

static const struct
{
  const char *name;
  SgNodeCollectFunc collect;
} collectors[] = {
#define NODE_ROW(name, by_default, symbol) { name, sg_node_##symbol##_collect },
  SG_NODE_COLLECTORS (NODE_ROW)
#undef NODE_ROW
};

#define N_COLLECTORS G_N_ELEMENTS (collectors)

typedef struct
{
  gpointer state;
  GDestroyNotify state_free;
  char *complaint;
  gboolean success;
  double seconds;
} Slot;

typedef struct
{
  SgNodeOptions *options;
  SgClock *clock;
  SgNodeScrape scrape;
  Slot slots[N_COLLECTORS];
} Node;

static void
node_free (gpointer data)
{
  Node *self = data;

  for (guint i = 0; i < N_COLLECTORS; i++)
    {
      if (self->slots[i].state != NULL)
        self->slots[i].state_free (self->slots[i].state);
      g_free (self->slots[i].complaint);
    }
  g_free (self->scrape.text);
  g_object_unref (self->clock);
  sg_node_options_unref (self->options);
  g_free (self);
}

static void
slot_take_complaint (Slot         *slot,
                     const char   *name,
                     const GError *error)
{
  const char *message = error != NULL ? error->message : NULL;

  if (g_strcmp0 (slot->complaint, message) == 0)
    return;
  if (message != NULL && slot->complaint == NULL)
    g_message ("collector %s: %s", name, message);
  g_free (slot->complaint);
  slot->complaint = g_strdup (message);
}

static void
run_collector (Node  *self,
               guint  i)
{
  Slot *slot = &self->slots[i];
  SgNodeScrape *scrape = &self->scrape;
  SgMonotonic start = sg_clock_monotonic (self->clock);
  g_autoptr (GError) error = NULL;

  scrape->state = slot->state;
  scrape->state_free = slot->state_free;
  slot->success = collectors[i].collect (scrape, &error);
  slot->state = scrape->state;
  slot->state_free = scrape->state_free;
  slot->seconds = sg_monotonic_seconds (start, sg_clock_monotonic (self->clock));
  slot_take_complaint (slot, collectors[i].name, error);
}

static void
add_slots (Node         *self,
           SgCollection *collection,
           gboolean      seconds)
{
  static const char *const labels[] = { "collector", NULL };

  if (seconds)
    sg_collection_add_family (collection, SG_METRIC_GAUGE, "node_scrape_collector_duration_seconds",
                              "node_exporter: Duration of a collector scrape.", NULL, labels);
  else
    sg_collection_add_family (collection, SG_METRIC_GAUGE, "node_scrape_collector_success",
                              "node_exporter: Whether a collector succeeded.", NULL, labels);
  for (guint i = 0; i < N_COLLECTORS; i++)
    {
      const Slot *slot = &self->slots[i];

      if (self->options->enabled[i])
        sg_collection_add (collection, SG_VALUES (collectors[i].name),
                           seconds ? slot->seconds : slot->success);
    }
}

static void
collect_node (SgCollection *collection,
              gpointer      user_data)
{
  Node *self = user_data;

  self->scrape.out = collection;
  for (guint i = 0; i < N_COLLECTORS; i++)
    {
      if (self->options->enabled[i])
        run_collector (self, i);
    }
  self->scrape.out = NULL;
  add_slots (self, collection, TRUE);
  add_slots (self, collection, FALSE);
}

SgRegistry *
sg_node_registry_new (SgNodeOptions *options,
                      SgClock       *clock)
{
  SgRegistry *registry = sg_registry_new (clock);
  Node *self = g_new0 (Node, 1);

  self->options = sg_node_options_ref (options);
  self->clock = g_object_ref (clock);
  self->scrape.options = options;
  sg_registry_set_max_children (registry, CHILDREN_MAX);
  sg_registry_add_collector (registry, collect_node, self, node_free);
  return registry;
}
