/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-version.h"

#include "sg-config.h"
#include "sg-revision.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <pcre2.h>
#include <yaml.h>

#define N_PARTS 6

const char *
sg_version_get_string (void)
{
  return SG_VERSION;
}

/* The commit that this was built from, or "unknown" outside a checkout. */
const char *
sg_version_get_revision (void)
{
  return SG_REVISION;
}

static const char *
pcre2_version (void)
{
  static char text[64];

  pcre2_config (PCRE2_CONFIG_VERSION, text);
  return g_intern_string (text);
}

static void
fill_parts (SgVersionPart *parts)
{
  gboolean tls = g_tls_backend_supports_tls (g_tls_backend_get_default ());
  char glib[32];
  char soup[32];

  g_snprintf (glib, sizeof glib, "%u.%u.%u", glib_major_version, glib_minor_version,
              glib_micro_version);
  g_snprintf (soup, sizeof soup, "%u.%u.%u", soup_get_major_version (), soup_get_minor_version (),
              soup_get_micro_version ());
  parts[0] = (SgVersionPart) { "GLib", g_intern_string (glib), NULL };
  parts[1] = (SgVersionPart) { "libsoup", g_intern_string (soup), NULL };
  parts[2] = (SgVersionPart) { "json-glib", JSON_VERSION_S, NULL };
  parts[3] = (SgVersionPart) { "libyaml", yaml_get_version_string (), NULL };
  parts[4] = (SgVersionPart) { "PCRE2", pcre2_version (), NULL };
  parts[5] = (SgVersionPart) { "glib-networking", tls ? "available" : NULL,
                               tls ? NULL : "HTTPS, as server and as client" };
}

/**
 * sg_version_get_parts:
 * @ret_n_parts: (out): how many
 *
 * Returns: (array length=ret_n_parts) (transfer none): what this runs on, and what is missing
 */
const SgVersionPart *
sg_version_get_parts (gsize *ret_n_parts)
{
  static SgVersionPart parts[N_PARTS];
  static gsize filled;

  if (g_once_init_enter (&filled))
    {
      fill_parts (parts);
      g_once_init_leave (&filled, 1);
    }
  *ret_n_parts = N_PARTS;
  return parts;
}

/**
 * sg_version_describe:
 * @program: the name of the program
 *
 * Returns: (transfer full): what --version prints
 */
char *
sg_version_describe (const char *program)
{
  GString *out = g_string_new (NULL);
  gsize n_parts;
  const SgVersionPart *parts = sg_version_get_parts (&n_parts);

  g_string_append_printf (out, "%s %s (revision %s)\n", program, SG_VERSION, SG_REVISION);
  for (gsize i = 0; i < n_parts; i++)
    {
      if (parts[i].version != NULL)
        g_string_append_printf (out, "  %-16s %s\n", parts[i].name, parts[i].version);
      else
        g_string_append_printf (out, "  %-16s missing: no %s\n", parts[i].name, parts[i].missing);
    }
  return g_string_free (out, FALSE);
}
