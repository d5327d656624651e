/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-server.h"
#include "logs/sg-log-store.h"
#include "sync/sg-operation-event.h"
#include "sync/sg-operation-intake.h"

G_BEGIN_DECLS

/**
 * SgApiOperationsSource:
 * @intake: takes what is posted
 * @get_store: (transfer full) (nullable): where it is kept; %NULL while that is not open
 * @has_room: whether there is room for more; fails with why there is none
 * @user_data: for the functions, which are called on workers
 *
 * What stands behind /api/operations.
 */
typedef struct
{
  SgOperationIntake *intake;
  SgLogStore *(*get_store) (gpointer   user_data);
  gboolean    (*has_room)  (gpointer   user_data,
                            GError   **error);
  gpointer user_data;
} SgApiOperationsSource;

/* Has @server, which has not started, take and tell operations. */
void sg_api_operations_add (SgHttpServer                *server,
                            const SgApiOperationsSource *source);

G_END_DECLS
