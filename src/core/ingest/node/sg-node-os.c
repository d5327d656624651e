/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>

/*
 * /etc/os-release or /usr/lib/os-release: lines KEY=value, the value as a shell would read it. The version
 * as a number is what VERSION_ID begins with: "22.04.1" is 22.04.
 */
static const struct
{
  const char *key;
  const char *label;
} facts[] = {
  { "BUILD_ID", "build_id" },
  { "ID", "id" },
  { "ID_LIKE", "id_like" },
  { "IMAGE_ID", "image_id" },
  { "IMAGE_VERSION", "image_version" },
  { "NAME", "name" },
  { "PRETTY_NAME", "pretty_name" },
  { "VARIANT", "variant" },
  { "VARIANT_ID", "variant_id" },
  { "VERSION", "version" },
  { "VERSION_CODENAME", "version_codename" },
  { "VERSION_ID", "version_id" },
};

#define N_FACTS 12

enum
{
  ID = 1,
  ID_LIKE = 2,
  NAME = 5,
  VERSION_ID = 11,
};

G_STATIC_ASSERT (G_N_ELEMENTS (facts) == N_FACTS);

static void
take_line (char  *line,
           char **values)
{
  char *equals = strchr (line, '=');
  char *unquoted;

  if (equals == NULL || *line == '#')
    return;
  *equals = '\0';
  unquoted = g_shell_unquote (equals + 1, NULL);
  for (guint i = 0; i < N_FACTS && unquoted != NULL; i++)
    {
      if (!g_str_equal (facts[i].key, line))
        continue;
      g_free (values[i]);
      values[i] = g_steal_pointer (&unquoted);
    }
  g_free (unquoted);
}

/* Major and minor, without what follows. */
static gboolean
parse_version (const char *text,
               double     *ret_version)
{
  gsize length = strspn (text, "0123456789");
  g_autofree char *number = NULL;

  if (text[length] == '.')
    length += 1 + strspn (text + length + 1, "0123456789");
  number = g_strndup (text, length);
  return sg_node_parse_double (number, ret_version);
}

static void
add_facts (SgNodeScrape  *scrape,
           char         **values)
{
  static const char *const version_labels[] = { "id", "id_like", "name", NULL };
  const char *labels[N_FACTS + 1] = { NULL };
  double version;

  for (guint i = 0; i < N_FACTS; i++)
    labels[i] = facts[i].label;
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_os_info",
                  "A metric with a constant '1' value labeled by build_id, id, id_like, image_id, "
                  "image_version, name, pretty_name, variant, variant_id, version, "
                  "version_codename, version_id.",
                  labels);
  sg_collection_add (scrape->out, (const char *const *) values, 1);
  if (!parse_version (values[VERSION_ID], &version))
    return;
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_os_version",
                  "Metric containing the major.minor part of the OS version.", version_labels);
  sg_collection_add (scrape->out, SG_VALUES (values[ID], values[ID_LIKE], values[NAME]), version);
}

gboolean
sg_node_os_collect (SgNodeScrape  *scrape,
                    GError       **error)
{
  SgNodeFound found = sg_node_read (scrape, scrape->options->rootfs, "etc/os-release", error);
  g_auto (GStrv) values = g_new0 (char *, N_FACTS + 1);
  char *at;

  if (found == SG_NODE_ABSENT)
    found = sg_node_read (scrape, scrape->options->rootfs, "usr/lib/os-release", error);
  if (found != SG_NODE_READ)
    return FALSE;
  for (guint i = 0; i < N_FACTS; i++)
    values[i] = g_strdup ("");
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    take_line (line, values);
  add_facts (scrape, values);
  return TRUE;
}
