/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-lock.h"
#include "base/sg-querier.h"

G_BEGIN_DECLS

/* Metrics beyond so many are stored without their metadata. */
#define SG_HEAD_METADATA_MAX 65536

/**
 * SgHeadMetadata:
 *
 * Type, help and unit of each metric, by its name. The log has them by series, as Prometheus does; one
 * record for each change of a metric is enough for both.
 */
typedef struct
{
  SgLock lock;
  GHashTable *by_name;
} SgHeadMetadata;

void       sg_head_metadata_init  (SgHeadMetadata    *self);
void       sg_head_metadata_clear (SgHeadMetadata    *self);
gboolean   sg_head_metadata_has   (SgHeadMetadata    *self,
                                   const SgMetadata  *metadata);
void       sg_head_metadata_set   (SgHeadMetadata    *self,
                                   const SgMetadata  *metadata);
SgMetadata *sg_head_metadata_copy (const SgMetadata  *metadata);
GPtrArray *sg_head_metadata_list  (SgHeadMetadata    *self,
                                   const char        *metric);

G_END_DECLS
