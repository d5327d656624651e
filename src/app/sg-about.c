/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-about.h"

#include "core/sightglass.h"

#include "sg-config.h"

#include <glib/gi18n.h>

/* Returns: (transfer full): what this runs on, as it goes into a report of a fault */
char *
sg_about_describe (void)
{
  g_autofree char *core = sg_version_describe ("Sightglass");

  return g_strdup_printf ("%s  GTK %u.%u.%u\n  libadwaita %u.%u.%u\n", core,
                          gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version (), adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version ());
}

/* Returns: (transfer full): which optional parts are missing, and what one cannot do without them; or "" */
char *
sg_about_list_missing (void)
{
  GString *out = g_string_new (NULL);
  gsize n_parts;
  const SgVersionPart *parts = sg_version_get_parts (&n_parts);

  for (gsize i = 0; i < n_parts; i++)
    {
      if (parts[i].version != NULL)
        continue;
      if (out->len > 0)
        g_string_append_c (out, '\n');
      /* Translators: a library, and what one cannot do without it */
      g_string_append_printf (out, _ ("Without %s: no %s"), parts[i].name, parts[i].missing);
    }
  return g_string_free (out, FALSE);
}

static char *
make_comments (void)
{
  const char *summary =
      _ ("Watches applications: how they keep cache and database in step, their health, and what "
         "they do. One small process with history, alerts, and the protocols of the Prometheus "
         "world.");
  g_autofree char *missing = sg_about_list_missing ();

  if (*missing == '\0')
    return g_strconcat (summary, "\n\n", _ ("No optional part is missing."), NULL);
  return g_strconcat (summary, "\n\n", missing, NULL);
}

void
sg_about_present (GtkWindow *parent)
{
  g_autofree char *debug = sg_about_describe ();
  g_autofree char *comments = make_comments ();
  GtkWidget *about = adw_about_window_new ();

  g_object_set (about, "transient-for", parent, "modal", TRUE, "application-name", "Sightglass",
                "application-icon", SG_APP_ID, "developer-name", _ ("The Sightglass developers"),
                "version", sg_version_get_string (), "comments", comments, "license-type",
                GTK_LICENSE_LGPL_2_1, "debug-info", debug, "debug-info-filename",
                "sightglass-versions.txt", NULL);
  gtk_window_present (GTK_WINDOW (about));
}
