/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-router.h"
#include "http/sg-http-users.h"

G_BEGIN_DECLS

/**
 * SgHttpTask:
 * @request: the request, its body still as it was sent
 * @route: who answers it
 * @users: (nullable): who may ask, if that is still to be found out
 * @is_quick: it will not take long
 * @accepts_gzip: the response may be compressed
 * @is_doubtful: the client may have gone already
 * @max_decoded_bytes: how large the body may become
 * @response: the answer, once it was run
 * @owner: whom the answer is for; only the server's thread looks at it
 *
 * What a worker does for one request. It belongs to the server's thread until it is pushed, then to
 * the worker, then to the server's thread again.
 */
typedef struct
{
  int ref_count;
  SgHttpRequest *request;
  SgHttpRoute *route;
  SgHttpUsers *users;
  gboolean is_quick;
  gboolean accepts_gzip;
  gboolean is_doubtful;
  gsize max_decoded_bytes;
  SgHttpResponse *response;
  gpointer owner;
} SgHttpTask;

SgHttpTask *sg_http_task_new   (SgHttpRequest *request,
                                SgHttpRoute   *route);
SgHttpTask *sg_http_task_ref   (SgHttpTask    *self);
void        sg_http_task_unref (SgHttpTask    *self);
void        sg_http_task_run   (SgHttpTask    *self);
void        sg_http_task_skip  (SgHttpTask    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpTask, sg_http_task_unref)

G_END_DECLS
