/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-exposition.h"

#include "metrics/sg-exposition-private.h"
#include "metrics/sg-registry-private.h"

#include <stdlib.h>

/*
 * Which format? An Accept header is a list of
 *
 *   type "/" subtype { ";" name "=" value }
 *
 * joined by commas; blanks do not count, values may stand in quotes, and q says how much it is
 * wanted (1 when it is missing, 0 for not at all). The most wanted that can be written here is
 * taken, the first of those wanted alike, as Prometheus' own servers do:
 *
 *   application/openmetrics-text   version 1.0.0, 0.0.1 or none (0.0.1)
 *   text/plain                     version 1.0.0, 0.0.4 or none (0.0.4)
 *
 * and text 0.0.4 when there is nothing else. escaping says how to write names outside the classic
 * alphabet; a reader that does not say gets underscores.
 */
typedef struct
{
  char *type;
  char *version;
  char *escaping;
  double q;
  guint order;
} Wanted;

static void
wanted_clear (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->type);
  g_free (wanted->version);
  g_free (wanted->escaping);
}

static char *
unquote (char *value)
{
  gsize length = strlen (value);

  if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
    {
      value[length - 1] = '\0';
      value++;
    }
  return value;
}

static void
wanted_set (Wanted     *wanted,
            const char *name,
            const char *value)
{
  if (g_ascii_strcasecmp (name, "version") == 0)
    {
      g_free (wanted->version);
      wanted->version = g_strdup (value);
    }
  else if (g_ascii_strcasecmp (name, "escaping") == 0)
    {
      g_free (wanted->escaping);
      wanted->escaping = g_ascii_strdown (value, -1);
    }
  else if (g_ascii_strcasecmp (name, "q") == 0)
    {
      double q = g_ascii_strtod (value, NULL);

      wanted->q = q >= 0 ? MIN (q, 1) : 0;
    }
}

static Wanted
wanted_parse (const char *text,
              guint       order)
{
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);
  Wanted wanted = { .q = 1, .order = order };

  wanted.type = g_ascii_strdown (parts[0] != NULL ? g_strstrip (parts[0]) : "", -1);
  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');

      if (equals == NULL)
        continue;
      *equals = '\0';
      wanted_set (&wanted, g_strstrip (parts[i]), unquote (g_strstrip (equals + 1)));
    }
  return wanted;
}

static int
wanted_compare (gconstpointer a,
                gconstpointer b)
{
  const Wanted *left = a;
  const Wanted *right = b;

  if (left->q != right->q)
    return left->q > right->q ? -1 : 1;
  return left->order < right->order ? -1 : 1;
}

static gboolean
wanted_get_format (const Wanted       *wanted,
                   SgExpositionFormat *ret_format)
{
  static const struct
  {
    const char *type;
    const char *version;
    SgExpositionFormat format;
  } known[] = {
    { "application/openmetrics-text", "1.0.0", SG_EXPOSITION_OPENMETRICS_1_0_0 },
    { "application/openmetrics-text", "0.0.1", SG_EXPOSITION_OPENMETRICS_0_0_1 },
    { "application/openmetrics-text", "", SG_EXPOSITION_OPENMETRICS_0_0_1 },
    { "text/plain", "1.0.0", SG_EXPOSITION_TEXT_1_0_0 },
    { "text/plain", "0.0.4", SG_EXPOSITION_TEXT_0_0_4 },
    { "text/plain", "", SG_EXPOSITION_TEXT_0_0_4 },
  };
  const char *version = wanted->version != NULL ? wanted->version : "";

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_str_equal (wanted->type, known[i].type) && g_str_equal (version, known[i].version))
        {
          *ret_format = known[i].format;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * sg_exposition_negotiate:
 * @accept: (nullable): the value of an Accept header
 *
 * Returns: the format to answer with
 */
SgExpositionFormat
sg_exposition_negotiate (const char *accept)
{
  g_auto (GStrv) parts = g_strsplit (accept != NULL ? accept : "", ",", 64);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Wanted));
  SgExpositionFormat format = SG_EXPOSITION_TEXT_0_0_4;
  SgEscaping escaping;

  g_array_set_clear_func (all, wanted_clear);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      Wanted wanted = wanted_parse (parts[i], i);

      g_array_append_val (all, wanted);
    }
  g_array_sort (all, wanted_compare);
  for (guint i = 0; i < all->len; i++)
    {
      const Wanted *wanted = &g_array_index (all, Wanted, i);

      if (!(wanted->q > 0) || !wanted_get_format (wanted, &format))
        continue;
      if (wanted->escaping != NULL && sg_escaping_from_string (wanted->escaping, &escaping))
        format = sg_exposition_format_with_escaping (format, escaping);
      return format;
    }
  return format;
}

