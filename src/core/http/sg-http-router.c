/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-router.h"

#include "http/sg-http-request-private.h"

#include <string.h>

/*
 * Patterns:
 *
 *   /metrics                       this path
 *   /api/v1/label/:name/values     any segment, not empty, in the place of ":name"
 *   /static/                       everything below; "/" alone is only the root
 *
 * Segments are compared decoded, so that %2F in a segment does not end it. Of several patterns that
 * fit, the more special one counts, from left to right: text before ":name" before "below". Its rank
 * says it: a letter for each segment, c for text, b for ":name", a for "below"; the greatest wins.
 * Routes with one pattern and different methods stand side by side.
 */

struct _SgHttpRouter
{
  GPtrArray *routes;
};

SgHttpRoute *
sg_http_route_ref (SgHttpRoute *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_http_route_unref (SgHttpRoute *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self->path);
  g_strfreev (self->segments);
  g_free (self->rank);
  g_free (self);
}

SgHttpRouter *
sg_http_router_new (void)
{
  SgHttpRouter *self = g_new0 (SgHttpRouter, 1);

  self->routes = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_http_route_unref);
  return self;
}

void
sg_http_router_free (SgHttpRouter *self)
{
  g_ptr_array_unref (self->routes);
  g_free (self);
}

static char *
compute_rank (SgHttpRoute *route)
{
  GString *rank = g_string_new (NULL);

  for (guint i = 0; route->segments[i] != NULL; i++)
    g_string_append_c (rank, route->segments[i][0] == ':' ? 'b' : 'c');
  if (route->is_prefix)
    rank->str[rank->len - 1] = 'a';
  return g_string_free (rank, FALSE);
}

/**
 * sg_http_router_add:
 * @self: a router
 * @path: a pattern
 * @methods: what may be done there
 * @scope: who may
 * @handler: who answers
 * @user_data: for @handler
 * @destroy: (nullable): frees @user_data once the last request is answered
 */
void
sg_http_router_add (SgHttpRouter   *self,
                    const char     *path,
                    SgHttpMethods   methods,
                    SgHttpScope     scope,
                    SgHttpHandler   handler,
                    gpointer        user_data,
                    GDestroyNotify  destroy)
{
  SgHttpRoute *route = g_new0 (SgHttpRoute, 1);

  g_return_if_fail (path[0] == '/');
  route->ref_count = 1;
  route->path = g_strdup (path);
  route->methods = methods;
  route->scope = scope;
  route->handler = handler;
  route->user_data = user_data;
  route->destroy = destroy;
  route->segments = g_strsplit (path + 1, "/", -1);
  route->is_prefix = path[1] != '\0' && g_str_has_suffix (path, "/");
  route->rank = compute_rank (route);
  g_ptr_array_add (self->routes, route);
}

/* Returns: (transfer full) (nullable): the decoded segments of @path; %NULL when one is malformed */
static GStrv
decode_path (const char *path)
{
  g_auto (GStrv) raw = g_strsplit (path + 1, "/", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; raw[i] != NULL; i++)
    {
      g_autofree char *segment = sg_http_decode_component (raw[i], strlen (raw[i]), FALSE);

      if (segment == NULL)
        return NULL;
      g_strv_builder_add (builder, segment);
    }
  return g_strv_builder_end (builder);
}

static gboolean
segment_fits (const char *pattern,
              const char *segment)
{
  return pattern[0] == ':' ? segment[0] != '\0' : g_str_equal (pattern, segment);
}

static gboolean
route_fits (SgHttpRoute *route,
            GStrv        segments)
{
  guint n_pattern = g_strv_length (route->segments) - (route->is_prefix ? 1 : 0);
  guint n = g_strv_length (segments);

  if (route->is_prefix ? n <= n_pattern : n != n_pattern)
    return FALSE;
  for (guint i = 0; i < n_pattern; i++)
    {
      if (!segment_fits (route->segments[i], segments[i]))
        return FALSE;
    }
  return TRUE;
}

static const char *
skip_segments (const char *path,
               guint       n)
{
  for (path++; n > 0; n--)
    path = strchr (path, '/') + 1;
  return path;
}

static void
bind_request (SgHttpRoute   *route,
              GStrv          segments,
              SgHttpRequest *request)
{
  for (guint i = 0; route->segments[i] != NULL; i++)
    {
      if (route->segments[i][0] == ':')
        sg_http_form_take (request->params, route->segments[i] + 1, g_strdup (segments[i]));
    }
  if (route->is_prefix)
    request->rest = skip_segments (request->path, g_strv_length (route->segments) - 1);
}

static const char *
find_rank (SgHttpRouter *self,
           GStrv         segments)
{
  const char *best = NULL;

  for (guint i = 0; i < self->routes->len; i++)
    {
      SgHttpRoute *route = g_ptr_array_index (self->routes, i);

      if (route_fits (route, segments) && (best == NULL || strcmp (route->rank, best) > 0))
        best = route->rank;
    }
  return best;
}

/**
 * sg_http_router_match:
 * @self: a router
 * @request: a request; gets the parameters of its path
 * @ret_route: (out) (transfer full): the route
 * @ret_allowed: (out): which methods the path has, when @request has another
 *
 * Returns: 0, or the status to answer: 400, 404, 405
 */
guint
sg_http_router_match (SgHttpRouter   *self,
                      SgHttpRequest  *request,
                      SgHttpRoute   **ret_route,
                      SgHttpMethods  *ret_allowed)
{
  g_auto (GStrv) segments = decode_path (request->path);
  const char *rank = segments != NULL ? find_rank (self, segments) : NULL;
  SgHttpMethods allowed = 0;

  if (rank == NULL)
    return segments == NULL ? 400 : 404;
  for (guint i = 0; i < self->routes->len; i++)
    {
      SgHttpRoute *route = g_ptr_array_index (self->routes, i);

      if (!g_str_equal (route->rank, rank) || !route_fits (route, segments))
        continue;
      if (route->methods & request->method)
        {
          bind_request (route, segments, request);
          *ret_route = sg_http_route_ref (route);
          return 0;
        }
      allowed |= route->methods;
    }
  *ret_allowed = allowed;
  return 405;
}

/* Returns: (transfer none) (element-type SgHttpRoute): all routes in the order they were added */
GPtrArray *
sg_http_router_get_all (SgHttpRouter *self)
{
  return self->routes;
}

/* As in an Allow field: "GET, HEAD, POST". */
char *
sg_http_methods_to_list (SgHttpMethods methods)
{
  static const char *const names[] = { "GET, HEAD", "POST", "PUT", "DELETE", "PATCH" };
  const char *found[G_N_ELEMENTS (names) + 1] = { NULL };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (methods & (1u << i))
        found[n++] = names[i];
    }
  return g_strjoinv (", ", (char **) found);
}
