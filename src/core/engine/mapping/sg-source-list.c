/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/mapping/sg-source-list.h"

#include "base/sg-matcher.h"
#include "engine/mapping/sg-mapping-private.h"
#include "engine/mapping/sg-source-shape.h"
#include "promql/sg-parser.h"

#include <stdlib.h>
#include <string.h>

/*
 * One question to the store: the label sets of all series whose name is one that a mapping has, or that
 * has the shape of operations. Each belongs to the first mapping that has a family of its name and whose
 * labels it has. What belongs to one mapping, begins with one word and is collected by one job is a source.
 *
 * A word in front of "_cache_size" is soon found elsewhere: where the mapping leaves the word to the
 * application, only what counts operations or events of a cache is a source.
 */
#define SHAPE "shape"
/* Stands between the parts of an id, and in none of them. */
#define MARK "\x1f"

G_DEFINE_BOXED_TYPE (SgSourceList, sg_source_list, sg_source_list_ref, sg_source_list_unref)

/* A source as it is gathered. */
typedef struct
{
  SgSource *source;
  gboolean any_namespace;
  GHashTable *seen;
  /* Of a shape: for each name its role and its series. */
  GPtrArray *shapes[2];
} Found;

typedef struct
{
  const SgMappingList *mappings;
  GHashTable *conditions;
  GHashTable *found;
} Search;

static void
source_free (gpointer data)
{
  SgSource *self = data;

  g_free (self->id);
  g_free (self->title);
  g_free (self->mapping);
  g_free (self->name_space);
  g_free (self->job);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

static void
found_free (gpointer data)
{
  Found *self = data;

  g_clear_pointer (&self->source, source_free);
  g_hash_table_unref (self->seen);
  for (guint i = 0; i < G_N_ELEMENTS (self->shapes); i++)
    g_ptr_array_unref (self->shapes[i]);
  g_free (self);
}

static const char *
suffix_of (const SgMappingPart *part)
{
  return part->kind == SG_MAPPING_HISTOGRAM || part->kind == SG_MAPPING_SUMMARY ? "_count" : "";
}

static char *
make_pattern (const SgMappingList *mappings)
{
  g_autoptr (GString) out = g_string_new (SG_SOURCE_SHAPES);

  for (guint i = 0; i < mappings->mappings->len; i++)
    {
      const SgMapping *mapping = mappings->mappings->pdata[i];

      for (guint j = 0; j < mapping->parts->len; j++)
        {
          const SgMappingPart *part = mapping->parts->pdata[j];
          gsize cut = mapping->any_namespace ? strlen (SG_MAPPING_NAMESPACE) : 0;

          g_string_append_printf (out, "|%s%s%s", mapping->any_namespace ? ".+" : "",
                                  part->name + cut, suffix_of (part));
        }
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Returns: (transfer full) (nullable): what stands for $namespace in @name, "" where nothing does */
static char *
match_name (const SgMapping     *mapping,
            const SgMappingPart *part,
            const char          *name)
{
  g_autofree char *full = g_strconcat (part->name, suffix_of (part), NULL);
  const char *rest = full + strlen (SG_MAPPING_NAMESPACE);

  if (!mapping->any_namespace)
    return g_str_equal (full, name) ? g_strdup ("") : NULL;
  if (!g_str_has_suffix (name, rest) || strlen (name) == strlen (rest))
    return NULL;
  return g_strndup (name, strlen (name) - strlen (rest));
}

static gboolean
has_labels (const SgMappingPart *part,
            const SgLabels      *series)
{
  for (guint i = 0; i < SG_MAPPING_N_LABELS; i++)
    {
      for (guint j = 0; part->labels[i] != NULL && part->labels[i][j] != NULL; j++)
        {
          if (*sg_labels_get (series, part->labels[i][j]) == '\0')
            return FALSE;
        }
    }
  return TRUE;
}

/* Whether the matchers of @part hold; they were read once already, when the mapping was. */
static gboolean
holds (Search              *search,
       const SgMappingPart *part,
       const SgLabels      *series)
{
  SgAst *ast;

  if (*part->matchers == '\0')
    return TRUE;
  ast = g_hash_table_lookup (search->conditions, part);
  if (ast == NULL)
    {
      g_autofree char *text = g_strdup_printf ("{%s,__name__!=\"\"}", part->matchers);

      ast = sg_parser_parse_selector (text, NULL);
      if (ast == NULL)
        return FALSE;
      g_hash_table_insert (search->conditions, (gpointer) part, ast);
    }
  for (guint i = 0; i < ast->matchers->len; i++)
    {
      const SgMatcher *matcher = ast->matchers->pdata[i];

      if (!sg_matcher_matches (matcher, sg_labels_get (series, sg_matcher_get_name (matcher))))
        return FALSE;
    }
  return TRUE;
}

/* "anivault", "Redis · cache": the job is told where it says more than the name does. */
static char *
make_title (const char *title,
            const char *job)
{
  if (*job == '\0' || g_ascii_strcasecmp (title, job) == 0)
    return g_strdup (title);
  return g_strdup_printf ("%s · %s", title, job);
}

static Found *
get_found (Search          *search,
           const SgMapping *mapping,
           const char      *name_space,
           const SgLabels  *series)
{
  const char *job = sg_labels_get (series, "job");
  const char *name = mapping != NULL ? mapping->name : SHAPE;
  g_autofree char *id = g_strjoin (MARK, name, name_space, job, NULL);
  Found *self = g_hash_table_lookup (search->found, id);

  if (self != NULL)
    return self;
  self = g_new0 (Found, 1);
  self->any_namespace = mapping == NULL || mapping->any_namespace;
  self->seen = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->shapes); i++)
    self->shapes[i] = g_ptr_array_new ();
  self->source = g_new0 (SgSource, 1);
  *self->source = (SgSource) {
    .id = g_steal_pointer (&id),
    .title = make_title (*name_space != '\0' ? name_space : mapping->title, job),
    .mapping = g_strdup (name),
    .name_space = g_strdup (name_space),
    .job = g_strdup (job),
    .interval_ms = SG_SOURCE_INTERVAL_MS,
    .parts = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_mapping_part_free),
  };
  g_hash_table_insert (search->found, self->source->id, self);
  return self;
}

