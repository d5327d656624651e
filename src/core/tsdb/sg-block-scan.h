/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tsdb/sg-block.h"

G_BEGIN_DECLS

/**
 * SgBlockTrouble:
 * @folder: a folder of the name of a block that could not be opened
 * @error: why; %SG_TSDB_ERROR_CORRUPT when it is damaged, other codes when it is not known to be
 */
typedef struct
{
  char *folder;
  GError *error;
} SgBlockTrouble;

/**
 * SgBlockScan:
 * @blocks: (element-type SgBlock): the blocks to read from, in the order of their first times
 * @obsolete: (element-type utf8): folders of blocks that another one replaces, or that are empty
 * @troubles: (element-type SgBlockTrouble): folders that should be blocks and could not be opened
 *
 * What blocks a folder has.
 */
typedef struct
{
  GPtrArray *blocks;
  GPtrArray *obsolete;
  GPtrArray *troubles;
} SgBlockScan;

SgBlockScan *sg_block_scan           (const char   *folder,
                                      GPtrArray    *open_blocks,
                                      GError      **error);
void         sg_block_scan_free      (SgBlockScan  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgBlockScan, sg_block_scan_free)

gboolean     sg_block_remove         (const char   *block,
                                      GError      **error);
char        *sg_block_set_aside      (const char   *block,
                                      const char   *destination,
                                      GError      **error);
gboolean     sg_block_remove_remains (const char   *folder,
                                      GError      **error);

G_END_DECLS
