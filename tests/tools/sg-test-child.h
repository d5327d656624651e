/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SgTestChild:
 *
 * The test's own program once more, as a process that can be killed. It is started anew and not only
 * forked: in a fork of a process with threads every lock that another thread held, of the allocator, of
 * GLib or of a sanitizer, stays locked for ever. What the child has to say it writes to a pipe; its
 * output and errors are kept and shown when it fails.
 */
typedef struct _SgTestChild SgTestChild;

/**
 * SgTestChildFunc:
 * @arguments: what sg_test_child_start() was given
 */
typedef void (*SgTestChildFunc) (char **arguments);

/* First in main(): in a child runs @func, and does not return; in the test itself does nothing. */
void         sg_test_child_main     (int              argc,
                                     char           **argv,
                                     SgTestChildFunc  func);
/* In the child: aborts when nobody listens. */
void         sg_test_child_say      (gconstpointer    data,
                                     gsize            size);

/* In the test. */
SgTestChild *sg_test_child_start    (const char      *argument,
                                     ...) G_GNUC_NULL_TERMINATED;
GPid         sg_test_child_get_pid  (SgTestChild     *self);
/*
 * Reads @size bytes of what the child says. Returns: %FALSE when it has ended. A child that says nothing
 * for a minute is killed, and the test fails with what it wrote last.
 */
gboolean     sg_test_child_read     (SgTestChild     *self,
                                     gpointer         ret_data,
                                     gsize            size);
/* As sg_test_child_read(), but the child must not have ended. */
void         sg_test_child_expect   (SgTestChild     *self,
                                     gpointer         ret_data,
                                     gsize            size);
/* Kills it without notice and waits until it is gone; what it has said can still be read. */
void         sg_test_child_kill     (SgTestChild     *self);
void         sg_test_child_free     (SgTestChild     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTestChild, sg_test_child_free)

G_END_DECLS
