/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-state-db.h"
#include "ingest/sg-exposition-parser.h"
#include "metrics/sg-registry.h"

G_BEGIN_DECLS

/* What is kept at most, unless told otherwise. */
#define SG_PUSH_GROUPS_MAX  1000
#define SG_PUSH_SAMPLES_MAX 100000

/**
 * SgPushMode:
 * @SG_PUSH_REPLACE: what is pushed is all that the group has from now on (PUT)
 * @SG_PUSH_ADD: families that it had and that are not pushed stay (POST)
 */
typedef enum
{
  SG_PUSH_REPLACE,
  SG_PUSH_ADD,
} SgPushMode;

/**
 * SgPushGroups:
 *
 * What batch jobs have pushed, by the labels of their groups: see sg-push-groups.c. It is kept in the
 * state database, and told as one page. Counted; all calls are safe from any thread.
 */
typedef struct _SgPushGroups SgPushGroups;

SgPushGroups *sg_push_groups_new        (SgStateDb           *db,
                                         SgClock             *clock,
                                         SgRegistry          *registry,
                                         guint                max_groups,
                                         guint                max_samples,
                                         GError             **error);
SgPushGroups *sg_push_groups_ref        (SgPushGroups        *self);
void          sg_push_groups_unref      (SgPushGroups        *self);
guint         sg_push_groups_get_size   (SgPushGroups        *self);
/*
 * These return when the change is on disk. An error of %SG_INGEST_ERROR is the client's fault, any other is
 * ours.
 */
gboolean      sg_push_groups_push       (SgPushGroups        *self,
                                         const SgLabels      *key,
                                         SgPushMode           mode,
                                         const char          *text,
                                         gsize                length,
                                         SgExpositionDialect  dialect,
                                         GError             **error);
gboolean      sg_push_groups_delete     (SgPushGroups        *self,
                                         const SgLabels      *key,
                                         GError             **error);
/* Returns: (transfer full): all groups as text 0.0.4 */
GBytes       *sg_push_groups_write_page (SgPushGroups        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgPushGroups, sg_push_groups_unref)

G_END_DECLS
