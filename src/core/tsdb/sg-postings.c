/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-postings.h"

#include "tsdb/sg-wire.h"

/*
 * The leaves are arrays: of the processor's own integers, or the big-endian ones of a mapped index,
 * which are read where they are. Seeking in one gallops: it looks 1, 2, 4, 8 … further and halves the
 * last stride, so that a short list meets a long one in the logarithm of the distance, and two lists
 * of one kind in a constant time for each entry.
 *
 * An intersection asks its parts in turn, the one with the fewest series first, and begins anew when
 * one of them answers with a later series. A union keeps its parts in a heap by the series that each
 * is at. Nothing is computed before it is asked for.
 *
 * Lists from a damaged index may hold anything. Whatever they hold, a position only moves forward and
 * a series that is yielded is after the one before it.
 */

typedef struct
{
  gboolean (*seek) (SgPostings *self, SgSeriesRef at_least, SgSeriesRef *ret_ref);
  void (*free) (SgPostings *self);
} SgPostingsClass;

struct _SgPostings
{
  const SgPostingsClass *klass;
  gsize max_size;
  guint64 next;
};

static void
init (SgPostings            *self,
      const SgPostingsClass *klass,
      gsize                  max_size)
{
  *self = (SgPostings) { klass, max_size, 0 };
}

/**
 * sg_postings_seek:
 * @self: postings
 * @at_least: a series, not before those asked for earlier
 * @ret_ref: (out): the first series that is not before @at_least
 *
 * Returns: whether there is one
 */
gboolean
sg_postings_seek (SgPostings  *self,
                  SgSeriesRef  at_least,
                  SgSeriesRef *ret_ref)
{
  return self->klass->seek (self, at_least, ret_ref);
}

/* Goes from one series to the next; not to be mixed with sg_postings_seek(). */
gboolean
sg_postings_next (SgPostings  *self,
                  SgSeriesRef *ret_ref)
{
  SgSeriesRef ref;

  if (self->next > G_MAXUINT32 || !sg_postings_seek (self, (SgSeriesRef) self->next, &ref))
    return FALSE;
  self->next = (guint64) ref + 1;
  *ret_ref = ref;
  return TRUE;
}

/* Returns: how many series there are at most; it costs nothing to know that. */
gsize
sg_postings_get_max_size (const SgPostings *self)
{
  return self->max_size;
}

/**
 * sg_postings_to_array:
 * @self: (transfer full): postings that nothing was read from
 *
 * Returns: (element-type SgSeriesRef) (transfer full): all series
 */
GArray *
sg_postings_to_array (SgPostings *self)
{
  GArray *refs = g_array_new (FALSE, FALSE, sizeof (SgSeriesRef));
  SgSeriesRef ref;

  while (sg_postings_next (self, &ref))
    g_array_append_val (refs, ref);
  sg_postings_free (self);
  return refs;
}

void
sg_postings_free (SgPostings *self)
{
  self->klass->free (self);
}

static gboolean
empty_seek (SgPostings  *self,
            SgSeriesRef  at_least,
            SgSeriesRef *ret_ref)
{
  return FALSE;
}

static void
empty_free (SgPostings *self)
{
  g_free (self);
}

SgPostings *
sg_postings_new_empty (void)
{
  static const SgPostingsClass klass = { empty_seek, empty_free };
  SgPostings *self = g_new (SgPostings, 1);

  init (self, &klass, 0);
  return self;
}

typedef struct
{
  SgPostings parent;
  SgMap *map;
  GArray *array;
  const guint8 *refs;
  gsize n;
  gsize position;
} Leaf;

static inline SgSeriesRef
leaf_get (const Leaf *self,
          gsize       i)
{
  if (self->array != NULL)
    return g_array_index (self->array, SgSeriesRef, i);
  return sg_wire_get_u32 (self->refs + i * sizeof (SgSeriesRef));
}

/* Moves to the first entry that is not before @at_least; the one at the position is. */
static void
leaf_gallop (Leaf        *self,
             SgSeriesRef  at_least)
{
  gsize low = self->position;
  gsize stride = 1;
  gsize high;

  while (stride < self->n - low && leaf_get (self, low + stride) < at_least)
    {
      low += stride;
      stride *= 2;
    }
  high = low + MIN (stride, self->n - low);
  while (high - low > 1)
    {
      gsize middle = low + (high - low) / 2;

      if (leaf_get (self, middle) < at_least)
        low = middle;
      else
        high = middle;
    }
  self->position = high;
}

static gboolean
leaf_seek (SgPostings  *postings,
           SgSeriesRef  at_least,
           SgSeriesRef *ret_ref)
{
  Leaf *self = (Leaf *) postings;

  /* A map may lose what it had between two looks, hence the look after galloping. */
  while (self->position < self->n)
    {
      SgSeriesRef ref = leaf_get (self, self->position);

      if (ref >= at_least)
        {
          *ret_ref = ref;
          return TRUE;
        }
      leaf_gallop (self, at_least);
    }
  return FALSE;
}

