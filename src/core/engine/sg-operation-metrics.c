/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-operation-metrics.h"

/*
 * What the store says that it does, in the words of a pair of cache and database: what is appended is
 * written behind, reading the log and opening blocks reads through, making a block is a bulk insert, a
 * checkpoint refreshes, comparing checksums checks the consistency, and setting damage aside reconciles.
 */
static const char *const types[] = {
  "bulk_insert", "consistency_check", "read_through", "reconciliation", "refresh", "write_behind",
};

/* From a write to the log, in a tenth of a millisecond, to a month's blocks, in minutes. */
static const double bounds[] = { 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1,
                                 0.5,    1,      5,     10,    60,   300 };

/* A bound for types that no table here knows. */
#define MAX_CHILDREN 200

struct _SgOperationMetrics
{
  GObject parent_instance;
  SgOperationSink sink;
  SgRegistry *registry;
  SgFamily *operations;
  SgFamily *durations;
  SgFamily *records;
};

G_DEFINE_FINAL_TYPE (SgOperationMetrics, sg_operation_metrics, G_TYPE_OBJECT)

static void
count (const SgOperation *operation,
       gpointer           user_data)
{
  SgOperationMetrics *self = user_data;
  const char *status = sg_operation_status_to_string (operation->status);

  sg_counter_inc (sg_family_counter (self->operations, SG_VALUES (operation->type, status)));
  sg_histogram_observe (sg_family_histogram (self->durations, SG_VALUES (operation->type)),
                        (double) operation->duration_us / 1e6);
  sg_counter_add (sg_family_counter (self->records, SG_VALUES (operation->type)),
                  (double) operation->records);
}

static void
make_children (SgOperationMetrics *self,
               const char         *type)
{
  for (SgOperationStatus status = SG_OPERATION_SUCCESS; status <= SG_OPERATION_TIMEOUT; status++)
    sg_family_counter (self->operations, SG_VALUES (type, sg_operation_status_to_string (status)));
  sg_family_histogram (self->durations, SG_VALUES (type));
  sg_family_counter (self->records, SG_VALUES (type));
}

static void
sg_operation_metrics_finalize (GObject *object)
{
  g_clear_object (&SG_OPERATION_METRICS (object)->registry);
  G_OBJECT_CLASS (sg_operation_metrics_parent_class)->finalize (object);
}

static void
sg_operation_metrics_class_init (SgOperationMetricsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_operation_metrics_finalize;
}

static void
sg_operation_metrics_init (SgOperationMetrics *self)
{
  self->sink = (SgOperationSink) { count, self };
}

static void
add_families (SgOperationMetrics *self)
{
  self->operations = sg_registry_counter_family (
      self->registry, "sightglass_operations_total",
      "Finished operations of the program's own stores, by what they did and how they ended.",
      "type", "status", NULL);
  self->durations =
      sg_registry_histogram_family (self->registry, "sightglass_operation_duration_seconds",
                                    "How long operations took.", bounds, G_N_ELEMENTS (bounds),
                                    "type", NULL);
  self->records = sg_registry_counter_family (self->registry, "sightglass_operation_records_total",
                                              "Records that operations touched.", "type", NULL);
  sg_family_set_max_children (self->operations, MAX_CHILDREN);
}

SgOperationMetrics *
sg_operation_metrics_new (SgRegistry *registry)
{
  SgOperationMetrics *self = g_object_new (SG_TYPE_OPERATION_METRICS, NULL);

  self->registry = g_object_ref (registry);
  add_families (self);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    make_children (self, types[i]);
  return self;
}

const SgOperationSink *
sg_operation_metrics_get_sink (SgOperationMetrics *self)
{
  return &self->sink;
}