static gboolean
gather_mapped (Search          *search,
               const SgMapping *mapping,
               const SgLabels  *series)
{
  const char *name = sg_labels_get (series, SG_LABEL_NAME);

  for (guint i = 0; i < mapping->parts->len; i++)
    {
      const SgMappingPart *part = mapping->parts->pdata[i];
      g_autofree char *name_space = match_name (mapping, part, name);
      Found *found;

      if (name_space == NULL || !has_labels (part, series) || !holds (search, part, series))
        continue;
      found = get_found (search, mapping, name_space, series);
      if (g_hash_table_add (found->seen, (gpointer) part))
        g_ptr_array_add (found->source->parts, sg_mapping_part_bind (part, name_space));
      return TRUE;
    }
  return FALSE;
}

static void
gather (Search         *search,
        const SgLabels *series)
{
  g_autofree char *name_space = NULL;
  SgMappingRole role;

  for (guint i = 0; i < search->mappings->mappings->len; i++)
    {
      if (gather_mapped (search, search->mappings->mappings->pdata[i], series))
        return;
    }
  if (sg_source_shape_fits (series, &role, &name_space))
    g_ptr_array_add (
        get_found (search, NULL, name_space, series)->shapes[role == SG_ROLE_DURATIONS],
        (gpointer) series);
}

/* Returns: whether it is one; its families are complete then. */
static gboolean
complete (Found *found)
{
  SgSource *source = found->source;

  if (found->shapes[0]->len > 0)
    {
      g_ptr_array_add (source->parts, sg_source_shape_make (SG_ROLE_OPERATIONS, found->shapes[0]));
      if (found->shapes[1]->len > 0)
        g_ptr_array_add (source->parts, sg_source_shape_make (SG_ROLE_DURATIONS, found->shapes[1]));
    }
  if (!found->any_namespace)
    return source->parts->len > 0;
  return sg_source_has_role (source, SG_ROLE_OPERATIONS)
         || sg_source_has_role (source, SG_ROLE_CACHE_EVENTS);
}

static int
compare_sources (const void *a,
                 const void *b)
{
  const SgSource *left = *(const SgSource *const *) a;
  const SgSource *right = *(const SgSource *const *) b;
  int order = g_ascii_strcasecmp (left->title, right->title);

  return order != 0 ? order : strcmp (left->id, right->id);
}

static SgSourceList *
end_search (Search *search)
{
  SgSourceList *self = g_new0 (SgSourceList, 1);
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_atomic_ref_count_init (&self->ref_count);
  g_hash_table_iter_init (&iter, search->found);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Found *found = value;

      if (complete (found))
        g_ptr_array_add (sources, g_steal_pointer (&found->source));
    }
  g_ptr_array_sort (sources, compare_sources);
  self->n_sources = sources->len;
  self->sources = (SgSource **) g_ptr_array_free (g_steal_pointer (&sources), FALSE);
  return self;
}

