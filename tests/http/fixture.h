/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "http/sg-http-server.h"

G_BEGIN_DECLS

/* A client that waits longer than this for a server has found a fault. */
#define FIXTURE_TIMEOUT_S 20

/**
 * Fixture:
 *
 * A server in a thread of its own, as in the engine, on a free port of loopback. The configuration may
 * be changed and routes added between fixture_init() and fixture_start().
 */
typedef struct
{
  SgRegistry *registry;
  SgHttpConfig *config;
  SgHttpServer *server;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  SgLock lock;
  SgCond called;
  GSourceFunc call;
  gpointer call_data;
  guint port;
  char *token;
} Fixture;

void     fixture_init       (Fixture      *self);
void     fixture_create     (Fixture      *self);
void     fixture_start      (Fixture      *self);
void     fixture_clear      (Fixture      *self);
void     fixture_invoke     (Fixture      *self,
                             GSourceFunc   func,
                             gpointer      user_data);
/* Waits until the server has looked at all that was sent to it before. */
void     fixture_settle     (Fixture      *self);
/* Gives the server a clock that stands still: advance it with sg_clock_advance(). */
void     fixture_stop_time  (Fixture      *self);

int      client_connect     (guint         port);
/* One whose kernel takes little that it does not read. */
int      client_connect_slow (guint        port);
void     client_send        (int           fd,
                             const char   *text,
                             gssize        length);
gboolean client_try_send    (int           fd,
                             const char   *text,
                             gsize         length);
/* Up to the end of one response with a Content-Length, or of the stream. */
char    *client_read        (int           fd);
char    *client_read_all    (int           fd);
gboolean client_is_closed   (int           fd);
/* Sends @request on a connection of its own and reads to the end. */
char    *client_ask         (guint         port,
                             const char   *request);
guint    response_get_status (const char  *response);
char    *response_get_field (const char   *response,
                             const char   *name);
const char *response_get_body (const char *response);

/* The value of a sample of the server's own /metrics, 0 when it is not there. */
double   fixture_get_sample (Fixture      *self,
                             const char   *series);
void     fixture_wait_sample (Fixture     *self,
                             const char   *series,
                             double        wanted);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

G_END_DECLS
