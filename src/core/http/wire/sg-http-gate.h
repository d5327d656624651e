/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/sg-http-instruments.h"
#include "http/wire/sg-http-connection.h"
#include "http/wire/sg-http-tls.h"

G_BEGIN_DECLS

/**
 * SgHttpGateFuncs:
 * @begin: a request's head is complete and well-formed; @connection now belongs to the caller of
 *   sg_http_stream_new(), until that stream is closed
 * @check: called about once a second for each connection that is being served, and when its client
 *   has gone
 * @end: a connection is no longer being served
 * @is_crowded: whether requests have to wait for others
 */
typedef struct
{
  void (*begin) (SgHttpConnection *connection,
                 gpointer          user_data);
  void (*check) (SgHttpConnection *connection,
                 gint64            now_us,
                 gpointer          user_data);
  void (*end) (SgHttpConnection *connection,
               gpointer          user_data);
  gboolean (*is_crowded) (gpointer user_data);
} SgHttpGateFuncs;

/**
 * SgHttpGate:
 *
 * Holds the connections that are not being served: see sg-http-gate.c.
 */
SgHttpGate *sg_http_gate_new         (const SgHttpLimits    *limits,
                                      SgClock               *clock,
                                      SgHttpInstruments     *instruments,
                                      const SgWebConfig     *web,
                                      GMainContext          *context,
                                      const SgHttpGateFuncs *funcs,
                                      gpointer               user_data,
                                      GError               **error);
void        sg_http_gate_free        (SgHttpGate            *self);
void        sg_http_gate_admit       (SgHttpGate            *self,
                                      int                    fd,
                                      const SgHttpAddress   *peer);
gboolean    sg_http_gate_evict       (SgHttpGate            *self,
                                      SgHttpRefusal          reason);
void        sg_http_gate_take_back   (SgHttpConnection      *connection);
guint       sg_http_gate_get_count   (SgHttpGate            *self,
                                      SgHttpConnectionState  state);
GQueue     *sg_http_gate_get_serving (SgHttpGate            *self);
gint64      sg_http_gate_get_now_us  (SgHttpGate            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpGate, sg_http_gate_free)

G_END_DECLS
