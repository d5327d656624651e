/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-relabel.h"

#include "ingest/sg-exposition-parser.h"

typedef struct
{
  const char *before;
  SgRelabelSpec specs[3];
  const char *after;
} ApplyCase;

#define SOURCES(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* A NULL after stands for labels that are dropped; unused specs keep everything as it is. */
static const ApplyCase apply_cases[] = {
  { "{a=\"foo\", b=\"bar\"}",
    { { .source_labels = SOURCES ("a"),
        .regex = "f(.*)",
        .target_label = "d",
        .replacement = "ch${1}-ch${1}" } },
    "{a=\"foo\", b=\"bar\", d=\"choo-choo\"}" },
  { "{a=\"foo\", b=\"bar\"}",
    { { .source_labels = SOURCES ("a", "b"),
        .regex = "f(.*);(.*)r",
        .target_label = "a",
        .replacement = "b${1}${2}m" },
      { .source_labels = SOURCES ("a"),
        .regex = "(?P<first>b)(o).*",
        .target_label = "d",
        .replacement = "${first}$2$2${2}x" } },
    "{a=\"boobam\", b=\"bar\", d=\"booox\"}" },
  { "{a=\"foo\"}",
    { { .source_labels = SOURCES ("a"),
        .regex = "no-match",
        .target_label = "b",
        .replacement = "x" } },
    "{a=\"foo\"}" },
  { "{a=\"foo\"}",
    { { .source_labels = SOURCES ("a"), .target_label = "a", .replacement = "" } },
    "{}" },
  { "{a=\"foo\"}",
    { { .target_label = "b", .replacement = "fixed" } },
    "{a=\"foo\", b=\"fixed\"}" },
  { "{a=\"foo\", b=\"bar\"}",
    { { .source_labels = SOURCES ("a", "b"), .separator = "/", .target_label = "c" } },
    "{a=\"foo\", b=\"bar\", c=\"foo/bar\"}" },
  { "{a=\"some-name-value\"}",
    { { .source_labels = SOURCES ("a"),
        .regex = "some-([^-]+)-([^,]+)",
        .target_label = "${1}",
        .replacement = "${2}" } },
    "{a=\"some-name-value\", name=\"value\"}" },
  { "{a=\"some-9-value\"}",
    { { .source_labels = SOURCES ("a"),
        .regex = "some-([^-]+)-([^,]+)",
        .target_label = "${1}",
        .replacement = "${2}" } },
    "{a=\"some-9-value\"}" },
  { "{a=\"foo\"}",
    { { .action = SG_RELABEL_DROP, .source_labels = SOURCES ("a"), .regex = ".*o.*" } },
    NULL },
  { "{a=\"foo\"}",
    { { .action = SG_RELABEL_DROP, .source_labels = SOURCES ("a"), .regex = "o" } },
    "{a=\"foo\"}" },
  { "{a=\"foo\"}",
    { { .action = SG_RELABEL_KEEP, .source_labels = SOURCES ("a"), .regex = "no" } },
    NULL },
  { "{a=\"foo\"}",
    { { .action = SG_RELABEL_KEEP, .source_labels = SOURCES ("a"), .regex = "f|foo" } },
    "{a=\"foo\"}" },
  { "{p=\"8080\", q=\"8080\"}",
    { { .action = SG_RELABEL_KEEP_EQUAL, .source_labels = SOURCES ("p"), .target_label = "q" } },
    "{p=\"8080\", q=\"8080\"}" },
  { "{p=\"8080\", q=\"9\"}",
    { { .action = SG_RELABEL_KEEP_EQUAL, .source_labels = SOURCES ("p"), .target_label = "q" } },
    NULL },
  { "{p=\"8080\", q=\"8080\"}",
    { { .action = SG_RELABEL_DROP_EQUAL, .source_labels = SOURCES ("p"), .target_label = "q" } },
    NULL },
  { "{a=\"foo\", b=\"bar\", c=\"baz\"}",
    { { .action = SG_RELABEL_HASHMOD,
        .source_labels = SOURCES ("c"),
        .target_label = "d",
        .modulus = 1000 } },
    "{a=\"foo\", b=\"bar\", c=\"baz\", d=\"976\"}" },
  { "{a=\"foo\\nbar\"}",
    { { .action = SG_RELABEL_HASHMOD,
        .source_labels = SOURCES ("a"),
        .target_label = "b",
        .modulus = 1000 } },
    "{a=\"foo\\nbar\", b=\"734\"}" },
  { "{a=\"foo\", b1=\"bar\", b2=\"baz\"}",
    { { .action = SG_RELABEL_LABELMAP, .regex = "(b.*)", .replacement = "x_${1}" } },
    "{a=\"foo\", b1=\"bar\", b2=\"baz\", x_b1=\"bar\", x_b2=\"baz\"}" },
  { "{__meta_my_bar=\"aaa\", a=\"foo\"}",
    { { .action = SG_RELABEL_LABELMAP, .regex = "__meta_(my.*)" } },
    "{__meta_my_bar=\"aaa\", a=\"foo\", my_bar=\"aaa\"}" },
  { "{a=\"foo\", b1=\"bar\", b2=\"baz\"}",
    { { .action = SG_RELABEL_LABELDROP, .regex = "(b.*)" } },
    "{a=\"foo\"}" },
  { "{a=\"foo\", b1=\"bar\", b2=\"baz\"}",
    { { .action = SG_RELABEL_LABELKEEP, .regex = "(b.*)" } },
    "{b1=\"bar\", b2=\"baz\"}" },
  { "{a=\"Foo\"}",
    { { .action = SG_RELABEL_UPPERCASE, .source_labels = SOURCES ("a"), .target_label = "u" },
      { .action = SG_RELABEL_LOWERCASE, .source_labels = SOURCES ("a"), .target_label = "l" } },
    "{a=\"Foo\", l=\"foo\", u=\"FOO\"}" },
};

