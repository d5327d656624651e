/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-remote-write.h"

#include "base/sg-protobuf.h"
#include "ingest/sg-exposition-parser.h"
#include "tsdb/sg-tsdb-error.h"

#include <stdlib.h>
#include <string.h>

/*
 * The messages of remote write, in Protocol Buffers (sg-protobuf.c), a number before each field:
 *
 *   1.0  WriteRequest  1 TimeSeries…  3 Metadata…
 *        TimeSeries    1 Label…  2 Sample…  3 Exemplar…  4 native histogram…
 *        Label         1 name  2 value
 *        Sample        1 value:double  2 milliseconds
 *        Exemplar      1 Label…  2 value:double  3 milliseconds
 *        Metadata      1 type  2 metric  4 help  5 unit
 *   2.0  Request       4 symbol…  5 TimeSeries…
 *        TimeSeries    1 labels  2 Sample…  3 native histogram…  4 Exemplar…  5 Metadata  6 created
 *        Sample        1 value:double  2 milliseconds  3 start
 *        Exemplar      1 labels  2 value:double  3 milliseconds
 *        Metadata      1 type  3 help  4 unit
 *
 * Where 2.0 has labels, a help or a unit, it has numbers of symbols; the labels are packed, name and
 * value in turn. Types are 1 counter, 2 gauge, 3 histogram, 4 gaugehistogram, 5 summary, 6 info,
 * 7 stateset, in both. An empty symbol comes first.
 *
 * What can be stored is stored: a sample that is refused takes no other with it, since whoever sends does
 * not send again what was answered with 400. A request that cannot be read to its end is refused whole.
 */
typedef struct
{
  SgAppender *appender;
  SgRemoteWriteVersion version;
  SgTimeMs now;
  SgRemoteWriteResult *result;
  GArray *symbols;
  GArray *pairs;
  GArray *samples;
  GByteArray *texts;
  guint n_told;
  gboolean malformed;
} Store;

/* Where the text of a label stands in the texts, which move while they grow. */
typedef struct
{
  gsize name;
  gsize value;
} PairPlace;

/* The first words of each refusal are those of Prometheus. */
static const char *
refusal_words (const GError *error)
{
  if (error->domain != SG_TSDB_ERROR)
    return "invalid sample";
  switch (error->code)
    {
    case SG_TSDB_ERROR_OUT_OF_ORDER:
      return "out of order sample";
    case SG_TSDB_ERROR_OUT_OF_BOUNDS:
      return "out of bounds";
    case SG_TSDB_ERROR_TOO_OLD:
      return "too old sample";
    case SG_TSDB_ERROR_DUPLICATE:
      return "duplicate sample for timestamp";
    default:
      return "invalid sample";
    }
}

static void
tell (Store      *self,
      guint       n_samples,
      const char *words,
      const char *message)
{
  SgRemoteWriteResult *result = self->result;

  result->refused += n_samples;
  if (result->problems == NULL)
    result->problems = g_string_new (NULL);
  if (self->n_told++ < SG_REMOTE_WRITE_MAX_TOLD)
    g_string_append_printf (result->problems, "%s: %s\n", words, message);
}

static void
clear_pairs (Store *self)
{
  g_array_set_size (self->pairs, 0);
  g_byte_array_set_size (self->texts, 0);
}

/* Keeps a text with a NUL behind it. Returns: %FALSE when it is not UTF-8, or has one inside */
static gboolean
keep_text (Store        *self,
           const guint8 *bytes,
           gsize         length,
           gsize        *ret_place)
{
  *ret_place = self->texts->len;
  g_byte_array_append (self->texts, bytes, (guint) length);
  g_byte_array_append (self->texts, (const guint8 *) "", 1);
  return g_utf8_validate_len ((const char *) bytes, length, NULL);
}

static gboolean
add_pair (Store              *self,
          const SgProtoField *name,
          const SgProtoField *value)
{
  PairPlace place;

  if (!keep_text (self, name->bytes, name->length, &place.name)
      || !keep_text (self, value->bytes, value->length, &place.value))
    return FALSE;
  g_array_append_val (self->pairs, place);
  return TRUE;
}

