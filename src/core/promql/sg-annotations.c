/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-annotations.h"

#include "promql/sg-ast.h"

#include <string.h>

/*
 * A text is "PromQL warning: …" or "PromQL info: …"; when it is read, the place in the query that it
 * is about is added as " (line:column)". Two texts that differ in their place only are one.
 */
#define MAX_ANNOTATIONS 10000u

typedef struct
{
  char *text;
  gsize offset;
  gboolean is_info;
} Annotation;

struct _SgAnnotations
{
  GPtrArray *list;
  GHashTable *by_text;
};

static void
annotation_free (gpointer data)
{
  Annotation *annotation = data;

  g_free (annotation->text);
  g_free (annotation);
}

SgAnnotations *
sg_annotations_new (void)
{
  SgAnnotations *self = g_new0 (SgAnnotations, 1);

  self->list = g_ptr_array_new_with_free_func (annotation_free);
  self->by_text = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
sg_annotations_free (SgAnnotations *self)
{
  g_hash_table_unref (self->by_text);
  g_ptr_array_unref (self->list);
  g_free (self);
}

static void
annotations_add (SgAnnotations *self,
                 gboolean       is_info,
                 gsize          offset,
                 char          *text)
{
  Annotation *annotation = g_hash_table_lookup (self->by_text, text);

  if (annotation != NULL || self->list->len >= MAX_ANNOTATIONS)
    {
      if (annotation != NULL)
        annotation->offset = offset;
      g_free (text);
      return;
    }
  annotation = g_new (Annotation, 1);
  *annotation = (Annotation) { text, offset, is_info };
  g_ptr_array_add (self->list, annotation);
  g_hash_table_insert (self->by_text, text, annotation);
}

/* Warns about the part of the query at @offset, or SG_ANNOTATION_NOWHERE. */
void
sg_annotations_warn (SgAnnotations *self,
                     gsize          offset,
                     const char    *format,
                     ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  annotations_add (self, FALSE, offset, g_strconcat ("PromQL warning: ", text, NULL));
}

void
sg_annotations_inform (SgAnnotations *self,
                       gsize          offset,
                       const char    *format,
                       ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  annotations_add (self, TRUE, offset, g_strconcat ("PromQL info: ", text, NULL));
}

/* A warning of the store: it is passed on as it is. */
void
sg_annotations_add_foreign (SgAnnotations *self,
                            const char    *text)
{
  annotations_add (self, FALSE, SG_ANNOTATION_NOWHERE, g_strdup (text));
}

/**
 * sg_annotations_take: (skip)
 * @self: annotations
 * @other: (transfer full): what is said besides
 */
void
sg_annotations_take (SgAnnotations *self,
                     SgAnnotations *other)
{
  for (guint i = 0; i < other->list->len; i++)
    {
      Annotation *annotation = g_ptr_array_index (other->list, i);

      annotations_add (self, annotation->is_info, annotation->offset,
                       g_steal_pointer (&annotation->text));
    }
  sg_annotations_free (other);
}

static int
compare_texts (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(Annotation *const *) a)->text, (*(Annotation *const *) b)->text);
}

void
sg_annotations_sort (SgAnnotations *self)
{
  g_ptr_array_sort (self->list, compare_texts);
}

static GStrv
annotations_list (SgAnnotations *self,
                  gboolean       is_info,
                  const char    *query)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  for (guint i = 0; i < self->list->len; i++)
    {
      const Annotation *annotation = g_ptr_array_index (self->list, i);
      guint line;
      guint column;

      if (annotation->is_info != is_info)
        continue;
      if (annotation->offset == SG_ANNOTATION_NOWHERE)
        {
          g_ptr_array_add (texts, g_strdup (annotation->text));
          continue;
        }
      sg_text_position (query, annotation->offset, &line, &column);
      g_ptr_array_add (texts, g_strdup_printf ("%s (%u:%u)", annotation->text, line, column));
    }
  g_ptr_array_add (texts, NULL);
  return (GStrv) g_ptr_array_steal (texts, NULL);
}

/* Returns: (transfer full): all warnings; @query is what their places are in */
GStrv
sg_annotations_get_warnings (SgAnnotations *self,
                             const char    *query)
{
  return annotations_list (self, FALSE, query);
}

GStrv
sg_annotations_get_infos (SgAnnotations *self,
                          const char    *query)
{
  return annotations_list (self, TRUE, query);
}
