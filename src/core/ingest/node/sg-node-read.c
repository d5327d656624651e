/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include "base/sg-error.h"
#include "base/sg-number.h"
#include "ingest/sg-exposition-parser.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FIRST_SIZE (16 * 1024)

static void
scrape_make_room (SgNodeScrape *scrape)
{
  gsize size = MAX (scrape->size * 2, (gsize) FIRST_SIZE);

  scrape->text = g_realloc (scrape->text, size);
  scrape->size = size;
}

/* Files of the kernel tell their size wrong, and some give one page at a time: read to the end. */
static gssize
read_all (SgNodeScrape *scrape,
          int           fd)
{
  scrape->length = 0;
  for (;;)
    {
      gssize n;

      if (scrape->length + 1 >= scrape->size)
        scrape_make_room (scrape);
      n = read (fd, scrape->text + scrape->length, scrape->size - 1 - scrape->length);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      scrape->length += (gsize) n;
      if (n == 0 || scrape->length >= SG_NODE_FILE_MAX)
        break;
    }
  scrape->text[scrape->length] = '\0';
  return (gssize) scrape->length;
}

SgNodeFound
sg_node_read (SgNodeScrape  *scrape,
              const char    *root,
              const char    *path,
              GError       **error)
{
  char full[4096];
  int fd;
  int problem;

  if ((gsize) g_snprintf (full, sizeof full, "%s/%s", root, path) >= sizeof full)
    return SG_NODE_ABSENT;
  fd = open (full, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return SG_NODE_ABSENT;
  if (fd >= 0 && read_all (scrape, fd) >= 0)
    {
      close (fd);
      return SG_NODE_READ;
    }
  problem = errno;
  if (fd >= 0)
    close (fd);
  /* Pressure stall information that was switched off at boot answers so. */
  if (problem == EOPNOTSUPP || problem == ENXIO || problem == ENODEV)
    return SG_NODE_ABSENT;
  g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX, "%s cannot be read: %s", full,
               g_strerror (problem));
  return SG_NODE_FAILED;
}

SgNodeFound
sg_node_read_proc (SgNodeScrape  *scrape,
                   const char    *path,
                   GError       **error)
{
  return sg_node_read (scrape, scrape->options->procfs, path, error);
}

gboolean
sg_node_read_word (int         folder_fd,
                   const char *path,
                   char       *out,
                   gsize       size)
{
  int fd = openat (folder_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gssize n;

  if (fd < 0)
    return FALSE;
  n = read (fd, out, size - 1);
  close (fd);
  if (n < 0)
    return FALSE;
  out[n] = '\0';
  g_strstrip (out);
  return TRUE;
}

gboolean
sg_node_read_number (int         folder_fd,
                     const char *path,
                     double     *ret_value)
{
  char word[64];

  return sg_node_read_word (folder_fd, path, word, sizeof word)
         && sg_node_parse_double (word, ret_value);
}

int
sg_node_open_folder (const char *root,
                     const char *path)
{
  char full[4096];

  if ((gsize) g_snprintf (full, sizeof full, "%s/%s", root, path) >= sizeof full)
    return -1;
  return open (full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
sg_node_list_folder (const char *root,
                     const char *path)
{
  int fd = sg_node_open_folder (root, path);
  GPtrArray *names;
  DIR *folder;

  if (fd < 0)
    return NULL;
  folder = fdopendir (fd);
  if (folder == NULL)
    {
      close (fd);
      return NULL;
    }
  names = g_ptr_array_new_with_free_func (g_free);
  for (const struct dirent *entry = readdir (folder); entry != NULL; entry = readdir (folder))
    {
      if (entry->d_name[0] != '.')
        g_ptr_array_add (names, g_strdup (entry->d_name));
    }
  closedir (folder);
  g_ptr_array_sort (names, compare_names);
  return names;
}

char *
sg_node_next_line (char **at)
{
  char *line = *at;
  char *end;

  if (*line == '\0')
    return NULL;
  end = strchr (line, '\n');
  if (end == NULL)
    *at = line + strlen (line);
  else
    {
      *end = '\0';
      *at = end + 1;
    }
  return line;
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

guint
sg_node_split (char   *line,
               char  **fields,
               guint   max)
{
  guint n = 0;

  for (char *p = line;;)
    {
      while (is_blank (*p))
        p++;
      if (*p == '\0' || n == max)
        return n;
      fields[n++] = p;
      while (*p != '\0' && !is_blank (*p))
        p++;
      if (*p == '\0')
        return n;
      *p++ = '\0';
    }
}

gboolean
sg_node_parse_u64 (const char *text,
                   guint64    *ret_value)
{
  guint64 value = 0;

  if (*text == '\0')
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    {
      guint digit = (guint) (*p - '0');

      if (digit > 9 || value > (G_MAXUINT64 - digit) / 10)
        return FALSE;
      value = value * 10 + digit;
    }
  *ret_value = value;
  return TRUE;
}

gboolean
sg_node_parse_double (const char *text,
                      double     *ret_value)
{
  guint64 whole;

  if (sg_node_parse_u64 (text, &whole))
    {
      *ret_value = (double) whole;
      return TRUE;
    }
  return sg_double_parse (text, strlen (text), ret_value);
}

gboolean
sg_node_parse_hex (const char *text,
                   guint64    *ret_value)
{
  char *end;

  if (!g_ascii_isxdigit (*text))
    return FALSE;
  *ret_value = g_ascii_strtoull (text, &end, 16);
  return *end == '\0';
}

gboolean
sg_node_complain (GError     **error,
                  const char  *path,
                  guint        line,
                  const char  *text,
                  const char  *expected)
{
  g_autofree char *quoted = sg_error_quote (text, -1);

  g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX, "%s:%u: %s found, %s expected", path,
               line, quoted, expected);
  return FALSE;
}

void
sg_node_gauge (SgNodeScrape *scrape,
               const char   *name,
               const char   *help,
               double        value)
{
  sg_collection_add_family (scrape->out, SG_METRIC_GAUGE, name, help, NULL, NULL);
  sg_collection_add (scrape->out, NULL, value);
}

void
sg_node_counter (SgNodeScrape *scrape,
                 const char   *name,
                 const char   *help,
                 double        value)
{
  sg_collection_add_family (scrape->out, SG_METRIC_COUNTER, name, help, NULL, NULL);
  sg_collection_add (scrape->out, NULL, value);
}

void
sg_node_family (SgNodeScrape      *scrape,
                SgMetricKind       kind,
                const char        *name,
                const char        *help,
                const char *const *label_names)
{
  sg_collection_add_family (scrape->out, kind, name, help, NULL, label_names);
}