static void
leaf_free (SgPostings *postings)
{
  Leaf *self = (Leaf *) postings;

  g_clear_pointer (&self->map, sg_map_unref);
  g_clear_pointer (&self->array, g_array_unref);
  g_free (self);
}

static Leaf *
leaf_new (gsize n)
{
  static const SgPostingsClass klass = { leaf_seek, leaf_free };
  Leaf *self = g_new0 (Leaf, 1);

  init (&self->parent, &klass, n);
  self->n = n;
  return self;
}

/**
 * sg_postings_new_mapped: (skip)
 * @map: the map that @refs are in, which stays as long as the postings
 * @refs: series, as big-endian integers of 32 bits
 * @n: how many
 */
SgPostings *
sg_postings_new_mapped (SgMap        *map,
                        const guint8 *refs,
                        gsize         n)
{
  Leaf *self = leaf_new (n);

  self->map = sg_map_ref (map);
  self->refs = refs;
  return &self->parent;
}

/**
 * sg_postings_new_array:
 * @refs: (element-type SgSeriesRef): rising series; nobody may change them from now on
 *
 * Returns: (transfer full): postings over them
 */
SgPostings *
sg_postings_new_array (GArray *refs)
{
  Leaf *self = leaf_new (refs->len);

  self->array = g_array_ref (refs);
  return &self->parent;
}

typedef struct
{
  SgPostings parent;
  guint n_parts;
  SgPostings *parts[];
} Intersection;

static gboolean
intersection_seek (SgPostings  *postings,
                   SgSeriesRef  at_least,
                   SgSeriesRef *ret_ref)
{
  Intersection *self = (Intersection *) postings;
  guint n_agreed = 0;

  for (guint i = 0; n_agreed < self->n_parts; i = (i + 1) % self->n_parts)
    {
      SgSeriesRef ref;

      if (!sg_postings_seek (self->parts[i], at_least, &ref))
        return FALSE;
      n_agreed = ref == at_least ? n_agreed + 1 : 1;
      at_least = ref;
    }
  *ret_ref = at_least;
  return TRUE;
}

static void
intersection_free (SgPostings *postings)
{
  Intersection *self = (Intersection *) postings;

  for (guint i = 0; i < self->n_parts; i++)
    sg_postings_free (self->parts[i]);
  g_free (self);
}

static int
compare_max_size (gconstpointer a,
                  gconstpointer b)
{
  const SgPostings *left = *(const SgPostings *const *) a;
  const SgPostings *right = *(const SgPostings *const *) b;

  return left->max_size < right->max_size ? -1 : left->max_size > right->max_size;
}

/* Takes what is in @parts, which must have no free function, and the array itself. */
static SgPostings *
take_only (GPtrArray *parts)
{
  SgPostings *only = g_ptr_array_index (parts, 0);

  g_ptr_array_unref (parts);
  return only;
}

/**
 * sg_postings_new_intersection:
 * @parts: (element-type SgPostings) (transfer full): at least one; the array has no free function
 *
 * Returns: (transfer full): the series that are in all of them
 */
SgPostings *
sg_postings_new_intersection (GPtrArray *parts)
{
  static const SgPostingsClass klass = { intersection_seek, intersection_free };
  Intersection *self;

  if (parts->len == 1)
    return take_only (parts);
  g_ptr_array_sort (parts, compare_max_size);
  self = g_malloc (sizeof *self + parts->len * sizeof (SgPostings *));
  init (&self->parent, &klass, ((SgPostings *) g_ptr_array_index (parts, 0))->max_size);
  self->n_parts = parts->len;
  memcpy (self->parts, parts->pdata, parts->len * sizeof (SgPostings *));
  g_ptr_array_unref (parts);
  return &self->parent;
}

typedef struct
{
  SgSeriesRef ref;
  SgPostings *part;
} Head;

/* A heap: no head is after those at twice its place plus one and two. */
typedef struct
{
  SgPostings parent;
  gboolean started;
  guint n_heads;
  Head heads[];
} Union;

static void
union_sift_down (Union *self,
                 guint  i)
{
  Head head = self->heads[i];

  for (guint child = 2 * i + 1; child < self->n_heads; child = 2 * i + 1)
    {
      if (child + 1 < self->n_heads && self->heads[child + 1].ref < self->heads[child].ref)
        child++;
      if (head.ref <= self->heads[child].ref)
        break;
      self->heads[i] = self->heads[child];
      i = child;
    }
  self->heads[i] = head;
}

/* Moves a head forward, or puts the last one in its place when there is nothing more. */
static gboolean
union_advance (Union       *self,
               guint        i,
               SgSeriesRef  at_least)
{
  Head *head = &self->heads[i];

  if (sg_postings_seek (head->part, at_least, &head->ref))
    return TRUE;
  sg_postings_free (head->part);
  *head = self->heads[--self->n_heads];
  return FALSE;
}

