/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "http/wire/sg-http-connection.h"

G_BEGIN_DECLS

#define SG_HTTP_LISTEN_BACKLOG 1024
#define SG_HTTP_LISTEN_PORTS_TRIED 100

/**
 * SgHttpEndpoint:
 * @address: where to listen
 * @optional: the machine may lack this family (the second half of "localhost" and of ":port")
 * @fd: the listening socket, or -1
 */
typedef struct
{
  SgHttpAddress address;
  gboolean optional;
  int fd;
} SgHttpEndpoint;

GArray  *sg_http_listen_parse        (const char *const  *addresses,
                                      GError            **error);
gboolean sg_http_listen_is_loopback  (GArray             *endpoints);
gboolean sg_http_listen_open         (GArray             *endpoints,
                                      gboolean            explicit_port,
                                      GError            **error);
void     sg_http_listen_close        (GArray             *endpoints);
guint    sg_http_address_get_port    (const SgHttpAddress *self);
void     sg_http_address_set_port    (SgHttpAddress      *self,
                                      guint               port);

G_END_DECLS
