/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgTextOutput:
 * @stream: where the text goes
 * @text: what has not gone there yet; whoever writes appends to it
 * @cancellable: (nullable): ends it
 *
 * Text of any length on its way to a stream, in pieces. It lives on the stack. After some lines
 * sg_text_output_step() is called, and sg_text_output_flush() at the end.
 */
typedef struct
{
  GOutputStream *stream;
  GString *text;
  GCancellable *cancellable;
} SgTextOutput;

void     sg_text_output_init  (SgTextOutput   *self,
                               GOutputStream  *stream,
                               GCancellable   *cancellable);
void     sg_text_output_clear (SgTextOutput   *self);
gboolean sg_text_output_step  (SgTextOutput   *self,
                               GError        **error);
gboolean sg_text_output_flush (SgTextOutput   *self,
                               GError        **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgTextOutput, sg_text_output_clear)

G_END_DECLS