/* Takes a label of 1.0 into the pairs. */
static gboolean
read_label (Store              *self,
            const SgProtoField *message)
{
  SgProtoReader reader = sg_proto_reader_nested (message);
  SgProtoField name = { .bytes = (const guint8 *) "" };
  SgProtoField value = name;
  SgProtoField field;

  while (sg_proto_reader_next (&reader, &field))
    {
      if (field.number == 1)
        name = field;
      else if (field.number == 2)
        value = field;
    }
  self->malformed |= reader.failed;
  return add_pair (self, &name, &value);
}

/* Returns: (nullable): a symbol; without it the request is malformed */
static const SgProtoField *
get_symbol (Store   *self,
            guint64  number)
{
  if (number < self->symbols->len)
    return &g_array_index (self->symbols, SgProtoField, number);
  self->malformed = TRUE;
  return NULL;
}

static gboolean
read_reference_pair (Store   *self,
                     guint64  name_number,
                     guint64  value_number)
{
  const SgProtoField *name = get_symbol (self, name_number);
  const SgProtoField *value = get_symbol (self, value_number);

  return name != NULL && value != NULL && add_pair (self, name, value);
}

/* Takes labels of 2.0 into the pairs. */
static gboolean
read_references (Store              *self,
                 const SgProtoField *field)
{
  SgProtoReader reader = sg_proto_reader_nested (field);
  gboolean good = TRUE;
  guint64 name;
  guint64 value;

  while (good && sg_proto_reader_varint (&reader, &name))
    {
      if (!sg_proto_reader_varint (&reader, &value))
        {
          self->malformed = TRUE;
          return FALSE;
        }
      good = read_reference_pair (self, name, value);
    }
  self->malformed |= reader.failed || field->wire != SG_PROTO_BYTES;
  return good;
}

/* Returns: whether the labels could be read; if not, they are no text */
static gboolean
read_labels (Store        *self,
             const guint8 *bytes,
             gsize         length)
{
  SgProtoReader reader = sg_proto_reader (bytes, length);
  gboolean good = TRUE;
  SgProtoField field;

  clear_pairs (self);
  while (sg_proto_reader_next (&reader, &field))
    {
      if (field.number == 1)
        good = (self->version == SG_REMOTE_WRITE_1 ? read_label (self, &field)
                                                   : read_references (self, &field))
               && good;
    }
  self->malformed |= reader.failed;
  return good;
}

static int
compare_names (const void *a,
               const void *b)
{
  return strcmp (((const SgLabel *) a)->name, ((const SgLabel *) b)->name);
}

/* Returns: (transfer full) (nullable): the pairs as labels, or why they are none */
static SgLabels *
make_labels (Store       *self,
             gboolean     is_series,
             const char **ret_problem)
{
  const char *texts = (const char *) self->texts->data;
  g_autofree SgLabel *labels = g_new (SgLabel, MAX (self->pairs->len, 1));
  const char *metric = NULL;

  for (guint i = 0; i < self->pairs->len; i++)
    {
      const PairPlace *place = &g_array_index (self->pairs, PairPlace, i);

      labels[i] = (SgLabel) { texts + place->name, texts + place->value };
      *ret_problem = "a label has no name";
      if (labels[i].name[0] == '\0')
        return NULL;
      if (g_str_equal (labels[i].name, SG_LABEL_NAME))
        metric = labels[i].value;
    }
  if (self->pairs->len > 1)
    qsort (labels, self->pairs->len, sizeof *labels, compare_names);
  *ret_problem = "a label occurs twice";
  for (guint i = 1; i < self->pairs->len; i++)
    {
      if (strcmp (labels[i - 1].name, labels[i].name) == 0)
        return NULL;
    }
  *ret_problem = "there is no metric name";
  if (is_series && (metric == NULL || *metric == '\0'))
    return NULL;
  return sg_labels_new (labels, self->pairs->len);
}

