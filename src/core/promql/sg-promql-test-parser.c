/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "promql/sg-promql-test-private.h"

#include "promql/sg-go-text.h"
#include "promql/sg-series-description.h"

#include <math.h>
#include <string.h>

/*
 * The language of Prometheus' tests, line by line. Blanks around a line do not count, a line that
 * begins with # is blank, and a blank line ends a block.
 *
 *   clear
 *   load STEP                                                    load_with_nhcb STEP
 *     series values                                              as in sg-series-description.c
 *   eval instant at TIME EXPRESSION
 *   eval range from TIME to TIME step STEP EXPRESSION            also eval_fail, _warn, _info, _ordered
 *     expect fail|warn|info [msg: TEXT | regex: EXPRESSION]
 *     expect ordered|no_warn|no_info
 *     expect string "TEXT"
 *     expect range vector from TIME to TIME step STEP
 *     expected_fail_message TEXT                                  expected_fail_regexp EXPRESSION
 *     series values                                              or a number, for a scalar
 */
typedef struct
{
  const char *name;
  char **lines;
  guint next;
  GPtrArray *commands;
  GError **error;
} Reader;

static void
series_clear (gpointer data)
{
  SgDescribedSeries *series = data;

  sg_labels_unref (series->labels);
  g_array_unref (series->items);
}

static void
text_clear (gpointer data)
{
  g_free (((SgExpectedText *) data)->text);
}

static void
command_free (gpointer data)
{
  SgTestCommand *command = data;

  g_array_unref (command->series);
  g_array_unref (command->texts);
  if (command->string != NULL)
    g_string_free (command->string, TRUE);
  g_free (command->expr);
  g_free (command);
}

static SgTestCommand *
add_command (Reader     *self,
             SgTestKind  kind)
{
  SgTestCommand *command = g_new0 (SgTestCommand, 1);

  command->kind = kind;
  command->line = self->next;
  command->series = g_array_new (FALSE, FALSE, sizeof (SgDescribedSeries));
  command->texts = g_array_new (FALSE, FALSE, sizeof (SgExpectedText));
  g_array_set_clear_func (command->series, series_clear);
  g_array_set_clear_func (command->texts, text_clear);
  g_ptr_array_add (self->commands, command);
  return command;
}

/* About the line that was read last. */
G_GNUC_PRINTF (2, 3)
static gboolean
fail (Reader     *self,
      const char *format,
      ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (self->error, SG_PROMQL_ERROR, SG_PROMQL_ERROR_PARSE, "%s:%u: %s", self->name,
               self->next, message);
  return FALSE;
}

/* Returns: (nullable): the next line of a block */
static const char *
read_block_line (Reader *self)
{
  const char *line = self->lines[self->next];

  if (line == NULL || line[0] == '\0')
    return NULL;
  self->next++;
  return line;
}

/* Takes a word from the front of @rest. Returns: (transfer full): the word, empty at the end */
static char *
take_word (const char **rest)
{
  gsize n = strcspn (*rest, " \t");
  char *word = g_strndup (*rest, n);

  *rest += n;
  *rest += strspn (*rest, " \t");
  return word;
}

/* Whether the next word of @rest is @word; it is taken then. */
static gboolean
accept_word (const char **rest,
             const char  *word)
{
  const char *p = *rest;
  g_autofree char *next = take_word (&p);

  if (!g_str_equal (next, word))
    return FALSE;
  *rest = p;
  return TRUE;
}

static gboolean
read_duration (Reader      *self,
               const char **rest,
               gint64      *ret_ms)
{
  g_autofree char *word = take_word (rest);
  g_autofree char *error = NULL;
  gboolean negative = word[0] == '-';

  if (!sg_go_parse_duration (word + negative, strlen (word + negative), ret_ms, &error))
    return fail (self, "%s", error);
  if (negative)
    *ret_ms = -*ret_ms;
  return TRUE;
}

static gboolean
read_series (Reader        *self,
             SgTestCommand *command,
             const char    *line)
{
  SgDescribedSeries series;
  g_autoptr (GError) error = NULL;

  series.labels = sg_series_description_parse (line, &series.items, &error);
  if (series.labels == NULL)
    return fail (self, "%s", error->message);
  g_array_append_val (command->series, series);
  return TRUE;
}

