/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How deep arrays and objects may be in each other. */
#define SG_JSON_READER_DEPTH_MAX 64

/**
 * SgJsonSlice:
 * @text: where it begins, in the text that is read
 * @length: how many bytes it has
 *
 * One value, as it is written: what it is shows its first byte.
 */
typedef struct
{
  const char *text;
  gsize length;
} SgJsonSlice;

/**
 * SgJsonReader:
 * @p: what comes next
 * @end: behind the last byte
 * @failed: (nullable): where the text is wrong
 * @reason: (nullable): what is wrong there, as a clause that follows a place
 *
 * Reads JSON of others without a tree of it: value by value, each checked to its end before anything of it
 * is looked at. Nothing is copied but what is asked for, and depth costs no stack.
 */
typedef struct
{
  const char *p;
  const char *end;
  const char *failed;
  const char *reason;
} SgJsonReader;

void     sg_json_reader_init         (SgJsonReader      *self,
                                      const char        *text,
                                      gsize              length);
void     sg_json_reader_skip_blanks  (SgJsonReader      *self);
gboolean sg_json_reader_value        (SgJsonReader      *self,
                                      SgJsonSlice       *ret_value);

gboolean sg_json_slice_next_member   (SgJsonSlice       *object,
                                      SgJsonSlice       *ret_name,
                                      SgJsonSlice       *ret_value);
gboolean sg_json_slice_is            (const SgJsonSlice *string,
                                      const char        *text);
char    *sg_json_slice_to_string     (const SgJsonSlice *string,
                                      const char       **ret_reason);

/* Whether the value is a string, a number, an object. */
static inline gboolean
sg_json_slice_is_string (const SgJsonSlice *self)
{
  return self->text[0] == '"';
}

static inline gboolean
sg_json_slice_is_number (const SgJsonSlice *self)
{
  return self->text[0] == '-' || g_ascii_isdigit (self->text[0]);
}

static inline gboolean
sg_json_slice_is_object (const SgJsonSlice *self)
{
  return self->text[0] == '{';
}

static inline gboolean
sg_json_slice_is_null (const SgJsonSlice *self)
{
  return self->text[0] == 'n';
}

G_END_DECLS
