/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/pages/sg-index-page.h"

#include "sg-config.h"

#include <string.h>

/*
 * One static page, put together when it is added. It loads nothing, runs no script, and follows the
 * browser's choice of light or dark with the colours of the window.
 */

#define POLICY                                                                           \
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " \
  "frame-ancestors 'none'"

static const char page_begin[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>Sightglass</title>\n"
    "<style>\n"
    ":root { --bg: #fafafa; --card: #fff; --fg: #202020; --dim: #5e5c64; --link: #1c63b7;\n"
    "        --line: #dcdcdc; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --bg: #242424; --card: #303030; --fg: #fff; --dim: #c0bfbc; --link: #78aeed;\n"
    "          --line: #454545; }\n"
    "}\n"
    "body { margin: 0; padding: 32px 16px; background: var(--bg); color: var(--fg);\n"
    "       font: 16px/1.5 Cantarell, system-ui, sans-serif; }\n"
    "main { max-width: 640px; margin: 0 auto; }\n"
    "h1 { font-size: 24px; margin: 0; }\n"
    "p { color: var(--dim); margin: 4px 0 24px; }\n"
    "table { width: 100%; border-collapse: collapse; background: var(--card);\n"
    "        border: 1px solid var(--line); }\n"
    "th, td { text-align: left; padding: 8px 12px; border-top: 1px solid var(--line); }\n"
    "th { color: var(--dim); font-weight: normal; border-top: 0; }\n"
    "a { color: var(--link); }\n"
    "code { font-family: monospace; font-size: 15px; }\n"
    "</style>\n"
    "</head>\n"
    "<body>\n"
    "<main>\n"
    "<h1>Sightglass</h1>\n"
    "<p>Version " SG_VERSION ". This is the server; the dashboard is the application.</p>\n"
    "<table>\n"
    "<thead><tr><th scope=\"col\">Path</th><th scope=\"col\">Methods</th></tr></thead>\n"
    "<tbody>\n";

static const char page_end[] = "</tbody>\n"
                               "</table>\n"
                               "</main>\n"
                               "</body>\n"
                               "</html>\n";

/* Only what a click can open is a link: paths without a place to fill in, that may be read. */
static gboolean
can_be_opened (const SgHttpRoute *route)
{
  return (route->methods & SG_HTTP_GET) != 0 && route->scope == SG_HTTP_SCOPE_READ
         && !route->is_prefix && strstr (route->path, "/:") == NULL;
}

static void
append_route (GString           *page,
              const SgHttpRoute *route)
{
  g_autofree char *methods = sg_http_methods_to_list (route->methods);
  g_autofree char *path = g_markup_escape_text (route->path, -1);

  if (can_be_opened (route))
    g_string_append_printf (page, "<tr><td><a href=\"%s\"><code>%s</code></a></td>", path, path);
  else
    g_string_append_printf (page, "<tr><td><code>%s</code></td>", path);
  g_string_append_printf (page, "<td>%s</td></tr>\n", methods);
}

static GBytes *
build_page (SgHttpServer *server)
{
  GPtrArray *routes = sg_http_server_get_routes (server);
  GString *page = g_string_new (page_begin);

  for (guint i = 0; i < routes->len; i++)
    append_route (page, g_ptr_array_index (routes, i));
  g_string_append (page, page_end);
  return g_string_free_to_bytes (page);
}

static SgHttpResponse *
index_page_answer (const SgHttpRequest *request,
                   gpointer             user_data)
{
  SgHttpResponse *response = sg_http_response_new (200, SG_HTTP_TYPE_HTML, user_data);

  sg_http_response_set_header (response, "Content-Security-Policy", POLICY);
  sg_http_response_set_header (response, "Referrer-Policy", "no-referrer");
  return response;
}

void
sg_index_page_add (SgHttpServer *server)
{
  sg_http_server_add_route (server, "/", SG_HTTP_GET, SG_HTTP_SCOPE_READ, index_page_answer,
                            build_page (server), (GDestroyNotify) g_bytes_unref);
  sg_http_server_set_quick (server, "/");
}
