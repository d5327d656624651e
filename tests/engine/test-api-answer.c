/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/sg-api-answer.h"

#include "engine/sg-engine-error.h"

#include <gio/gio.h>
#include <string.h>

static SgApiAnswer *
parse (const char  *text,
       GError     **error)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  return sg_api_answer_parse (200, body, error);
}

typedef struct
{
  const char *data;
  const char *text;
  const char *json;
} PrintCase;

static void
test_api_answer_print (void)
{
  static const PrintCase cases[] = {
    { "{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"a\",\"x\":\"1\\n\"},"
      "\"value\":[15.5,\"1e-07\"]},{\"metric\":{},\"value\":[15,\"NaN\"]}]}",
      "a{x=\"1\\n\"} => 0.0000001 @[15.5]\n{} => NaN @[15]\n",
      "[{\"metric\":{\"__name__\":\"a\",\"x\":\"1\\n\"},\"value\":[15.5,\"0.0000001\"]},"
      "{\"metric\":{},\"value\":[15,\"NaN\"]}]\n" },
    { "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"__name__\":\"a\"},\"values\":[[1,\"2\"],"
      "[2,\"+Inf\"]]}]}",
      "a =>\n2 @[1]\n+Inf @[2]\n",
      "[{\"metric\":{\"__name__\":\"a\"},\"values\":[[1,\"2\"],[2,\"+Inf\"]]}]\n" },
    { "{\"resultType\":\"vector\",\"result\":[]}", "", "[]\n" },
    { "{\"resultType\":\"scalar\",\"result\":[1.25,\"3\"]}", "scalar: 3 @[1.25]\n",
      "[1.25,\"3\"]\n" },
    { "{\"resultType\":\"string\",\"result\":[1,\"1e5\"]}", "1e5\n", "[1,\"1e5\"]\n" },
    { "[\"a\",\"b\"]", "a\nb\n", "[\"a\",\"b\"]\n" },
    { "[{\"__name__\":\"a\",\"l.x\":\"v\"}]", "{__name__=\"a\", \"l.x\"=\"v\"}\n",
      "[{\"__name__\":\"a\",\"l.x\":\"v\"}]\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer =
          g_strdup_printf ("{\"status\":\"success\",\"data\":%s}", cases[i].data);
      g_autoptr (GError) error = NULL;
      g_autoptr (SgApiAnswer) parsed = parse (answer, &error);
      g_autofree char *text = NULL;
      g_autofree char *json = NULL;

      g_assert_no_error (error);
      text = sg_api_answer_print (parsed);
      json = sg_api_answer_print_json (parsed);
      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpstr (json, ==, cases[i].json);
    }
}

static void
test_api_answer_notes (void)
{
  g_autoptr (SgApiAnswer) answer =
      parse ("{\"status\":\"success\",\"data\":[],\"warnings\":[\"w\"],\"infos\":[\"i\"]}", NULL);

  g_assert_cmpstr (sg_api_answer_get_notes (answer)[0], ==, "w");
  g_assert_cmpstr (sg_api_answer_get_notes (answer)[1], ==, "i");
  g_assert_null (sg_api_answer_get_notes (answer)[2]);
}

static void
test_api_answer_bad (void)
{
  static const char *const answers[][2] = {
    { "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"why\"}", "bad_data: why" },
    { "<html>", "status 200, and no answer of Prometheus' API: is the address right?" },
    { "[]", "status 200, and no answer of Prometheus' API: is the address right?" },
    { "{\"status\":\"success\",\"data\":{\"resultType\":3}}",
      "status 200, and no answer of Prometheus' API: is the address right?" },
    { "{\"status\":\"success\",\"data\":null}",
      "status 200, and no answer of Prometheus' API: is the address right?" },
    { "{}", "status 200, and no answer of Prometheus' API: is the address right?" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (answers[i][0], &error));
      g_assert_error (error, SG_ENGINE_ERROR, SG_ENGINE_ERROR_STATE);
      g_assert_cmpstr (error->message, ==, answers[i][1]);
    }
}

/* Whoever answers so means ill, or is something else: nothing of it is printed, and nothing breaks. */
static void
test_api_answer_strange (void)
{
  static const char *const answers[] = {
    "[null,1,[],{\"a\":1}]",
    "{\"resultType\":\"vector\",\"result\":[null,{},{\"metric\":[],\"value\":7},{\"value\":[1]}]}",
    "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"a\":[]},\"values\":[1,[],[{},[]]]}]}",
    "{\"resultType\":\"string\",\"result\":[1]}",
    "{\"resultType\":\"string\",\"result\":[1,{}]}",
    "{\"resultType\":\"scalar\",\"result\":[{},{}]}",
    "{\"resultType\":\"vector\",\"result\":[true,false,1.5,{\"metric\":{},\"value\":[true,null]}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"status\":\"success\",\"data\":%s}", answers[i]);
      g_autoptr (SgApiAnswer) answer = parse (text, NULL);
      g_autofree char *printed = NULL;
      g_autofree char *json = NULL;

      g_assert_nonnull (answer);
      printed = sg_api_answer_print (answer);
      json = sg_api_answer_print_json (answer);
    }
}

static void
test_api_answer_mark (void)
{
  static const struct
  {
    const char *query;
    const char *message;
    const char *mark;
  } cases[] = {
    { "a b", "x: 1:3: parse error: y", "  a b\n    ^\n" },
    { "a\n+ b c", "2:5: parse error: y", "  + b c\n      ^\n" },
    { "ü b", "1:4: parse error: y", "  ü b\n    ^\n" },
    { "a", "1:2: parse error: y", "  a\n   ^\n" },
    { "a", "1:9: parse error: y", NULL },
    { "a", "3:1: parse error: y", NULL },
    { "a", "0:0: parse error: y", NULL },
    { "a", "something else", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *mark = sg_api_answer_mark_error (cases[i].query, cases[i].message);

      g_assert_cmpstr (mark, ==, cases[i].mark);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/api-answer/print", test_api_answer_print);
  g_test_add_func ("/api-answer/notes", test_api_answer_notes);
  g_test_add_func ("/api-answer/bad", test_api_answer_bad);
  g_test_add_func ("/api-answer/strange", test_api_answer_strange);
  g_test_add_func ("/api-answer/mark", test_api_answer_mark);
  return g_test_run ();
}
