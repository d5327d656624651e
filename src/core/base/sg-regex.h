/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Regular expressions in the syntax of Go's regexp (RE2), as Prometheus and Alertmanager use them:
 * the whole text must match, and a dot matches a line feed too: ^(?s:…)$. Immutable, counted, and
 * safe from any thread.
 */
typedef struct _SgRegex SgRegex;

/* A longer expression is refused, and so is one that nests deeper. */
#define SG_REGEX_LENGTH_MAX (256 * 1024)
#define SG_REGEX_DEPTH_MAX 250
/* How many steps one match may take before it is given up, and how much memory. */
#define SG_REGEX_STEPS_MAX 1000000
#define SG_REGEX_HEAP_MAX_KIB 1024

/**
 * SgRegexFlags:
 * @SG_REGEX_CAPTURES: sg_regex_expand() will be called
 */
typedef enum
{
  SG_REGEX_CAPTURES = 1 << 0,
} SgRegexFlags;

/**
 * SgRegexVerdict:
 * @SG_REGEX_NO_MATCH: the text does not match
 * @SG_REGEX_MATCH: it does
 * @SG_REGEX_GIVEN_UP: the bounds above were reached before that was known
 */
typedef enum
{
  SG_REGEX_NO_MATCH,
  SG_REGEX_MATCH,
  SG_REGEX_GIVEN_UP,
} SgRegexVerdict;

SgRegex           *sg_regex_new          (const char     *pattern,
                                          SgRegexFlags    flags,
                                          GError        **error);
SgRegex           *sg_regex_ref          (const SgRegex  *self);
void               sg_regex_unref        (SgRegex        *self);
const char        *sg_regex_get_pattern  (const SgRegex  *self);
SgRegexVerdict     sg_regex_match        (const SgRegex  *self,
                                          const char     *text);
SgRegexVerdict     sg_regex_expand       (const SgRegex  *self,
                                          const char     *text,
                                          const char     *replacement,
                                          GString        *out);

/* What every text that matches has: the means to look at fewer of them. */
const char *const *sg_regex_get_set      (const SgRegex  *self,
                                          gsize          *ret_n);
gboolean           sg_regex_is_anything  (const SgRegex  *self);
gboolean           sg_regex_is_non_empty (const SgRegex  *self);
const char        *sg_regex_get_prefix   (const SgRegex  *self);
const char        *sg_regex_get_contains (const SgRegex  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgRegex, sg_regex_unref)

G_END_DECLS
