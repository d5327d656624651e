/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/wire/sg-http-gate.h"

#include <gio/gio.h>

/*
 * A connection in the shape that the HTTP library takes: a GIOStream with two pollable halves that
 * never block. It lasts for one request; when the library closes it, the connection goes back to the
 * gate, which keeps it or not.
 */

#define SG_TYPE_HTTP_INPUT (sg_http_input_get_type ())
G_DECLARE_FINAL_TYPE (SgHttpInput, sg_http_input, SG, HTTP_INPUT, GInputStream)

#define SG_TYPE_HTTP_OUTPUT (sg_http_output_get_type ())
G_DECLARE_FINAL_TYPE (SgHttpOutput, sg_http_output, SG, HTTP_OUTPUT, GOutputStream)

#define SG_TYPE_HTTP_STREAM (sg_http_stream_get_type ())
G_DECLARE_FINAL_TYPE (SgHttpStream, sg_http_stream, SG, HTTP_STREAM, GIOStream)

struct _SgHttpInput
{
  GInputStream parent_instance;
  SgHttpConnection *connection;
};

struct _SgHttpOutput
{
  GOutputStream parent_instance;
  SgHttpConnection *connection;
};

struct _SgHttpStream
{
  GIOStream parent_instance;
  SgHttpConnection *connection;
  GInputStream *input;
  GOutputStream *output;
};

static gssize
input_read (GInputStream  *stream,
            void          *buffer,
            gsize          count,
            GCancellable  *cancellable,
            GError       **error)
{
  return sg_http_connection_read (SG_HTTP_INPUT (stream)->connection, buffer, count, error);
}

static gssize
input_read_nonblocking (GPollableInputStream  *stream,
                        void                  *buffer,
                        gsize                  count,
                        GError               **error)
{
  return sg_http_connection_read (SG_HTTP_INPUT (stream)->connection, buffer, count, error);
}

static gboolean
input_is_readable (GPollableInputStream *stream)
{
  return sg_http_connection_is_readable (SG_HTTP_INPUT (stream)->connection);
}

static GSource *
input_create_source (GPollableInputStream *stream,
                     GCancellable         *cancellable)
{
  g_autoptr (GSource) source =
      sg_http_connection_create_source (SG_HTTP_INPUT (stream)->connection, G_IO_IN);

  return g_pollable_source_new_full (stream, source, cancellable);
}

static void
input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
  iface->read_nonblocking = input_read_nonblocking;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SgHttpInput,
                               sg_http_input,
                               G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      input_pollable_init))

static void
input_finalize (GObject *object)
{
  sg_http_connection_unref (SG_HTTP_INPUT (object)->connection);
  G_OBJECT_CLASS (sg_http_input_parent_class)->finalize (object);
}

static void
sg_http_input_class_init (SgHttpInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = input_read;
}

static void
sg_http_input_init (SgHttpInput *self)
{
}

static gssize
output_write (GOutputStream  *stream,
              const void     *buffer,
              gsize           count,
              GCancellable   *cancellable,
              GError        **error)
{
  return sg_http_connection_write (SG_HTTP_OUTPUT (stream)->connection, buffer, count, error);
}

static gssize
output_write_nonblocking (GPollableOutputStream  *stream,
                          const void             *buffer,
                          gsize                   count,
                          GError                **error)
{
  return sg_http_connection_write (SG_HTTP_OUTPUT (stream)->connection, buffer, count, error);
}

static gboolean
output_is_writable (GPollableOutputStream *stream)
{
  return sg_http_connection_is_writable (SG_HTTP_OUTPUT (stream)->connection);
}

static GSource *
output_create_source (GPollableOutputStream *stream,
                      GCancellable          *cancellable)
{
  g_autoptr (GSource) source =
      sg_http_connection_create_source (SG_HTTP_OUTPUT (stream)->connection, G_IO_OUT);

  return g_pollable_source_new_full (stream, source, cancellable);
}

static void
output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->is_writable = output_is_writable;
  iface->create_source = output_create_source;
  iface->write_nonblocking = output_write_nonblocking;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SgHttpOutput,
                               sg_http_output,
                               G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM,
                                                      output_pollable_init))

static void
output_finalize (GObject *object)
{
  sg_http_connection_unref (SG_HTTP_OUTPUT (object)->connection);
  G_OBJECT_CLASS (sg_http_output_parent_class)->finalize (object);
}

static void
sg_http_output_class_init (SgHttpOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = output_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = output_write;
}

static void
sg_http_output_init (SgHttpOutput *self)
{
}

G_DEFINE_FINAL_TYPE (SgHttpStream, sg_http_stream, G_TYPE_IO_STREAM)

static GInputStream *
stream_get_input (GIOStream *stream)
{
  return SG_HTTP_STREAM (stream)->input;
}

static GOutputStream *
stream_get_output (GIOStream *stream)
{
  return SG_HTTP_STREAM (stream)->output;
}

static gboolean
stream_close (GIOStream     *stream,
              GCancellable  *cancellable,
              GError       **error)
{
  sg_http_gate_take_back (SG_HTTP_STREAM (stream)->connection);
  return TRUE;
}

static void
stream_finalize (GObject *object)
{
  SgHttpStream *self = SG_HTTP_STREAM (object);

  g_object_unref (self->input);
  g_object_unref (self->output);
  sg_http_connection_unref (self->connection);
  G_OBJECT_CLASS (sg_http_stream_parent_class)->finalize (object);
}

static void
sg_http_stream_class_init (SgHttpStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = stream_finalize;
  stream_class->get_input_stream = stream_get_input;
  stream_class->get_output_stream = stream_get_output;
  stream_class->close_fn = stream_close;
}

static void
sg_http_stream_init (SgHttpStream *self)
{
}

/**
 * sg_http_stream_new:
 * @connection: a connection whose head is complete
 *
 * Returns: (transfer full): the stream of its request
 */
GIOStream *
sg_http_stream_new (SgHttpConnection *connection)
{
  SgHttpStream *self = g_object_new (SG_TYPE_HTTP_STREAM, NULL);
  SgHttpInput *input = g_object_new (SG_TYPE_HTTP_INPUT, NULL);
  SgHttpOutput *output = g_object_new (SG_TYPE_HTTP_OUTPUT, NULL);

  input->connection = sg_http_connection_ref (connection);
  output->connection = sg_http_connection_ref (connection);
  self->connection = sg_http_connection_ref (connection);
  self->input = G_INPUT_STREAM (input);
  self->output = G_OUTPUT_STREAM (output);
  return G_IO_STREAM (self);
}