static void
union_start (Union       *self,
             SgSeriesRef  at_least)
{
  for (guint i = 0; i < self->n_heads;)
    i += union_advance (self, i, at_least);
  for (guint i = self->n_heads / 2; i > 0; i--)
    union_sift_down (self, i - 1);
  self->started = TRUE;
}

static gboolean
union_seek (SgPostings  *postings,
            SgSeriesRef  at_least,
            SgSeriesRef *ret_ref)
{
  Union *self = (Union *) postings;

  if (!self->started)
    union_start (self, at_least);
  while (self->n_heads > 0 && self->heads[0].ref < at_least)
    {
      union_advance (self, 0, at_least);
      if (self->n_heads > 0)
        union_sift_down (self, 0);
    }
  if (self->n_heads == 0)
    return FALSE;
  *ret_ref = self->heads[0].ref;
  return TRUE;
}

static void
union_free (SgPostings *postings)
{
  Union *self = (Union *) postings;

  for (guint i = 0; i < self->n_heads; i++)
    sg_postings_free (self->heads[i].part);
  g_free (self);
}

/**
 * sg_postings_new_union:
 * @parts: (element-type SgPostings) (transfer full): any number; the array has no free function
 *
 * Returns: (transfer full): the series that are in one of them at least
 */
SgPostings *
sg_postings_new_union (GPtrArray *parts)
{
  static const SgPostingsClass klass = { union_seek, union_free };
  Union *self;

  if (parts->len == 1)
    return take_only (parts);
  self = g_malloc (sizeof *self + parts->len * sizeof (Head));
  init (&self->parent, &klass, 0);
  self->started = FALSE;
  self->n_heads = parts->len;
  for (guint i = 0; i < parts->len; i++)
    {
      self->heads[i].part = g_ptr_array_index (parts, i);
      self->parent.max_size += self->heads[i].part->max_size;
    }
  g_ptr_array_unref (parts);
  return &self->parent;
}

typedef struct
{
  SgPostings parent;
  SgPostings *from;
  SgPostings *without;
} Difference;

static gboolean
difference_seek (SgPostings  *postings,
                 SgSeriesRef  at_least,
                 SgSeriesRef *ret_ref)
{
  Difference *self = (Difference *) postings;
  SgSeriesRef ref;
  SgSeriesRef unwanted;

  while (sg_postings_seek (self->from, at_least, &ref))
    {
      if (!sg_postings_seek (self->without, ref, &unwanted) || unwanted != ref)
        {
          *ret_ref = ref;
          return TRUE;
        }
      if (ref == G_MAXUINT32)
        return FALSE;
      at_least = ref + 1;
    }
  return FALSE;
}

static void
difference_free (SgPostings *postings)
{
  Difference *self = (Difference *) postings;

  sg_postings_free (self->from);
  sg_postings_free (self->without);
  g_free (self);
}

/**
 * sg_postings_new_difference:
 * @from: (transfer full): postings
 * @without: (transfer full): postings
 *
 * Returns: (transfer full): the series of @from that are not in @without
 */
SgPostings *
sg_postings_new_difference (SgPostings *from,
                            SgPostings *without)
{
  static const SgPostingsClass klass = { difference_seek, difference_free };
  Difference *self = g_new (Difference, 1);

  init (&self->parent, &klass, from->max_size);
  self->from = from;
  self->without = without;
  return &self->parent;
}

/* Three digits make 33 bits. */
#define DIGIT_BITS 11

/* One pass of the sort, by the digit at @shift. */
static void
sort_by_digit (const SgSeriesRef *from,
               SgSeriesRef       *to,
               gsize              n,
               guint              shift)
{
  gsize places[1 << DIGIT_BITS] = { 0 };
  gsize place = 0;

  for (gsize i = 0; i < n; i++)
    places[from[i] >> shift & (G_N_ELEMENTS (places) - 1)]++;
  for (guint digit = 0; digit < G_N_ELEMENTS (places); digit++)
    {
      gsize count = places[digit];

      places[digit] = place;
      place += count;
    }
  for (gsize i = 0; i < n; i++)
    to[places[from[i] >> shift & (G_N_ELEMENTS (places) - 1)]++] = from[i];
}

void
sg_postings_sort (GArray *refs)
{
  g_autofree SgSeriesRef *other = g_new (SgSeriesRef, refs->len);
  SgSeriesRef *own = (SgSeriesRef *) (gpointer) refs->data;

  sort_by_digit (own, other, refs->len, 0);
  sort_by_digit (other, own, refs->len, DIGIT_BITS);
  sort_by_digit (own, other, refs->len, 2 * DIGIT_BITS);
  memcpy (own, other, refs->len * sizeof (SgSeriesRef));
}