static SgSourceList *
search_series (const SgMappingList *mappings,
               const GPtrArray     *series)
{
  Search search = { mappings };
  SgSourceList *self;

  search.conditions = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) sg_ast_unref);
  search.found = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, found_free);
  for (guint i = 0; i < series->len; i++)
    gather (&search, series->pdata[i]);
  self = end_search (&search);
  /* The ids are the keys, and those of sources that are kept live on: nothing is looked up any more. */
  g_hash_table_unref (search.found);
  g_hash_table_unref (search.conditions);
  return self;
}

/**
 * sg_source_list_find:
 * @mappings: what is known of applications
 * @querier: where the series are
 * @start: the first time that counts
 * @end: the last
 * @cancellable: (nullable): ends it
 * @error: why there is none
 *
 * Returns: (transfer full) (nullable): the applications that have samples in that time
 */
SgSourceList *
sg_source_list_find (const SgMappingList  *mappings,
                     SgQuerier            *querier,
                     SgTimeMs              start,
                     SgTimeMs              end,
                     GCancellable         *cancellable,
                     GError              **error)
{
  SgSelectHints hints = { .start = start, .end = end };
  g_autofree char *pattern = make_pattern (mappings);
  g_autoptr (SgMatcher) matcher = sg_matcher_new (SG_MATCH_REGEXP, SG_LABEL_NAME, pattern, error);
  const SgMatcher *matchers[] = { matcher };
  g_autoptr (GPtrArray) series = NULL;

  if (matcher == NULL)
    return NULL;
  series = sg_querier_series (querier, matchers, 1, &hints, cancellable, error);
  return series != NULL ? search_series (mappings, series) : NULL;
}

/* Takes from @targets how often each job is collected: the longest interval of its targets. */
void
sg_source_list_take_intervals (SgSourceList       *self,
                               const SgTargetList *targets)
{
  for (guint i = 0; i < self->n_sources; i++)
    {
      SgSource *source = self->sources[i];
      gint64 longest = 0;

      for (guint j = 0; j < targets->n_targets; j++)
        {
          if (g_str_equal (targets->targets[j]->job, source->job))
            longest = MAX (longest, targets->targets[j]->interval_ms);
        }
      if (longest > 0)
        source->interval_ms = longest;
    }
}

SgSourceList *
sg_source_list_ref (SgSourceList *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_source_list_unref (SgSourceList *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->n_sources; i++)
    source_free (self->sources[i]);
  g_free (self->sources);
  g_free (self);
}

/* Returns: (transfer none) (nullable): the source @id */
const SgSource *
sg_source_list_get (const SgSourceList *self,
                    const char         *id)
{
  for (guint i = 0; i < self->n_sources; i++)
    {
      if (g_str_equal (self->sources[i]->id, id))
        return self->sources[i];
    }
  return NULL;
}

gboolean
sg_source_has_role (const SgSource *self,
                    SgMappingRole   role)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      if (((const SgMappingPart *) self->parts->pdata[i])->role == role)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_meant (const SgSource *source,
          const char     *id)
{
  return id == NULL || g_str_equal (source->id, id);
}

gboolean
sg_source_list_has_role (const SgSourceList *self,
                         const char         *id,
                         SgMappingRole       role)
{
  for (guint i = 0; i < self->n_sources; i++)
    {
      if (is_meant (self->sources[i], id) && sg_source_has_role (self->sources[i], role))
        return TRUE;
    }
  return FALSE;
}

/**
 * sg_source_list_expand:
 * @self: the sources
 * @id: (nullable): one of them, %NULL for all
 * @query: what is asked
 *
 * Returns: (transfer full) (nullable): the query as PromQL, %NULL when no family has an answer
 */
char *
sg_source_list_expand (const SgSourceList   *self,
                       const char           *id,
                       const SgMeasureQuery *query)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  for (guint i = 0; i < self->n_sources; i++)
    {
      if (is_meant (self->sources[i], id))
        g_ptr_array_extend (parts, self->sources[i]->parts, NULL, NULL);
    }
  return sg_mapping_expand (parts, query);
}

/* Returns: (transfer full): what $source is to stand for */
char *
sg_source_list_make_matchers (const SgSourceList *self,
                              const char         *id)
{
  const SgSource *source = id != NULL ? sg_source_list_get (self, id) : NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  if (source != NULL)
    {
      g_string_append (out, "job=");
      sg_labels_append_quoted (out, source->job);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Returns: how often samples come, in milliseconds: the longest interval of all that is asked */
gint64
sg_source_list_get_interval (const SgSourceList *self,
                             const char         *id)
{
  gint64 longest = 0;

  for (guint i = 0; i < self->n_sources; i++)
    {
      if (is_meant (self->sources[i], id))
        longest = MAX (longest, self->sources[i]->interval_ms);
    }
  return longest > 0 ? longest : SG_SOURCE_INTERVAL_MS;
}
