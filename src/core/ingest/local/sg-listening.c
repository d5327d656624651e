/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/local/sg-listening.h"

#include <arpa/inet.h>
#include <string.h>

/*
 * /proc/net/tcp and tcp6: a line of titles, then one for each socket,
 *
 *   sl  local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid …
 *
 * with addresses as hexadecimal words of this machine's byte order and a port; state 0A listens. An address
 * of all zeros is every address, and among them loopback; it is asked as 127.0.0.1.
 */
enum
{
  LOCAL = 1,
  STATE = 3,
  UID = 7,
  N_FIELDS,
};

#define LISTENS "0A"

/* Returns: (transfer full) (nullable): how the address is asked; %NULL when loopback does not reach it */
static char *
describe_v4 (const char *hex,
             guint       port)
{
  guint32 address = (guint32) g_ascii_strtoull (hex, NULL, 16);
  char text[INET_ADDRSTRLEN];

  if (address == 0)
    return g_strdup_printf ("127.0.0.1:%u", port);
  if ((ntohl (address) >> 24) != 127)
    return NULL;
  inet_ntop (AF_INET, &address, text, sizeof text);
  return g_strdup_printf ("%s:%u", text, port);
}

static char *
describe_v6 (const char *hex,
             guint       port)
{
  guint32 words[4];

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      char word[9];

      g_strlcpy (word, hex + 8 * i, sizeof word);
      words[i] = (guint32) g_ascii_strtoull (word, NULL, 16);
    }
  if ((words[0] | words[1]) != 0)
    return NULL;
  if ((words[2] | words[3]) == 0)
    return g_strdup_printf ("127.0.0.1:%u", port);
  if (words[2] == 0 && words[3] == htonl (1))
    return g_strdup_printf ("[::1]:%u", port);
  return NULL;
}

static void
take_line (GPtrArray  *found,
           const char *line,
           uid_t       uid)
{
  g_auto (GStrv) all = g_strsplit_set (line, " \t", -1);
  const char *fields[N_FIELDS] = { NULL };
  const char *colon;
  char *address;
  guint port;
  guint n = 0;

  for (guint i = 0; all[i] != NULL && n < N_FIELDS; i++)
    {
      if (*all[i] != '\0')
        fields[n++] = all[i];
    }
  if (n < N_FIELDS || !g_str_equal (fields[STATE], LISTENS)
      || g_ascii_strtoull (fields[UID], NULL, 10) != uid
      || (colon = strchr (fields[LOCAL], ':')) == NULL)
    return;
  port = (guint) g_ascii_strtoull (colon + 1, NULL, 16);
  if (colon - fields[LOCAL] == 8)
    address = describe_v4 (fields[LOCAL], port);
  else if (colon - fields[LOCAL] == 32)
    address = describe_v6 (fields[LOCAL], port);
  else
    return;
  if (address != NULL && found->len < SG_LISTENING_MAX
      && !g_ptr_array_find_with_equal_func (found, address, g_str_equal, NULL))
    g_ptr_array_add (found, address);
  else
    g_free (address);
}

GPtrArray *
sg_listening_list (const char *procfs,
                   uid_t       uid)
{
  static const char *const files[] = { "net/tcp", "net/tcp6" };
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (procfs, files[i], NULL);
      g_autofree char *text = NULL;
      g_auto (GStrv) lines = NULL;

      if (!g_file_get_contents (path, &text, NULL, NULL))
        continue;
      lines = g_strsplit (text, "\n", -1);
      for (guint k = 1; lines[0] != NULL && lines[k] != NULL; k++)
        take_line (found, lines[k], uid);
    }
  return found;
}