static void
test_relabel_apply (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (apply_cases); i++)
    {
      const ApplyCase *c = &apply_cases[i];
      g_autoptr (GError) error = NULL;
      gsize n_specs = 0;
      g_autoptr (SgLabels) before = sg_labels_parse (c->before, &error);
      g_autoptr (SgLabels) after = NULL;
      g_autoptr (SgRelabel) relabel = NULL;

      while (n_specs < 3
             && (c->specs[n_specs].action != SG_RELABEL_REPLACE
                 || c->specs[n_specs].target_label != NULL))
        n_specs++;
      relabel = sg_relabel_new (c->specs, n_specs, &error);
      g_assert_no_error (error);
      after = sg_relabel_apply (relabel, before);
      if (c->after == NULL)
        g_assert_null (after);
      else
        {
          g_autofree char *text = sg_labels_to_string (after);

          g_assert_cmpstr (text, ==, c->after);
        }
    }
}

typedef struct
{
  SgRelabelSpec spec;
  const char *message;
} ErrorCase;

static const ErrorCase error_cases[] = {
  { { .action = SG_RELABEL_REPLACE },
    "relabelling: replace: it needs target_label: name the label to set" },
  { { .action = SG_RELABEL_HASHMOD, .target_label = "a" },
    "relabelling: hashmod: it needs modulus: a number above zero" },
  { { .target_label = "a-b" },
    "relabelling: replace: target_label is no label name: use letters, digits, _ and ${1}" },
  { { .action = SG_RELABEL_LOWERCASE, .target_label = "${1}" },
    "relabelling: lowercase: target_label is no label name: use letters, digits and _" },
  { { .action = SG_RELABEL_LABELMAP, .replacement = "-${1}-" },
    "relabelling: labelmap: replacement is no label name: use letters, digits, _ and ${1}" },
  { { .action = SG_RELABEL_LABELDROP, .target_label = "a" },
    "relabelling: labeldrop: it takes regex and nothing else: remove the other keys" },
  { { .action = SG_RELABEL_KEEP_EQUAL, .target_label = "a", .regex = "b" },
    "relabelling: keepequal: it takes source_labels and target_label and nothing else: remove the "
    "other keys" },
  { { .action = SG_RELABEL_UPPERCASE, .target_label = "a", .replacement = "b" },
    "relabelling: uppercase: it takes no replacement: remove it" },
};

static void
test_relabel_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (error_cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sg_relabel_new (&error_cases[i].spec, 1, &error));
      g_assert_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFIG);
      g_assert_cmpstr (error->message, ==, error_cases[i].message);
    }
}

static void
test_relabel_regex_error (void)
{
  const SgRelabelSpec spec = { .target_label = "a", .regex = "(" };
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_relabel_new (&spec, 1, &error));
  g_assert_true (g_str_has_prefix (error->message, "relabelling: replace: regex: "));
}

static void
test_relabel_actions (void)
{
  SgRelabelAction action = SG_RELABEL_REPLACE;

  g_assert_true (sg_relabel_action_from_string ("HashMod", &action));
  g_assert_cmpint (action, ==, SG_RELABEL_HASHMOD);
  g_assert_false (sg_relabel_action_from_string ("label_map", &action));
  g_assert_cmpint (action, ==, SG_RELABEL_HASHMOD);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relabel/apply", test_relabel_apply);
  g_test_add_func ("/relabel/errors", test_relabel_errors);
  g_test_add_func ("/relabel/regex-error", test_relabel_regex_error);
  g_test_add_func ("/relabel/actions", test_relabel_actions);
  return g_test_run ();
}
