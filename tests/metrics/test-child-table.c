/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-child-table.h"

#include <string.h>

typedef struct
{
  const char *left[3];
  const char *right[3];
} DifferentCase;

/*
 * Values that differ only in where one ends and the next begins, in zeros, or in their last bytes.
 */
static const DifferentCase different[] = {
  { { "ab", "c", "" }, { "a", "bc", "" } },
  { { "", "a", "" }, { "a", "", "" } },
  { { "12345678", "", "" }, { "1234567", "8", "" } },
  { { "12345678", "", "" }, { "12345678", "1", "" } },
  { { "1234567812345678", "a", "b" }, { "1234567812345678a", "b", "" } },
  { { "a", "a", "a" }, { "a", "a", "b" } },
  { { "abcdefg", "x", "y" }, { "abcdefh", "x", "y" } },
};

static gboolean
same_key (const SgChildKey *a,
          const SgChildKey *b)
{
  return a->n_words == b->n_words && memcmp (a->words, b->words, a->n_words * 8) == 0;
}

static void
test_child_key_different (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (different); i++)
    {
      SgChildKey left;
      SgChildKey right;

      sg_child_key_init (&left, different[i].left, 3);
      sg_child_key_init (&right, different[i].right, 3);
      g_assert_false (same_key (&left, &right));
      g_assert_cmpuint (left.hash, !=, right.hash);
      sg_child_key_clear (&left);
      sg_child_key_clear (&right);
    }
}

/* Lengths around words, and past what fits the stack; every byte beyond the end is poison. */
static void
test_child_key_lengths (void)
{
  static const guint lengths[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 255, 256, 257, 5000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *one = g_strnfill (lengths[i], 'x');
      g_autofree char *two = g_strconcat (one, "?garbage", NULL);
      const char *left[] = { one, "end" };
      const char *right[] = { two, "end" };
      SgChildKey left_key;
      SgChildKey right_key;
      g_autofree SgChild *child = NULL;

      two[lengths[i]] = '\0';
      sg_child_key_init (&left_key, left, 2);
      sg_child_key_init (&right_key, right, 2);
      g_assert_true (same_key (&left_key, &right_key));
      g_assert_cmpuint (left_key.hash, ==, right_key.hash);
      child = sg_child_new (&left_key, 2, "text", 4);
      g_assert_cmpstr (child->values[0], ==, one);
      g_assert_cmpstr (child->values[1], ==, "end");
      g_assert_cmpmem (child->text, child->text_length, "text", 4);
      sg_child_key_clear (&left_key);
      sg_child_key_clear (&right_key);
    }
}

static SgChild *
find (SgChildTable **table,
      guint          i)
{
  g_autofree char *value = g_strdup_printf ("value-%u", i);
  const char *values[] = { value };
  SgChildKey key;
  SgChild *child;

  sg_child_key_init (&key, values, 1);
  child = sg_child_table_find (table, &key);
  sg_child_key_clear (&key);
  return child;
}

static SgChild *
add (SgChildTable **table,
     guint          i)
{
  g_autofree char *value = g_strdup_printf ("value-%u", i);
  const char *values[] = { value };
  SgChildKey key;
  SgChild *child;

  sg_child_key_init (&key, values, 1);
  child = sg_child_new (&key, 1, NULL, 0);
  sg_child_key_clear (&key);
  sg_child_table_add (table, child);
  return child;
}

static void
test_child_table_grows (void)
{
  SgChildTable *table = NULL;
  SgChild *children[3000];

  g_assert_null (find (&table, 0));
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    children[i] = add (&table, i);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    g_assert_true (find (&table, i) == children[i]);
  g_assert_null (find (&table, G_N_ELEMENTS (children)));
  for (guint i = 0; i < G_N_ELEMENTS (children); i += 2)
    sg_child_table_remove (table, children[i]);
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    g_assert_true (find (&table, i) == (i % 2 ? children[i] : NULL));
  for (guint i = 0; i < G_N_ELEMENTS (children); i++)
    g_free (children[i]);
  g_free (table);
}

/* Marks of removed children do not fill the table up. */
static void
test_child_table_marks (void)
{
  SgChildTable *table = NULL;
  SgChild *kept = add (&table, 0);

  for (guint i = 1; i < 10000; i++)
    {
      SgChild *child = add (&table, i);

      sg_child_table_remove (table, child);
      g_assert_null (find (&table, i));
      g_free (child);
    }
  g_assert_true (find (&table, 0) == kept);
  g_free (kept);
  g_free (table);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/child-key/different", test_child_key_different);
  g_test_add_func ("/child-key/lengths", test_child_key_lengths);
  g_test_add_func ("/child-table/grows", test_child_table_grows);
  g_test_add_func ("/child-table/marks", test_child_table_marks);
  return g_test_run ();
}
