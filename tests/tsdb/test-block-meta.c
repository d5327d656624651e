/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-meta.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"

#include <string.h>

/* As Prometheus 2.42 writes it. */
static const char simple[] = "{\n"
                             "\t\"ulid\": \"01M7WPWDBWTZA2Z2DAWFY23ER1\",\n"
                             "\t\"minTime\": 1767225600000,\n"
                             "\t\"maxTime\": 1767225615001,\n"
                             "\t\"stats\": {\n"
                             "\t\t\"numSamples\": 4,\n"
                             "\t\t\"numSeries\": 3,\n"
                             "\t\t\"numChunks\": 3\n"
                             "\t},\n"
                             "\t\"compaction\": {\n"
                             "\t\t\"level\": 1,\n"
                             "\t\t\"sources\": [\n"
                             "\t\t\t\"01M7WPWDBWTZA2Z2DAWFY23ER1\"\n"
                             "\t\t]\n"
                             "\t},\n"
                             "\t\"version\": 1\n"
                             "}";

/* With what newer versions and other programs add, wherever that is. */
static const char full[] = "{\n"
                           "\t\"ulid\": \"01M7WPWDBWTZA2Z2DAWFY23ER1\",\n"
                           "\t\"minTime\": -5,\n"
                           "\t\"maxTime\": 9223372036854775807,\n"
                           "\t\"stats\": {\n"
                           "\t\t\"numSamples\": 4,\n"
                           "\t\t\"numFloatSamples\": 4,\n"
                           "\t\t\"numSeries\": 3,\n"
                           "\t\t\"numChunks\": 3,\n"
                           "\t\t\"numTombstones\": 2\n"
                           "\t},\n"
                           "\t\"compaction\": {\n"
                           "\t\t\"level\": 2,\n"
                           "\t\t\"sources\": [\n"
                           "\t\t\t\"01M7WPWDBWTZA2Z2DAWFY23ER1\",\n"
                           "\t\t\t\"01M7WPWDBWTZA2Z2DAWFY23ER2\"\n"
                           "\t\t],\n"
                           "\t\t\"deletable\": true,\n"
                           "\t\t\"parents\": [\n"
                           "\t\t\t{\n"
                           "\t\t\t\t\"ulid\": \"01M7WPWDBWTZA2Z2DAWFY23ER2\",\n"
                           "\t\t\t\t\"minTime\": -5,\n"
                           "\t\t\t\t\"maxTime\": 5\n"
                           "\t\t\t}\n"
                           "\t\t],\n"
                           "\t\t\"failed\": true,\n"
                           "\t\t\"hints\": [\n"
                           "\t\t\t\"from-out-of-order\"\n"
                           "\t\t]\n"
                           "\t},\n"
                           "\t\"version\": 1,\n"
                           "\t\"thanos\": {\n"
                           "\t\t\"labels\": {},\n"
                           "\t\t\"q\\\"u\": [],\n"
                           "\t\t\"x\": 1.5,\n"
                           "\t\t\"y\": null,\n"
                           "\t\t\"z\": false\n"
                           "\t}\n"
                           "}";

static SgBlockMeta *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SgBlockMeta *meta = sg_block_meta_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return meta;
}

static void
test_block_meta_unchanged (void)
{
  static const char *const texts[] = { simple, full };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (SgBlockMeta) meta = parse (texts[i]);
      g_autoptr (SgBlockMeta) copy = sg_block_meta_copy (meta);
      g_autofree char *text = sg_block_meta_to_text (copy);

      g_assert_cmpstr (text, ==, texts[i]);
    }
}

