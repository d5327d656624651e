/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-wal-record.h"

#include "base/sg-sample.h"

#include <string.h>

/*
 * What stands in the records of Prometheus' write-ahead log, byte for byte. Fixed integers are
 * big-endian, text is its length as a uvarint and its bytes.
 *
 *   series      = 01 { ref:u64 labels }
 *   samples     = 02 [ ref0:u64 t0:u64 { ref-ref0:varint t-t0:varint value:64 bits } ]
 *   tombstones  = 03 { ref:u64 min:varint max:varint }
 *   exemplars   = 04 [ ref0:u64 t0:u64 { ref-ref0:varint t-t0:varint value:64 bits labels } ]
 *   markers     = 05 { ref:u64 chunk:u64 }
 *   metadata    = 06 { ref:uvarint type:u8 n:uvarint n × ( name:text value:text ) }
 *   labels      = n:uvarint n × ( name:text value:text )
 *
 * The first sample is written again among the others, with two zeros before its value. Metadata have
 * two fields, "UNIT" and "HELP" in this order; a reader passes over others.
 */

static void
encode_labels (SgWireWriter   *out,
               const SgLabels *labels)
{
  sg_wire_put_uvarint (out, labels->n_labels);
  for (guint i = 0; i < labels->n_labels; i++)
    {
      const SgLabel *label = &labels->labels[i];

      sg_wire_put_text (out, label->name, strlen (label->name));
      sg_wire_put_text (out, label->value, sg_labels_value_length (labels, i));
    }
}

void
sg_wal_encode_series (SgWireWriter      *out,
                      const SgWalSeries *series,
                      gsize              n)
{
  sg_wire_put_u8 (out, SG_WAL_SERIES);
  for (gsize i = 0; i < n; i++)
    {
      sg_wire_put_u64 (out, series[i].ref);
      encode_labels (out, series[i].labels);
    }
}

/* Differences wrap, as Go's do: a reader adds them up to what they were. */
static gint64
difference (guint64 a,
            guint64 b)
{
  return (gint64) (a - b);
}

void
sg_wal_encode_samples (SgWireWriter      *out,
                       const SgWalSample *samples,
                       gsize              n)
{
  if (n > 0)
    sg_wal_begin_samples (out, &samples[0]);
  else
    sg_wire_put_u8 (out, SG_WAL_SAMPLES);
  for (gsize i = 0; i < n; i++)
    sg_wal_add_sample (out, &samples[0], &samples[i]);
}

void
sg_wal_encode_tombstones (SgWireWriter         *out,
                          const SgWalTombstone *tombstones,
                          gsize                 n)
{
  sg_wire_put_u8 (out, SG_WAL_TOMBSTONES);
  for (gsize i = 0; i < n; i++)
    {
      sg_wire_put_u64 (out, tombstones[i].ref);
      sg_wire_put_varint (out, tombstones[i].min_t);
      sg_wire_put_varint (out, tombstones[i].max_t);
    }
}

void
sg_wal_encode_exemplars (SgWireWriter        *out,
                         const SgWalExemplar *exemplars,
                         gsize                n)
{
  sg_wire_put_u8 (out, SG_WAL_EXEMPLARS);
  if (n == 0)
    return;
  sg_wire_put_u64 (out, exemplars[0].ref);
  sg_wire_put_u64 (out, (guint64) exemplars[0].t);
  for (gsize i = 0; i < n; i++)
    {
      sg_wire_put_varint (out, difference (exemplars[i].ref, exemplars[0].ref));
      sg_wire_put_varint (out, difference ((guint64) exemplars[i].t, (guint64) exemplars[0].t));
      sg_wire_put_u64 (out, sg_double_to_bits (exemplars[i].value));
      encode_labels (out, exemplars[i].labels);
    }
}

void
sg_wal_encode_mmap_markers (SgWireWriter          *out,
                            const SgWalMmapMarker *markers,
                            gsize                  n)
{
  sg_wire_put_u8 (out, SG_WAL_MMAP_MARKERS);
  for (gsize i = 0; i < n; i++)
    {
      sg_wire_put_u64 (out, markers[i].ref);
      sg_wire_put_u64 (out, markers[i].chunk_ref);
    }
}

void
sg_wal_encode_metadata (SgWireWriter        *out,
                        const SgWalMetadata *metadata,
                        gsize                n)
{
  sg_wire_put_u8 (out, SG_WAL_METADATA);
  for (gsize i = 0; i < n; i++)
    {
      sg_wire_put_uvarint (out, metadata[i].ref);
      sg_wire_put_u8 (out, metadata[i].type);
      sg_wire_put_uvarint (out, 2);
      sg_wire_put_text (out, "UNIT", strlen ("UNIT"));
      sg_wire_put_text (out, metadata[i].unit, strlen (metadata[i].unit));
      sg_wire_put_text (out, "HELP", strlen ("HELP"));
      sg_wire_put_text (out, metadata[i].help, strlen (metadata[i].help));
    }
}

static const char *const metric_types[] = { "unknown",        "counter", "gauge", "histogram",
                                            "gaugehistogram", "summary", "info",  "stateset" };

/* Returns: the name of @type in the text formats; "unknown" for a number that is none. */
const char *
sg_wal_metric_type_to_string (guint8 type)
{
  return metric_types[type < G_N_ELEMENTS (metric_types) ? type : 0];
}

guint8
sg_wal_metric_type_from_string (const char *type)
{
  for (guint8 i = 1; type != NULL && i < G_N_ELEMENTS (metric_types); i++)
    {
      if (g_str_equal (metric_types[i], type))
        return i;
    }
  return 0;
}
