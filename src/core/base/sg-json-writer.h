/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Deep enough for the syntax tree of any query, with two levels for each of its own. */
#define SG_JSON_DEPTH_MAX 1280

/**
 * SgJsonWriter:
 *
 * Writes JSON straight into a text, member by member, without a tree of it in between: a large answer is
 * held once. Commas are its business; whether objects and arrays are closed is the caller's.
 *
 *   sg_json_writer_begin_object (&json);
 *   sg_json_writer_key (&json, "status");
 *   sg_json_writer_string (&json, "success");
 *   sg_json_writer_end_object (&json);
 */
typedef struct
{
  GString *out;
  guint depth;
  gboolean after_key;
  guint8 filled[SG_JSON_DEPTH_MAX];
} SgJsonWriter;

void    sg_json_writer_init         (SgJsonWriter *self);
/* Takes the text out; the writer is empty then. */
GBytes *sg_json_writer_free_to_bytes (SgJsonWriter *self);
void    sg_json_writer_clear        (SgJsonWriter *self);

void    sg_json_writer_begin_object (SgJsonWriter *self);
void    sg_json_writer_end_object   (SgJsonWriter *self);
void    sg_json_writer_begin_array  (SgJsonWriter *self);
void    sg_json_writer_end_array    (SgJsonWriter *self);
void    sg_json_writer_key          (SgJsonWriter *self,
                                     const char   *key);
/* What is not UTF-8 is replaced; %NULL is written as null. */
void    sg_json_writer_string       (SgJsonWriter *self,
                                     const char   *text);
void    sg_json_writer_integer      (SgJsonWriter *self,
                                     gint64        value);
void    sg_json_writer_boolean      (SgJsonWriter *self,
                                     gboolean      value);
/* A value that is JSON already. */
void    sg_json_writer_raw          (SgJsonWriter *self,
                                     const char   *text,
                                     gsize         length);
char   *sg_json_writer_reserve      (SgJsonWriter *self,
                                     gsize         size);
void    sg_json_writer_commit       (SgJsonWriter *self,
                                     char         *end);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgJsonWriter, sg_json_writer_clear)

G_END_DECLS