static void
test_block_meta_fields (void)
{
  g_autoptr (SgBlockMeta) meta = parse (full);
  SgUlid second;

  g_assert_true (sg_ulid_parse (&second, "01M7WPWDBWTZA2Z2DAWFY23ER2"));
  g_assert_cmpint (meta->min_time, ==, -5);
  g_assert_cmpint (meta->max_time, ==, G_MAXINT64);
  g_assert_cmpuint (meta->n_samples, ==, 4);
  g_assert_cmpuint (meta->n_series, ==, 3);
  g_assert_cmpuint (meta->n_chunks, ==, 3);
  g_assert_cmpuint (meta->n_tombstones, ==, 2);
  g_assert_cmpuint (meta->level, ==, 2);
  g_assert_cmpuint (meta->sources->len, ==, 2);
  g_assert_cmpint (sg_ulid_compare (&g_array_index (meta->sources, SgUlid, 1), &second), ==, 0);
  g_assert_cmpuint (meta->parents->len, ==, 1);
  g_assert_cmpint (g_array_index (meta->parents, SgBlockParent, 0).max_time, ==, 5);
  g_assert_true (meta->deletable);
  g_assert_true (meta->failed);
  g_assert_true (sg_block_meta_has_hint (meta, "from-out-of-order"));
  g_assert_false (sg_block_meta_has_hint (meta, "from-stale-series"));
}

/* Made here it looks as if Prometheus had made it; a flag that is put out disappears. */
static void
test_block_meta_made (void)
{
  g_autoptr (SgBlockMeta) meta = sg_block_meta_new ();
  g_autofree char *text = NULL;
  g_autofree char *failed = NULL;
  g_autofree char *hinted = NULL;
  g_autofree char *again = NULL;

  g_assert_true (sg_ulid_parse (&meta->ulid, "01M7WPWDBWTZA2Z2DAWFY23ER1"));
  meta->min_time = G_GINT64_CONSTANT (1767225600000);
  meta->max_time = G_GINT64_CONSTANT (1767225615001);
  meta->n_samples = 4;
  meta->n_series = 3;
  meta->n_chunks = 3;
  meta->level = 1;
  g_array_append_val (meta->sources, meta->ulid);
  text = sg_block_meta_to_text (meta);
  g_assert_cmpstr (text, ==, simple);
  meta->failed = TRUE;
  failed = sg_block_meta_to_text (meta);
  g_assert_nonnull (strstr (failed, "\"failed\": true"));
  g_clear_pointer (&meta, sg_block_meta_free);
  meta = parse (failed);
  meta->failed = FALSE;
  sg_block_meta_add_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER);
  hinted = sg_block_meta_to_text (meta);
  g_assert_nonnull (strstr (hinted, "\t\t\"hints\": [\n\t\t\t\"from-out-of-order\"\n\t\t]\n"));
  g_ptr_array_set_size (meta->hints, 0);
  again = sg_block_meta_to_text (meta);
  g_assert_cmpstr (again, ==, simple);
}

static void
test_block_meta_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("sg-meta-XXXXXX", &error);
  g_autoptr (SgBlockMeta) meta = parse (full);
  g_autoptr (SgBlockMeta) read = NULL;
  g_autofree char *text = NULL;

  g_assert_null (sg_block_meta_read (folder, &error));
  g_assert_error (error, SG_TSDB_ERROR, SG_TSDB_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_true (sg_block_meta_write (meta, folder, &error));
  read = sg_block_meta_read (folder, &error);
  g_assert_no_error (error);
  text = sg_block_meta_to_text (read);
  g_assert_cmpstr (text, ==, full);
  g_assert_true (sg_folder_remove (folder, NULL));
}

typedef struct
{
  const char *text;
  const char *message;
} ErrorCase;

#define ULID       "\"ulid\":\"01M7WPWDBWTZA2Z2DAWFY23ER1\""
#define TIMES      "\"minTime\":0,\"maxTime\":1"
#define COMPACTION "\"compaction\":{\"level\":1}"
#define VERSION    "\"version\":1"

