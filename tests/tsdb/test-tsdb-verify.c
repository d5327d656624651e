/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-tsdb-verify.h"

#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-store.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * A directory with a block, full chunks of the head, and a log; then each of their bytes changed, one
 * at a time.
 */
#define T0        (G_GINT64_CONSTANT (1700000000000))
#define N_SERIES  3
#define N_SAMPLES 900

typedef struct
{
  char *path;
  char *tsdb;
} Fixture;

static void
append_all (SgStore *store)
{
  g_autoptr (SgAppender) appender = sg_store_appender_new (store, NULL);
  SgHeadRef refs[N_SERIES] = { 0 };

  for (guint i = 0; i < N_SAMPLES; i++)
    {
      for (guint k = 0; k < N_SERIES; k++)
        {
          g_autofree char *value = g_strdup_printf ("%u", k);
          g_autoptr (SgLabels) labels =
              sg_labels_new_from_pairs ("__name__", "verified", "k", value, NULL);
          SgSample sample = { T0 + i * 15000, 0, { SG_VALUE_FLOAT, { i * 0.5 + k } } };

          g_assert_true (sg_appender_append (appender, &refs[k], labels, &sample, NULL));
        }
      g_assert_true (sg_appender_commit (appender, NULL));
    }
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (SgStore) store = NULL;
  SgStoreOptions options = { 0 };
  g_autoptr (GError) error = NULL;

  fixture->path = g_dir_make_tmp ("sg-verify-XXXXXX", NULL);
  fixture->tsdb = g_build_filename (fixture->path, "tsdb", NULL);
  options.path = fixture->path;
  store = sg_store_new (&options, &error);
  g_assert_no_error (error);
  append_all (store);
  g_assert_true (sg_store_maintain (store, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (sg_store_close (store, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->path);
  g_free (fixture->tsdb);
}

static guint
verify (Fixture  *fixture,
        char    **ret_text)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (out);
  g_autoptr (GError) error = NULL;
  guint n_damaged = 0;

  sg_tsdb_verify (fixture->tsdb, out, NULL, NULL, &n_damaged, NULL, &error);
  g_assert_no_error (error);
  *ret_text = g_strndup (g_memory_output_stream_get_data (memory),
                         g_memory_output_stream_get_data_size (memory));
  return n_damaged;
}

static void
test_sound (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *text = NULL;

  g_assert_cmpuint (verify (fixture, &text), ==, 0);
  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, ": 3 series, "));
  g_assert_nonnull (strstr (text, "sound    chunks_head: "));
  g_assert_nonnull (strstr (text, "sound    wal: "));
  g_assert_nonnull (strstr (text, "3 sound, 0 damaged\n"));
}

/* Returns: (transfer full): the only file or folder in @folder whose name has @length characters */
static char *
find_name (const char *folder,
           gsize       length)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (strlen (name) == length)
        return g_build_filename (folder, name, NULL);
    }
  g_assert_not_reached ();
}

/* Changes a byte in each @step, one at a time; all but those that @may_miss say so must be found. */
static void
flip_bytes (Fixture    *fixture,
            const char *path,
            gsize       begin,
            gsize       end,
            gsize       step)
{
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (gsize i = begin; i < MIN (end, length); i += step)
    {
      g_autofree char *text = NULL;

      bytes[i] = (char) (bytes[i] ^ 0x40);
      g_assert_true (g_file_set_contents_full (path, bytes, (gssize) length,
                                               G_FILE_SET_CONTENTS_NONE, 0666, NULL));
      if (verify (fixture, &text) != 1)
        g_error ("byte %" G_GSIZE_FORMAT " of %s: %s", i, path, text);
      bytes[i] = (char) (bytes[i] ^ 0x40);
    }
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) length, G_FILE_SET_CONTENTS_NONE,
                                           0666, NULL));
}

