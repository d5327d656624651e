/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/wire/sg-http-gate.h"

G_BEGIN_DECLS

/* File descriptors left to everything else in the process: store, logs, probes. */
#define SG_HTTP_RESERVED_FDS 512

/**
 * SgHttpAcceptor:
 *
 * Takes connections from listening sockets and hands them to a gate: see sg-http-acceptor.c.
 */
typedef struct _SgHttpAcceptor SgHttpAcceptor;

SgHttpAcceptor *sg_http_acceptor_new           (GArray         *endpoints,
                                                guint           max_connections,
                                                SgHttpGate     *gate,
                                                SgHttpInstruments *instruments,
                                                GMainContext   *context);
void            sg_http_acceptor_free          (SgHttpAcceptor *self);
guint           sg_http_acceptor_limit         (guint           wanted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgHttpAcceptor, sg_http_acceptor_free)

G_END_DECLS