static void
read_sample (Store              *self,
             const SgProtoField *message)
{
  SgProtoReader reader = sg_proto_reader_nested (message);
  SgSample sample = { .value = { .kind = SG_VALUE_FLOAT } };
  SgProtoField field;

  while (sg_proto_reader_next (&reader, &field))
    {
      if (field.number == 1)
        sample.value.f = sg_proto_field_get_double (&field);
      else if (field.number == 2)
        sample.t = (SgTimeMs) field.value;
      else if (field.number == 3)
        sample.start_t = (SgTimeMs) field.value;
    }
  self->malformed |= reader.failed || message->wire != SG_PROTO_BYTES;
  g_array_append_val (self->samples, sample);
}

static int
compare_times (const void *a,
               const void *b)
{
  const SgSample *left = a;
  const SgSample *right = b;

  return left->t < right->t ? -1 : left->t > right->t;
}

static void
append_sample (Store          *self,
               SgHeadRef      *ref,
               const SgLabels *labels,
               const SgSample *sample)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *message = NULL;

  if (sample->t <= self->now + SG_REMOTE_WRITE_MAX_AHEAD_MS)
    {
      if (sg_appender_append (self->appender, ref, labels, sample, &error))
        self->result->samples++;
      else
        tell (self, 1, refusal_words (error), error->message);
      return;
    }
  name = sg_labels_to_string (labels);
  message = g_strdup_printf ("%s: the sample at %" G_GINT64_FORMAT " ms is too far in the future",
                             name, sample->t);
  tell (self, 1, "out of bounds", message);
}

/* Exemplars are no reason to refuse anything: one that cannot be kept is left out. */
static void
append_exemplar (Store              *self,
                 SgHeadRef           ref,
                 const SgProtoField *message)
{
  SgProtoReader reader = sg_proto_reader_nested (message);
  SgSampleExemplar exemplar = { 0 };
  g_autoptr (SgLabels) labels = NULL;
  const char *problem;
  SgProtoField field;

  while (sg_proto_reader_next (&reader, &field))
    {
      if (field.number == 2)
        exemplar.value = sg_proto_field_get_double (&field);
      else if (field.number == 3)
        exemplar.t = (SgTimeMs) field.value;
    }
  if (!read_labels (self, message->bytes, message->length)
      || (labels = make_labels (self, FALSE, &problem)) == NULL)
    return;
  exemplar.labels = labels;
  if (sg_appender_append_exemplar (self->appender, ref, &exemplar, NULL))
    self->result->exemplars++;
}

static const char *
metric_type (guint64 type)
{
  static const char *const types[] = { "unknown",        "counter", "gauge", "histogram",
                                       "gaugehistogram", "summary", "info",  "stateset" };

  return types[type < G_N_ELEMENTS (types) ? type : 0];
}

/* Returns: (transfer full) (nullable): a text of a field; %NULL when it is none */
static char *
dup_text (const SgProtoField *field)
{
  if (field == NULL || !g_utf8_validate_len ((const char *) field->bytes, field->length, NULL))
    return NULL;
  return g_strndup ((const char *) field->bytes, field->length);
}

/* The metric that a series is of: that of its name, without what a histogram's series have. */
static char *
metric_of (const SgLabels *labels,
           guint64         type)
{
  static const char *const suffixes[] = { "_bucket", "_count", "_sum" };
  const char *name = sg_labels_get (labels, SG_LABEL_NAME);
  gboolean has_parts = type >= 3 && type <= 5;

  for (guint i = 0; has_parts && i < G_N_ELEMENTS (suffixes); i++)
    {
      if (g_str_has_suffix (name, suffixes[i]))
        return g_strndup (name, strlen (name) - strlen (suffixes[i]));
    }
  return g_strdup (name);
}

/* Metadata of 2.0 stand with a series of the metric. */
static void
set_series_metadata (Store              *self,
                     SgHeadRef           ref,
                     const SgLabels     *labels,
                     const SgProtoField *message)
{
  SgProtoReader reader = sg_proto_reader_nested (message);
  guint64 type = 0;
  g_autofree char *help = NULL;
  g_autofree char *unit = NULL;
  g_autofree char *metric = NULL;
  SgProtoField field;

  while (sg_proto_reader_next (&reader, &field))
    {
      char **text = field.number == 3 ? &help : &unit;

      if (field.number == 1)
        type = field.value;
      else if (field.number == 3 || field.number == 4)
        {
          g_free (*text);
          *text = dup_text (get_symbol (self, field.value));
        }
    }
  self->malformed |= reader.failed;
  if (type == 0 && help == NULL && unit == NULL)
    return;
  metric = metric_of (labels, type);
  sg_appender_set_metadata (self->appender, ref,
                            &(SgMetadata) { metric, metric_type (type), help != NULL ? help : "",
                                            unit != NULL ? unit : "" },
                            NULL);
}

