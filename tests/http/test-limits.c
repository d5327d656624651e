/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"

#include "base/sg-compute.h"
#include "base/sg-lock.h"
#include "http/sg-http-coding.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define POST(length) \
  "POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: " length "\r\n\r\n"
#define BIG_BYTES 8000000

/* Handlers of /block wait here until they are let go, or cancelled. */
typedef struct
{
  SgLock lock;
  SgCond changed;
  gboolean open;
  guint entered;
  guint left;
} Barrier;

typedef struct
{
  Fixture fixture;
  Barrier barrier;
} Limits;

static void
on_cancelled (GCancellable *cancellable,
              Barrier      *barrier)
{
  SG_LOCK_SCOPE (&barrier->lock);
  sg_cond_broadcast (&barrier->changed);
}

static SgHttpResponse *
answer_block (const SgHttpRequest *request,
              gpointer             user_data)
{
  Barrier *barrier = user_data;
  GCancellable *cancellable = sg_http_request_get_cancellable (request);
  gulong id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), barrier, NULL);
  gboolean cancelled;

  sg_lock_acquire (&barrier->lock);
  barrier->entered++;
  sg_cond_broadcast (&barrier->changed);
  while (!barrier->open && !g_cancellable_is_cancelled (cancellable))
    sg_cond_wait (&barrier->changed, &barrier->lock);
  cancelled = g_cancellable_is_cancelled (cancellable);
  barrier->left++;
  sg_cond_broadcast (&barrier->changed);
  sg_lock_release (&barrier->lock);
  g_cancellable_disconnect (cancellable, id);
  if (cancelled)
    return sg_http_response_new_json_error (499, NULL, "canceled");
  return sg_http_response_new_text (200, SG_HTTP_TYPE_TEXT, "blocked");
}

static SgHttpResponse *
answer_size (const SgHttpRequest *request,
             gpointer             user_data)
{
  g_autofree char *text =
      g_strdup_printf ("%zu", g_bytes_get_size (sg_http_request_get_body (request)));

  return sg_http_response_new_text (200, SG_HTTP_TYPE_TEXT, text);
}

static SgHttpResponse *
answer_big (const SgHttpRequest *request,
            gpointer             user_data)
{
  g_autoptr (GBytes) body = g_bytes_new_take (g_strnfill (BIG_BYTES, 'x'), BIG_BYTES);

  return sg_http_response_new (200, SG_HTTP_TYPE_TEXT, body);
}

static void
set_up (Limits        *self,
        gconstpointer  data)
{
  self->barrier = (Barrier) { 0 };
  sg_lock_init (&self->barrier.lock);
  sg_cond_init (&self->barrier.changed);
  fixture_init (&self->fixture);
}

static void
start (Limits *self)
{
  SgHttpServer *server;

  fixture_create (&self->fixture);
  server = self->fixture.server;
  sg_http_server_add_route (server, "/block", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_block,
                            &self->barrier, NULL);
  sg_http_server_add_route (server, "/ingest", SG_HTTP_POST, SG_HTTP_SCOPE_INGEST, answer_size,
                            NULL, NULL);
  sg_http_server_add_route (server, "/big", SG_HTTP_GET, SG_HTTP_SCOPE_READ, answer_big, NULL,
                            NULL);
  fixture_start (&self->fixture);
}

static void
open_barrier (Barrier *barrier)
{
  SG_LOCK_SCOPE (&barrier->lock);
  barrier->open = TRUE;
  sg_cond_broadcast (&barrier->changed);
}

static void
wait_entered (Barrier *barrier,
              guint    n)
{
  gint64 deadline = g_get_monotonic_time () + FIXTURE_TIMEOUT_S * G_USEC_PER_SEC;

  SG_LOCK_SCOPE (&barrier->lock);
  while (barrier->entered < n)
    g_assert_true (sg_cond_wait_until (&barrier->changed, &barrier->lock, deadline));
}

