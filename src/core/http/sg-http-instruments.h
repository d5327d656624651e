/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-metrics.h"

G_BEGIN_DECLS

/**
 * SgHttpRefusal:
 *
 * Why a client did not get what it asked for: each is a bound or a rule that bit.
 */
typedef enum
{
  SG_HTTP_REFUSAL_BAD_REQUEST,
  SG_HTTP_REFUSAL_HEAD_TOO_LARGE,
  SG_HTTP_REFUSAL_BODY_TOO_LARGE,
  SG_HTTP_REFUSAL_TOO_SLOW,
  SG_HTTP_REFUSAL_BUSY,
  SG_HTTP_REFUSAL_HEAD_MEMORY,
  SG_HTTP_REFUSAL_UPLOAD_MEMORY,
  SG_HTTP_REFUSAL_REPLY_MEMORY,
  SG_HTTP_REFUSAL_CONNECTION_LIMIT,
  SG_HTTP_REFUSAL_FD_LIMIT,
  SG_HTTP_REFUSAL_TLS,
  SG_HTTP_REFUSAL_HOST,
  SG_HTTP_REFUSAL_UNAUTHORIZED,
  SG_HTTP_REFUSAL_FORBIDDEN,
} SgHttpRefusal;

#define SG_HTTP_N_REFUSALS 14

/**
 * SgHttpInstruments:
 *
 * What the server counts about itself. Children that are known exist from the start.
 */
typedef struct
{
  SgCounter refused[SG_HTTP_N_REFUSALS];
  SgCounter accepted;
  SgGauge connections[4];
  SgGauge connections_limit;
  SgGauge in_flight;
  SgFamily *requests;
  SgFamily *durations;
  SgFamily *sizes;
} SgHttpInstruments;

void          sg_http_instruments_init        (SgHttpInstruments *self,
                                               SgRegistry        *registry);
void          sg_http_instruments_add_handler (SgHttpInstruments *self,
                                               const char        *handler,
                                               const char        *code);
void          sg_http_instruments_observe     (SgHttpInstruments *self,
                                               const char        *handler,
                                               guint              status,
                                               double             seconds,
                                               gsize              bytes);
gboolean      sg_http_refusal_from_status     (guint              status,
                                               SgHttpRefusal     *ret_refusal);

G_END_DECLS
