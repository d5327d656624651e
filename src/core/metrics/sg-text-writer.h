/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

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
char *sg_text_format_integer     (char                *out,
                                  guint64              value);
char *sg_text_format_double      (char                *out,
                                  double               value);

/* Makes sure that @n bytes and the slack can be written. */
static inline void
sg_text_writer_need (SgTextWriter *self,
                     gsize         n)
{
  if (G_UNLIKELY (self->capacity - self->length < n + SG_TEXT_WRITER_SLACK))
    sg_text_writer_grow (self, n);
}

static inline void
sg_text_write (SgTextWriter *self,
               const char   *bytes,
               gsize         n)
{
  sg_text_writer_need (self, n);
  memcpy (self->data + self->length, bytes, n);
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

/*
 * Whole numbers that a double can tell apart are written with all their digits, quickly; the others
 * are in the shortest form that reads back as the same number. -0 is not whole in this sense.
 */
static inline char *
sg_text_format_number (char   *out,
                       double  value)
{
  if (G_LIKELY (value > 0 && value < 9007199254740992.0 && (double) (guint64) value == value))
    return sg_text_format_integer (out, (guint64) value);
  return sg_text_format_double (out, value);
}

static inline void
sg_text_write_number (SgTextWriter *self,
                      double        value)
{
  sg_text_writer_need (self, 0);
  self->length = (gsize) (sg_text_format_number (self->data + self->length, value) - self->data);
}

static inline void
sg_text_write_integer (SgTextWriter *self,
                       guint64       value)
{
  sg_text_writer_need (self, 0);
  self->length = (gsize) (sg_text_format_integer (self->data + self->length, value) - self->data);
}

G_END_DECLS