static void
wait_left (Barrier *barrier,
           guint    n)
{
  gint64 deadline = g_get_monotonic_time () + FIXTURE_TIMEOUT_S * G_USEC_PER_SEC;

  SG_LOCK_SCOPE (&barrier->lock);
  while (barrier->left < n)
    g_assert_true (sg_cond_wait_until (&barrier->changed, &barrier->lock, deadline));
}

static void
tear_down (Limits        *self,
           gconstpointer  data)
{
  open_barrier (&self->barrier);
  fixture_clear (&self->fixture);
  sg_cond_clear (&self->barrier.changed);
  sg_lock_clear (&self->barrier.lock);
}

static void
advance (Limits *self,
         gint64  ms)
{
  fixture_settle (&self->fixture);
  sg_clock_advance (self->fixture.config->clock, ms);
}

static void
assert_answer (int         fd,
               guint       status,
               const char *body)
{
  g_autofree char *response = client_read (fd);

  g_assert_cmpuint (response_get_status (response), ==, status);
  if (body != NULL)
    g_assert_nonnull (strstr (response_get_body (response), body));
}

static int
ask (Limits     *self,
     const char *request)
{
  int fd = client_connect (self->fixture.port);

  client_send (fd, request, -1);
  return fd;
}

static void
assert_works (Limits *self)
{
  int fd = ask (self, POST ("2") "ok");

  assert_answer (fd, 200, "2");
  close (fd);
}

static void
test_body_length (Limits        *self,
                  gconstpointer  data)
{
  int fd;

  self->fixture.config->limits.max_body_bytes = 1000;
  start (self);
  fd = ask (self, POST ("1001"));
  assert_answer (fd, 413, "the body is too large");
  g_assert_true (client_is_closed (fd));
  close (fd);
  fixture_wait_sample (&self->fixture, "sightglass_http_refused_total{reason=\"body_too_large\"}",
                       1);
  assert_works (self);
}

/* The answer comes although the client goes on sending, and is not lost to a reset. */
static void
test_body_chunks (Limits        *self,
                  gconstpointer  data)
{
  g_autofree char *chunk = g_strnfill (1000, 'x');
  g_autofree char *framed = g_strdup_printf ("3e8\r\n%s\r\n", chunk);
  int fd;

  self->fixture.config->limits.max_body_bytes = 10000;
  start (self);
  fd = ask (self, "POST /ingest HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (guint i = 0; i < 2000; i++)
    {
      if (!client_try_send (fd, framed, strlen (framed)))
        break;
    }
  assert_answer (fd, 413, "too large");
  close (fd);
  assert_works (self);
}

static void
test_body_bomb (Limits        *self,
                gconstpointer  data)
{
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (1 << 20), 1 << 20);
  g_autoptr (GBytes) packed = sg_http_gzip (zeros);
  g_autofree char *head =
      g_strdup_printf ("POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n"
                       "Content-Length: %zu\r\n\r\n",
                       g_bytes_get_size (packed));
  int fd;

  self->fixture.config->limits.max_decoded_bytes = (1 << 20) - 1;
  start (self);
  fd = ask (self, head);
  client_send (fd, g_bytes_get_data (packed, NULL), (gssize) g_bytes_get_size (packed));
  assert_answer (fd, 413, "once it is decompressed");
  close (fd);
}

static void
test_head_size (Limits        *self,
                gconstpointer  data)
{
  g_autofree char *long_path = g_strnfill (20000, 'a');
  g_autofree char *long_line = g_strconcat ("GET /", long_path, NULL);
  g_autofree char *long_field = g_strconcat ("GET / HTTP/1.1\r\nA: ", long_path, long_path, NULL);
  int fd;

  start (self);
  fd = ask (self, long_line);
  assert_answer (fd, 414, "too long");
  close (fd);
  fd = ask (self, long_field);
  assert_answer (fd, 431, "too large");
  close (fd);
  fixture_wait_sample (&self->fixture, "sightglass_http_refused_total{reason=\"head_too_large\"}",
                       2);
}

