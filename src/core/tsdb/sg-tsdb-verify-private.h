/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-damage-list.h"
#include "tsdb/sg-text-output.h"
#include "tsdb/sg-tsdb-verify.h"

G_BEGIN_DECLS

/**
 * SgVerification:
 * @folder: the data directory
 * @out: where the lines go
 * @progress: (nullable): is told how many bytes were read
 * @progress_data: for @progress
 * @cancellable: (nullable): ends it
 * @writer: (nullable): who writes meanwhile
 * @total: how many bytes there are to read
 * @done: how many of them belong to parts that are done with
 * @n_sound: parts that are sound
 * @n_damaged: parts that are not
 */
typedef struct
{
  const char *folder;
  SgTextOutput *out;
  SgTsdbProgress progress;
  gpointer progress_data;
  GCancellable *cancellable;
  char *writer;
  guint64 total;
  guint64 done;
  guint n_sound;
  guint n_damaged;
} SgVerification;

void     sg_verification_tell_progress (SgVerification *self,
                                        guint64         more);
void     sg_verification_end_part      (SgVerification *self,
                                        guint64         bytes);
void     sg_verification_tell_sound    (SgVerification *self,
                                        const char     *part,
                                        const char     *format,
                                        ...) G_GNUC_PRINTF (3, 4);
void     sg_verification_tell_damaged  (SgVerification     *self,
                                        const char         *part,
                                        const SgDamageList *damage);
gboolean sg_verification_check_chunks  (SgVerification *self,
                                        GError        **error);
gboolean sg_verification_check_log     (SgVerification *self,
                                        const char     *name,
                                        GError        **error);

G_END_DECLS
