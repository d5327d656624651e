/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-number.h"
#include "metrics/sg-escaping.h"
#include "metrics/sg-family-view.h"

#include <string.h>

G_BEGIN_DECLS

/*
 * One growing buffer that a page is written into. Private to the module. Every write makes sure of
 * its room; numbers and short names are written past it, up to SG_TEXT_WRITER_SLACK bytes.
 */
#define SG_TEXT_WRITER_SLACK 64

typedef struct
{
  char *data;
  gsize length;
  gsize capacity;
} SgTextWriter;

void  sg_text_writer_init        (SgTextWriter        *self,
                                  gsize                capacity);
void  sg_text_writer_grow        (SgTextWriter        *self,
                                  gsize                n);
void  sg_text_write_escaped      (SgTextWriter        *self,
                                  const char          *text,
                                  gboolean             quotes);
void  sg_text_write_quoted       (SgTextWriter        *self,
                                  const char          *text);
void  sg_text_write_labels       (SgTextWriter        *self,
                                  const SgFamilyView  *view,
                                  const char *const   *values,
                                  SgEscaping           escaping,
                                  const char          *metric,
                                  const char          *extra);
void  sg_text_format_label       (double               value,
                                  char                *out);

/* Makes sure that @n bytes and the slack can be written. */
static inline void
sg_text_writer_need (SgTextWriter *self,
                     gsize         n)
{
  if (G_UNLIKELY (self->capacity - self->length < n + SG_TEXT_WRITER_SLACK))
    sg_text_writer_grow (self, n);
}

/* Most names and labels are of this size: a few moves, the last overlapping, instead of a call. */
static inline void
sg_text_copy (char       *to,
              const char *from,
              gsize       n)
{
  if (G_UNLIKELY (n < 16 || n > 96))
    {
      memcpy (to, from, n);
      return;
    }
  for (gsize i = 0; i + 16 < n; i += 16)
    memcpy (to + i, from + i, 16);
  memcpy (to + n - 16, from + n - 16, 16);
}

static inline void
sg_text_write (SgTextWriter *self,
               const char   *bytes,
               gsize         n)
{
  sg_text_writer_need (self, n);
  sg_text_copy (self->data + self->length, bytes, n);
  self->length += n;
}

static inline void
sg_text_write_string (SgTextWriter *self,
                      const char   *text)
{
  sg_text_write (self, text, strlen (text));
}

static inline void
sg_text_write_char (SgTextWriter *self,
                    char          c)
{
  sg_text_writer_need (self, 1);
  self->data[self->length++] = c;
}

/* Returns: the length of the text, which fits the slack */
static inline gsize
sg_text_put_number (char   *out,
                    double  value)
{
  if (G_LIKELY (value > 0 && value < 0x1p53 && (double) (gint64) value == value))
    return sg_u64_write ((guint64) (gint64) value, out);
  return sg_double_write (value, out);
}

static inline void
sg_text_write_number (SgTextWriter *self,
                      double        value)
{
  sg_text_writer_need (self, 0);
  self->length += sg_text_put_number (self->data + self->length, value);
}

static inline void
sg_text_write_integer (SgTextWriter *self,
                       guint64       value)
{
  sg_text_writer_need (self, 0);
  self->length += sg_u64_write (value, self->data + self->length);
}

G_END_DECLS
