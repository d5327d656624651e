/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/*
 * The library that most programs use for snappy, where it is installed: what ours is compared with. Nothing of
 * Sightglass needs it, hence it is looked for when the test runs.
 */
typedef struct
{
  int (*compress) (const char *data, size_t length, char *block, size_t *block_length);
  int (*expand) (const char *block, size_t block_length, char *data, size_t *length);
} SgSnappyLibrary;

gboolean sg_snappy_library_load (SgSnappyLibrary *library);
