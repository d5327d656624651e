/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "logs/sg-log-record.h"

#include <string.h>

/* How much text is allocated at once. */
#define CHUNK 4096

static const char *const kind_names[] = { "log",   "operation",    "health",
                                          "alert", "notification", "audit" };
static const char *const severity_names[] = { "debug", "info", "warning", "error", "critical" };

G_STATIC_ASSERT (G_N_ELEMENTS (kind_names) == SG_LOG_N_KINDS);
G_STATIC_ASSERT (G_N_ELEMENTS (severity_names) == SG_LOG_N_SEVERITIES);

/**
 * SgLogBatch:
 * @records: (element-type SgLogRecord): what it holds
 * @text: their strings, which live as long as the batch
 * @size: of the records and their strings, in bytes
 */
struct _SgLogBatch
{
  gatomicrefcount refs;
  GArray *records;
  GStringChunk *text;
  gsize size;
};

G_DEFINE_BOXED_TYPE (SgLogBatch, sg_log_batch, sg_log_batch_ref, sg_log_batch_unref)

static gboolean
find_name (const char *const *names,
           guint              n_names,
           const char        *text,
           guint             *ret_index)
{
  for (guint i = 0; i < n_names; i++)
    {
      if (g_str_equal (names[i], text))
        {
          *ret_index = i;
          return TRUE;
        }
    }
  return FALSE;
}

/**
 * sg_log_kind_to_string:
 * @kind: a kind
 *
 * Returns: (transfer none): its name, as filters, the API and exports write it
 */
const char *
sg_log_kind_to_string (SgLogKind kind)
{
  g_return_val_if_fail ((guint) kind < SG_LOG_N_KINDS, NULL);

  return kind_names[kind];
}

/**
 * sg_log_kind_from_string:
 * @text: a name
 * @ret_kind: (out): the kind of that name
 *
 * Returns: %FALSE when there is none
 */
gboolean
sg_log_kind_from_string (const char *text,
                         SgLogKind  *ret_kind)
{
  guint index;

  if (!find_name (kind_names, SG_LOG_N_KINDS, text, &index))
    return FALSE;
  *ret_kind = (SgLogKind) index;
  return TRUE;
}

/**
 * sg_log_severity_to_string:
 * @severity: a severity
 *
 * Returns: (transfer none): its name
 */
const char *
sg_log_severity_to_string (SgLogSeverity severity)
{
  g_return_val_if_fail ((guint) severity < SG_LOG_N_SEVERITIES, NULL);

  return severity_names[severity];
}

/**
 * sg_log_severity_from_string:
 * @text: a name
 * @ret_severity: (out): the severity of that name
 *
 * Returns: %FALSE when there is none
 */
gboolean
sg_log_severity_from_string (const char    *text,
                             SgLogSeverity *ret_severity)
{
  guint index;

  if (!find_name (severity_names, SG_LOG_N_SEVERITIES, text, &index))
    return FALSE;
  *ret_severity = (SgLogSeverity) index;
  return TRUE;
}

SgLogBatch *
sg_log_batch_new (void)
{
  SgLogBatch *self = g_new0 (SgLogBatch, 1);

  g_atomic_ref_count_init (&self->refs);
  self->records = g_array_new (FALSE, FALSE, sizeof (SgLogRecord));
  self->text = g_string_chunk_new (CHUNK);
  return self;
}

SgLogBatch *
sg_log_batch_ref (SgLogBatch *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
sg_log_batch_unref (SgLogBatch *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->records);
  g_string_chunk_free (self->text);
  g_free (self);
}

/* Words come again and again, and are kept once; what is different each time would only fill the table. */
static const char *
keep_word (SgLogBatch *self,
           const char *word)
{
  return word == NULL || *word == '\0' ? "" : g_string_chunk_insert_const (self->text, word);
}

static const char *
keep_text (SgLogBatch *self,
           const char *text)
{
  if (text == NULL)
    return NULL;
  self->size += strlen (text) + 1;
  return g_string_chunk_insert (self->text, text);
}

/**
 * sg_log_batch_add:
 * @self: a batch that nobody else has yet
 * @record: what happened; its text is copied
 */
void
sg_log_batch_add (SgLogBatch        *self,
                  const SgLogRecord *record)
{
  SgLogRecord kept = *record;

  kept.service = keep_word (self, record->service);
  kept.name = keep_word (self, record->name);
  kept.status = keep_word (self, record->status);
  kept.key = keep_text (self, record->key);
  kept.message = keep_text (self, record->message);
  kept.trace_id = keep_text (self, record->trace_id);
  kept.fields = keep_text (self, record->fields);
  self->size += sizeof kept;
  g_array_append_val (self->records, kept);
}

/* Leaves only the first @length records. */
void
sg_log_batch_truncate (SgLogBatch *self,
                       guint       length)
{
  if (length < self->records->len)
    g_array_set_size (self->records, length);
}

guint
sg_log_batch_get_length (const SgLogBatch *self)
{
  return self->records->len;
}

/**
 * sg_log_batch_get_size:
 * @self: a batch
 *
 * Returns: how many bytes it takes, words that come again and again counted out
 */
gsize
sg_log_batch_get_size (const SgLogBatch *self)
{
  return self->size;
}

/**
 * sg_log_batch_get:
 * @self: a batch
 * @index: less than its length
 *
 * Returns: (transfer none): a record, which lives as long as the batch
 */
const SgLogRecord *
sg_log_batch_get (const SgLogBatch *self,
                  guint             index)
{
  g_return_val_if_fail (index < self->records->len, NULL);

  return &g_array_index (self->records, SgLogRecord, index);
}
