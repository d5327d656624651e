/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-page-pool.h"

/*
 * A page of 10,000 series has 600 kB. Memory of that size is given back to the system when it is
 * freed, and taken page by page when it is used again, which costs as much as writing it. So
 * whoever is done with a page gives its memory back to here, where the next one begins with it. One
 * is kept, and none that is far larger than what was in it. A page may outlive the registry that it
 * shows.
 */
typedef struct
{
  SgPagePool *pool;
  char *data;
  gsize length;
  gsize capacity;
} Page;

struct _SgPagePool
{
  gatomicrefcount ref_count;
  Page *spare;
};

#define FIRST_CAPACITY 4096

SgPagePool *
sg_page_pool_new (void)
{
  SgPagePool *self = g_new0 (SgPagePool, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

static void
page_free (Page *page)
{
  if (page == NULL)
    return;
  g_free (page->data);
  g_free (page);
}

void
sg_page_pool_unref (SgPagePool *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  page_free (self->spare);
  g_free (self);
}

/* Runs on the thread that was last done with the page. */
static void
page_give_back (gpointer data)
{
  Page *page = data;
  SgPagePool *pool = page->pool;
  Page *old = page;

  if (page->capacity <= 2 * page->length + FIRST_CAPACITY)
    old = __atomic_exchange_n (&pool->spare, page, __ATOMIC_ACQ_REL);
  page_free (old);
  sg_page_pool_unref (pool);
}

/**
 * sg_page_pool_begin: (skip)
 * @self: a pool
 * @writer: begins an empty page, which sg_page_pool_end() ends
 */
void
sg_page_pool_begin (SgPagePool   *self,
                    SgTextWriter *writer)
{
  Page *spare = __atomic_exchange_n (&self->spare, NULL, __ATOMIC_ACQ_REL);

  if (spare == NULL)
    sg_text_writer_init (writer, FIRST_CAPACITY);
  else
    {
      *writer = (SgTextWriter) { spare->data, 0, spare->capacity };
      g_free (spare);
    }
}

/* Returns: (transfer full): what was written */
GBytes *
sg_page_pool_end (SgPagePool   *self,
                  SgTextWriter *writer)
{
  Page *page = g_new (Page, 1);

  g_atomic_ref_count_inc (&self->ref_count);
  *page = (Page) { self, writer->data, writer->length, writer->capacity };
  *writer = (SgTextWriter) { NULL, 0, 0 };
  return g_bytes_new_with_free_func (page->data, page->length, page_give_back, page);
}
