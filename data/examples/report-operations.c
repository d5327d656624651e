/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/*
 * Reports operations to Sightglass on this machine, with nothing but the C library:
 *
 *   cc -o report-operations report-operations.c && ./report-operations [PORT]
 */
static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_REALTIME, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* Sends @body, lines of JSON. Returns: whether it was taken; what is answered is printed */
static int
report (int         port,
        const char *body)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((unsigned short) port) };
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  char text[8192];
  size_t length = 0;
  ssize_t n;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      perror ("connect");
      return 0;
    }
  n = snprintf (text, sizeof text,
                "POST /api/operations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                "Content-Type: application/x-ndjson\r\nContent-Length: %zu\r\n\r\n%s",
                strlen (body), body);
  if (write (fd, text, (size_t) n) != n)
    perror ("write");
  while (length < sizeof text - 1 && (n = read (fd, text + length, sizeof text - 1 - length)) > 0)
    length += (size_t) n;
  text[length] = '\0';
  close (fd);
  puts (strstr (text, "\r\n\r\n") != NULL ? strstr (text, "\r\n\r\n") + 4 : text);
  return strncmp (text, "HTTP/1.1 200", strlen ("HTTP/1.1 200")) == 0;
}

int
main (int    argc,
      char **argv)
{
  int port = argc > 1 ? atoi (argv[1]) : 8080;
  double start = now ();
  char body[1024];

  snprintf (
      body, sizeof body,
      "{\"service\":\"engine\",\"type\":\"refresh\",\"start\":%.6f,\"duration\":%.6f,"
      "\"key\":\"all\",\"records\":7}\n"
      "{\"service\":\"engine\",\"type\":\"refresh\",\"status\":\"timeout\",\"duration\":\"5s\","
      "\"error\":\"the database did not answer\"}\n",
      start, now () - start);
  return report (port, body) ? EXIT_SUCCESS : EXIT_FAILURE;
}
