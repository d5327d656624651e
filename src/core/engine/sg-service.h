/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-level.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgServiceState:
 *
 * stopped → starting → running → stopping → stopped, and starting → failed.
 */
typedef enum
{
  SG_SERVICE_STOPPED,
  SG_SERVICE_STARTING,
  SG_SERVICE_RUNNING,
  SG_SERVICE_STOPPING,
  SG_SERVICE_FAILED,
} SgServiceState;

/**
 * SgService:
 *
 * A part of the engine with a life of its own. Its subclass gives:
 *
 * @start and @stop: called on the engine thread; each returns its task there, at once or later.
 * @check: how it is, in one sentence (transfer full); may be called on any thread, must not wait.
 * @get_name: (nullable): what it is called where there are several of its class; @name otherwise
 */
#define SG_TYPE_SERVICE (sg_service_get_type ())
G_DECLARE_DERIVABLE_TYPE (SgService, sg_service, SG, SERVICE, GObject)

struct _SgServiceClass
{
  GObjectClass parent_class;

  const char *name;
  void    (*start) (SgService *self,
                    GTask     *task);
  void    (*stop)  (SgService *self,
                    GTask     *task);
  SgLevel (*check) (SgService *self,
                    char     **ret_message);
  const char *(*get_name) (SgService *self);
};

const char     *sg_service_get_name     (SgService           *self);
SgServiceState  sg_service_get_state    (SgService           *self);
const char     *sg_service_state_to_string (SgServiceState    state);
void            sg_service_start_async  (SgService           *self,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
gboolean        sg_service_start_finish (SgService           *self,
                                         GAsyncResult        *result,
                                         GError             **error);
void            sg_service_stop_async   (SgService           *self,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
gboolean        sg_service_stop_finish  (SgService           *self,
                                         GAsyncResult        *result,
                                         GError             **error);
SgLevel         sg_service_check        (SgService           *self,
                                         char               **ret_message);

G_END_DECLS
