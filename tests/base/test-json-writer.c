/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-json-writer.h"

#include <json-glib/json-glib.h>

static char *
take (SgJsonWriter *json)
{
  g_autoptr (GBytes) bytes = sg_json_writer_free_to_bytes (json);
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  return g_strndup (text, size);
}

static void
test_writer_shape (void)
{
  g_auto (SgJsonWriter) json = { 0 };
  g_autofree char *text = NULL;

  sg_json_writer_init (&json);
  sg_json_writer_begin_object (&json);
  sg_json_writer_key (&json, "a");
  sg_json_writer_begin_array (&json);
  sg_json_writer_integer (&json, -5);
  sg_json_writer_begin_array (&json);
  sg_json_writer_end_array (&json);
  sg_json_writer_begin_object (&json);
  sg_json_writer_end_object (&json);
  sg_json_writer_boolean (&json, TRUE);
  sg_json_writer_string (&json, NULL);
  sg_json_writer_end_array (&json);
  sg_json_writer_key (&json, "b");
  sg_json_writer_raw (&json, "1e5", 3);
  sg_json_writer_end_object (&json);
  text = take (&json);
  g_assert_cmpstr (text, ==, "{\"a\":[-5,[],{},true,null],\"b\":1e5}");
}

/* Whatever a text holds, a reader gets it back. */
static void
test_writer_texts (void)
{
  static const char *const texts[] = { "", "plain", "\"\\/", "a\nb\tc\rd\x01\x1f\x7f", "ä€😀" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (SgJsonWriter) json = { 0 };
      g_autofree char *text = NULL;
      g_autoptr (JsonNode) node = NULL;

      sg_json_writer_init (&json);
      sg_json_writer_begin_array (&json);
      sg_json_writer_string (&json, texts[i]);
      sg_json_writer_end_array (&json);
      text = take (&json);
      node = json_from_string (text, NULL);
      g_assert_cmpstr (json_array_get_string_element (json_node_get_array (node), 0), ==, texts[i]);
    }
}

static void
test_writer_invalid (void)
{
  g_auto (SgJsonWriter) json = { 0 };
  g_autofree char *text = NULL;

  sg_json_writer_init (&json);
  sg_json_writer_string (&json, "a\xff"
                                "b");
  text = take (&json);
  g_assert_cmpstr (text, ==,
                   "\"a\xef\xbf\xbd"
                   "b\"");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-writer/shape", test_writer_shape);
  g_test_add_func ("/json-writer/texts", test_writer_texts);
  g_test_add_func ("/json-writer/invalid", test_writer_invalid);
  return g_test_run ();
}
