/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "logs/sg-log-store.h"
#include "metrics/sg-registry.h"

G_BEGIN_DECLS

/* How many operations one body may have, and how many of its mistakes are told of one by one. */
#define SG_OPERATION_BODY_MAX   50000
#define SG_OPERATION_ERRORS_MAX 20

/* How many operations a second are taken unless that is set. */
#define SG_OPERATION_RATE_DEFAULT 100000

/**
 * SgIntakeError:
 * @SG_INTAKE_ERROR_EMPTY: there is nothing in the body that could be an operation
 * @SG_INTAKE_ERROR_TOO_MANY: there are more than %SG_OPERATION_BODY_MAX
 * @SG_INTAKE_ERROR_BUSY: more comes than is taken in a second, or can be written; try again later
 * @SG_INTAKE_ERROR_STORE: the store refused; the message holds its reason
 *
 * Why nothing of a body was taken.
 */
typedef enum
{
  SG_INTAKE_ERROR_EMPTY,
  SG_INTAKE_ERROR_TOO_MANY,
  SG_INTAKE_ERROR_BUSY,
  SG_INTAKE_ERROR_STORE,
} SgIntakeError;

#define SG_INTAKE_ERROR (sg_intake_error_quark ())

GQuark sg_intake_error_quark (void);

/**
 * SgIntakeProblem:
 * @line: the line in the body, from 1 on
 * @column: the byte in that line, from 1 on
 * @message: what is wrong, and what to do
 */
typedef struct
{
  guint line;
  guint column;
  char *message;
} SgIntakeProblem;

/**
 * SgIntakeResult:
 * @taken: how many operations are stored and counted
 * @refused: how many are not
 * @problems: (element-type SgIntakeProblem): why, of the first %SG_OPERATION_ERRORS_MAX
 * @retry_after: with %SG_INTAKE_ERROR_BUSY, after how many seconds to come again
 */
typedef struct
{
  guint taken;
  guint refused;
  GArray *problems;
  guint retry_after;
} SgIntakeResult;

void sg_intake_result_clear (SgIntakeResult *self);

/**
 * SgOperationIntake:
 *
 * Takes the operations that applications report: reads them, stores them as records, and counts those that
 * are stored. Safe from any thread.
 */
typedef struct _SgOperationIntake SgOperationIntake;

/* @registry: for what is counted of the applications; @own: for what is counted of the intake */
SgOperationIntake *sg_operation_intake_new      (SgRegistry          *registry,
                                                 SgRegistry          *own,
                                                 SgClock             *clock,
                                                 guint                max_rate);
void               sg_operation_intake_free     (SgOperationIntake   *self);
gboolean           sg_operation_intake_take     (SgOperationIntake   *self,
                                                 SgLogStore          *store,
                                                 const char          *text,
                                                 gsize                length,
                                                 const char          *service,
                                                 SgIntakeResult      *ret_result,
                                                 GError             **error);
/* Whether it has taken any. */
gboolean           sg_operation_intake_has_any  (SgOperationIntake   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgOperationIntake, sg_operation_intake_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgIntakeResult, sg_intake_result_clear)

G_END_DECLS
