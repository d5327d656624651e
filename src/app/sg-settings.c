/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-settings.h"

#include "sg-config.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * sg_settings_new:
 * @error: what is not installed, and how to come by it
 *
 * GSettings itself ends the program when its schema is not there, hence the look before.
 *
 * Returns: (transfer full): what the user chose in the window
 */
GSettings *
sg_settings_new (GError **error)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) source =
      installed != NULL ? g_settings_schema_source_ref (installed) : NULL;
  g_autoptr (GSettingsSchema) schema = NULL;

#ifdef SG_BUILD_SCHEMA_DIR
  if (g_file_test (SG_BUILD_SCHEMA_DIR "/gschemas.compiled", G_FILE_TEST_EXISTS))
    {
      g_clear_pointer (&source, g_settings_schema_source_unref);
      source =
          g_settings_schema_source_new_from_directory (SG_BUILD_SCHEMA_DIR, installed, TRUE, error);
      if (source == NULL)
        return NULL;
    }
#endif
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SG_APP_ID, TRUE);
  if (schema == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("the settings schema %s is not installed: run “meson install”, or set "
                      "GSETTINGS_SCHEMA_DIR to the data folder of the build"),
                   SG_APP_ID);
      return NULL;
    }
  return g_settings_new_full (schema, NULL, NULL);
}

void
sg_settings_apply_colour_scheme (GSettings *settings)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[g_settings_get_enum (settings, "colour-scheme")]);
}

/* Returns: (transfer full): "127.0.0.1:8080", "[::1]:8080" */
char *
sg_settings_make_address (const char *host,
                          guint       port)
{
  gboolean bare_ipv6 = strchr (host, ':') != NULL && *host != '[';

  return g_strdup_printf (bare_ipv6 ? "[%s]:%u" : "%s:%u", host, port);
}

/**
 * sg_settings_prefer_address:
 * @settings: what the user chose
 * @options: the options of an engine
 * @error: why the address that the user chose is none
 *
 * Gives @options the address. The default is not given: an address that nobody asked for may move to the
 * next free port.
 */
gboolean
sg_settings_prefer_address (GSettings        *settings,
                            SgEngineOptions  *options,
                            GError          **error)
{
  g_autofree char *host = g_settings_get_string (settings, "listen-host");
  guint port = g_settings_get_uint (settings, "listen-port");
  g_autofree char *address = sg_settings_make_address (host, port);

  if (g_str_equal (host, SG_DEFAULT_HOST) && port == SG_DEFAULT_PORT)
    return TRUE;
  return sg_engine_options_prefer_listen_address (options, address, error);
}
