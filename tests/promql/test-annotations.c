/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-annotations.h"

static void
test_annotations_texts (void)
{
  static const char query[] = "sum(\n  rate(m[5m])\n)";
  g_autoptr (SgAnnotations) annotations = sg_annotations_new ();
  g_auto (GStrv) warnings = NULL;
  g_auto (GStrv) infos = NULL;

  sg_annotations_warn (annotations, 0, "bad %d", 1);
  sg_annotations_inform (annotations, 7, "odd");
  /* The same again, elsewhere: it is one, and the place is the last. */
  sg_annotations_inform (annotations, 12, "odd");
  sg_annotations_add_foreign (annotations, "from the store");
  sg_annotations_warn (annotations, SG_ANNOTATION_NOWHERE, "everywhere");
  warnings = sg_annotations_get_warnings (annotations, query);
  infos = sg_annotations_get_infos (annotations, query);
  g_assert_cmpuint (g_strv_length (warnings), ==, 3);
  g_assert_cmpstr (warnings[0], ==, "PromQL warning: bad 1 (1:1)");
  g_assert_cmpstr (warnings[1], ==, "from the store");
  g_assert_cmpstr (warnings[2], ==, "PromQL warning: everywhere");
  g_assert_cmpuint (g_strv_length (infos), ==, 1);
  g_assert_cmpstr (infos[0], ==, "PromQL info: odd (2:8)");
}

/* A query that warns about everything it sees does not fill the memory. */
static void
test_annotations_bounded (void)
{
  g_autoptr (SgAnnotations) annotations = sg_annotations_new ();
  g_auto (GStrv) infos = NULL;

  for (guint i = 0; i < 20000; i++)
    sg_annotations_inform (annotations, 0, "number %u", i);
  infos = sg_annotations_get_infos (annotations, "x");
  g_assert_cmpuint (g_strv_length (infos), ==, 10000);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/annotations/texts", test_annotations_texts);
  g_test_add_func ("/annotations/bounded", test_annotations_bounded);
  return g_test_run ();
}
