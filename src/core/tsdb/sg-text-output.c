/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-text-output.h"

/* So much is written at a time. */
#define PIECE (64 * 1024)

void
sg_text_output_init (SgTextOutput  *self,
                     GOutputStream *stream,
                     GCancellable  *cancellable)
{
  self->stream = stream;
  self->text = g_string_sized_new (PIECE + 1024);
  self->cancellable = cancellable;
}

void
sg_text_output_clear (SgTextOutput *self)
{
  g_string_free (self->text, TRUE);
}

gboolean
sg_text_output_flush (SgTextOutput  *self,
                      GError       **error)
{
  gboolean written = !g_cancellable_set_error_if_cancelled (self->cancellable, error)
                     && g_output_stream_write_all (self->stream, self->text->str, self->text->len,
                                                   NULL, self->cancellable, error);

  g_string_truncate (self->text, 0);
  return written;
}

/* Returns: whether to go on: what was written so far was taken, and nobody has cancelled */
gboolean
sg_text_output_step (SgTextOutput  *self,
                     GError       **error)
{
  if (self->text->len >= PIECE)
    return sg_text_output_flush (self, error);
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}
