/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/*
 * Runs a fuzz target as a test where there is no libFuzzer: over each file of its corpus, then over
 * changed copies of them. It does not learn what a change reached, so it finds less in an hour than
 * libFuzzer in a minute; it is there so that a parser that breaks on the simplest damage fails at
 * once, with any compiler and with its sanitizers.
 *
 * The input of a crash is left in the build folder, for: fuzz-NAME FILE
 */
#define N_CHANGED   20000
#define MAX_SECONDS 3
#define MAX_CHANGES 6
#define MAX_LENGTH  4096

static const char *target;
static GPtrArray *corpus;
static GPtrArray *dictionary;

/* For the handler, which may only call what is safe in a signal. */
static const guint8 *current_data;
static gsize current_size;
static char *crash_path;

static void
on_crash (int number)
{
  int fd = open (crash_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

  if (fd >= 0)
    {
      static const char said[] = "\nThe input is in ";
      gssize written = write (fd, current_data, current_size);

      close (fd);
      if (written == (gssize) current_size)
        {
          written = write (STDERR_FILENO, said, sizeof said - 1);
          written = write (STDERR_FILENO, crash_path, strlen (crash_path));
          written = write (STDERR_FILENO, "\n", 1);
        }
    }
  signal (number, SIG_DFL);
  raise (number);
}

/* Hands a copy over that ends where its memory does, so that a sanitizer sees one byte too many. */
static void
try_input (const guint8 *data,
           gsize         size)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  if (size > 0)
    memcpy (copy, data, size);
  current_data = copy;
  current_size = size;
  g_assert_cmpint (LLVMFuzzerTestOneInput (copy, size), <=, 0);
  current_size = 0;
}

static void
load_corpus (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "fuzz", "corpus", target, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *data;
      gsize size;

      g_file_get_contents (path, &data, &size, &error);
      g_assert_no_error (error);
      g_ptr_array_add (corpus, g_bytes_new_take (data, size));
    }
  g_assert_cmpuint (corpus->len, >, 0);
}

/* Returns: (transfer full): what stands between the quotes, with \xNN, \\ and \" */
static GBytes *
read_token (const char *start,
            const char *end)
{
  GString *token = g_string_new (NULL);

  for (const char *p = start; p < end; p++)
    {
      if (p[0] == '\\' && p[1] == 'x' && g_ascii_isxdigit (p[2]) && g_ascii_isxdigit (p[3]))
        {
          int byte = g_ascii_xdigit_value (p[2]) << 4 | g_ascii_xdigit_value (p[3]);

          g_string_append_c (token, (char) byte);
          p += 3;
        }
      else
        g_string_append_c (token, p[0] == '\\' ? *++p : p[0]);
    }
  return g_string_free_to_bytes (token);
}

/* Lines of [name=]"text", as libFuzzer has them. */
static void
load_dictionary (void)
{
  g_autofree char *base = g_strconcat (target, ".dict", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "fuzz", base, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *start = strchr (lines[i], '"');
      const char *end = strrchr (lines[i], '"');

      if (lines[i][0] != '#' && start != end)
        g_ptr_array_add (dictionary, read_token (start + 1, end));
    }
}

static GBytes *
pick (GPtrArray *from)
{
  return g_ptr_array_index (from, g_test_rand_int_range (0, (gint32) from->len));
}

/* Returns: a place in @input, its end included */
static guint
pick_place (GByteArray *input)
{
  return (guint) g_test_rand_int_range (0, (gint32) input->len + 1);
}

static void
insert (GByteArray *input,
        guint       at,
        GBytes     *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint old = input->len;

  if (size == 0 || old + size > MAX_LENGTH)
    return;
  g_byte_array_set_size (input, old + (guint) size);
  memmove (input->data + at + size, input->data + at, old - at);
  memcpy (input->data + at, data, size);
}

/* One change: a bit, a byte, a word of the dictionary, a piece away or twice, the end off, another. */
static void
change (GByteArray *input)
{
  guint at = pick_place (input);
  guint left = input->len - at;
  guint n = (guint) g_test_rand_int_range (0, (gint32) MIN (left, 16) + 1);
  g_autoptr (GBytes) piece = NULL;

  switch (g_test_rand_int_range (0, 7))
    {
    case 0:
      if (left > 0)
        input->data[at] ^= (guint8) (1u << g_test_rand_int_range (0, 8));
      break;
    case 1:
      if (left > 0)
        input->data[at] = (guint8) g_test_rand_int_range (0, 256);
      break;
    case 2:
      if (dictionary->len > 0)
        insert (input, at, pick (dictionary));
      break;
    case 3:
      if (n > 0)
        g_byte_array_remove_range (input, at, n);
      break;
    case 4:
      piece = g_bytes_new (input->data + at, n);
      insert (input, pick_place (input), piece);
      break;
    case 5:
      g_byte_array_set_size (input, at);
      break;
    default:
      insert (input, at, pick (corpus));
      break;
    }
}

static void
test_corpus (void)
{
  for (guint i = 0; i < corpus->len; i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (g_ptr_array_index (corpus, i), &size);

      try_input (data, size);
    }
}

static void
test_changed (void)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  gint64 end = g_get_monotonic_time () + MAX_SECONDS * G_USEC_PER_SEC;
  guint n = 0;

  while (n < N_CHANGED && g_get_monotonic_time () < end)
    {
      gint32 changes = g_test_rand_int_range (1, MAX_CHANGES + 1);

      g_byte_array_set_size (input, 0);
      insert (input, 0, pick (corpus));
      for (gint32 i = 0; i < changes; i++)
        change (input);
      try_input (input->data, input->len);
      n++;
    }
  g_test_message ("%u inputs", n);
}

/* fuzz-NAME FILE… runs just these, to see again what was found. */
static int
run_files (char **paths)
{
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *data = NULL;
      g_autoptr (GError) error = NULL;
      gsize size;

      if (!g_file_get_contents (paths[i], &data, &size, &error))
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
      try_input ((const guint8 *) data, size);
    }
  return 0;
}

static void
watch_for_crashes (void)
{
  g_autofree char *base = g_strdup_printf ("crash-%s", target);

  crash_path = g_test_build_filename (G_TEST_BUILT, base, NULL);
  for (guint i = 0; i < 4; i++)
    signal ((const int[]) { SIGABRT, SIGBUS, SIGFPE, SIGSEGV }[i], on_crash);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *program = g_path_get_basename (argv[0]);

  if (argc > 1 && argv[1][0] != '-')
    return run_files (argv + 1);
  g_test_init (&argc, &argv, NULL);
  g_assert_true (g_str_has_prefix (program, "fuzz-"));
  target = program + strlen ("fuzz-");
  corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  dictionary = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  load_corpus ();
  load_dictionary ();
  watch_for_crashes ();
  g_test_add_func ("/fuzz/corpus", test_corpus);
  g_test_add_func ("/fuzz/changed", test_changed);
  return g_test_run ();
}
