/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-page-pool.h"

static GBytes *
write_page (SgPagePool *pool,
            gsize       length)
{
  SgTextWriter writer;

  sg_page_pool_begin (pool, &writer);
  g_assert_cmpuint (writer.length, ==, 0);
  for (gsize i = 0; i < length; i++)
    sg_text_write_char (&writer, (char) ('a' + i % 26));
  return sg_page_pool_end (pool, &writer);
}

/* The memory of one page becomes that of the next, but not while somebody still reads it. */
static void
test_page_pool_reused (void)
{
  g_autoptr (SgPagePool) pool = sg_page_pool_new ();
  GBytes *first = write_page (pool, 100000);
  GBytes *second = write_page (pool, 100000);
  const char *memory = g_bytes_get_data (first, NULL);

  g_assert_true (g_bytes_get_data (second, NULL) != memory);
  g_bytes_unref (first);
  first = write_page (pool, 90000);
  g_assert_true (g_bytes_get_data (first, NULL) == memory);
  g_assert_cmpuint (g_bytes_get_size (first), ==, 90000);
  g_bytes_unref (second);
  g_bytes_unref (first);
}

/* After one page of unusual size, its memory is not kept for the small ones. */
static void
test_page_pool_shrinks (void)
{
  g_autoptr (SgPagePool) pool = sg_page_pool_new ();
  SgTextWriter writer;

  g_bytes_unref (write_page (pool, 1000000));
  g_bytes_unref (write_page (pool, 10));
  sg_page_pool_begin (pool, &writer);
  g_assert_cmpuint (writer.capacity, <, 10000);
  g_bytes_unref (sg_page_pool_end (pool, &writer));
}

static void
test_page_pool_outlived (void)
{
  SgPagePool *pool = sg_page_pool_new ();
  GBytes *page = write_page (pool, 5000);

  sg_page_pool_unref (pool);
  g_assert_cmpint (((const char *) g_bytes_get_data (page, NULL))[4999], ==, 'a' + 4999 % 26);
  g_bytes_unref (page);
}

static gpointer
write_many (gpointer data)
{
  for (guint i = 0; i < 2000; i++)
    {
      GBytes *page = write_page (data, 3000 + i);

      g_assert_cmpint (((const char *) g_bytes_get_data (page, NULL))[0], ==, 'a');
      g_bytes_unref (page);
    }
  return NULL;
}

static void
test_page_pool_threads (void)
{
  g_autoptr (SgPagePool) pool = sg_page_pool_new ();
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("write", write_many, pool);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/page-pool/reused", test_page_pool_reused);
  g_test_add_func ("/page-pool/shrinks", test_page_pool_shrinks);
  g_test_add_func ("/page-pool/outlived", test_page_pool_outlived);
  g_test_add_func ("/page-pool/threads", test_page_pool_threads);
  return g_test_run ();
}
