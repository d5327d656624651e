/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-regex.h"

#include <glib.h>
#include <sys/vfs.h>

G_BEGIN_DECLS

/* How a mounted file system is asked; for tests, which have one that does not answer. */
typedef int (*SgNodeStatfs) (const char    *path,
                             struct statfs *ret_stats);

/* More processes than these are not looked at one by one, nor more groups of them told. */
#define SG_NODE_PROCESSES_MAX 8192
#define SG_NODE_GROUPS_MAX    64

/**
 * SgNodeOptions:
 * @procfs: where /proc is
 * @sysfs: where /sys is
 * @rootfs: where the file system of the machine begins
 * @enabled: one for each collector of SG_NODE_COLLECTORS, in its order
 * @asked_for: whether a flag named it, so that switching off the defaults leaves it alone
 * @mount_points_exclude: mount points that are left out
 * @fs_types_exclude: kinds of file system that are
 * @mount_timeout_ms: a file system that is silent for so long is told as an error
 * @mount_patience_ms: how long a scrape waits for file systems before it shows what it knew
 * @statfs: how they are asked
 * @disks_exclude: disks that are left out
 * @interfaces_exclude: (nullable): network interfaces that are
 * @netstat_fields: which fields of the network's statistics are told, as "Tcp_InSegs"
 * @vmstat_fields: which lines of /proc/vmstat are
 * @process_match: (nullable): processes whose name matches are told, grouped by name
 * @process_units: (nullable): systemd units whose processes are
 *
 * What of the machine is told. The patterns are searched for, as node_exporter does: they are not
 * anchored unless they say so.
 */
typedef struct
{
  int ref_count;
  char *procfs;
  char *sysfs;
  char *rootfs;
  gboolean *enabled;
  gboolean *asked_for;
  SgRegex *mount_points_exclude;
  SgRegex *fs_types_exclude;
  guint mount_timeout_ms;
  guint mount_patience_ms;
  SgNodeStatfs statfs;
  SgRegex *disks_exclude;
  SgRegex *interfaces_exclude;
  SgRegex *netstat_fields;
  SgRegex *vmstat_fields;
  SgRegex *process_match;
  GStrv process_units;
} SgNodeOptions;

SgNodeOptions *sg_node_options_new         (void);
SgNodeOptions *sg_node_options_ref         (SgNodeOptions  *self);
void           sg_node_options_unref       (SgNodeOptions  *self);
/*
 * Takes one flag of node_exporter's, without its dashes: "collector.cpu", "no-collector.cpu",
 * "collector.disable-defaults", "path.procfs", "collector.filesystem.mount-points-exclude" …
 * @value is %NULL for those that have none.
 */
gboolean       sg_node_options_set         (SgNodeOptions  *self,
                                            const char     *flag,
                                            const char     *value,
                                            GError        **error);

/**
 * SgNodeFlag:
 * @name: the flag, without its dashes
 * @description: one sentence
 * @argument: (nullable): what its value is called; %NULL when it has none
 *
 * A flag that sg_node_options_set() takes. Flags of one collector have no description.
 */
typedef struct
{
  const char *name;
  const char *description;
  const char *argument;
} SgNodeFlag;

const SgNodeFlag *sg_node_options_get_flags (guint *ret_n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgNodeOptions, sg_node_options_unref)

G_END_DECLS
