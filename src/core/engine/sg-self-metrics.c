/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-self-metrics.h"

#include "engine/sg-version.h"
#include "metrics/sg-process-collector.h"

#include <glib.h>

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static char *
glib_version (void)
{
  return g_strdup_printf ("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
}

void
sg_self_metrics_register (SgRegistry *registry)
{
  static const char *const labels[] = { "compiler", "glib", "revision", "version", NULL };
  g_autofree char *glib = glib_version ();
  const char *const values[] = { COMPILER, glib, sg_version_get_revision (),
                                 sg_version_get_string (), NULL };
  SgFamily *build = sg_registry_gauge_family (registry, "sightglass_build_info",
                                              "The build of Sightglass that runs here.", labels[0],
                                              labels[1], labels[2], labels[3], NULL);

  sg_gauge_set (sg_family_gauge (build, values), 1);
  sg_registry_set_info (registry, "sightglass", "The application that this page is about.", "name",
                        "Sightglass", "version", sg_version_get_string (), "component", "engine",
                        NULL);
  sg_process_collector_register (registry);
}
