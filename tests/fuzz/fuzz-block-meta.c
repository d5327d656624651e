/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "tsdb/sg-block-meta.h"

/* What is read can be written, and what was written reads and writes as the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgBlockMeta) meta = sg_block_meta_parse ((const char *) data, size, &error);
  g_autoptr (SgBlockMeta) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again_text = NULL;

  if (meta == NULL)
    {
      g_assert_true (g_str_has_prefix (error->message, "meta.json: "));
      return 0;
    }
  text = sg_block_meta_to_text (meta);
  again = sg_block_meta_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  again_text = sg_block_meta_to_text (again);
  g_assert_cmpstr (text, ==, again_text);
  return 0;
}
