/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <string.h>
#include <unistd.h>

/*
 * /sys/fs/selinux/enforce is there when SELinux is on, and says whether it enforces; /etc/selinux/config
 * says what it will do after the next boot. Modes are enforcing 1, permissive 0 and disabled -1.
 */
static double
read_configured_mode (SgNodeScrape *scrape)
{
  double mode = -1;
  char *at;

  if (sg_node_read (scrape, scrape->options->rootfs, "etc/selinux/config", NULL) != SG_NODE_READ)
    return mode;
  at = scrape->text;
  for (char *line = sg_node_next_line (&at); line != NULL; line = sg_node_next_line (&at))
    {
      if (!g_str_has_prefix (line, "SELINUX="))
        continue;
      if (g_str_equal (line + strlen ("SELINUX="), "enforcing"))
        mode = 1;
      else if (g_str_equal (line + strlen ("SELINUX="), "permissive"))
        mode = 0;
    }
  return mode;
}

gboolean
sg_node_selinux_collect (SgNodeScrape  *scrape,
                         GError       **error)
{
  int fd = sg_node_open_folder (scrape->options->sysfs, "fs/selinux");
  double mode;
  gboolean enabled;

  enabled = fd >= 0 && sg_node_read_number (fd, "enforce", &mode);
  if (fd >= 0)
    close (fd);
  sg_node_gauge (scrape, "node_selinux_enabled", "SELinux is enabled, 1 is true, 0 is false",
                 enabled);
  if (!enabled)
    return TRUE;
  sg_node_gauge (scrape, "node_selinux_config_mode", "Configured SELinux enforcement mode",
                 read_configured_mode (scrape));
  sg_node_gauge (scrape, "node_selinux_current_mode", "Current SELinux enforcement mode", mode);
  return TRUE;
}