static const ErrorCase error_cases[] = {
  { "", "meta.json: empty" },
  { "\xff", "meta.json: not UTF-8: the file is damaged" },
  { "[]", "meta.json: not an object" },
  { "{}", "meta.json: \"version\" is missing or not what it should be" },
  { "{" ULID "," TIMES "," COMPACTION ",\"version\":2}",
    "meta.json: version 2; only 1 is known here" },
  { "{" TIMES "," COMPACTION "," VERSION "}",
    "meta.json: \"ulid\" is missing or not what it should be" },
  { "{\"ulid\":\"x\"," TIMES "," COMPACTION "," VERSION "}",
    "meta.json: \"ulid\" is missing or not what it should be" },
  { "{" ULID ",\"minTime\":1.5,\"maxTime\":1," COMPACTION "," VERSION "}",
    "meta.json: \"minTime\" is missing or not what it should be" },
  { "{" ULID ",\"minTime\":2,\"maxTime\":1," COMPACTION "," VERSION "}",
    "meta.json: \"maxTime\" is missing or not what it should be" },
  { "{" ULID "," TIMES ",\"compaction\":7," VERSION "}",
    "meta.json: \"compaction\" is missing or not what it should be" },
  { "{" ULID "," TIMES ",\"compaction\":{\"level\":-1}," VERSION "}",
    "meta.json: \"level\" is missing or not what it should be" },
  { "{" ULID "," TIMES ",\"compaction\":{\"sources\":[1]}," VERSION "}",
    "meta.json: \"sources\" is missing or not what it should be" },
  { "{" ULID "," TIMES ",\"compaction\":{\"parents\":[{}]}," VERSION "}",
    "meta.json: \"parents\" is missing or not what it should be" },
  { "{" ULID "," TIMES ",\"compaction\":{\"failed\":1}," VERSION "}",
    "meta.json: \"failed\" is missing or not what it should be" },
  { "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "meta.json: byte 32: more than 32 objects within each other" },
};

static void
test_block_meta_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (error_cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (
          sg_block_meta_parse (error_cases[i].text, strlen (error_cases[i].text), &error));
      g_assert_nonnull (error);
      g_assert_cmpstr (error->message, ==, error_cases[i].message);
    }
}

/* No checksum covers it: it is read or refused, and what was read can be written and read again. */
static void
read_hostile (const char *text,
              gsize       length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgBlockMeta) meta = sg_block_meta_parse (text, length, &error);
  g_autoptr (SgBlockMeta) again = NULL;
  g_autofree char *written = NULL;

  if (meta == NULL)
    {
      g_assert_cmpint (error->domain, ==, SG_TSDB_ERROR);
      return;
    }
  written = sg_block_meta_to_text (meta);
  again = parse (written);
  g_assert_cmpint (again->min_time, ==, meta->min_time);
  g_assert_cmpint (again->max_time, ==, meta->max_time);
  g_assert_cmpuint (again->n_samples, ==, meta->n_samples);
  g_assert_cmpuint (again->parents->len, ==, meta->parents->len);
}

static void
test_block_meta_damaged (void)
{
  gsize length = strlen (full);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree char *text = g_strndup (full, cut);
      g_autoptr (GError) error = NULL;

      g_assert_null (sg_block_meta_parse (text, cut, &error));
      g_assert_nonnull (error);
    }
  for (gsize bit = 0; bit < length * 8; bit++)
    {
      g_autofree char *text = g_strdup (full);

      text[bit / 8] ^= 1 << bit % 8;
      read_hostile (text, length);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tsdb/block-meta/unchanged", test_block_meta_unchanged);
  g_test_add_func ("/tsdb/block-meta/fields", test_block_meta_fields);
  g_test_add_func ("/tsdb/block-meta/made", test_block_meta_made);
  g_test_add_func ("/tsdb/block-meta/file", test_block_meta_file);
  g_test_add_func ("/tsdb/block-meta/errors", test_block_meta_errors);
  g_test_add_func ("/tsdb/block-meta/damaged", test_block_meta_damaged);
  return g_test_run ();
}