/* What belongs to a series besides its samples, with which it need not come. */
static void
append_others (Store          *self,
               SgHeadRef       ref,
               const SgLabels *labels,
               const guint8   *bytes,
               gsize           length)
{
  guint32 exemplar_number = self->version == SG_REMOTE_WRITE_1 ? 3 : 4;
  SgProtoReader reader = sg_proto_reader (bytes, length);
  SgProtoField field;

  while (sg_proto_reader_next (&reader, &field))
    {
      if (field.number == exemplar_number)
        append_exemplar (self, ref, &field);
      else if (field.number == 5 && self->version == SG_REMOTE_WRITE_2)
        set_series_metadata (self, ref, labels, &field);
    }
}

/* Reads the samples of a series. Returns: how many native histograms it has */
static guint
read_samples (Store        *self,
              const guint8 *bytes,
              gsize         length)
{
  guint32 histogram_number = self->version == SG_REMOTE_WRITE_1 ? 4 : 3;
  SgProtoReader reader = sg_proto_reader (bytes, length);
  SgTimeMs created = 0;
  guint n_histograms = 0;
  SgProtoField field;

  g_array_set_size (self->samples, 0);
  while (sg_proto_reader_next (&reader, &field))
    {
      if (field.number == 2)
        read_sample (self, &field);
      else if (field.number == histogram_number)
        n_histograms++;
      else if (field.number == 6 && self->version == SG_REMOTE_WRITE_2)
        created = (SgTimeMs) field.value;
    }
  for (guint i = 0; created != 0 && i < self->samples->len; i++)
    g_array_index (self->samples, SgSample, i).start_t = created;
  if (self->samples->len > 1)
    qsort (self->samples->data, self->samples->len, sizeof (SgSample), compare_times);
  return n_histograms;
}

static void
store_series (Store              *self,
              const SgProtoField *message)
{
  const char *problem = "a label is not UTF-8 text";
  gboolean readable = read_labels (self, message->bytes, message->length);
  g_autoptr (SgLabels) labels = readable ? make_labels (self, TRUE, &problem) : NULL;
  guint n_histograms = read_samples (self, message->bytes, message->length);
  SgHeadRef ref = 0;

  if (self->malformed)
    return;
  if (labels == NULL)
    {
      tell (self, self->samples->len + n_histograms, "invalid labels", problem);
      return;
    }
  for (guint i = 0; i < self->samples->len; i++)
    append_sample (self, &ref, labels, &g_array_index (self->samples, SgSample, i));
  if (n_histograms > 0)
    {
      g_autofree char *name = sg_labels_to_string (labels);

      tell (self, n_histograms, name, "native histograms are not stored: send classic ones");
    }
  if (ref == 0)
    ref = sg_appender_find (self->appender, labels);
  if (ref != 0)
    append_others (self, ref, labels, message->bytes, message->length);
}

static SgHeadRef
find_family (Store      *self,
             const char *name)
{
  static const char *const suffixes[] = { "", "_total", "_bucket", "_count", "_sum", "_info" };
  SgHeadRef ref = 0;

  for (guint i = 0; ref == 0 && i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *series = g_strconcat (name, suffixes[i], NULL);

      ref = sg_appender_find_metric (self->appender, series);
    }
  return ref;
}

/*
 * Metadata of 1.0 come by themselves, every minute. The log has them by series: as long as a metric has
 * none, there is nothing that they would be of use for.
 */
