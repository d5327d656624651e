/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "block-fixture.h"
#include "tsdb/sg-index-match.h"
#include "tsdb/sg-tsdb-error.h"

typedef struct
{
  char *folder;
  GPtrArray *list;
  SgBlock *block;
} Fixture;

/* Labels that some series lack, with few values and with many, in many combinations. */
static void
add_series (Fixture *fixture)
{
  static const char *const values[] = { "", "a", "ab", "abc", "b", "x.y", "ü", "0" };

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_autoptr (SgLabels) labels =
          sg_labels_new_from_pairs (SG_LABEL_NAME, i % 3 ? "up" : "down", "few", values[i % 8],
                                    "other", values[i / 8 % 8], "many", number, "half",
                                    i % 2 ? number : "", NULL);
      TestSeries *series = test_series_add_labels (fixture->list, labels);

      test_series_append (series, 0, i);
    }
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("sg-match-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->list = test_series_list_new ();
  add_series (fixture);
  fixture->block = test_block_write (fixture->folder, fixture->list, 0, 10, 120);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  sg_block_unref (fixture->block);
  g_ptr_array_unref (fixture->list);
  g_assert_true (sg_folder_remove (fixture->folder, NULL));
  g_free (fixture->folder);
}

typedef struct
{
  SgMatchKind kind;
  const char *name;
  const char *value;
} MatcherText;

static const MatcherText matcher_texts[] = {
  { SG_MATCH_EQUAL, "few", "a" },
  { SG_MATCH_EQUAL, "few", "" },
  { SG_MATCH_EQUAL, "few", "none" },
  { SG_MATCH_EQUAL, "missing", "" },
  { SG_MATCH_EQUAL, "missing", "a" },
  { SG_MATCH_EQUAL, "many", "77" },
  { SG_MATCH_NOT_EQUAL, "few", "a" },
  { SG_MATCH_NOT_EQUAL, "few", "" },
  { SG_MATCH_NOT_EQUAL, "half", "" },
  { SG_MATCH_NOT_EQUAL, "missing", "" },
  { SG_MATCH_NOT_EQUAL, "missing", "a" },
  { SG_MATCH_REGEXP, "few", "a|b|none" },
  { SG_MATCH_REGEXP, "few", "a|" },
  { SG_MATCH_REGEXP, "few", "a.*" },
  { SG_MATCH_REGEXP, "few", ".*b.*" },
  { SG_MATCH_REGEXP, "few", "" },
  { SG_MATCH_REGEXP, "few", ".*" },
  { SG_MATCH_REGEXP, "few", ".+" },
  { SG_MATCH_REGEXP, "many", "1[0-9]+" },
  { SG_MATCH_REGEXP, "many", ".*7" },
  { SG_MATCH_REGEXP, "many", "1|22|333|4444" },
  { SG_MATCH_REGEXP, "half", "(1.*)?" },
  { SG_MATCH_REGEXP, "missing", ".*" },
  { SG_MATCH_REGEXP, "missing", ".+" },
  { SG_MATCH_NOT_REGEXP, "few", "a|b|none" },
  { SG_MATCH_NOT_REGEXP, "few", "a|" },
  { SG_MATCH_NOT_REGEXP, "few", "a.*" },
  { SG_MATCH_NOT_REGEXP, "few", ".*" },
  { SG_MATCH_NOT_REGEXP, "few", ".+" },
  { SG_MATCH_NOT_REGEXP, "many", ".*[0-4]" },
  { SG_MATCH_NOT_REGEXP, "half", "(1.*)?" },
  { SG_MATCH_NOT_REGEXP, "missing", ".+" },
  { SG_MATCH_NOT_REGEXP, "missing", ".*" },
  { SG_MATCH_EQUAL, SG_LABEL_NAME, "up" },
  { SG_MATCH_NOT_EQUAL, SG_LABEL_NAME, "up" },
  { SG_MATCH_REGEXP, SG_LABEL_NAME, ".+" },
};

#define MAX_MATCHERS 4

static gboolean
holds (SgMatcher *const *matchers,
       guint             n,
       const SgLabels   *labels)
{
  for (guint i = 0; i < n; i++)
    {
      if (!sg_matcher_matches (matchers[i],
                               sg_labels_get (labels, sg_matcher_get_name (matchers[i]))))
        return FALSE;
    }
  return TRUE;
}

static SgMatcher *
make_matcher (const MatcherText *text)
{
  g_autoptr (GError) error = NULL;
  SgMatcher *matcher = sg_matcher_new (text->kind, text->name, text->value, &error);

  g_assert_no_error (error);
  return matcher;
}

static SgPostings *
match (Fixture          *fixture,
       SgMatcher *const *matchers,
       guint             n)
{
  g_autoptr (GError) error = NULL;
  SgPostings *postings = sg_index_match (sg_block_get_index (fixture->block),
                                         (const SgMatcher *const *) matchers, n, NULL, &error);

  g_assert_no_error (error);
  return postings;
}

/* The series that are found are those for which all matchers hold, one by one. */
static void
assert_match (Fixture          *fixture,
              SgMatcher *const *matchers,
              guint             n)
{
  const SgIndexReader *index = sg_block_get_index (fixture->block);
  g_autoptr (SgPostings) postings = match (fixture, matchers, n);
  SgSeriesRef ref;

  for (guint i = 0; i < fixture->list->len; i++)
    {
      const TestSeries *series = g_ptr_array_index (fixture->list, i);
      g_autoptr (SgLabels) labels = NULL;
      SgIndexSeries found;

      if (!holds (matchers, n, series->labels))
        continue;
      g_assert_true (sg_postings_next (postings, &ref));
      g_assert_true (sg_index_reader_get_series (index, ref, &found, NULL));
      labels = sg_index_reader_read_labels (index, &found, NULL);
      g_assert_true (sg_labels_equal (labels, series->labels));
    }
  g_assert_false (sg_postings_next (postings, &ref));
}

static void
test_index_match_each (Fixture       *fixture,
                       gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (matcher_texts); i++)
    {
      g_autoptr (SgMatcher) matcher = make_matcher (&matcher_texts[i]);
      g_autofree char *text = sg_matcher_to_string (matcher);

      g_test_message ("%s", text);
      assert_match (fixture, &matcher, 1);
    }
}

static void
test_index_match_combined (Fixture       *fixture,
                           gconstpointer  data)
{
  for (guint round = 0; round < 300; round++)
    {
      SgMatcher *matchers[MAX_MATCHERS];
      guint n = g_test_rand_int_range (0, MAX_MATCHERS + 1);

      for (guint i = 0; i < n; i++)
        matchers[i] =
            make_matcher (&matcher_texts[g_test_rand_int_range (0, G_N_ELEMENTS (matcher_texts))]);
      assert_match (fixture, matchers, n);
      for (guint i = 0; i < n; i++)
        sg_matcher_unref (matchers[i]);
    }
}

static void
test_index_match_cancelled (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (
      sg_index_match (sg_block_get_index (fixture->block), NULL, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(name, function) \
  g_test_add ("/tsdb/index-match/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("each", test_index_match_each);
  ADD ("combined", test_index_match_combined);
  ADD ("cancelled", test_index_match_cancelled);
  return g_test_run ();
}
