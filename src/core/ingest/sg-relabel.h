/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"

G_BEGIN_DECLS

/**
 * SgRelabelAction:
 * @SG_RELABEL_REPLACE: where regex matches the source, target_label becomes replacement
 * @SG_RELABEL_KEEP: what does not match is dropped
 * @SG_RELABEL_DROP: what matches is dropped
 * @SG_RELABEL_KEEP_EQUAL: dropped unless target_label equals the source
 * @SG_RELABEL_DROP_EQUAL: dropped if target_label equals the source
 * @SG_RELABEL_HASHMOD: target_label becomes a hash of the source, modulo modulus
 * @SG_RELABEL_LABELMAP: labels whose name matches are copied to the name that replacement makes
 * @SG_RELABEL_LABELDROP: labels whose name matches go
 * @SG_RELABEL_LABELKEEP: labels whose name does not match go
 * @SG_RELABEL_LOWERCASE: target_label becomes the source in lower case
 * @SG_RELABEL_UPPERCASE: target_label becomes the source in upper case
 */
typedef enum
{
  SG_RELABEL_REPLACE,
  SG_RELABEL_KEEP,
  SG_RELABEL_DROP,
  SG_RELABEL_KEEP_EQUAL,
  SG_RELABEL_DROP_EQUAL,
  SG_RELABEL_HASHMOD,
  SG_RELABEL_LABELMAP,
  SG_RELABEL_LABELDROP,
  SG_RELABEL_LABELKEEP,
  SG_RELABEL_LOWERCASE,
  SG_RELABEL_UPPERCASE,
} SgRelabelAction;

/**
 * SgRelabelSpec:
 * @action: what to do
 * @source_labels: (nullable): whose values are joined to the source
 * @separator: (nullable): what stands between them, %NULL for ";"
 * @regex: (nullable): what the source, or a name, is matched with as a whole, %NULL for "(.*)"
 * @modulus: for hashmod
 * @target_label: (nullable): what is set
 * @replacement: (nullable): what it is set to, with $1 or ${name}, %NULL for "$1"
 *
 * One entry of relabel_configs, as it is written.
 */
typedef struct
{
  SgRelabelAction action;
  const char *const *source_labels;
  const char *separator;
  const char *regex;
  guint64 modulus;
  const char *target_label;
  const char *replacement;
} SgRelabelSpec;

gboolean sg_relabel_action_from_string (const char       *text,
                                        SgRelabelAction  *ret_action);

/**
 * SgRelabel:
 *
 * A list of relabelling rules, checked and compiled. Immutable, counted, and safe from any thread.
 */
typedef struct _SgRelabel SgRelabel;

SgRelabel *sg_relabel_new   (const SgRelabelSpec  *specs,
                             gsize                 n_specs,
                             GError              **error);
SgRelabel *sg_relabel_ref   (SgRelabel            *self);
void       sg_relabel_unref (SgRelabel            *self);
/* Returns: (transfer full) (nullable): the labels after all rules, %NULL when a rule drops them */
SgLabels  *sg_relabel_apply (const SgRelabel      *self,
                             const SgLabels       *labels);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgRelabel, sg_relabel_unref)

G_END_DECLS