static gboolean
read_load (Reader     *self,
           const char *rest,
           gboolean    custom_buckets)
{
  SgTestCommand *command = add_command (self, SG_TEST_LOAD);
  const char *line;

  command->custom_buckets = custom_buckets;
  if (!read_duration (self, &rest, &command->step))
    return FALSE;
  while ((line = read_block_line (self)) != NULL)
    {
      if (!read_series (self, command, line))
        return FALSE;
    }
  return TRUE;
}

static void
add_text (SgTestCommand *command,
          SgExpectKind   kind,
          gboolean       is_regex,
          const char    *text)
{
  SgExpectedText expected = { kind, is_regex, g_strstrip (g_strdup (text)) };

  g_array_append_val (command->texts, expected);
}

static const struct
{
  const char *word;
  SgExpectKind kind;
} expectations[] = {
  { "fail", SG_EXPECT_FAIL },       { "warn", SG_EXPECT_WARN },
  { "info", SG_EXPECT_INFO },       { "no_warn", SG_EXPECT_NO_WARN },
  { "no_info", SG_EXPECT_NO_INFO }, { "ordered", SG_EXPECT_ORDERED },
};

/* fail, warn …, what they must say. */
static gboolean
read_expectation (Reader        *self,
                  SgTestCommand *command,
                  const char    *rest)
{
  g_autofree char *word = take_word (&rest);

  for (guint i = 0; i < G_N_ELEMENTS (expectations); i++)
    {
      if (!g_str_equal (word, expectations[i].word))
        continue;
      if (expectations[i].kind == SG_EXPECT_FAIL && command->expects[SG_EXPECT_FAIL])
        return fail (self, "one evaluation cannot fail twice: remove one line");
      command->expects[expectations[i].kind] = TRUE;
      if (g_str_has_prefix (rest, "msg:"))
        add_text (command, expectations[i].kind, FALSE, rest + strlen ("msg:"));
      else if (g_str_has_prefix (rest, "regex:"))
        add_text (command, expectations[i].kind, TRUE, rest + strlen ("regex:"));
      else if (*rest != '\0')
        return fail (self, "expected msg: or regex: after %s", word);
      return TRUE;
    }
  return fail (self, "%s cannot be expected", word);
}

static gboolean
read_range (Reader      *self,
            const char **rest,
            SgTimeMs    *ret_start,
            SgTimeMs    *ret_end,
            gint64      *ret_step)
{
  if (!accept_word (rest, "from"))
    return fail (self, "expected: from TIME to TIME step STEP");
  if (!read_duration (self, rest, ret_start))
    return FALSE;
  if (!accept_word (rest, "to"))
    return fail (self, "expected: to TIME step STEP");
  if (!read_duration (self, rest, ret_end))
    return FALSE;
  if (!accept_word (rest, "step"))
    return fail (self, "expected: step STEP");
  if (!read_duration (self, rest, ret_step))
    return FALSE;
  if (*ret_end < *ret_start)
    return fail (self, "the end is before the start");
  if (*ret_step <= 0)
    return fail (self, "the step must be greater than 0");
  return TRUE;
}

static gboolean
read_expect (Reader        *self,
             SgTestCommand *command,
             const char    *rest)
{
  SgTimeMs end;
  gsize n = strlen (rest);

  if (accept_word (&rest, "string"))
    {
      n = strlen (rest);
      if (n < 2 || strchr ("\"'`", rest[0]) == NULL || rest[n - 1] != rest[0])
        return fail (self, "expected a text in quotes");
      command->string = g_string_new (NULL);
      sg_go_unquote (rest, n, command->string);
      return TRUE;
    }
  if (accept_word (&rest, "range"))
    {
      if (!accept_word (&rest, "vector"))
        return fail (self, "expected: range vector from TIME to TIME step STEP");
      command->has_range = TRUE;
      return read_range (self, &rest, &command->range_start, &end, &command->range_step);
    }
  return read_expectation (self, command, rest);
}

