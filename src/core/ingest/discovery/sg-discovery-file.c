/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/discovery/sg-discovery-private.h"

#include <glob.h>

/*
 * Files of groups, as YAML or JSON, which is YAML too. Each target of a file gets __meta_filepath. A
 * file that is gone has no targets any more; one that cannot be read keeps those it had.
 */

static void
read_file (SgFinding  *finding,
           const char *path)
{
  GError *error = NULL;
  g_autoptr (SgYaml) yaml = sg_yaml_load (path, &error);
  g_autoptr (GPtrArray) groups = yaml != NULL ? sg_target_groups_parse (yaml, &error) : NULL;

  if (groups == NULL)
    {
      sg_finding_miss (finding, path, error);
      return;
    }
  for (guint i = 0; i < groups->len; i++)
    sg_target_group_set (groups->pdata[i], "__meta_filepath", path);
  g_ptr_array_extend_and_steal (finding->groups, g_steal_pointer (&groups));
}

SgFinding *
sg_discovery_look_in_files (const SgFileSdConfig *config)
{
  SgFinding *finding = sg_finding_new ();

  for (guint i = 0; config->files[i] != NULL; i++)
    {
      glob_t found;

      if (glob (config->files[i], 0, NULL, &found) != 0)
        continue;
      for (gsize j = 0; j < found.gl_pathc; j++)
        read_file (finding, found.gl_pathv[j]);
      globfree (&found);
    }
  return finding;
}