static void
test_head_timeout (Limits        *self,
                   gconstpointer  data)
{
  int silent;
  int slow;

  fixture_stop_time (&self->fixture);
  start (self);
  silent = client_connect (self->fixture.port);
  slow = ask (self, "GET / HTTP/1.1\r\nHo");
  advance (self, 9999);
  client_send (slow, "st:", -1);
  fixture_settle (&self->fixture);
  g_assert_cmpfloat (
      fixture_get_sample (&self->fixture, "sightglass_http_connections{state=\"head\"}"), ==, 2);
  advance (self, 1);
  g_assert_true (client_is_closed (silent));
  assert_answer (slow, 408, "too long to arrive");
  g_assert_true (client_is_closed (slow));
  close (silent);
  close (slow);
  fixture_wait_sample (&self->fixture, "sightglass_http_connections{state=\"closing\"}", 0);
}

static void
test_idle_timeout (Limits        *self,
                   gconstpointer  data)
{
  int fd;

  fixture_stop_time (&self->fixture);
  start (self);
  fd = ask (self, POST ("0"));
  assert_answer (fd, 200, "0");
  fixture_wait_sample (&self->fixture, "sightglass_http_connections{state=\"idle\"}", 1);
  advance (self, 299999);
  client_send (fd, POST ("0"), -1);
  assert_answer (fd, 200, "0");
  fixture_wait_sample (&self->fixture, "sightglass_http_connections{state=\"idle\"}", 1);
  advance (self, 300000);
  g_assert_true (client_is_closed (fd));
  close (fd);
}

/* After the grace a body must have come at the least rate. */
static void
test_slow_body (Limits        *self,
                gconstpointer  data)
{
  g_autofree char *kibibytes = g_strnfill (3000, 'x');
  int fd;

  fixture_stop_time (&self->fixture);
  start (self);
  fd = ask (self, POST ("100000"));
  client_send (fd, kibibytes, -1);
  advance (self, 7500);
  fixture_settle (&self->fixture);
  g_assert_cmpfloat (fixture_get_sample (&self->fixture, "sightglass_http_requests_in_flight"), ==,
                     1);
  advance (self, 2000);
  assert_answer (fd, 408, "took too long");
  close (fd);
  fixture_wait_sample (&self->fixture, "sightglass_http_refused_total{reason=\"too_slow\"}", 1);
}

/* Until its first byte is there, unread. */
static void
wait_for_response (int fd)
{
  char c;

  g_assert_cmpint (recv (fd, &c, 1, MSG_PEEK), ==, 1);
}

static void
test_slow_reader (Limits        *self,
                  gconstpointer  data)
{
  int fd;

  fixture_stop_time (&self->fixture);
  start (self);
  fd = client_connect_slow (self->fixture.port);
  client_send (fd, GET ("/big"), -1);
  wait_for_response (fd);
  while (fixture_get_sample (&self->fixture, "sightglass_http_requests_in_flight") > 0)
    advance (self, 10000);
  fixture_wait_sample (&self->fixture, "sightglass_http_refused_total{reason=\"too_slow\"}", 1);
  close (fd);
}

static void
test_handler_timeout (Limits        *self,
                      gconstpointer  data)
{
  int fd;

  fixture_stop_time (&self->fixture);
  start (self);
  fd = ask (self, GET ("/block"));
  wait_entered (&self->barrier, 1);
  advance (self, 119000);
  fixture_settle (&self->fixture);
  g_assert_cmpuint (self->barrier.left, ==, 0);
  advance (self, 2000);
  assert_answer (fd, 503, "\"timeout\"");
  wait_left (&self->barrier, 1);
  close (fd);
}

/* What waits for a worker is bounded; more is told to come back. */
static void
test_max_requests (Limits        *self,
                   gconstpointer  data)
{
  int waiting[2];
  int fd;
  g_autofree char *busy = NULL;
  g_autofree char *retry = NULL;

  self->fixture.config->limits.max_requests = 2;
  start (self);
  for (guint i = 0; i < G_N_ELEMENTS (waiting); i++)
    waiting[i] = ask (self, GET ("/block"));
  fixture_wait_sample (&self->fixture, "sightglass_http_requests_in_flight", 2);
  fd = ask (self, GET ("/block"));
  busy = client_read (fd);
  retry = response_get_field (busy, "Retry-After");
  g_assert_cmpuint (response_get_status (busy), ==, 503);
  g_assert_cmpstr (retry, ==, "1");
  close (fd);
  open_barrier (&self->barrier);
  for (guint i = 0; i < G_N_ELEMENTS (waiting); i++)
    {
      assert_answer (waiting[i], 200, "blocked");
      close (waiting[i]);
    }
  fixture_wait_sample (&self->fixture, "sightglass_http_requests_in_flight", 0);
  assert_works (self);
}

