/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-options.h"

#include "base/sg-duration.h"
#include "ingest/node/sg-node-collectors.h"
#include "ingest/sg-exposition-parser.h"

#include <string.h>

/* The defaults are node_exporter's own. */
#define MOUNT_POINTS_EXCLUDE \
  "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)"
#define FS_TYPES_EXCLUDE                                                                          \
  "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|" \
  "mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$"
#define DISKS_EXCLUDE "^(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$"
#define NETSTAT_FIELDS                                                                           \
  "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|" \
  "TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts)|"                                    \
  "Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|"                 \
  "Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$"
#define VMSTAT_FIELDS     "^(oom_kill|pgpg|pswp|pg.*fault).*"
#define MOUNT_TIMEOUT_MS  5000
#define MOUNT_PATIENCE_MS 100

static const struct
{
  const char *name;
  gboolean by_default;
} collectors[] = {
#define NODE_ROW(name, by_default, symbol) { name, by_default },
  SG_NODE_COLLECTORS (NODE_ROW)
#undef NODE_ROW
};

#define N_COLLECTORS G_N_ELEMENTS (collectors)

/* The pattern is found anywhere in a text, where SgRegex wants all of it to match. */
static SgRegex *
searching_regex (const char  *pattern,
                 GError     **error)
{
  g_autoptr (SgRegex) alone = sg_regex_new (pattern, 0, error);
  g_autofree char *wrapped = NULL;

  if (alone == NULL)
    return NULL;
  wrapped = g_strdup_printf (".*(?:%s).*", pattern);
  return sg_regex_new (wrapped, 0, error);
}

SgNodeOptions *
sg_node_options_new (void)
{
  SgNodeOptions *self = g_new0 (SgNodeOptions, 1);

  self->ref_count = 1;
  self->procfs = g_strdup ("/proc");
  self->sysfs = g_strdup ("/sys");
  self->rootfs = g_strdup ("");
  self->enabled = g_new0 (gboolean, N_COLLECTORS);
  self->asked_for = g_new0 (gboolean, N_COLLECTORS);
  for (guint i = 0; i < N_COLLECTORS; i++)
    self->enabled[i] = collectors[i].by_default;
  self->mount_points_exclude = searching_regex (MOUNT_POINTS_EXCLUDE, NULL);
  self->fs_types_exclude = searching_regex (FS_TYPES_EXCLUDE, NULL);
  self->disks_exclude = searching_regex (DISKS_EXCLUDE, NULL);
  self->netstat_fields = searching_regex (NETSTAT_FIELDS, NULL);
  self->vmstat_fields = searching_regex (VMSTAT_FIELDS, NULL);
  self->mount_timeout_ms = MOUNT_TIMEOUT_MS;
  self->mount_patience_ms = MOUNT_PATIENCE_MS;
  self->statfs = statfs;
  return self;
}

SgNodeOptions *
sg_node_options_ref (SgNodeOptions *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_node_options_unref (SgNodeOptions *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_free (self->procfs);
  g_free (self->sysfs);
  g_free (self->rootfs);
  g_free (self->enabled);
  g_free (self->asked_for);
  g_clear_pointer (&self->mount_points_exclude, sg_regex_unref);
  g_clear_pointer (&self->fs_types_exclude, sg_regex_unref);
  g_clear_pointer (&self->disks_exclude, sg_regex_unref);
  g_clear_pointer (&self->interfaces_exclude, sg_regex_unref);
  g_clear_pointer (&self->netstat_fields, sg_regex_unref);
  g_clear_pointer (&self->vmstat_fields, sg_regex_unref);
  g_clear_pointer (&self->process_match, sg_regex_unref);
  g_strfreev (self->process_units);
  g_free (self);
}

static gboolean
take_regex (SgRegex    **field,
            const char  *flag,
            const char  *value,
            GError     **error)
{
  SgRegex *regex = searching_regex (value, error);

  if (regex == NULL)
    {
      g_prefix_error (error, "--%s: ", flag);
      return FALSE;
    }
  g_clear_pointer (field, sg_regex_unref);
  *field = regex;
  return TRUE;
}

/* Without the slash at its end, since all that is joined to it begins with one. */
static gboolean
take_path (char       **field,
           const char  *flag,
           const char  *value,
           GError     **error)
{
  gsize length = strlen (value);

  if (*value != '/')
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG,
                   "--%s is “%s”: write the whole path, from / on", flag, value);
      return FALSE;
    }
  while (length > 0 && value[length - 1] == '/')
    length--;
  g_free (*field);
  *field = g_strndup (value, length);
  return TRUE;
}

static gboolean
take_timeout (SgNodeOptions  *self,
              const char     *value,
              GError        **error)
{
  gint64 ms;

  if (!sg_duration_parse (value, -1, 0, &ms, NULL) || ms < 1 || ms > G_MAXINT)
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG,
                   "--collector.filesystem.mount-timeout is “%s”: write a duration, as 5s", value);
      return FALSE;
    }
  self->mount_timeout_ms = (guint) ms;
  return TRUE;
}

static void
switch_collector (SgNodeOptions *self,
                  guint          i,
                  gboolean       on)
{
  self->enabled[i] = on;
  self->asked_for[i] = TRUE;
}

static void
switch_by_name (SgNodeOptions *self,
                const char    *name)
{
  for (guint i = 0; i < N_COLLECTORS; i++)
    {
      if (g_str_equal (name, collectors[i].name))
        switch_collector (self, i, TRUE);
    }
}

