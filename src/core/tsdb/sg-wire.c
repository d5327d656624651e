/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wire.h"

#define FIRST_CAPACITY 64

void
sg_wire_writer_init (SgWireWriter *self)
{
  *self = (SgWireWriter) { NULL, 0, 0 };
}

void
sg_wire_writer_clear (SgWireWriter *self)
{
  g_free (self->data);
  sg_wire_writer_init (self);
}

/* Makes room for @more bytes; at least doubles, so that appending stays linear. */
void
sg_wire_writer_grow (SgWireWriter *self,
                     gsize         more)
{
  gsize wanted = self->length + more;

  g_assert (wanted >= more && wanted <= G_MAXSIZE / 2);
  self->capacity = MAX (MAX (wanted, self->capacity * 2), FIRST_CAPACITY);
  self->data = g_realloc (self->data, self->capacity);
}
