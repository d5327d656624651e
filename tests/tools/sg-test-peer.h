/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SgTestPeer:
 *
 * A real server beside the test: started on a loopback port of its own, asked until it answers, ended
 * by its pid when the test is done with it, whatever happens to the test.
 */
typedef struct _SgTestPeer SgTestPeer;

guint       sg_test_peer_find_port  (void);
/*
 * It is ready when it answers @ready_path with 200, or takes a connection where that is %NULL. Returns:
 * (nullable): %NULL, with the test marked as skipped, when argv[0] is not installed
 */
SgTestPeer *sg_test_peer_start      (const char *const *argv,
                                     guint              port,
                                     const char        *ready_path);
GPid        sg_test_peer_get_pid    (SgTestPeer        *self);
void        sg_test_peer_stop       (SgTestPeer        *self);
/* Ends it with SIGKILL, as a power cut would. */
void        sg_test_peer_kill       (SgTestPeer        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgTestPeer, sg_test_peer_stop)

/*
 * Sends @request as it stands to a loopback port and reads until the server closes, so the request
 * should ask for that. Returns: (transfer full): what came, headers and all; the status is 0 when
 * nothing came.
 */
char       *sg_test_http            (guint              port,
                                     const char        *request,
                                     guint             *ret_status);
/* GET, body only. */
char       *sg_test_http_get        (guint              port,
                                     const char        *path,
                                     guint             *ret_status);

/* Runs a program to its end with @input; returns its exit status, or -1 when it is not installed. */
int         sg_test_run_program     (const char *const *argv,
                                     const char        *input,
                                     char             **ret_output);

/* Turns the main context until @condition holds; fails the test after 30 seconds. */
void        sg_test_wait_until      (gboolean         (*condition) (gpointer data),
                                     gpointer           data);

/* Removes a folder that a test made, with all that is in it. */
void        sg_test_remove_folder   (const char        *path);

G_END_DECLS
