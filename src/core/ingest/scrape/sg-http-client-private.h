/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/scrape/sg-http-client.h"
#include "ingest/scrape/sg-http-token.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

struct _SgHttpClient
{
  int ref_count;
  SoupSession *session;
  GTlsDatabase *trusted;
  int ca_fd;
  GTlsCertificate *certificate;
  char *server_name;
  GTlsProtocolVersion min_version;
  SgHttpToken *token;
  char *authorization;
  GPtrArray *headers;
  gboolean follow_redirects;
  gboolean insecure;
  GError *failure;
};

/* A GET with all that the client's configuration adds to it. */
SoupMessage *sg_http_client_make_message (SgHttpClient  *self,
                                          const char    *url,
                                          GError       **error);
/* What is wrong with the certificate that @message saw, in words. */
char        *sg_http_client_explain_tls  (SoupMessage   *message);

G_END_DECLS