/* A line below an evaluation. */
static gboolean
read_result_line (Reader        *self,
                  SgTestCommand *command,
                  const char    *line)
{
  const char *rest = line;
  g_autofree char *error = NULL;
  gboolean negative = line[0] == '-';
  gsize sign = negative || line[0] == '+';

  if (strstr (line, "{{") != NULL)
    command->has_histograms = TRUE;
  if (accept_word (&rest, "expect"))
    return read_expect (self, command, rest);
  if (accept_word (&rest, "expected_fail_message"))
    add_text (command, SG_EXPECT_FAIL, FALSE, rest);
  else if (accept_word (&rest, "expected_fail_regexp"))
    add_text (command, SG_EXPECT_FAIL, TRUE, rest);
  else if (sg_go_parse_number (line + sign, strlen (line + sign), &command->scalar, &error))
    {
      command->scalar = negative ? -command->scalar : command->scalar;
      command->has_scalar = TRUE;
    }
  else
    return read_series (self, command, line);
  return TRUE;
}

static gboolean
check_command (Reader              *self,
               const SgTestCommand *command)
{
  if ((command->expects[SG_EXPECT_WARN] && command->expects[SG_EXPECT_NO_WARN])
      || (command->expects[SG_EXPECT_INFO] && command->expects[SG_EXPECT_NO_INFO]))
    return fail (self, "something is expected both to be there and not to be there");
  for (guint i = 0; i < command->series->len; i++)
    {
      if (!command->is_range && !command->has_range
          && g_array_index (command->series, SgDescribedSeries, i).items->len > 1)
        return fail (self, "only one value a series can be expected of an instant query");
    }
  return TRUE;
}

static gboolean
read_eval (Reader     *self,
           const char *rest,
           const char *suffix)
{
  SgTestCommand *command = add_command (self, SG_TEST_EVAL);
  const char *line;

  for (guint i = 0; i < G_N_ELEMENTS (expectations); i++)
    {
      if (g_str_equal (suffix, expectations[i].word))
        command->expects[expectations[i].kind] = TRUE;
    }
  if (accept_word (&rest, "range"))
    {
      command->is_range = TRUE;
      if (!read_range (self, &rest, &command->start, &command->end, &command->step))
        return FALSE;
    }
  else
    {
      if (!accept_word (&rest, "instant"))
        return fail (self, "expected: instant at TIME, or range from TIME to TIME step STEP");
      if (accept_word (&rest, "at") && !read_duration (self, &rest, &command->start))
        return FALSE;
    }
  command->expr = g_strdup (rest);
  while ((line = read_block_line (self)) != NULL)
    {
      if (!read_result_line (self, command, line))
        return FALSE;
    }
  return check_command (self, command);
}

static gboolean
read_command (Reader     *self,
              const char *line)
{
  const char *rest = line;
  g_autofree char *word = take_word (&rest);
  g_autofree char *lower = g_ascii_strdown (word, -1);

  if (g_str_equal (lower, "clear"))
    add_command (self, SG_TEST_CLEAR);
  else if (g_str_equal (lower, "load") || g_str_equal (lower, "load_with_nhcb"))
    return read_load (self, rest, lower[4] != '\0');
  else if (g_str_equal (lower, "eval"))
    return read_eval (self, rest, "");
  else if (g_str_has_prefix (lower, "eval_"))
    return read_eval (self, rest, lower + strlen ("eval_"));
  else
    return fail (self, "expected clear, load or eval, not %s", word);
  return TRUE;
}

/**
 * sg_test_commands_parse: (skip)
 * @name: what errors call the text
 * @text: a test
 * @error: what is wrong with it, and where
 *
 * Returns: (transfer full) (nullable) (element-type SgTestCommand): what to do, in order
 */
GPtrArray *
sg_test_commands_parse (const char  *name,
                        const char  *text,
                        GError     **error)
{
  g_autoptr (GPtrArray) commands = g_ptr_array_new_with_free_func (command_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Reader self = { name, lines, 0, commands, error };

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strstrip (lines[i]);
      if (lines[i][0] == '#')
        lines[i][0] = '\0';
    }
  while (lines[self.next] != NULL)
    {
      const char *line = lines[self.next++];

      if (line[0] != '\0' && !read_command (&self, line))
        return NULL;
    }
  return g_steal_pointer (&commands);
}
