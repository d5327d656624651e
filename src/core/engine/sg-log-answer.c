/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-log-answer.h"

G_DEFINE_BOXED_TYPE (SgLogAnswer, sg_log_answer, sg_log_answer_ref, sg_log_answer_unref)

/* Returns: (transfer full): an answer that its maker fills before anybody else sees it */
SgLogAnswer *
sg_log_answer_new (void)
{
  SgLogAnswer *self = g_new0 (SgLogAnswer, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

SgLogAnswer *
sg_log_answer_ref (SgLogAnswer *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_log_answer_unref (SgLogAnswer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->records, sg_log_batch_unref);
  g_free (self);
}
