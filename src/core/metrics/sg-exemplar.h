/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/sg-clock.h"
#include "base/sg-labels.h"

G_BEGIN_DECLS

/**
 * SgExemplar:
 * @labels: (nullable): what to follow it by, usually a trace id; %NULL means that there is none
 * @value: what was added or observed
 * @timestamp: when
 *
 * One event that stands for many.
 */
typedef struct
{
  const SgLabels *labels;
  double value;
  SgTimeMs timestamp;
} SgExemplar;

gboolean sg_exemplar_fits  (const SgLabels   *labels);
void     sg_exemplar_set   (SgExemplar       *self,
                            const SgLabels   *labels,
                            double            value,
                            SgTimeMs          timestamp);
void     sg_exemplar_copy  (SgExemplar       *self,
                            const SgExemplar *from);
void     sg_exemplar_clear (SgExemplar       *self);

G_END_DECLS
