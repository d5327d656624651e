/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/sg-exposition-parser.h"
#include "tsdb/sg-appender.h"

G_BEGIN_DECLS

/**
 * SgFamilyNote:
 * @name: the family
 * @type: what kind it is of
 * @help: what it means, still escaped
 * @unit: its unit
 *
 * What the comments of a page have said of the family that is being read. The slices point into the
 * page. The store is told once, with the first series of the family that is new to it.
 */
typedef struct
{
  SgSlice name;
  SgSlice type;
  SgSlice help;
  SgSlice unit;
} SgFamilyNote;

void sg_family_note_take (SgFamilyNote            *self,
                          const SgExpositionEntry *entry);
void sg_family_note_tell (SgFamilyNote            *self,
                          SgAppender              *appender,
                          SgHeadRef                ref,
                          SgSlice                  series);

G_END_DECLS
