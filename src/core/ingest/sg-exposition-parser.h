/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-labels.h"
#include "base/sg-sample.h"

G_BEGIN_DECLS

/**
 * SgIngestError:
 * @SG_INGEST_ERROR_SYNTAX: a page of metrics is not what its format asks for
 * @SG_INGEST_ERROR_CONFIG: something in a configuration cannot be meant as it is written
 * @SG_INGEST_ERROR_LIMIT: a bound of the target was reached; the message names it
 * @SG_INGEST_ERROR_CONFLICT: what was pushed is well formed, and does not go with itself or what is there
 *
 * The errors of the ingest module.
 */
typedef enum
{
  SG_INGEST_ERROR_SYNTAX,
  SG_INGEST_ERROR_CONFIG,
  SG_INGEST_ERROR_LIMIT,
  SG_INGEST_ERROR_CONFLICT,
} SgIngestError;

#define SG_INGEST_ERROR (sg_ingest_error_quark ())

GQuark sg_ingest_error_quark (void);

/* Bytes inside the page, without a NUL at their end. */
typedef struct
{
  const char *text;
  gsize length;
} SgSlice;

/**
 * SgExpositionDialect:
 * @SG_EXPOSITION_DIALECT_TEXT: Prometheus' text format, 0.0.4 and 1.0.0
 * @SG_EXPOSITION_DIALECT_OPENMETRICS: OpenMetrics 1.0
 */
typedef enum
{
  SG_EXPOSITION_DIALECT_TEXT,
  SG_EXPOSITION_DIALECT_OPENMETRICS,
} SgExpositionDialect;

/**
 * SgExpositionKind:
 * @SG_EXPOSITION_SAMPLE: a series and its value
 * @SG_EXPOSITION_HELP: what a family means
 * @SG_EXPOSITION_TYPE: what kind of family it is
 * @SG_EXPOSITION_UNIT: its unit
 */
typedef enum
{
  SG_EXPOSITION_SAMPLE,
  SG_EXPOSITION_HELP,
  SG_EXPOSITION_TYPE,
  SG_EXPOSITION_UNIT,
} SgExpositionKind;

/**
 * SgExpositionEntry:
 * @kind: which of the fields below are set
 * @name: of a comment: the family's name, with its quotes and escapes if it has any
 * @rest: of a comment: what is said of it, still escaped
 * @series: of a sample: the bytes that name it; equal bytes are the same series, so that a scraper that
 *   remembers them need not look at the labels again
 * @expected: of a sample: whether @series is what the parser was told to expect
 * @value: of a sample
 * @has_t: whether the page gives a time
 * @t: that time
 * @exemplar: the label set of an exemplar, from { to }, or empty when there is none
 * @exemplar_value: its value
 * @exemplar_has_t: whether it has a time
 * @exemplar_t: that time
 *
 * One line of a page. The spans point into the page.
 */
typedef struct
{
  SgExpositionKind kind;
  SgSlice name;
  SgSlice rest;
  SgSlice series;
  gboolean expected;
  double value;
  gboolean has_t;
  SgTimeMs t;
  SgSlice exemplar;
  double exemplar_value;
  gboolean exemplar_has_t;
  SgTimeMs exemplar_t;
} SgExpositionEntry;

/**
 * SgExpositionParser:
 *
 * Reads a page line by line, as leniently as Prometheus' scraper: types, order and repetition do not
 * matter to it. It allocates nothing but the message of an error, which has the line, the column, the
 * text found there and what was expected.
 *
 *   sg_exposition_parser_init (&parser, text, length, dialect);
 *   while (sg_exposition_parser_next (&parser, &entry, &error)) …
 *   if (error != NULL) …
 */
typedef struct
{
  const char *start;
  const char *end;
  const char *p;
  const char *line;
  SgSlice expected;
  guint64 line_number;
  SgExpositionDialect dialect;
  gboolean ended;
} SgExpositionParser;

SgExpositionDialect sg_exposition_dialect_from_content_type (const char *content_type);

void      sg_exposition_parser_init   (SgExpositionParser  *self,
                                       const char          *text,
                                       gsize                length,
                                       SgExpositionDialect  dialect);
/*
 * Tells what the next sample is likely to be called: most pages name the same series in the same order
 * each time. Where it is, the parser compares bytes and does not look at the labels.
 */
void      sg_exposition_parser_expect (SgExpositionParser  *self,
                                       SgSlice               series);
/*
 * Takes the next line when it is @series, one blank, a number and nothing else, as nearly every line is.
 * Returns: whether it is; else nothing was taken, and sg_exposition_parser_next() says what is there.
 */
gboolean  sg_exposition_parser_take_plain (SgExpositionParser *self,
                                       SgSlice               series,
                                       double               *ret_value);
gboolean  sg_exposition_parser_next   (SgExpositionParser  *self,
                                       SgExpositionEntry   *ret_entry,
                                       GError             **error);

/*
 * The label set of @series, as sg_exposition_parser_next() found it well formed; its name is the label
 * __name__. Fails only for a label that is given twice or a text that is not UTF-8.
 */
SgLabels *sg_exposition_parse_labels  (SgSlice               series,
                                       GError             **error);
/*
 * The same into a builder, which sees the labels with an empty value as well: they say that the series
 * shall not have that label, not even from its target. @room has twice the bytes of @series and two more,
 * and stays as long as the builder.
 */
gboolean  sg_exposition_collect_labels (SgSlice              series,
                                       char               *room,
                                       SgLabelsBuilder    *builder,
                                       GError            **error);
/* Undoes the escapes of a help text or a name, and takes off its quotes. */
char     *sg_exposition_unescape      (SgSlice               text);

G_END_DECLS
