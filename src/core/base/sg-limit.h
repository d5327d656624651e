/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgLimitUnit:
 * @SG_LIMIT_COUNT: a number of things
 * @SG_LIMIT_BYTES: a size, written 8MiB
 * @SG_LIMIT_DURATION: milliseconds, written 1h30m
 */
typedef enum
{
  SG_LIMIT_COUNT,
  SG_LIMIT_BYTES,
  SG_LIMIT_DURATION,
} SgLimitUnit;

/**
 * SgLimit:
 * @name: what flags, errors and its metric call it: http.body-size
 * @description: what it bounds, in a few words
 * @unit: what is counted
 * @min: the least it can be set to
 * @max: the most it can be set to
 * @default_value: what it is unless set
 * @value: what it is; read with sg_limit_get()
 * @hits: how often it bit; read with sg_limit_get_hits()
 *
 * A bound. Whoever keeps it asks sg_limit_allows(), which is cheap, from any thread; whoever shows
 * the bounds walks the list.
 */
typedef struct
{
  const char *name;
  const char *description;
  SgLimitUnit unit;
  guint64 min;
  guint64 max;
  guint64 default_value;
  guint64 value;
  guint64 hits;
} SgLimit;

static inline guint64
sg_limit_get (const SgLimit *self)
{
  return __atomic_load_n (&self->value, __ATOMIC_RELAXED);
}

static inline guint64
sg_limit_get_hits (const SgLimit *self)
{
  return __atomic_load_n (&self->hits, __ATOMIC_RELAXED);
}

/* Counts that the bound bit. */
static inline void
sg_limit_hit (SgLimit *self)
{
  __atomic_fetch_add (&self->hits, 1, __ATOMIC_RELAXED);
}

/* Whether @amount is within the bound; counts it when it is not. */
static inline gboolean
sg_limit_allows (SgLimit *self, guint64 amount)
{
  if (G_LIKELY (amount <= sg_limit_get (self)))
    return TRUE;
  sg_limit_hit (self);
  return FALSE;
}

gboolean  sg_limit_set_text       (SgLimit         *self,
                                   const char      *text,
                                   GError         **error);
char     *sg_limit_value_to_string (const SgLimit  *self,
                                    guint64         value);
void      sg_limit_set_error      (const SgLimit   *self,
                                   guint64          amount,
                                   GError         **error);

/**
 * SgLimits:
 *
 * The bounds of an engine, by name. They live as long as the list. Counted; safe from any thread.
 */
typedef struct _SgLimits SgLimits;

typedef void (*SgLimitFunc) (const SgLimit *limit,
                             gpointer       user_data);

SgLimits *sg_limits_new     (void);
SgLimits *sg_limits_ref     (SgLimits       *self);
void      sg_limits_unref   (SgLimits       *self);
SgLimit  *sg_limits_add     (SgLimits       *self,
                             const SgLimit  *declared);
SgLimit  *sg_limits_find    (SgLimits       *self,
                             const char     *name);
gboolean  sg_limits_set     (SgLimits       *self,
                             const char     *name,
                             const char     *text,
                             GError        **error);
void      sg_limits_foreach (SgLimits       *self,
                             SgLimitFunc     func,
                             gpointer        user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgLimits, sg_limits_unref)

G_END_DECLS
