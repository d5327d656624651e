/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-listen.h"

#include "http/sg-http-error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Where to listen.
 *
 *   address = [ host ] ":" port
 *   host    = IPv4 | "[" IPv6 "]" | "localhost" | "*"
 *
 * "localhost" is 127.0.0.1 and ::1; no host, or "*", is every address of both families. Names are not
 * looked up: a server that starts must not wait for somebody else's.
 *
 * When the port is not one that somebody asked for, and is taken, the next ones are tried; all
 * addresses then move together. Port 0 leaves the choice to the kernel.
 */

guint
sg_http_address_get_port (const SgHttpAddress *self)
{
  return ntohs (self->any.sa_family == AF_INET6 ? self->v6.sin6_port : self->v4.sin_port);
}

void
sg_http_address_set_port (SgHttpAddress *self,
                          guint          port)
{
  if (self->any.sa_family == AF_INET6)
    self->v6.sin6_port = htons ((guint16) port);
  else
    self->v4.sin_port = htons ((guint16) port);
}

static void
add_v4 (GArray         *endpoints,
        struct in_addr  address,
        guint           port)
{
  SgHttpEndpoint endpoint = { .fd = -1 };

  endpoint.address.v4.sin_family = AF_INET;
  endpoint.address.v4.sin_addr = address;
  sg_http_address_set_port (&endpoint.address, port);
  g_array_append_val (endpoints, endpoint);
}

static void
add_v6 (GArray          *endpoints,
        struct in6_addr  address,
        guint            port,
        gboolean         optional)
{
  SgHttpEndpoint endpoint = { .fd = -1, .optional = optional };

  endpoint.address.v6.sin6_family = AF_INET6;
  endpoint.address.v6.sin6_addr = address;
  sg_http_address_set_port (&endpoint.address, port);
  g_array_append_val (endpoints, endpoint);
}

static gboolean
parse_host (GArray     *endpoints,
            const char *host,
            guint       port)
{
  struct in_addr v4;
  struct in6_addr v6;
  gsize length = strlen (host);
  g_autofree char *inner = NULL;

  if (length == 0 || g_str_equal (host, "*"))
    {
      add_v4 (endpoints, (struct in_addr) { htonl (INADDR_ANY) }, port);
      add_v6 (endpoints, in6addr_any, port, TRUE);
      return TRUE;
    }
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    {
      add_v4 (endpoints, (struct in_addr) { htonl (INADDR_LOOPBACK) }, port);
      add_v6 (endpoints, in6addr_loopback, port, TRUE);
      return TRUE;
    }
  if (inet_pton (AF_INET, host, &v4) == 1)
    {
      add_v4 (endpoints, v4, port);
      return TRUE;
    }
  if (length < 2 || host[0] != '[' || host[length - 1] != ']')
    return FALSE;
  inner = g_strndup (host + 1, length - 2);
  if (inet_pton (AF_INET6, inner, &v6) != 1)
    return FALSE;
  add_v6 (endpoints, v6, port, FALSE);
  return TRUE;
}

static gboolean
parse_one (GArray      *endpoints,
           const char  *address,
           GError     **error)
{
  const char *colon = strrchr (address, ':');
  g_autofree char *host = NULL;
  guint64 port;

  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    {
      g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_CONFIG,
                   "listen address \"%s\": it does not end with a colon and a port between 0 and "
                   "65535: write for instance " SG_HTTP_DEFAULT_LISTEN_ADDRESS,
                   address);
      return FALSE;
    }
  host = g_strndup (address, (gsize) (colon - address));
  if (!parse_host (endpoints, host, (guint) port))
    {
      g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_CONFIG,
                   "listen address \"%s\": \"%s\" is no address: write an IPv4 address, an IPv6 "
                   "address in brackets, localhost, or nothing for all addresses",
                   address, host);
      return FALSE;
    }
  return TRUE;
}

/**
 * sg_http_listen_parse:
 * @addresses: listen addresses
 * @error: which of them is wrong
 *
 * Returns: (transfer full) (element-type SgHttpEndpoint): where to listen
 */
GArray *
sg_http_listen_parse (const char  *const *addresses,
                      GError            **error)
{
  g_autoptr (GArray) endpoints = g_array_new (FALSE, TRUE, sizeof (SgHttpEndpoint));

  for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
    {
      if (!parse_one (endpoints, addresses[i], error))
        return NULL;
    }
  if (endpoints->len == 0)
    {
      g_set_error_literal (
          error, SG_HTTP_ERROR, SG_HTTP_ERROR_CONFIG,
          "there is no listen address: give at least one, for instance " SG_HTTP_DEFAULT_LISTEN_ADDRESS);
      return NULL;
    }
  return g_steal_pointer (&endpoints);
}

