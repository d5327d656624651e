/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-answer-row.h"

struct _SgAnswerRow
{
  GObject parent_instance;
  SgSeriesData *series;
  SgLabels *labels;
  SgSeriesStats stats;
};

G_DEFINE_FINAL_TYPE (SgAnswerRow, sg_answer_row, G_TYPE_OBJECT)

const char *
sg_answer_row_get_label (SgAnswerRow *self,
                         const char  *name)
{
  const char *value = sg_labels_get (self->labels, name);

  return value != NULL ? value : "";
}

const char *
sg_answer_row_get_name (SgAnswerRow *self)
{
  return sg_series_data_get_name (self->series);
}

const SgSeriesStats *
sg_answer_row_get_stats (SgAnswerRow *self)
{
  return &self->stats;
}

static void
sg_answer_row_finalize (GObject *object)
{
  SgAnswerRow *self = SG_ANSWER_ROW (object);

  sg_series_data_unref (self->series);
  G_OBJECT_CLASS (sg_answer_row_parent_class)->finalize (object);
}

static void
sg_answer_row_class_init (SgAnswerRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_answer_row_finalize;
}

static void
sg_answer_row_init (SgAnswerRow *self)
{
}

SgAnswerRow *
sg_answer_row_new (const SgSeriesData *series,
                   gint64              from,
                   gint64              to)
{
  SgAnswerRow *self = g_object_new (SG_TYPE_ANSWER_ROW, NULL);

  self->series = sg_series_data_ref (series);
  self->labels = sg_series_data_get_labels (series);
  self->stats = sg_series_data_get_stats (series, from, to);
  return self;
}
