/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-limit.h"

#include "base/sg-bytes.h"
#include "base/sg-duration.h"
#include "base/sg-error.h"
#include "base/sg-lock.h"
#include "base/sg-suggest.h"

/* @limits is sorted by name, and only grows. */
struct _SgLimits
{
  guint ref_count;
  SgLock lock;
  GPtrArray *limits;
};

static gboolean
parse_count (const char  *text,
             guint64     *ret_count,
             GError     **error)
{
  g_autofree char *quoted = NULL;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, ret_count, NULL))
    return TRUE;
  quoted = sg_error_quote (text, -1);
  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID,
               "%s is not a number: write digits only, for example 5000", quoted);
  return FALSE;
}

static gboolean
parse_value (SgLimitUnit   unit,
             const char   *text,
             guint64      *ret_value,
             GError      **error)
{
  gint64 ms;

  switch (unit)
    {
    case SG_LIMIT_BYTES:
      return sg_bytes_parse (text, -1, ret_value, error);
    case SG_LIMIT_DURATION:
      if (!sg_duration_parse (text, -1, 0, &ms, error))
        return FALSE;
      *ret_value = (guint64) ms;
      return TRUE;
    case SG_LIMIT_COUNT:
    default:
      return parse_count (text, ret_value, error);
    }
}

/* Returns: (transfer full): @value as the limit's unit is written */
char *
sg_limit_value_to_string (const SgLimit *self,
                          guint64        value)
{
  switch (self->unit)
    {
    case SG_LIMIT_BYTES:
      return sg_bytes_to_string (value);
    case SG_LIMIT_DURATION:
      return sg_duration_to_string ((gint64) MIN (value, G_MAXINT64));
    case SG_LIMIT_COUNT:
    default:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
    }
}

/**
 * sg_limit_set_text:
 * @self: a limit
 * @text: its value as its unit is written
 * @error: what is wrong with it
 *
 * Returns: whether it was set
 */
gboolean
sg_limit_set_text (SgLimit     *self,
                   const char  *text,
                   GError     **error)
{
  guint64 value;

  if (!parse_value (self->unit, text, &value, error))
    {
      g_prefix_error (error, "%s: ", self->name);
      return FALSE;
    }
  if (value < self->min || value > self->max)
    {
      g_autofree char *min = sg_limit_value_to_string (self, self->min);
      g_autofree char *max = sg_limit_value_to_string (self, self->max);

      g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID,
                   "%s: %s is out of range: write a value from %s to %s", self->name, text, min,
                   max);
      return FALSE;
    }
  __atomic_store_n (&self->value, value, __ATOMIC_RELAXED);
  return TRUE;
}

/* Sets @error to say that @amount went over the limit, and how to raise it. */
void
sg_limit_set_error (const SgLimit  *self,
                    guint64         amount,
                    GError        **error)
{
  g_autofree char *asked = sg_limit_value_to_string (self, amount);
  g_autofree char *allowed = sg_limit_value_to_string (self, sg_limit_get (self));

  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_LIMIT,
               "%s: %s is more than %s: ask for less, or raise the limit %s", self->description,
               asked, allowed, self->name);
}

SgLimits *
sg_limits_new (void)
{
  SgLimits *self = g_new0 (SgLimits, 1);

  self->ref_count = 1;
  sg_lock_init (&self->lock);
  self->limits = g_ptr_array_new_with_free_func (g_free);
  return self;
}

SgLimits *
sg_limits_ref (SgLimits *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_limits_unref (SgLimits *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_ptr_array_unref (self->limits);
  sg_lock_clear (&self->lock);
  g_free (self);
}

/* Returns: whether it is there; *@ret_place is where it is or belongs */
static gboolean
limits_search (SgLimits   *self,
               const char *name,
               guint      *ret_place)
{
  guint low = 0;
  guint high = self->limits->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const SgLimit *limit = g_ptr_array_index (self->limits, middle);
      int order = g_strcmp0 (limit->name, name);

      if (order < 0)
        low = middle + 1;
      else
        high = middle;
      if (order == 0)
        {
          *ret_place = middle;
          return TRUE;
        }
    }
  *ret_place = low;
  return FALSE;
}

/**
 * sg_limits_add:
 * @self: a list
 * @declared: name, description, unit, range and default; the texts must stay, as literals do
 *
 * Returns: (transfer none): the limit of that name, new or the one that is there already
 */
SgLimit *
sg_limits_add (SgLimits      *self,
               const SgLimit *declared)
{
  SgLimit *limit;
  guint place;

  SG_LOCK_SCOPE (&self->lock);
  if (limits_search (self, declared->name, &place))
    return g_ptr_array_index (self->limits, place);
  limit = g_memdup2 (declared, sizeof *declared);
  limit->value = declared->default_value;
  limit->hits = 0;
  g_ptr_array_insert (self->limits, (int) place, limit);
  return limit;
}

/* Returns: (transfer none) (nullable): the limit of that name */
SgLimit *
sg_limits_find (SgLimits   *self,
                const char *name)
{
  guint place;

  SG_LOCK_SCOPE (&self->lock);
  return limits_search (self, name, &place) ? g_ptr_array_index (self->limits, place) : NULL;
}

static void
set_unknown_error (SgLimits    *self,
                   const char  *name,
                   GError     **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *advice = NULL;
  g_autofree char *quoted = sg_error_quote (name, -1);

  SG_LOCK_SCOPE (&self->lock);
  for (guint i = 0; i < self->limits->len; i++)
    {
      const SgLimit *limit = g_ptr_array_index (self->limits, i);

      g_ptr_array_add (names, (gpointer) limit->name);
    }
  advice = sg_suggest_advice (name, (const char *const *) names->pdata, names->len);
  g_set_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID, "there is no limit %s: %s", quoted,
               advice);
}

/**
 * sg_limits_set:
 * @self: a list
 * @name: which one
 * @text: its value as its unit is written
 * @error: what is wrong with either
 *
 * Returns: whether it was set
 */
gboolean
sg_limits_set (SgLimits    *self,
               const char  *name,
               const char  *text,
               GError     **error)
{
  SgLimit *limit = sg_limits_find (self, name);

  if (limit != NULL)
    return sg_limit_set_text (limit, text, error);
  set_unknown_error (self, name, error);
  return FALSE;
}

/* Calls @func for each limit, by name; @func must not add any. */
void
sg_limits_foreach (SgLimits    *self,
                   SgLimitFunc  func,
                   gpointer     user_data)
{
  SG_LOCK_SCOPE (&self->lock);
  for (guint i = 0; i < self->limits->len; i++)
    func (g_ptr_array_index (self->limits, i), user_data);
}
