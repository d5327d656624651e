/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-health-report.h"

#include "base/sg-json-writer.h"
#include "base/sg-number.h"
#include "engine/sg-health-report-private.h"

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
write_check (const SgHealthCheck *check,
             SgJsonWriter        *json)
{
  char duration[SG_DOUBLE_FIXED_MAX];
  gsize length = sg_double_write_json ((double) check->duration_us / 1000.0, duration);

  sg_json_writer_key (json, check->name);
  sg_json_writer_begin_object (json);
  sg_json_writer_key (json, "status");
  sg_json_writer_string (json, sg_level_to_string (check->level));
  sg_json_writer_key (json, "message");
  sg_json_writer_string (json, check->message);
  sg_json_writer_key (json, "duration_ms");
  sg_json_writer_raw (json, duration, length);
  sg_json_writer_end_object (json);
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
  SgJsonWriter json;
  g_autofree char *time = time_to_text (self->time);
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  const char *text;

  sg_json_writer_init (&json);
  sg_json_writer_begin_object (&json);
  sg_json_writer_key (&json, "status");
  sg_json_writer_string (&json, sg_level_to_string (self->level));
  sg_json_writer_key (&json, "timestamp");
  sg_json_writer_string (&json, time);
  sg_json_writer_key (&json, "checks");
  sg_json_writer_begin_object (&json);
  for (guint i = 0; i < self->n_checks; i++)
    write_check (&self->checks[i], &json);
  sg_json_writer_end_object (&json);
  sg_json_writer_end_object (&json);
  bytes = sg_json_writer_free_to_bytes (&json);
  text = g_bytes_get_data (bytes, &size);
  return g_strndup (text, size);
}