#define TEXT_0_0_4        "text/plain; version=0.0.4; charset=utf-8"
#define TEXT_1_0_0        "text/plain; version=1.0.0; charset=utf-8; escaping="
#define OPENMETRICS_0_0_1 "application/openmetrics-text; version=0.0.1; charset=utf-8"
#define OPENMETRICS_1_0_0 "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping="

/* Each in the order of SgEscaping. */
#define ESCAPED(type)                                                  \
  {                                                                    \
    type "underscores", type "allow-utf-8", type "dots", type "values" \
  }
#define SAME(type)         \
  {                        \
    type, type, type, type \
  }

/* Returns: what the Content-Type header says of a page in this format */
const char *
sg_exposition_content_type (SgExpositionFormat format)
{
  static const char *const types[][4] = {
    [SG_EXPOSITION_TEXT_0_0_4] = SAME (TEXT_0_0_4),
    [SG_EXPOSITION_TEXT_1_0_0] = ESCAPED (TEXT_1_0_0),
    [SG_EXPOSITION_OPENMETRICS_0_0_1] = SAME (OPENMETRICS_0_0_1),
    [SG_EXPOSITION_OPENMETRICS_1_0_0] = ESCAPED (OPENMETRICS_1_0_0),
    [SG_EXPOSITION_JSON] = SAME ("application/json"),
    [SG_EXPOSITION_CSV] = SAME ("text/csv; charset=utf-8; header=present"),
  };

  return types[sg_exposition_format_get_syntax (format)]
              [sg_exposition_format_get_escaping (format)];
}

/**
 * sg_exposition_write:
 * @registry: a registry
 * @format: how
 *
 * Scrapes @registry. May take as long as its collectors do.
 *
 * Returns: (transfer full): the page
 */
GBytes *
sg_exposition_write (SgRegistry         *registry,
                     SgExpositionFormat  format)
{
  SgPagePool *pool = sg_registry_get_page_pool (registry);
  SgTextWriter out;

  sg_page_pool_begin (pool, &out);
  if (sg_exposition_format_get_syntax (format) == SG_EXPOSITION_JSON)
    sg_exposition_write_json (&out, registry);
  else if (sg_exposition_format_get_syntax (format) == SG_EXPOSITION_CSV)
    sg_exposition_write_csv (&out, registry);
  else
    sg_exposition_write_text (&out, registry, NULL, format);
  return sg_page_pool_end (pool, &out);
}

/**
 * sg_exposition_write_both:
 * @registry: a registry
 * @guest: (nullable): another one, whose families follow; not those that @registry has too
 * @format: one of those that a scraper may ask for
 *
 * Returns: (transfer full): one page of both
 */
GBytes *
sg_exposition_write_both (SgRegistry         *registry,
                          SgRegistry         *guest,
                          SgExpositionFormat  format)
{
  SgPagePool *pool = sg_registry_get_page_pool (registry);
  SgTextWriter out;

  sg_page_pool_begin (pool, &out);
  sg_exposition_write_text (&out, registry, guest, format);
  return sg_page_pool_end (pool, &out);
}
