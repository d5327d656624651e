/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-level-style.h"

#include <glib/gi18n.h>

static const struct
{
  const char *icon_name;
  const char *word;
  const char *css_class;
} styles[] = {
  [SG_LEVEL_HEALTHY] = { "sg-ok-symbolic", N_ ("Healthy"), "sg-ok" },
  [SG_LEVEL_DEGRADED] = { "sg-warn-symbolic", N_ ("Degraded"), "sg-warn" },
  [SG_LEVEL_UNHEALTHY] = { "sg-err-symbolic", N_ ("Unhealthy"), "sg-err" },
  [SG_LEVEL_UNKNOWN] = { "sg-unk-symbolic", N_ ("Unknown"), "sg-unk" },
};

const char *
sg_level_style_get_icon_name (SgLevel level)
{
  return styles[level].icon_name;
}

const char *
sg_level_style_get_word (SgLevel level)
{
  return _ (styles[level].word);
}

const char *
sg_level_style_get_css_class (SgLevel level)
{
  return styles[level].css_class;
}

/* Gives @widget the colour of @level, and takes away that of any other. */
void
sg_level_style_apply (GtkWidget *widget,
                      SgLevel    level)
{
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    {
      if (i == level)
        gtk_widget_add_css_class (widget, styles[i].css_class);
      else
        gtk_widget_remove_css_class (widget, styles[i].css_class);
    }
}

GParamSpec *
sg_level_style_param_spec (const char  *name,
                           GParamFlags  flags)
{
  return g_param_spec_int (name, NULL, NULL, SG_LEVEL_HEALTHY, SG_LEVEL_UNKNOWN, SG_LEVEL_UNKNOWN,
                           flags);
}
