/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"
#include "engine/mapping/sg-mapping-list.h"
#include "engine/mapping/sg-mapping-query.h"
#include "ingest/scrape/sg-target-status.h"

G_BEGIN_DECLS

/**
 * SgSource:
 * @id: tells it apart from others, and stays the same when it is found again
 * @title: what people call it
 * @mapping: the name of the mapping that fits it, or "shape"
 * @name_space: the word that its families begin with, or ""
 * @job: the job that collects it
 * @interval_ms: how often that is
 * @parts: (element-type SgMappingPart): those of its families that are there
 *
 * An application that reports what the pages show.
 */
typedef struct
{
  char *id;
  char *title;
  char *mapping;
  char *name_space;
  char *job;
  gint64 interval_ms;
  GPtrArray *parts;
} SgSource;

/**
 * SgSourceList:
 * @n_sources: how many there are
 * @sources: (array length=n_sources): in the order of their titles
 *
 * The applications that had samples in a time. Immutable once it is made, counted, and safe from any
 * thread. Where a function takes an id, %NULL is all of them together.
 */
typedef struct
{
  gatomicrefcount ref_count;
  guint n_sources;
  SgSource **sources;
} SgSourceList;

/* How often samples come where nobody knows it. */
#define SG_SOURCE_INTERVAL_MS 5000

#define SG_TYPE_SOURCE_LIST (sg_source_list_get_type ())

GType           sg_source_list_get_type     (void) G_GNUC_CONST;
SgSourceList   *sg_source_list_find         (const SgMappingList  *mappings,
                                             SgQuerier            *querier,
                                             SgTimeMs              start,
                                             SgTimeMs              end,
                                             GCancellable         *cancellable,
                                             GError              **error);
/* While it is being made. */
void            sg_source_list_take_intervals (SgSourceList       *self,
                                             const SgTargetList   *targets);
SgSourceList   *sg_source_list_ref          (SgSourceList         *self);
void            sg_source_list_unref        (SgSourceList         *self);
const SgSource *sg_source_list_get          (const SgSourceList   *self,
                                             const char           *id);
gboolean        sg_source_has_role          (const SgSource       *self,
                                             SgMappingRole         role);
gboolean        sg_source_list_has_role     (const SgSourceList   *self,
                                             const char           *id,
                                             SgMappingRole         role);
char           *sg_source_list_expand       (const SgSourceList   *self,
                                             const char           *id,
                                             const SgMeasureQuery *query);
char           *sg_source_list_make_matchers (const SgSourceList  *self,
                                             const char           *id);
gint64          sg_source_list_get_interval (const SgSourceList   *self,
                                             const char           *id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgSourceList, sg_source_list_unref)

G_END_DECLS
