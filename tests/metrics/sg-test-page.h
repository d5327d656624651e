/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "metrics/sg-metrics.h"

#include <string.h>

/* A page as a text; without the registry's own two families unless @own. */
static inline char *
sg_test_page (SgRegistry         *registry,
              SgExpositionFormat  format,
              gboolean            own)
{
  g_autoptr (GBytes) bytes = sg_exposition_write (registry, format);
  g_autofree char *text
      = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) page = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
    {
      if (own || strstr (lines[i], "sightglass_metrics_") == NULL)
        g_string_append_printf (page, "%s\n", lines[i]);
    }
  return g_string_free (g_steal_pointer (&page), FALSE);
}
