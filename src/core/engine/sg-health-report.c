/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-health-report.h"

#include "engine/sg-health-report-private.h"

#include <json-glib/json-glib.h>

G_DEFINE_BOXED_TYPE (SgHealthReport, sg_health_report, sg_health_report_ref, sg_health_report_unref)

/* Takes the texts of @checks, which has n elements of SgHealthCheck. */
SgHealthReport *
sg_health_report_new_take (GArray   *checks,
                           SgTimeNs  time)
{
  SgHealthReport *self = g_new0 (SgHealthReport, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->time = time;
  self->n_checks = checks->len;
  self->checks = (SgHealthCheck *) (gpointer) g_array_free (checks, FALSE);
  self->level = self->n_checks > 0 ? SG_LEVEL_HEALTHY : SG_LEVEL_UNKNOWN;
  for (guint i = 0; i < self->n_checks; i++)
    self->level = sg_level_worst (self->level, self->checks[i].level);
  return self;
}

SgHealthReport *
sg_health_report_ref (SgHealthReport *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_health_report_unref (SgHealthReport *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_checks; i++)
    {
      g_free (self->checks[i].name);
      g_free (self->checks[i].message);
    }
  g_free (self->checks);
  g_free (self);
}

static char *
time_to_text (SgTimeNs time)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (time.ns / 1000000000);
  g_autofree char *text = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03dZ", text, (int) (time.ns / 1000000 % 1000));
}

static void
check_to_json (const SgHealthCheck *check,
               JsonBuilder         *builder)
{
  json_builder_set_member_name (builder, check->name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "status");
  json_builder_add_string_value (builder, sg_level_to_string (check->level));
  json_builder_set_member_name (builder, "message");
  json_builder_add_string_value (builder, check->message);
  json_builder_set_member_name (builder, "duration_ms");
  json_builder_add_double_value (builder, (double) check->duration_us / 1000.0);
  json_builder_end_object (builder);
}

/**
 * sg_health_report_to_json:
 * @self: a report
 *
 * Returns: (transfer full): {"status", "timestamp", "checks": {name: {"status", "message", …}}}
 */
char *
sg_health_report_to_json (SgHealthReport *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *time = time_to_text (self->time);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "status");
  json_builder_add_string_value (builder, sg_level_to_string (self->level));
  json_builder_set_member_name (builder, "timestamp");
  json_builder_add_string_value (builder, time);
  json_builder_set_member_name (builder, "checks");
  json_builder_begin_object (builder);
  for (guint i = 0; i < self->n_checks; i++)
    check_to_json (&self->checks[i], builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
