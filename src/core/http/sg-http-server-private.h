/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "http/sg-http-access.h"
#include "http/sg-http-instruments.h"
#include "http/sg-http-jobs.h"
#include "http/sg-http-server.h"
#include "http/wire/sg-http-acceptor.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* @upload_bytes and @reply_bytes: what all exchanges together hold; see sg-http-load.c. */
struct _SgHttpServer
{
  GObject parent_instance;
  SgHttpConfig *config;
  SgHttpInstruments instruments;
  SgHttpRouter *router;
  SgHttpAccess access;
  GMainContext *context;
  SgHttpGate *gate;
  SgHttpAcceptor *acceptor;
  SgHttpJobs *jobs;
  SoupServer *soup;
  gsize upload_bytes;
  gsize reply_bytes;
  SgLock lock;
  SgHttpStatus *status;
};

G_END_DECLS