static void
store_metadata (Store              *self,
                const SgProtoField *message)
{
  SgProtoReader reader = sg_proto_reader_nested (message);
  guint64 type = 0;
  char *texts[3] = { NULL };
  SgHeadRef ref;
  SgProtoField field;

  while (sg_proto_reader_next (&reader, &field))
    {
      static const gint8 places[] = { -1, -1, 0, -1, 1, 2 };

      if (field.number == 1)
        type = field.value;
      else if (field.number < G_N_ELEMENTS (places) && places[field.number] >= 0)
        {
          g_free (texts[places[field.number]]);
          texts[places[field.number]] = dup_text (&field);
        }
    }
  self->malformed |= reader.failed;
  ref = texts[0] != NULL ? find_family (self, texts[0]) : 0;
  if (ref != 0)
    sg_appender_set_metadata (self->appender, ref,
                              &(SgMetadata) { texts[0], metric_type (type),
                                              texts[1] != NULL ? texts[1] : "",
                                              texts[2] != NULL ? texts[2] : "" },
                              NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

static void
read_symbols (Store        *self,
              const guint8 *bytes,
              gsize         length)
{
  SgProtoReader reader = sg_proto_reader (bytes, length);
  SgProtoField field;

  while (sg_proto_reader_next (&reader, &field))
    {
      if (field.number == 4)
        g_array_append_val (self->symbols, field);
    }
  self->malformed |= reader.failed || self->symbols->len == 0
                     || g_array_index (self->symbols, SgProtoField, 0).length > 0;
}

static void
store_request (Store        *self,
               const guint8 *bytes,
               gsize         length)
{
  guint32 series_number = self->version == SG_REMOTE_WRITE_1 ? 1 : 5;
  SgProtoReader reader = sg_proto_reader (bytes, length);
  SgProtoField field;

  if (self->version == SG_REMOTE_WRITE_2)
    read_symbols (self, bytes, length);
  while (!self->malformed && sg_proto_reader_next (&reader, &field))
    {
      if (field.wire != SG_PROTO_BYTES)
        continue;
      if (field.number == series_number)
        store_series (self, &field);
      else if (field.number == 3 && self->version == SG_REMOTE_WRITE_1)
        store_metadata (self, &field);
    }
  self->malformed |= reader.failed;
}

static void
end_problems (SgRemoteWriteResult *result)
{
  if (result->problems != NULL)
    g_string_append_printf (result->problems,
                            "%" G_GUINT64_FORMAT " samples were refused and %" G_GUINT64_FORMAT
                            " stored\n",
                            result->refused, result->samples);
}

/**
 * sg_remote_write_store:
 * @appender: an empty appender
 * @version: how the request is written
 * @request: the request, without its compression
 * @now: what time it is
 * @ret_result: (out caller-allocates): what became of it, also when some of it was refused
 * @error: that the request is malformed (%SG_INGEST_ERROR_SYNTAX), or why nothing could be stored
 *
 * Returns: whether what is not refused is stored, and survives the end of this process
 */
gboolean
sg_remote_write_store (SgAppender            *appender,
                       SgRemoteWriteVersion   version,
                       GBytes                *request,
                       SgTimeMs               now,
                       SgRemoteWriteResult   *ret_result,
                       GError               **error)
{
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (request, &length);
  Store store = { .appender = appender, .version = version, .now = now, .result = ret_result };
  gboolean good;

  *ret_result = (SgRemoteWriteResult) { 0 };
  store.symbols = g_array_new (FALSE, FALSE, sizeof (SgProtoField));
  store.pairs = g_array_new (FALSE, FALSE, sizeof (PairPlace));
  store.samples = g_array_new (FALSE, FALSE, sizeof (SgSample));
  store.texts = g_byte_array_new ();
  store_request (&store, bytes, length);
  good = !store.malformed && sg_appender_commit (appender, error);
  if (store.malformed)
    g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX,
                 "the body is no message of remote write: nothing of it is stored");
  if (!good)
    sg_appender_rollback (appender);
  end_problems (ret_result);
  g_byte_array_unref (store.texts);
  g_array_unref (store.samples);
  g_array_unref (store.pairs);
  g_array_unref (store.symbols);
  return good;
}

void
sg_remote_write_result_clear (SgRemoteWriteResult *self)
{
  if (self->problems != NULL)
    g_string_free (self->problems, TRUE);
  self->problems = NULL;
}
