/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "engine/sg-service.h"

G_BEGIN_DECLS

/**
 * SgServiceList:
 *
 * Services in the order in which they start. A start that fails stops, in reverse, what it had started,
 * and says which service failed. A stop goes through all of them in reverse; a service that is not
 * done when the deadline comes is left behind and named, and the others still stop.
 *
 * It lives on one main context; its services do as well.
 */
#define SG_TYPE_SERVICE_LIST (sg_service_list_get_type ())
G_DECLARE_FINAL_TYPE (SgServiceList, sg_service_list, SG, SERVICE_LIST, GObject)

SgServiceList *sg_service_list_new          (void);
void           sg_service_list_add          (SgServiceList       *self,
                                             SgService           *service);
guint          sg_service_list_get_size     (SgServiceList       *self);
SgService     *sg_service_list_get          (SgServiceList       *self,
                                             guint                i);
void           sg_service_list_set_deadline (SgServiceList       *self,
                                             gint64               ms);
void           sg_service_list_start_async  (SgServiceList       *self,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean       sg_service_list_start_finish (SgServiceList       *self,
                                             GAsyncResult        *result,
                                             GError             **error);
void           sg_service_list_stop_async   (SgServiceList       *self,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean       sg_service_list_stop_finish  (SgServiceList       *self,
                                             GAsyncResult        *result,
                                             GError             **error);

G_END_DECLS
