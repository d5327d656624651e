/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-block-builder.h"

#include "tsdb/sg-block-querier.h"
#include "tsdb/sg-block.h"
#include "tsdb/sg-file-writer.h"
#include "tsdb/sg-tsdb-error.h"

#define RANGE_MS 1000

typedef struct
{
  char *path;
  SgBlockBuilder *builder;
  GPtrArray *metas;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->path = g_dir_make_tmp ("sg-builder-XXXXXX", NULL);
  fixture->builder = sg_block_builder_new (RANGE_MS);
  fixture->metas = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_block_meta_free);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_ptr_array_unref (fixture->metas);
  sg_block_builder_free (fixture->builder);
  g_assert_true (sg_folder_remove (fixture->path, NULL));
  g_free (fixture->path);
}

static SgBuiltSeries *
get_series (Fixture    *fixture,
            const char *name)
{
  g_autoptr (SgLabels) labels = sg_labels_new_from_pairs (SG_LABEL_NAME, name, NULL);

  return sg_block_builder_get_series (fixture->builder, labels);
}

static void
add (Fixture    *fixture,
     const char *name,
     SgTimeMs    t,
     double      value)
{
  g_autoptr (GError) error = NULL;

  sg_block_builder_add (fixture->builder, get_series (fixture, name), t, value, &error);
  g_assert_no_error (error);
}

static void
refuse (Fixture    *fixture,
        const char *name,
        SgTimeMs    t,
        double      value,
        int         code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (
      sg_block_builder_add (fixture->builder, get_series (fixture, name), t, value, &error));
  g_assert_error (error, SG_TSDB_ERROR, code);
}

static void
write_blocks (Fixture  *fixture,
              SgTimeMs  late_from)
{
  g_autoptr (GError) error = NULL;

  sg_block_builder_write (fixture->builder, fixture->path, late_from, fixture->metas, NULL, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full): block @i, whose checksums were compared */
static SgBlock *
open_block (Fixture *fixture,
            guint    i)
{
  const SgBlockMeta *meta = fixture->metas->pdata[i];
  char name[SG_ULID_LENGTH + 1];
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  SgBlock *block;

  sg_ulid_print (&meta->ulid, name);
  path = g_build_filename (fixture->path, name, NULL);
  block = sg_block_open (path, &error);
  g_assert_no_error (error);
  g_assert_true (sg_block_verify (block, NULL, &error));
  return block;
}

/* Ranges begin at multiples of their length, on both sides of 1970. */
static void
test_ranges (Fixture       *fixture,
             gconstpointer  data)
{
  static const SgTimeMs times[][2] = {
    { -1001, -1000 }, { -1000, 0 }, { 0, 1000 }, { 1999, 2000 }
  };

  add (fixture, "b", 1999, 1);
  add (fixture, "a", -1001, 2);
  for (SgTimeMs t = -1000; t < 1000; t++)
    add (fixture, "a", t, (double) t);
  g_assert_cmpuint (sg_block_builder_get_n_samples (fixture->builder), ==, 2002);
  write_blocks (fixture, 500);
  g_assert_cmpuint (fixture->metas->len, ==, G_N_ELEMENTS (times));
  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      const SgBlockMeta *meta = fixture->metas->pdata[i];
      g_autoptr (SgBlock) block = open_block (fixture, i);

      g_assert_cmpint (sg_block_get_min_time (block), ==, times[i][0]);
      g_assert_cmpint (sg_block_get_max_time (block), ==, times[i][1]);
      g_assert_cmpint (sg_block_meta_has_hint (meta, SG_BLOCK_HINT_OUT_OF_ORDER), ==,
                       times[i][1] > 500);
      g_assert_cmpuint (meta->n_chunks, ==, i == 1 || i == 2 ? 9 : 1);
    }
  g_assert_cmpuint (sg_block_builder_get_n_samples (fixture->builder), ==, 0);
}

static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  add (fixture, "a", 10, 1);
  add (fixture, "a", 10, 1);
  refuse (fixture, "a", 10, 2, SG_TSDB_ERROR_DUPLICATE);
  refuse (fixture, "a", 9, 1, SG_TSDB_ERROR_OUT_OF_ORDER);
  add (fixture, "b", 9, 1);
  add (fixture, "a", 1500, 1);
  add (fixture, "a", 11, 1);
  g_assert_cmpuint (sg_block_builder_get_n_samples (fixture->builder), ==, 4);
  write_blocks (fixture, SG_TIME_MS_MAX);
  g_assert_cmpuint (((SgBlockMeta *) fixture->metas->pdata[0])->n_samples, ==, 3);
  g_assert_cmpuint (((SgBlockMeta *) fixture->metas->pdata[0])->n_series, ==, 2);
  g_assert_cmpuint (((SgBlockMeta *) fixture->metas->pdata[1])->n_series, ==, 1);
}

/* Nothing makes nothing. */
static void
test_nothing (Fixture       *fixture,
              gconstpointer  data)
{
  get_series (fixture, "a");
  write_blocks (fixture, SG_TIME_MS_MAX);
  g_assert_cmpuint (fixture->metas->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/block-builder/ranges", test_ranges);
  ADD ("/block-builder/refusals", test_refusals);
  ADD ("/block-builder/nothing", test_nothing);
  return g_test_run ();
}
