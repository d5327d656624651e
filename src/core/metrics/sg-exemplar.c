/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-exemplar.h"

#include "metrics/sg-metric.h"

/* OpenMetrics: names and values of an exemplar have together no more than 128 characters. */
gboolean
sg_exemplar_fits (const SgLabels *labels)
{
  glong n_chars = 0;

  for (guint i = 0; i < labels->n_labels; i++)
    {
      if (!g_utf8_validate (labels->labels[i].value, -1, NULL))
        return FALSE;
      n_chars += g_utf8_strlen (labels->labels[i].name, -1);
      n_chars += g_utf8_strlen (labels->labels[i].value, -1);
    }
  return n_chars <= SG_METRICS_MAX_EXEMPLAR_CHARS;
}

void
sg_exemplar_set (SgExemplar     *self,
                 const SgLabels *labels,
                 double          value,
                 SgTimeMs        timestamp)
{
  const SgLabels *kept = sg_labels_ref (labels);

  sg_exemplar_clear (self);
  *self = (SgExemplar) { kept, value, timestamp };
}

void
sg_exemplar_copy (SgExemplar       *self,
                  const SgExemplar *from)
{
  if (from->labels != NULL)
    sg_exemplar_set (self, from->labels, from->value, from->timestamp);
  else
    sg_exemplar_clear (self);
}

void
sg_exemplar_clear (SgExemplar *self)
{
  if (self->labels != NULL)
    sg_labels_unref ((SgLabels *) self->labels);
  *self = (SgExemplar) { 0 };
}
