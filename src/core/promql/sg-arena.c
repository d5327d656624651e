/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-arena.h"

#include <string.h>

/*
 * A list of slabs, the newest first. A piece is cut from the newest slab; one that does not fit opens
 * a new slab, twice as large as the last up to SLAB_MAX, or of its own size when it is larger than
 * that. Pieces are aligned for anything a C program stores, and for vectors of four doubles.
 */
#define SLAB_MIN  1024
#define SLAB_MAX  (256 * 1024)
#define ALIGNMENT 32

typedef struct _Slab Slab;

struct _Slab
{
  Slab *next;
  gsize size;
  gsize used;
};

struct _SgArena
{
  Slab *slabs;
  gsize next_size;
  gsize total;
};

SgArena *
sg_arena_new (void)
{
  SgArena *self = g_new0 (SgArena, 1);

  self->next_size = SLAB_MIN;
  return self;
}

void
sg_arena_free (SgArena *self)
{
  Slab *slab = self->slabs;

  while (slab != NULL)
    {
      Slab *next = slab->next;

      g_free (slab);
      slab = next;
    }
  g_free (self);
}

/* The first byte of @slab that may be given out. */
static gsize
slab_head (Slab *slab)
{
  gsize address = (gsize) slab + sizeof (Slab);

  return (address + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - (gsize) slab;
}

static Slab *
arena_add_slab (SgArena *self,
                gsize    payload)
{
  gsize size = MAX (self->next_size, payload + sizeof (Slab) + ALIGNMENT);
  Slab *slab = g_malloc (size);

  slab->size = size;
  slab->used = slab_head (slab);
  slab->next = self->slabs;
  self->slabs = slab;
  self->total += size;
  self->next_size = MIN (self->next_size * 2, SLAB_MAX);
  return slab;
}

gpointer
sg_arena_alloc (SgArena *self,
                gsize    size)
{
  gsize rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  Slab *slab = self->slabs;
  gpointer piece;

  if (slab == NULL || slab->size - slab->used < rounded)
    slab = arena_add_slab (self, rounded);
  piece = (char *) slab + slab->used;
  slab->used += rounded;
  return piece;
}

gpointer
sg_arena_alloc0 (SgArena *self,
                 gsize    size)
{
  return memset (sg_arena_alloc (self, size), 0, size);
}

gpointer
sg_arena_copy (SgArena       *self,
               gconstpointer  data,
               gsize          size)
{
  gpointer piece = sg_arena_alloc (self, size);

  if (size > 0)
    memcpy (piece, data, size);
  return piece;
}

char *
sg_arena_strndup (SgArena    *self,
                  const char *text,
                  gsize       length)
{
  char *copy = sg_arena_alloc (self, length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

/* Returns: how many bytes the arena holds, used or not. */
gsize
sg_arena_get_size (SgArena *self)
{
  return self->total;
}
