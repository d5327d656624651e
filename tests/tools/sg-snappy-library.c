/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tools/sg-snappy-library.h"

#include <dlfcn.h>

gboolean
sg_snappy_library_load (SgSnappyLibrary *library)
{
  void *handle = dlopen ("libsnappy.so.1", RTLD_NOW | RTLD_LOCAL);

  if (handle == NULL)
    return FALSE;
  *(void **) &library->compress = dlsym (handle, "snappy_compress");
  *(void **) &library->expand = dlsym (handle, "snappy_uncompress");
  return library->compress != NULL && library->expand != NULL;
}
