/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgMappingRole:
 *
 * What a family of metrics can mean to a page. Pages name roles, and never families.
 */
typedef enum
{
  SG_ROLE_OPERATIONS,
  SG_ROLE_DURATIONS,
  SG_ROLE_RECORDS,
  SG_ROLE_ACTIVE,
  SG_ROLE_CONFLICTS,
  SG_ROLE_CACHE_EVENTS,
  SG_ROLE_HIT_RATE,
  SG_ROLE_SIZE,
  SG_ROLE_SIZE_LIMIT,
  SG_ROLE_MEMORY,
  SG_ROLE_MEMORY_LIMIT,
  SG_ROLE_EVICTIONS,
  SG_ROLE_CHECKS,
  SG_ROLE_INCONSISTENCIES,
  SG_ROLE_RECONCILIATIONS,
  SG_ROLE_RECONCILIATION_DURATIONS,
  SG_N_ROLES,
} SgMappingRole;

/**
 * SgMappingKind:
 *
 * What kind of metric a family is, which decides what can be asked of it.
 */
typedef enum
{
  SG_MAPPING_COUNTER,
  SG_MAPPING_GAUGE,
  SG_MAPPING_HISTOGRAM,
  SG_MAPPING_SUMMARY,
} SgMappingKind;

/**
 * SgMappingLabel:
 *
 * What a label can mean. The answers to what is asked by roles have the labels "type", "status",
 * "severity", "strategy", "check" and "cache", whatever they are called in the store.
 */
typedef enum
{
  SG_MAPPING_TYPE,
  SG_MAPPING_STATUS,
  SG_MAPPING_SEVERITY,
  SG_MAPPING_STRATEGY,
  SG_MAPPING_CHECK,
  SG_MAPPING_CACHE,
  SG_MAPPING_N_LABELS,
} SgMappingLabel;

/**
 * SgMappingMeans:
 * @SG_MAPPING_BY_STATUS: the label of the status says whether it is good or bad
 * @SG_MAPPING_ALWAYS_GOOD: all of the family is: a success, a hit
 * @SG_MAPPING_ALWAYS_BAD: none of it is: a failure, a miss
 */
typedef enum
{
  SG_MAPPING_BY_STATUS,
  SG_MAPPING_ALWAYS_GOOD,
  SG_MAPPING_ALWAYS_BAD,
} SgMappingMeans;

/**
 * SgMappingPart:
 * @role: what the family means
 * @kind: what kind of metric it is
 * @name: its name, without the suffix of a histogram; may begin with "$namespace"
 * @matchers: which of its series, as in `app="x"`, or ""
 * @factor: what its values are to be multiplied with: the unit of a role is s, byte, ratio or one
 * @labels: for each meaning the labels that have it, or %NULL; the values of several are joined
 * @means: where it is told what is good
 * @good: (nullable): the values of the status that mean success, or a hit
 * @bad: (nullable): those that mean failure, or a miss
 *
 * One family, and what it means.
 */
typedef struct
{
  SgMappingRole role;
  SgMappingKind kind;
  char *name;
  char *matchers;
  double factor;
  GStrv labels[SG_MAPPING_N_LABELS];
  SgMappingMeans means;
  GStrv good;
  GStrv bad;
} SgMappingPart;

/**
 * SgMapping:
 * @name: what it is called
 * @title: what people call it
 * @any_namespace: whether its families begin with a word that the application chooses
 * @parts: (element-type SgMappingPart): its families
 *
 * Which families of an application mean what. Immutable, counted, and safe from any thread.
 */
typedef struct
{
  gatomicrefcount ref_count;
  char *name;
  char *title;
  gboolean any_namespace;
  GPtrArray *parts;
} SgMapping;

#define SG_TYPE_MAPPING (sg_mapping_get_type ())

GType          sg_mapping_get_type         (void) G_GNUC_CONST;
SgMapping     *sg_mapping_new              (const char          *name,
                                            const char          *title);
SgMapping     *sg_mapping_ref              (SgMapping           *self);
void           sg_mapping_unref            (SgMapping           *self);
gboolean       sg_mapping_has_role         (const SgMapping     *self,
                                            SgMappingRole        role);
SgMapping     *sg_mapping_parse            (const char          *file,
                                            const char          *text,
                                            gssize               length,
                                            GError             **error);
SgMapping     *sg_mapping_load             (const char          *path,
                                            GError             **error);

/* While a mapping is being made. */
SgMappingPart *sg_mapping_part_new         (SgMappingRole        role,
                                            SgMappingKind        kind);
SgMappingPart *sg_mapping_part_bind        (const SgMappingPart *self,
                                            const char          *name_space);
void           sg_mapping_part_free        (SgMappingPart       *self);

const char    *sg_mapping_role_to_string   (SgMappingRole        role);
gboolean       sg_mapping_role_from_string (const char          *text,
                                            SgMappingRole       *ret_role);
const char    *sg_mapping_label_to_string  (SgMappingLabel       label);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgMapping, sg_mapping_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgMappingPart, sg_mapping_part_free)

G_END_DECLS