static void
test_flips (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *block = find_name (fixture->tsdb, 26);
  g_autofree char *chunks = g_build_filename (block, "chunks", "000001", NULL);
  g_autofree char *tombstones = g_build_filename (block, "tombstones", NULL);
  g_autofree char *head = g_build_filename (fixture->tsdb, "chunks_head", "000001", NULL);
  g_autofree char *wal = g_build_filename (fixture->tsdb, "wal", "00000000", NULL);
  g_autofree char *text = NULL;

  /* The three bytes behind the version stand for nothing. */
  flip_bytes (fixture, chunks, 0, 5, 1);
  flip_bytes (fixture, chunks, 8, G_MAXSIZE, 7);
  flip_bytes (fixture, tombstones, 0, G_MAXSIZE, 1);
  flip_bytes (fixture, head, 0, 5, 1);
  flip_bytes (fixture, head, 8, G_MAXSIZE, 7);
  flip_bytes (fixture, wal, 0, G_MAXSIZE, 41);
  g_assert_cmpuint (verify (fixture, &text), ==, 0);
}

/* An index has blanks between its series that nothing covers: the rest is found. */
static void
test_index (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *block = find_name (fixture->tsdb, 26);
  g_autofree char *index = g_build_filename (block, "index", NULL);
  g_autofree char *bytes = NULL;
  guint missed = 0;
  gsize length;

  g_assert_true (g_file_get_contents (index, &bytes, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *text = NULL;

      bytes[i] = (char) (bytes[i] ^ 0x40);
      g_assert_true (g_file_set_contents_full (index, bytes, (gssize) length,
                                               G_FILE_SET_CONTENTS_NONE, 0666, NULL));
      if (verify (fixture, &text) != 1)
        {
          g_assert_cmpint (bytes[i], ==, 0x40);
          missed++;
        }
      bytes[i] = (char) (bytes[i] ^ 0x40);
    }
  g_test_message ("%u of %" G_GSIZE_FORMAT " bytes are covered by nothing", missed, length);
  g_assert_cmpuint (missed, <, (N_SERIES + 1) * 16);
}

static void
flip_some (const char  *path,
           const gsize *places,
           guint        n)
{
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (places[i], <, length);
      bytes[places[i]] = (char) (bytes[places[i]] ^ 0x40);
    }
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) length, G_FILE_SET_CONTENTS_NONE,
                                           0666, NULL));
}

static guint
count_damaged (const char *text,
               const char *part)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autofree char *begin = g_strdup_printf ("damaged  %s: ", part);
  guint n = 0;

  for (char **line = lines; *line != NULL; line++)
    n += g_str_has_prefix (*line, begin);
  return n;
}

/* What is damaged hides nothing that is damaged behind it, be it in the same page of the log. */
static void
test_all (Fixture       *fixture,
          gconstpointer  data)
{
  static const gsize in_chunks[] = { 30, 700, 1500 };
  static const gsize in_log[] = { 500, 600, 5000, 40000, 40960 };
  g_autofree char *block = find_name (fixture->tsdb, 26);
  g_autofree char *name = g_path_get_basename (block);
  g_autofree char *chunks = g_build_filename (block, "chunks", "000001", NULL);
  g_autofree char *head = g_build_filename (fixture->tsdb, "chunks_head", "000001", NULL);
  g_autofree char *wal = g_build_filename (fixture->tsdb, "wal", "00000000", NULL);
  g_autofree char *text = NULL;

  flip_some (chunks, in_chunks, G_N_ELEMENTS (in_chunks));
  flip_some (head, in_chunks, G_N_ELEMENTS (in_chunks));
  flip_some (wal, in_log, G_N_ELEMENTS (in_log));
  g_assert_cmpuint (verify (fixture, &text), ==, 3);
  g_test_message ("%s", text);
  g_assert_cmpuint (count_damaged (text, name), ==, G_N_ELEMENTS (in_chunks));
  g_assert_cmpuint (count_damaged (text, "chunks_head"), ==, G_N_ELEMENTS (in_chunks));
  g_assert_cmpuint (count_damaged (text, "wal"), ==, G_N_ELEMENTS (in_log));
  g_assert_nonnull (strstr (text, "\n0 sound, 3 damaged\n"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/tsdb-verify/sound", Fixture, NULL, set_up, test_sound, tear_down);
  g_test_add ("/tsdb-verify/all", Fixture, NULL, set_up, test_all, tear_down);
  g_test_add ("/tsdb-verify/flips", Fixture, NULL, set_up, test_flips, tear_down);
  g_test_add ("/tsdb-verify/index", Fixture, NULL, set_up, test_index, tear_down);
  return g_test_run ();
}
