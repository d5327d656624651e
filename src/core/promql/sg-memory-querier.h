/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-querier.h"

G_BEGIN_DECLS

/**
 * SgMemoryQuerier:
 *
 * Series in arrays, for tests and for what is computed from files. It is filled by one thread; when
 * that is done, any number of threads may ask it.
 */
#define SG_TYPE_MEMORY_QUERIER (sg_memory_querier_get_type ())
G_DECLARE_FINAL_TYPE (SgMemoryQuerier, sg_memory_querier, SG, MEMORY_QUERIER, GObject)

SgMemoryQuerier *sg_memory_querier_new           (void);
void             sg_memory_querier_add           (SgMemoryQuerier *self,
                                                  const SgLabels  *labels,
                                                  SgTimeMs         t,
                                                  double           value);
void             sg_memory_querier_add_histogram (SgMemoryQuerier *self,
                                                  const SgLabels  *labels,
                                                  SgTimeMs         t);
void             sg_memory_querier_remove        (SgMemoryQuerier *self,
                                                  const SgLabels  *labels,
                                                  SgTimeMs         t);

G_END_DECLS
