/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgArena:
 *
 * Memory that is taken piece by piece and given back all at once. A syntax tree, a plan and the
 * columns of a vector live in one each: nothing inside has an owner of its own. Not for several
 * threads at once.
 */
typedef struct _SgArena SgArena;

SgArena *sg_arena_new    (void);
void     sg_arena_free   (SgArena    *self);
gpointer sg_arena_alloc  (SgArena    *self,
                          gsize       size);
gpointer sg_arena_alloc0 (SgArena    *self,
                          gsize       size);
gpointer sg_arena_copy   (SgArena      *self,
                          gconstpointer data,
                          gsize         size);
char    *sg_arena_strndup (SgArena    *self,
                           const char *text,
                           gsize       length);
gsize    sg_arena_get_size (SgArena   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgArena, sg_arena_free)

#define sg_arena_new0(arena, type) ((type *) sg_arena_alloc0 ((arena), sizeof (type)))
#define sg_arena_new_array(arena, type, n) \
  ((type *) sg_arena_alloc ((arena), sizeof (type) * (gsize) (n)))

G_END_DECLS
