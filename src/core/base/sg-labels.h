/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SG_LABEL_NAME "__name__"

/**
 * SgLabel:
 * @name: its name; one pointer for equal names as long as the vocabulary holds (see sg-symbols.h)
 * @value: its value, never empty inside an #SgLabels
 */
typedef struct
{
  const char *name;
  const char *value;
} SgLabel;

/**
 * SgLabels:
 *
 * What a series is called: labels sorted by the bytes of their names, none twice, none empty (an
 * empty value means that the label is absent). Immutable and reference-counted, in one allocation:
 * this header, the pairs, then the bytes of the values. The hash is computed once.
 */
typedef struct
{
  gatomicrefcount ref_count;
  guint n_labels;
  guint64 hash;
  SgLabel labels[];
} SgLabels;

#define SG_TYPE_LABELS (sg_labels_get_type ())

GType       sg_labels_get_type      (void) G_GNUC_CONST;
SgLabels   *sg_labels_new           (const SgLabel   *pairs,
                                     gsize            n_pairs);
SgLabels   *sg_labels_new_from_pairs (const char     *first_name,
                                      ...) G_GNUC_NULL_TERMINATED;
SgLabels   *sg_labels_get_empty     (void);
SgLabels   *sg_labels_ref           (const SgLabels  *self);
void        sg_labels_unref         (SgLabels        *self);
const char *sg_labels_get           (const SgLabels  *self,
                                     const char      *name);
gboolean    sg_labels_equal         (const SgLabels  *a,
                                     const SgLabels  *b);
int         sg_labels_compare       (const SgLabels  *a,
                                     const SgLabels  *b);
gsize       sg_labels_value_length  (const SgLabels  *self,
                                     guint            i);
guint       sg_labels_hash          (gconstpointer    self);
gboolean    sg_labels_equal_func    (gconstpointer    a,
                                     gconstpointer    b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLabels, sg_labels_unref)

/* Equal names are one pointer, but for those that did not fit the vocabulary. */
static inline gboolean
sg_label_name_equal (const char *a,
                     const char *b)
{
  return a == b || g_str_equal (a, b);
}

/*
 * Text: {a="b", c="d"}, or name{a="b"} where __name__ is one that needs no quotes. Names outside the
 * classic alphabet are quoted, as Prometheus 3 writes them: {"utf8.name", "l.x"="v"}.
 */
char       *sg_labels_to_string     (const SgLabels  *self);
void        sg_labels_append_text   (const SgLabels  *self,
                                     GString         *out);
void        sg_labels_append_quoted (GString         *out,
                                     const char      *text);
SgLabels   *sg_labels_parse         (const char      *text,
                                     GError         **error);

gboolean    sg_metric_name_is_classic (const char    *name);
gboolean    sg_label_name_is_classic (const char     *name);
gboolean    sg_label_name_validate  (const char      *name,
                                     GError         **error);
gboolean    sg_metric_name_validate (const char      *name,
                                     GError         **error);

/**
 * SgLabelsBuilder:
 *
 * Builds a label set from another: set, delete, keep. Lives on the stack; the names and values that
 * it is given must stay until sg_labels_builder_build() has copied them.
 */
typedef struct
{
  GArray *pairs;
} SgLabelsBuilder;

void        sg_labels_builder_init  (SgLabelsBuilder *self,
                                     const SgLabels  *base);
void        sg_labels_builder_set   (SgLabelsBuilder *self,
                                     const char      *name,
                                     const char      *value);
void        sg_labels_builder_unset (SgLabelsBuilder *self,
                                     const char      *name);
const char *sg_labels_builder_get   (SgLabelsBuilder *self,
                                     const char      *name);
/* Whether @name was set, be it to "". */
gboolean    sg_labels_builder_has   (SgLabelsBuilder *self,
                                     const char      *name);
SgLabels   *sg_labels_builder_build (SgLabelsBuilder *self);
void        sg_labels_builder_clear (SgLabelsBuilder *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SgLabelsBuilder, sg_labels_builder_clear)

G_END_DECLS