gboolean
sg_http_listen_is_loopback (GArray *endpoints)
{
  for (guint i = 0; i < endpoints->len; i++)
    {
      if (!sg_http_address_is_loopback (&g_array_index (endpoints, SgHttpEndpoint, i).address))
        return FALSE;
    }
  return TRUE;
}

void
sg_http_listen_close (GArray *endpoints)
{
  for (guint i = 0; i < endpoints->len; i++)
    {
      SgHttpEndpoint *endpoint = &g_array_index (endpoints, SgHttpEndpoint, i);

      if (endpoint->fd >= 0)
        close (endpoint->fd);
      endpoint->fd = -1;
    }
}

static socklen_t
address_size (const SgHttpAddress *address)
{
  return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

/* Returns: 0, or the errno of what failed */
static int
open_one (SgHttpEndpoint *endpoint,
          SgHttpAddress   address)
{
  const int yes = 1;
  int fd = socket (address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int saved_errno;

  if (fd < 0)
    return errno;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  /* Accepted connections inherit it: a response is more than one write, and none shall wait. */
  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (address.any.sa_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  if (bind (fd, &address.any, address_size (&address)) == 0
      && listen (fd, SG_HTTP_LISTEN_BACKLOG) == 0)
    {
      socklen_t size = sizeof endpoint->address;

      getsockname (fd, &endpoint->address.any, &size);
      endpoint->fd = fd;
      return 0;
    }
  saved_errno = errno;
  close (fd);
  return saved_errno;
}

static gboolean
is_missing_family (int error_number)
{
  return error_number == EAFNOSUPPORT || error_number == EADDRNOTAVAIL;
}

static void
set_open_error (GError              **error,
                const SgHttpAddress  *address,
                int                   error_number)
{
  g_autofree char *ip = sg_http_address_to_string (address);

  g_set_error (error, SG_HTTP_ERROR, SG_HTTP_ERROR_LISTEN,
               "cannot listen on %s port %u: %s: choose another listen address", ip,
               sg_http_address_get_port (address), g_strerror (error_number));
}

/* Opens all endpoints, their ports raised by @offset. Returns: 0, or the errno of what failed */
static int
open_all (GArray  *endpoints,
          guint    offset,
          GError **error)
{
  guint chosen = 0;

  for (guint i = 0; i < endpoints->len; i++)
    {
      SgHttpEndpoint *endpoint = &g_array_index (endpoints, SgHttpEndpoint, i);
      SgHttpAddress address = endpoint->address;
      guint wanted = sg_http_address_get_port (&address);
      int error_number;

      sg_http_address_set_port (&address, wanted == 0 ? chosen : wanted + offset);
      error_number = open_one (endpoint, address);
      if (error_number != 0 && !(endpoint->optional && is_missing_family (error_number)))
        {
          set_open_error (error, &address, error_number);
          return error_number;
        }
      if (wanted == 0)
        chosen = sg_http_address_get_port (&endpoint->address);
    }
  return 0;
}

/**
 * sg_http_listen_open:
 * @endpoints: (element-type SgHttpEndpoint): where to listen; gets sockets and real ports
 * @explicit_port: a taken port is an error
 * @error: where it is not possible
 *
 * Returns: whether all are open; if not, none is
 */
gboolean
sg_http_listen_open (GArray    *endpoints,
                     gboolean   explicit_port,
                     GError   **error)
{
  g_autofree SgHttpEndpoint *wanted =
      g_memdup2 (endpoints->data, endpoints->len * sizeof (SgHttpEndpoint));
  gboolean any_port = sg_http_address_get_port (&wanted[0].address) == 0;
  guint tries = explicit_port && !any_port ? 1 : SG_HTTP_LISTEN_PORTS_TRIED;

  for (guint offset = 0; offset < tries; offset++)
    {
      g_autoptr (GError) local_error = NULL;
      int error_number = open_all (endpoints, any_port ? 0 : offset, &local_error);

      if (error_number == 0)
        return TRUE;
      sg_http_listen_close (endpoints);
      memcpy (endpoints->data, wanted, endpoints->len * sizeof (SgHttpEndpoint));
      if (error_number != EADDRINUSE || offset + 1 == tries)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
  return FALSE;
}
