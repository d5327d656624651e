/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sg-test-child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MARK        "--test-child"
#define SAY_FD      3
#define PATIENCE_MS 60000
#define LAST_WORDS  4096

struct _SgTestChild
{
  GPid pid;
  int said;
  int output;
};

void
sg_test_child_main (int               argc,
                    char            **argv,
                    SgTestChildFunc   func)
{
  if (argc < 2 || strcmp (argv[1], MARK) != 0)
    return;
  func (argv + 2);
  _exit (0);
}

void
sg_test_child_say (gconstpointer data,
                   gsize         size)
{
  if (write (SAY_FD, data, size) != (gssize) size)
    abort ();
}

/* Should the test itself be killed, the kernel ends its child. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static char **
list_arguments (const char *argument,
                va_list     rest)
{
  GPtrArray *list = g_ptr_array_new ();

  g_ptr_array_add (list, g_strdup ("/proc/self/exe"));
  g_ptr_array_add (list, g_strdup (MARK));
  for (; argument != NULL; argument = va_arg (rest, const char *))
    g_ptr_array_add (list, g_strdup (argument));
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

SgTestChild *
sg_test_child_start (const char *argument,
                     ...)
{
  const int target = SAY_FD;
  SgTestChild *self = g_new0 (SgTestChild, 1);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) arguments = NULL;
  va_list rest;
  int fds[2];

  va_start (rest, argument);
  arguments = list_arguments (argument, rest);
  va_end (rest);
  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  self->output = memfd_create ("child", MFD_CLOEXEC);
  g_assert_cmpint (self->output, >=, 0);
  g_spawn_async_with_pipes_and_fds (NULL, (const char *const *) arguments, NULL,
                                    G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, NULL, -1,
                                    self->output, self->output, &fds[1], &target, 1, &self->pid,
                                    NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  close (fds[1]);
  self->said = fds[0];
  return self;
}

GPid
sg_test_child_get_pid (SgTestChild *self)
{
  return self->pid;
}

void
sg_test_child_kill (SgTestChild *self)
{
  if (self->pid == 0)
    return;
  kill (self->pid, SIGKILL);
  while (waitpid (self->pid, NULL, 0) == -1 && errno == EINTR)
    ;
  self->pid = 0;
}

static void G_GNUC_NORETURN
fail_with_last_words (SgTestChild *self,
                      const char  *what)
{
  char words[LAST_WORDS + 1];
  off_t size;
  ssize_t n;

  sg_test_child_kill (self);
  size = lseek (self->output, 0, SEEK_END);
  n = pread (self->output, words, LAST_WORDS, MAX (size - LAST_WORDS, 0));
  words[MAX (n, 0)] = '\0';
  g_error ("the child %s; its last words: %s", what, words);
}

gboolean
sg_test_child_read (SgTestChild *self,
                    gpointer     ret_data,
                    gsize        size)
{
  gsize have = 0;

  while (have < size)
    {
      struct pollfd ready = { .fd = self->said, .events = POLLIN };
      int n = poll (&ready, 1, PATIENCE_MS);
      ssize_t got;

      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        fail_with_last_words (self, "says nothing for a minute");
      got = read (self->said, (char *) ret_data + have, size - have);
      if (got < 0 && errno == EINTR)
        continue;
      g_assert_cmpint (got, >=, 0);
      if (got == 0)
        return FALSE;
      have += (gsize) got;
    }
  return TRUE;
}

void
sg_test_child_expect (SgTestChild *self,
                      gpointer     ret_data,
                      gsize        size)
{
  if (!sg_test_child_read (self, ret_data, size))
    fail_with_last_words (self, "ended");
}

void
sg_test_child_free (SgTestChild *self)
{
  sg_test_child_kill (self);
  close (self->said);
  close (self->output);
  g_free (self);
}
