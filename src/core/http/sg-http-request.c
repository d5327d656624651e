/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-request-private.h"

#include "http/sg-http-error.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (SgHttpRequest, sg_http_request, sg_http_request_ref, sg_http_request_unref)

SgHttpMethods
sg_http_method_from_string (const char *method)
{
  static const struct
  {
    const char *name;
    SgHttpMethods method;
  } methods[] = {
    { "GET", SG_HTTP_GET },         { "HEAD", SG_HTTP_GET },    { "POST", SG_HTTP_POST },
    { "PUT", SG_HTTP_PUT },         { "PATCH", SG_HTTP_PATCH }, { "DELETE", SG_HTTP_DELETE },
    { "OPTIONS", SG_HTTP_OPTIONS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (g_str_equal (methods[i].name, method))
        return methods[i].method;
    }
  return SG_HTTP_OTHER;
}

/* @target: "/path?query", or the same behind "http://host" */
SgHttpRequest *
sg_http_request_new (const char *method,
                     const char *target)
{
  SgHttpRequest *self = g_new0 (SgHttpRequest, 1);
  const char *path = target[0] == '/' ? target : target + strlen ("http://");
  const char *question;

  if (target[0] != '/')
    path += strcspn (path, "/?");
  question = strchr (path, '?');
  self->ref_count = 1;
  self->method = sg_http_method_from_string (method);
  self->path = question != NULL ? g_strndup (path, (gsize) (question - path)) : g_strdup (path);
  self->query = g_strdup (question != NULL ? question + 1 : "");
  if (self->path[0] == '\0')
    {
      g_free (self->path);
      self->path = g_strdup ("/");
    }
  self->rest = "";
  self->params = sg_http_form_new ();
  self->values = sg_http_form_new ();
  self->headers = sg_http_form_new ();
  self->body = g_bytes_new_static ("", 0);
  self->cancellable = g_cancellable_new ();
  return self;
}

SgHttpRequest *
sg_http_request_ref (const SgHttpRequest *self)
{
  SgHttpRequest *mutable_self = (SgHttpRequest *) self;

  __atomic_fetch_add (&mutable_self->ref_count, 1, __ATOMIC_RELAXED);
  return mutable_self;
}

void
sg_http_request_unref (SgHttpRequest *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_free (self->path);
  g_free (self->query);
  g_free (self->peer);
  g_free (self->user);
  sg_http_form_free (self->params);
  sg_http_form_free (self->values);
  sg_http_form_free (self->headers);
  g_bytes_unref (self->body);
  g_object_unref (self->cancellable);
  g_free (self);
}

void
sg_http_request_add_header (SgHttpRequest *self,
                            const char    *name,
                            const char    *value)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  sg_http_form_join (self->headers, lower, value);
}

static gboolean
has_form_body (SgHttpRequest *self)
{
  static const char type[] = "application/x-www-form-urlencoded";
  const char *sent = sg_http_request_get_header (self, "content-type");

  return sent != NULL && g_ascii_strncasecmp (sent, type, strlen (type)) == 0
         && strchr (" ;", sent[strlen (type)]) != NULL;
}

/* Reads the values of a form in the body, if it may be one, then those of the query string. */
gboolean
sg_http_request_complete (SgHttpRequest  *self,
                          gboolean        body_is_data,
                          GError        **error)
{
  gsize length = 0;
  const char *body = g_bytes_get_data (self->body, &length);

  if (!body_is_data && has_form_body (self))
    {
      if (!sg_http_form_parse (self->values, body, length, error))
        {
          g_prefix_error_literal (error, "form: ");
          return FALSE;
        }
    }
  if (!sg_http_form_parse (self->values, self->query, strlen (self->query), error))
    {
      g_prefix_error_literal (error, "query string: ");
      return FALSE;
    }
  return TRUE;
}

SgHttpMethods
sg_http_request_get_method (const SgHttpRequest *self)
{
  return self->method;
}

const char *
sg_http_request_get_path (const SgHttpRequest *self)
{
  return self->path;
}

const char *
sg_http_request_get_rest (const SgHttpRequest *self)
{
  return self->rest;
}

const char *
sg_http_request_get_param (const SgHttpRequest *self,
                           const char          *name)
{
  return sg_http_form_get (self->params, name);
}

const char *
sg_http_request_get_value (const SgHttpRequest *self,
                           const char          *name)
{
  return sg_http_form_get (self->values, name);
}

const char **
sg_http_request_get_values (const SgHttpRequest *self,
                            const char          *name)
{
  return sg_http_form_get_all (self->values, name);
}

const char *
sg_http_request_get_header (const SgHttpRequest *self,
                            const char          *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return sg_http_form_get (self->headers, lower);
}

GBytes *
sg_http_request_get_body (const SgHttpRequest *self)
{
  return self->body;
}

const char *
sg_http_request_get_peer (const SgHttpRequest *self)
{
  return self->peer;
}

const char *
sg_http_request_get_user (const SgHttpRequest *self)
{
  return self->user;
}

GCancellable *
sg_http_request_get_cancellable (const SgHttpRequest *self)
{
  return self->cancellable;
}