/* The slowest upload gives up its place, once it has had time to show its speed. */
static void
test_max_uploads (Limits        *self,
                  gconstpointer  data)
{
  int slow;
  int fd;

  fixture_stop_time (&self->fixture);
  self->fixture.config->limits.max_uploads = 1;
  start (self);
  slow = ask (self, POST ("1000") "x");
  fixture_wait_sample (&self->fixture, "sightglass_http_requests_in_flight", 1);
  fd = ask (self, POST ("2"));
  assert_answer (fd, 503, "ask again");
  close (fd);
  advance (self, 1500);
  fd = ask (self, POST ("2") "ok");
  assert_answer (fd, 200, "2");
  close (fd);
  assert_answer (slow, 408, "while others waited");
  close (slow);
}

static void
test_upload_memory (Limits        *self,
                    gconstpointer  data)
{
  g_autofree char *body = g_strnfill (60000, 'x');
  int slow;
  int fd;

  fixture_stop_time (&self->fixture);
  self->fixture.config->limits.max_upload_bytes = 100000;
  start (self);
  slow = ask (self, POST ("60001"));
  client_send (slow, body, -1);
  fixture_settle (&self->fixture);
  fd = ask (self, POST ("60000"));
  client_send (fd, body, -1);
  assert_answer (fd, 503, "ask again");
  close (fd);
  client_send (slow, "x", -1);
  assert_answer (slow, 200, "60001");
  client_send (slow, POST ("60001"), -1);
  client_send (slow, body, -1);
  advance (self, 1500);
  fd = ask (self, POST ("60000"));
  client_send (fd, body, -1);
  assert_answer (fd, 200, "60000");
  assert_answer (slow, 408, "while others waited");
  close (fd);
  close (slow);
}

static void
read_big (int fd)
{
  g_autofree char *response = client_read (fd);

  g_assert_cmpuint (response_get_status (response), ==, 200);
  g_assert_cmpuint (strlen (response_get_body (response)), ==, BIG_BYTES);
}

static void
test_reply_memory (Limits        *self,
                   gconstpointer  data)
{
  int slow;
  int fd;

  fixture_stop_time (&self->fixture);
  self->fixture.config->limits.max_reply_bytes = BIG_BYTES + 1000;
  start (self);
  slow = client_connect_slow (self->fixture.port);
  client_send (slow, GET ("/big"), -1);
  wait_for_response (slow);
  fd = ask (self, GET ("/big"));
  assert_answer (fd, 503, "ask again");
  advance (self, 1500);
  client_send (fd, GET ("/big"), -1);
  read_big (fd);
  close (fd);
  fixture_wait_sample (&self->fixture, "sightglass_http_refused_total{reason=\"reply_memory\"}", 1);
  close (slow);
}

/* At the cap the oldest without a request goes, and the new one is served. */
static void
test_max_connections (Limits        *self,
                      gconstpointer  data)
{
  int silent[40];
  int idle;

  self->fixture.config->limits.max_connections = 20;
  start (self);
  idle = ask (self, POST ("0"));
  assert_answer (idle, 200, "0");
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    silent[i] = client_connect (self->fixture.port);
  assert_works (self);
  g_assert_cmpfloat (fixture_get_sample (&self->fixture, "sightglass_http_connections_limit"), ==,
                     20);
  g_assert_cmpfloat (
      fixture_get_sample (&self->fixture,
                          "sightglass_http_refused_total{reason=\"connection_limit\"}"),
      >=, 21);
  g_assert_true (client_is_closed (silent[0]));
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    close (silent[i]);
  close (idle);
  fixture_wait_sample (&self->fixture, "sightglass_http_connections{state=\"head\"}", 0);
  assert_works (self);
}

