/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "base/sg-level.h"

G_BEGIN_DECLS

/**
 * SgHealthCheck:
 * @name: what was looked at
 * @level: how it is
 * @message: one sentence about it
 * @duration_us: how long the look took
 */
typedef struct
{
  char *name;
  SgLevel level;
  char *message;
  gint64 duration_us;
} SgHealthCheck;

/**
 * SgHealthReport:
 * @level: the worst of its checks
 * @time: when it was made
 * @n_checks: how many checks
 * @checks: (array length=n_checks): the checks in their order
 *
 * How the engine is at one moment. Immutable.
 */
typedef struct
{
  gatomicrefcount ref_count;
  SgLevel level;
  SgTimeNs time;
  guint n_checks;
  SgHealthCheck *checks;
} SgHealthReport;

#define SG_TYPE_HEALTH_REPORT (sg_health_report_get_type ())

GType           sg_health_report_get_type (void) G_GNUC_CONST;
SgHealthReport *sg_health_report_ref      (SgHealthReport *self);
void            sg_health_report_unref    (SgHealthReport *self);
char           *sg_health_report_to_json  (SgHealthReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHealthReport, sg_health_report_unref)

G_END_DECLS
