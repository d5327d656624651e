/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-target-status.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (SgTargetStatus,
                     sg_target_status,
                     sg_target_status_ref,
                     sg_target_status_unref)
G_DEFINE_BOXED_TYPE (SgTargetList, sg_target_list, sg_target_list_ref, sg_target_list_unref)

SgTargetStatus *
sg_target_status_new (void)
{
  SgTargetStatus *self = g_new0 (SgTargetStatus, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

SgTargetStatus *
sg_target_status_copy (const SgTargetStatus *self)
{
  SgTargetStatus *copy = g_memdup2 (self, sizeof *self);

  g_atomic_ref_count_init (&copy->ref_count);
  copy->job = g_strdup (self->job);
  copy->url = g_strdup (self->url);
  copy->labels = sg_labels_ref (self->labels);
  copy->discovered = sg_labels_ref (self->discovered);
  copy->error = g_strdup (self->error);
  copy->error_context = g_strdup (self->error_context);
  copy->content_type = g_strdup (self->content_type);
  return copy;
}

SgTargetStatus *
sg_target_status_ref (SgTargetStatus *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_target_status_unref (SgTargetStatus *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->job);
  g_free (self->url);
  g_clear_pointer (&self->labels, sg_labels_unref);
  g_clear_pointer (&self->discovered, sg_labels_unref);
  g_free (self->error);
  g_free (self->error_context);
  g_free (self->content_type);
  g_free (self);
}

void
sg_target_status_push_duration (SgTargetStatus *self,
                                double          seconds)
{
  if (self->n_durations == SG_TARGET_DURATIONS_MAX)
    memmove (self->durations, self->durations + 1,
             (SG_TARGET_DURATIONS_MAX - 1) * sizeof self->durations[0]);
  else
    self->n_durations++;
  self->durations[self->n_durations - 1] = (float) seconds;
  self->duration_seconds = seconds;
}

/* In the words of Prometheus' API. */
const char *
sg_target_health_to_string (SgTargetHealth health)
{
  static const char *const words[] = {
    [SG_TARGET_UNKNOWN] = "unknown",
    [SG_TARGET_UP] = "up",
    [SG_TARGET_DOWN] = "down",
  };

  return words[health];
}

SgTargetList *
sg_target_list_ref (SgTargetList *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_target_list_unref (SgTargetList *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_targets; i++)
    sg_target_status_unref (self->targets[i]);
  for (guint i = 0; i < self->n_dropped; i++)
    sg_labels_unref (self->dropped[i]);
  g_free (self->targets);
  g_free (self->dropped);
  g_strfreev (self->dropped_jobs);
  g_strfreev (self->jobs);
  g_strfreev (self->problems);
  g_free (self);
}

void
sg_target_list_builder_init (SgTargetListBuilder *self)
{
  self->jobs = g_ptr_array_new ();
  self->targets = g_ptr_array_new ();
  self->dropped = g_ptr_array_new ();
  self->dropped_jobs = g_ptr_array_new ();
  self->problems = g_ptr_array_new ();
}

void
sg_target_list_builder_add_job (SgTargetListBuilder *self,
                                const char          *job)
{
  g_ptr_array_add (self->jobs, g_strdup (job));
}

/* Takes @target. */
void
sg_target_list_builder_add_target (SgTargetListBuilder *self,
                                   SgTargetStatus      *target)
{
  g_ptr_array_add (self->targets, target);
}

void
sg_target_list_builder_add_dropped (SgTargetListBuilder *self,
                                    const char          *job,
                                    const SgLabels      *labels)
{
  g_ptr_array_add (self->dropped, sg_labels_ref (labels));
  g_ptr_array_add (self->dropped_jobs, g_strdup (job));
}

void
sg_target_list_builder_add_problem (SgTargetListBuilder *self,
                                    const char          *text)
{
  g_ptr_array_add (self->problems, g_strdup (text));
}

static char **
end_strings (GPtrArray *array)
{
  g_ptr_array_add (array, NULL);
  return (char **) g_ptr_array_free (array, FALSE);
}

SgTargetList *
sg_target_list_builder_end (SgTargetListBuilder *self)
{
  SgTargetList *list = g_new0 (SgTargetList, 1);

  g_atomic_ref_count_init (&list->ref_count);
  list->n_targets = self->targets->len;
  list->n_dropped = self->dropped->len;
  for (guint i = 0; i < list->n_targets; i++)
    {
      const SgTargetStatus *target = self->targets->pdata[i];

      if (target->health == SG_TARGET_UP && target->interval_ms > 0)
        list->samples_per_second += (double) target->samples * 1000 / (double) target->interval_ms;
    }
  list->targets = (SgTargetStatus **) g_ptr_array_free (self->targets, FALSE);
  list->dropped = (SgLabels **) g_ptr_array_free (self->dropped, FALSE);
  list->dropped_jobs = end_strings (self->dropped_jobs);
  list->jobs = end_strings (self->jobs);
  list->problems = end_strings (self->problems);
  return list;
}