static void
test_waiting_memory (Limits        *self,
                     gconstpointer  data)
{
  g_autofree char *fill = g_strnfill (10000, 'x');
  g_autofree char *part = g_strconcat ("GET / HTTP/1.1\r\nA: ", fill, NULL);
  int clients[20];

  self->fixture.config->limits.max_waiting_bytes = 100000;
  start (self);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      clients[i] = ask (self, part);
      fixture_settle (&self->fixture);
    }
  g_assert_true (client_is_closed (clients[0]));
  fixture_wait_sample (&self->fixture, "sightglass_http_refused_total{reason=\"head_memory\"}", 11);
  client_send (clients[19], "\r\nHost: localhost\r\n\r\n", -1);
  assert_answer (clients[19], 404, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    close (clients[i]);
}

static rlim_t
set_fd_limit (rlim_t limit)
{
  struct rlimit old;
  struct rlimit changed;

  getrlimit (RLIMIT_NOFILE, &old);
  changed = (struct rlimit) { limit, old.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &changed), ==, 0);
  return old.rlim_cur;
}

static void
connect_fd (int   fd,
            guint port)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons ((guint16) port),
    .sin_addr = { htonl (INADDR_LOOPBACK) },
  };

  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
}

/* The sockets are there before the limit is, so that only the server meets it. */
static void
exhaust_fds (Limits *self,
             int    *clients,
             guint   n)
{
  rlim_t old;

  for (guint i = 0; i < n; i++)
    {
      struct timeval timeout = { .tv_sec = FIXTURE_TIMEOUT_S };

      clients[i] = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      setsockopt (clients[i], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    }
  old = set_fd_limit ((rlim_t) clients[n - 1] + 4);
  for (guint i = 0; i < n; i++)
    {
      connect_fd (clients[i], self->fixture.port);
      fixture_settle (&self->fixture);
    }
  set_fd_limit (old);
}

/* Without a file descriptor left the server goes on: somebody silent makes room. */
static void
test_fd_limit_idle (Limits        *self,
                    gconstpointer  data)
{
  int clients[30];

  start (self);
  exhaust_fds (self, clients, G_N_ELEMENTS (clients));
  g_assert_cmpfloat (fixture_get_sample (&self->fixture,
                                         "sightglass_http_refused_total{reason=\"fd_limit\"}"),
                     >=, 20);
  g_assert_true (client_is_closed (clients[0]));
  client_send (clients[29], POST ("2") "ok", -1);
  assert_answer (clients[29], 200, "2");
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    close (clients[i]);
  assert_works (self);
}

/* When all are being served, the new ones learn at once that there is no room. */
static void
test_fd_limit_busy (Limits        *self,
                    gconstpointer  data)
{
  int busy[10];
  int clients[20];

  start (self);
  for (guint i = 0; i < G_N_ELEMENTS (busy); i++)
    busy[i] = ask (self, GET ("/block"));
  fixture_wait_sample (&self->fixture, "sightglass_http_requests_in_flight", 10);
  exhaust_fds (self, clients, G_N_ELEMENTS (clients));
  g_assert_true (client_is_closed (clients[0]));
  g_assert_cmpfloat (fixture_get_sample (&self->fixture,
                                         "sightglass_http_refused_total{reason=\"fd_limit\"}"),
                     >=, 10);
  open_barrier (&self->barrier);
  for (guint i = 0; i < G_N_ELEMENTS (busy); i++)
    {
      assert_answer (busy[i], 200, "blocked");
      close (busy[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    close (clients[i]);
  assert_works (self);
}

static void
test_hang_up (Limits        *self,
              gconstpointer  data)
{
  int fd;

  start (self);
  fd = ask (self, GET ("/block"));
  wait_entered (&self->barrier, 1);
  close (fd);
  wait_left (&self->barrier, 1);
  fixture_wait_sample (&self->fixture, "sightglass_http_requests_in_flight", 0);
  fixture_wait_sample (&self->fixture,
                       "sightglass_http_requests_total{handler=\"/block\",code=\"499\"}", 1);
}

/* Those who have gone are not worked for while others wait. */
static void
test_hang_up_crowd (Limits        *self,
                    gconstpointer  data)
{
  SgComputeStats stats;
  guint n_running;
  int fds[40];

  start (self);
  sg_compute_get_stats (&stats);
  n_running = MAX (stats.max_threads, 2) - 1;
  g_assert_cmpuint (n_running, <, 20);
  for (guint i = 0; i < n_running; i++)
    fds[i] = ask (self, GET ("/block"));
  wait_entered (&self->barrier, n_running);
  for (guint i = n_running; i < G_N_ELEMENTS (fds); i++)
    fds[i] = ask (self, GET ("/block"));
  fixture_wait_sample (&self->fixture, "sightglass_http_requests_in_flight", 40);
  for (guint i = n_running; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  fixture_settle (&self->fixture);
  fixture_settle (&self->fixture);
  open_barrier (&self->barrier);
  fixture_wait_sample (&self->fixture, "sightglass_http_requests_in_flight", 0);
  g_assert_cmpuint (self->barrier.entered, <=, n_running + 5);
  for (guint i = 0; i < n_running; i++)
    {
      assert_answer (fds[i], 200, "blocked");
      close (fds[i]);
    }
}

/* While all that may is busy with long requests, a quick one is answered. */
static void
test_quick (Limits        *self,
            gconstpointer  data)
{
  int fds[10];
  int fd;

  fixture_create (&self->fixture);
  sg_http_server_add_route (self->fixture.server, "/quick", SG_HTTP_POST, SG_HTTP_SCOPE_READ,
                            answer_size, NULL, NULL);
  sg_http_server_set_quick (self->fixture.server, "/quick");
  start (self);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = ask (self, GET ("/block"));
  fixture_wait_sample (&self->fixture, "sightglass_http_requests_in_flight", 10);
  fd = ask (self, "POST /quick HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
  assert_answer (fd, 200, "1");
  close (fd);
  open_barrier (&self->barrier);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      assert_answer (fds[i], 200, "blocked");
      close (fds[i]);
    }
}

static gboolean
stop_server (gpointer server)
{
  sg_http_server_stop (server);
  return G_SOURCE_REMOVE;
}

/* When stop returns no handler runs, and none will. */
static void
test_stop_waits (Limits        *self,
                 gconstpointer  data)
{
  int fds[20];
  guint entered;

  start (self);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = ask (self, GET ("/block"));
  fixture_wait_sample (&self->fixture, "sightglass_http_requests_in_flight", 20);
  wait_entered (&self->barrier, 1);
  fixture_invoke (&self->fixture, stop_server, self->fixture.server);
  entered = self->barrier.entered;
  g_assert_cmpuint (self->barrier.left, ==, entered);
  g_assert_cmpuint (entered, <, 20);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_assert_true (client_is_closed (fds[i]));
      close (fds[i]);
    }
}

#define ADD(path, func) g_test_add ("/limits/" path, Limits, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("body-length", test_body_length);
  ADD ("body-chunks", test_body_chunks);
  ADD ("body-bomb", test_body_bomb);
  ADD ("head-size", test_head_size);
  ADD ("head-timeout", test_head_timeout);
  ADD ("idle-timeout", test_idle_timeout);
  ADD ("slow-body", test_slow_body);
  ADD ("slow-reader", test_slow_reader);
  ADD ("handler-timeout", test_handler_timeout);
  ADD ("max-requests", test_max_requests);
  ADD ("max-uploads", test_max_uploads);
  ADD ("upload-memory", test_upload_memory);
  ADD ("reply-memory", test_reply_memory);
  ADD ("max-connections", test_max_connections);
  ADD ("waiting-memory", test_waiting_memory);
  ADD ("fd-limit-idle", test_fd_limit_idle);
  ADD ("fd-limit-busy", test_fd_limit_busy);
  ADD ("hang-up", test_hang_up);
  ADD ("hang-up-crowd", test_hang_up_crowd);
  ADD ("quick", test_quick);
  ADD ("stop-waits", test_stop_waits);
  return g_test_run ();
}
