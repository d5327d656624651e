/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgMatchKind:
 * @SG_MATCH_EQUAL: =
 * @SG_MATCH_NOT_EQUAL: !=
 * @SG_MATCH_REGEXP: =~
 * @SG_MATCH_NOT_REGEXP: !~
 */
typedef enum
{
  SG_MATCH_EQUAL,
  SG_MATCH_NOT_EQUAL,
  SG_MATCH_REGEXP,
  SG_MATCH_NOT_REGEXP,
} SgMatchKind;

/**
 * SgMatcher:
 *
 * A condition on one label. A label that is absent has the value "". Immutable, counted, and safe
 * from any thread.
 */
typedef struct _SgMatcher SgMatcher;

#define SG_TYPE_MATCHER (sg_matcher_get_type ())

GType       sg_matcher_get_type  (void) G_GNUC_CONST;
SgMatcher  *sg_matcher_new       (SgMatchKind       kind,
                                  const char       *name,
                                  const char       *value,
                                  GError          **error);
SgMatcher  *sg_matcher_ref       (const SgMatcher  *self);
void        sg_matcher_unref     (SgMatcher        *self);
SgMatchKind sg_matcher_get_kind  (const SgMatcher  *self);
const char *sg_matcher_get_name  (const SgMatcher  *self);
const char *sg_matcher_get_value (const SgMatcher  *self);
gboolean    sg_matcher_equal     (const SgMatcher  *a,
                                  const SgMatcher  *b);
char       *sg_matcher_to_string (const SgMatcher  *self);

gboolean    sg_matcher_matches   (const SgMatcher  *self,
                                  const char       *value);
guint64     sg_matcher_get_given_up (const SgMatcher *self);

/*
 * What an index can use instead of trying each value. Of != and !~ these describe the values that
 * do not match: see sg_matcher_is_negative().
 */
gboolean    sg_matcher_is_negative       (const SgMatcher  *self);
gboolean    sg_matcher_matches_empty     (const SgMatcher  *self);
gboolean    sg_matcher_matches_anything  (const SgMatcher  *self);
gboolean    sg_matcher_matches_non_empty (const SgMatcher  *self);
const char *const *sg_matcher_get_set    (const SgMatcher  *self,
                                          gsize            *ret_n);
const char *sg_matcher_get_prefix        (const SgMatcher  *self);
const char *sg_matcher_get_contains      (const SgMatcher  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgMatcher, sg_matcher_unref)

G_END_DECLS
