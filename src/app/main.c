/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-application.h"

#include "core/sightglass.h"
#include "sg-config.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int    argc,
      char **argv)
{
  g_autoptr (SgApplication) application = NULL;

  sg_heap_tune ();
  setlocale (LC_ALL, "");
  bindtextdomain (SG_GETTEXT_PACKAGE, SG_LOCALE_DIR);
  bind_textdomain_codeset (SG_GETTEXT_PACKAGE, "UTF-8");
  textdomain (SG_GETTEXT_PACKAGE);
  application = sg_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