static gboolean
take_unit (SgNodeOptions *self,
           const char    *value)
{
  guint n = self->process_units != NULL ? g_strv_length (self->process_units) : 0;

  self->process_units = g_renew (char *, self->process_units, n + 2);
  self->process_units[n] = g_strdup (value);
  self->process_units[n + 1] = NULL;
  switch_by_name (self, "process");
  return TRUE;
}

static gboolean
take_process_match (SgNodeOptions  *self,
                    const char     *value,
                    GError        **error)
{
  g_autoptr (SgRegex) regex = sg_regex_new (value, 0, error);

  if (regex == NULL)
    {
      g_prefix_error (error, "--collector.process.match: ");
      return FALSE;
    }
  g_clear_pointer (&self->process_match, sg_regex_unref);
  self->process_match = g_steal_pointer (&regex);
  switch_by_name (self, "process");
  return TRUE;
}

/* Returns: whether @flag switches a collector, or all of them */
static gboolean
take_switch (SgNodeOptions *self,
             const char    *flag)
{
  gboolean on = g_str_has_prefix (flag, "collector.");
  const char *name = flag + strlen (on ? "collector." : "no-collector.");

  if (g_str_equal (flag, "collector.disable-defaults"))
    {
      for (guint i = 0; i < N_COLLECTORS; i++)
        self->enabled[i] = self->enabled[i] && self->asked_for[i];
      return TRUE;
    }
  if (!on && !g_str_has_prefix (flag, "no-collector."))
    return FALSE;
  for (guint i = 0; i < N_COLLECTORS; i++)
    {
      if (!g_str_equal (name, collectors[i].name))
        continue;
      switch_collector (self, i, on);
      return TRUE;
    }
  return FALSE;
}

gboolean
sg_node_options_set (SgNodeOptions  *self,
                     const char     *flag,
                     const char     *value,
                     GError        **error)
{
  const struct
  {
    const char *flag;
    SgRegex **regex;
    char **path;
  } plain[] = {
    { "path.procfs", NULL, &self->procfs },
    { "path.sysfs", NULL, &self->sysfs },
    { "path.rootfs", NULL, &self->rootfs },
    { "collector.filesystem.mount-points-exclude", &self->mount_points_exclude, NULL },
    { "collector.filesystem.fs-types-exclude", &self->fs_types_exclude, NULL },
    { "collector.diskstats.device-exclude", &self->disks_exclude, NULL },
    { "collector.netdev.device-exclude", &self->interfaces_exclude, NULL },
    { "collector.netstat.fields", &self->netstat_fields, NULL },
    { "collector.vmstat.fields", &self->vmstat_fields, NULL },
  };

  if (value == NULL && take_switch (self, flag))
    return TRUE;
  for (guint i = 0; value != NULL && i < G_N_ELEMENTS (plain); i++)
    {
      if (!g_str_equal (flag, plain[i].flag))
        continue;
      return plain[i].regex != NULL ? take_regex (plain[i].regex, flag, value, error)
                                    : take_path (plain[i].path, flag, value, error);
    }
  if (value != NULL && g_str_equal (flag, "collector.filesystem.mount-timeout"))
    return take_timeout (self, value, error);
  if (value != NULL && g_str_equal (flag, "collector.process.match"))
    return take_process_match (self, value, error);
  if (value != NULL && g_str_equal (flag, "collector.process.unit"))
    return take_unit (self, value);
  g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG, "there is no flag “--%s”%s", flag,
               value == NULL ? " without a value" : "");
  return FALSE;
}

const SgNodeFlag *
sg_node_options_get_flags (guint *ret_n)
{
  static const SgNodeFlag flags[] = {
#define NODE_FLAGS(name, by_default, symbol) \
  { "collector." name, NULL, NULL }, { "no-collector." name, NULL, NULL },
    SG_NODE_COLLECTORS (NODE_FLAGS)
#undef NODE_FLAGS
        { "collector.disable-defaults",
          "Of this machine, tell only what a --collector.NAME asks for; --no-collector.NAME leaves one "
          "out. Flags and names are node_exporter's",
          NULL },
    { "path.procfs", "Where /proc is", "FOLDER" },
    { "path.sysfs", "Where /sys is", "FOLDER" },
    { "path.rootfs", "Where the machine's file systems are mounted", "FOLDER" },
    { "collector.filesystem.mount-points-exclude", "Leave out file systems mounted where REGEX is",
      "REGEX" },
    { "collector.filesystem.fs-types-exclude", "Leave out file systems of these kinds", "REGEX" },
    { "collector.filesystem.mount-timeout",
      "Tell a file system that is silent for so long as an error (default 5s)", "DURATION" },
    { "collector.diskstats.device-exclude", "Leave out these disks", "REGEX" },
    { "collector.netdev.device-exclude", "Leave out these network interfaces", "REGEX" },
    { "collector.netstat.fields", "Which statistics of the network to tell", "REGEX" },
    { "collector.vmstat.fields", "Which lines of /proc/vmstat to tell", "REGEX" },
    { "collector.process.match", "Tell about the processes whose whole name matches REGEX",
      "REGEX" },
    { "collector.process.unit", "Tell about the processes of a systemd unit; may be repeated",
      "UNIT" },
  };

  *ret_n = G_N_ELEMENTS (flags);
  return flags;
}
