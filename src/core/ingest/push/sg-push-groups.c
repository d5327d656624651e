/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/push/sg-push-groups.h"

#include "base/sg-lock.h"
#include "base/sg-number.h"
#include "ingest/push/sg-push-body.h"

#include <string.h>

/*
 * A group is a label set (its key), the families that were pushed to it, and two times: when a push last
 * succeeded, and when one last failed. As Pushgateway has it,
 *
 *   - a PUT replaces the group, a POST the families that it has, a DELETE forgets the group;
 *   - a push is taken whole or not at all: a family that other groups have with another type, or a series
 *     that another group has, refuses it;
 *   - a push that is refused so is remembered in push_failure_time_seconds, for a group that is new as well;
 *     one that cannot be read is not.
 *
 * Kept in the table push_groups: the key as text, the two times, and the families as text 0.0.4, which is
 * read again at the start.
 *
 * Two locks: writing is held by one push at a time, from the check to the disk; lock only while what readers
 * see is looked at or changed, so that no page waits for a disk. Types and owners are indexes over all
 * groups: the type of each family and in how many groups it is, and the group of each series.
 */
#define REFUSAL "pushed metrics are invalid or inconsistent with existing metrics: "

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS push_groups (key TEXT PRIMARY KEY, pushed REAL NOT NULL, "
    "failed REAL NOT NULL, page TEXT NOT NULL) WITHOUT ROWID";

typedef struct
{
  SgLabels *key;
  GPtrArray *families;
  guint n_samples;
  double pushed;
  double failed;
} Group;

typedef struct
{
  char *type;
  guint n_groups;
} TypeUse;

struct _SgPushGroups
{
  int ref_count;
  SgStateDb *db;
  SgClock *clock;
  SgFamily *refused;
  guint max_groups;
  guint max_samples;
  SgLock writing;
  SgLock lock;
  GHashTable *groups;
  GHashTable *types;
  GHashTable *owners;
  guint n_samples;
};

/* One row, as it goes to the thread that writes. */
typedef struct
{
  char *key;
  double pushed;
  double failed;
  char *page;
} Row;

static void
group_free (gpointer data)
{
  Group *self = data;

  sg_labels_unref (self->key);
  g_ptr_array_unref (self->families);
  g_free (self);
}

static void
type_use_free (gpointer data)
{
  g_free (((TypeUse *) data)->type);
  g_free (data);
}

static Group *
group_new (const SgLabels *key,
           GPtrArray      *families)
{
  Group *self = g_new0 (Group, 1);

  self->key = sg_labels_ref (key);
  self->families = families;
  for (guint i = 0; i < families->len; i++)
    self->n_samples += ((const SgPushFamily *) g_ptr_array_index (families, i))->samples->len;
  return self;
}

static GPtrArray *
family_list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) sg_push_family_unref);
}

static void
index_add (SgPushGroups *self,
           Group        *group)
{
  for (guint i = 0; i < group->families->len; i++)
    {
      const SgPushFamily *family = g_ptr_array_index (group->families, i);
      TypeUse *use = g_hash_table_lookup (self->types, family->name);

      if (use == NULL)
        {
          use = g_new0 (TypeUse, 1);
          use->type = g_strdup (family->type);
          g_hash_table_insert (self->types, g_strdup (family->name), use);
        }
      use->n_groups++;
      for (guint k = 0; k < family->samples->len; k++)
        g_hash_table_insert (self->owners, g_array_index (family->samples, SgPushSample, k).labels,
                             group);
    }
  self->n_samples += group->n_samples;
}

static void
index_remove (SgPushGroups *self,
              Group        *group)
{
  for (guint i = 0; i < group->families->len; i++)
    {
      const SgPushFamily *family = g_ptr_array_index (group->families, i);
      TypeUse *use = g_hash_table_lookup (self->types, family->name);

      if (--use->n_groups == 0)
        g_hash_table_remove (self->types, family->name);
      for (guint k = 0; k < family->samples->len; k++)
        g_hash_table_remove (self->owners, g_array_index (family->samples, SgPushSample, k).labels);
    }
  self->n_samples -= group->n_samples;
}

/* Puts @group, or nothing, in the place of the one with its key. */
static void
swap_group (SgPushGroups   *self,
            const SgLabels *key,
            Group          *group)
{
  Group *old;

  SG_LOCK_SCOPE (&self->lock);
  old = g_hash_table_lookup (self->groups, key);
  if (old != NULL)
    index_remove (self, old);
  g_hash_table_remove (self->groups, key);
  if (group == NULL)
    return;
  g_hash_table_insert (self->groups, group->key, group);
  index_add (self, group);
}

static gboolean
load_row (SgPushGroups  *self,
          sqlite3_stmt  *query,
          GError       **error)
{
  const char *key_text = (const char *) sqlite3_column_text (query, 0);
  const char *page = (const char *) sqlite3_column_text (query, 3);
  g_autoptr (SgLabels) key = sg_labels_parse (key_text, error);
  GPtrArray *families;
  Group *group;

  if (key == NULL)
    return FALSE;
  families = sg_push_body_parse (key, page, strlen (page), SG_EXPOSITION_DIALECT_TEXT, error);
  if (families == NULL)
    return FALSE;
  group = group_new (key, families);
  group->pushed = sqlite3_column_double (query, 1);
  group->failed = sqlite3_column_double (query, 2);
  swap_group (self, key, group);
  return TRUE;
}

static gboolean
load_groups (sqlite3   *db,
             gpointer   data,
             GError   **error)
{
  SgPushGroups *self = data;
  sqlite3_stmt *query = NULL;
  gboolean good = TRUE;
  int code;

  if (sqlite3_exec (db, schema, NULL, NULL, NULL) != SQLITE_OK
      || sqlite3_prepare_v2 (db, "SELECT key, pushed, failed, page FROM push_groups", -1, &query,
                             NULL)
             != SQLITE_OK)
    return sg_state_db_fail (db, "the table push_groups cannot be read", error);
  while ((code = sqlite3_step (query)) == SQLITE_ROW && good)
    good = load_row (self, query, error);
  sqlite3_finalize (query);
  if (good && code != SQLITE_DONE)
    return sg_state_db_fail (db, "the table push_groups cannot be read", error);
  return good;
}

/**
 * sg_push_groups_new:
 * @db: where they are kept
 * @clock: what time it is when something is pushed
 * @registry: counts what is refused
 * @max_groups: how many there may be
 * @max_samples: how many samples all of them together may have
 * @error: why what is kept cannot be read
 *
 * Returns: (transfer full) (nullable): the groups that were kept
 */
SgPushGroups *
sg_push_groups_new (SgStateDb   *db,
                    SgClock     *clock,
                    SgRegistry  *registry,
                    guint        max_groups,
                    guint        max_samples,
                    GError     **error)
{
  g_autoptr (SgPushGroups) self = g_new0 (SgPushGroups, 1);

  self->ref_count = 1;
  self->db = sg_state_db_ref (db);
  self->clock = g_object_ref (clock);
  self->max_groups = max_groups;
  self->max_samples = max_samples;
  self->refused = sg_registry_counter_family (
      registry, "sightglass_pushes_refused_total",
      "Pushes that were refused: what was sent is wrong, or a bound was reached.", "reason", NULL);
  sg_family_counter (self->refused, SG_VALUES ("invalid"));
  sg_family_counter (self->refused, SG_VALUES ("limit"));
  sg_lock_init (&self->writing);
  sg_lock_init (&self->lock);
  self->groups = g_hash_table_new_full (sg_labels_hash, sg_labels_equal_func, NULL, group_free);
  self->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, type_use_free);
  self->owners = g_hash_table_new (sg_labels_hash, sg_labels_equal_func);
  if (sg_state_db_is_begun (db)
      && !sg_state_db_run (db, load_groups, self, NULL, SG_STATE_DB_WAIT_MS, error))
    return NULL;
  return g_steal_pointer (&self);
}

SgPushGroups *
sg_push_groups_ref (SgPushGroups *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_push_groups_unref (SgPushGroups *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_hash_table_unref (self->owners);
  g_hash_table_unref (self->types);
  g_hash_table_unref (self->groups);
  sg_lock_clear (&self->writing);
  sg_lock_clear (&self->lock);
  sg_state_db_unref (self->db);
  g_object_unref (self->clock);
  g_free (self);
}

guint
sg_push_groups_get_size (SgPushGroups *self)
{
  SG_LOCK_SCOPE (&self->lock);
  return g_hash_table_size (self->groups);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->key);
  g_free (row->page);
  g_free (row);
}

static gboolean
write_row (sqlite3   *db,
           gpointer   data,
           GError   **error)
{
  const Row *row = data;
  sqlite3_stmt *statement = NULL;
  const char *sql = row->page != NULL ? "INSERT OR REPLACE INTO push_groups VALUES (?, ?, ?, ?)"
                                      : "DELETE FROM push_groups WHERE key = ?";
  gboolean good = sqlite3_exec (db, schema, NULL, NULL, NULL) == SQLITE_OK
                  && sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK;

  if (good)
    {
      sqlite3_bind_text (statement, 1, row->key, -1, SQLITE_STATIC);
      if (row->page != NULL)
        {
          sqlite3_bind_double (statement, 2, row->pushed);
          sqlite3_bind_double (statement, 3, row->failed);
          sqlite3_bind_text (statement, 4, row->page, -1, SQLITE_STATIC);
        }
      good = sqlite3_step (statement) == SQLITE_DONE;
    }
  sqlite3_finalize (statement);
  return good || sg_state_db_fail (db, "a pushed group cannot be written", error);
}

static gboolean
keep_group (SgPushGroups    *self,
            const SgLabels  *key,
            const Group     *group,
            GError         **error)
{
  Row *row = g_new0 (Row, 1);

  row->key = sg_labels_to_string (key);
  if (group != NULL)
    {
      GString *page = g_string_new (NULL);

      for (guint i = 0; i < group->families->len; i++)
        sg_push_family_write (g_ptr_array_index (group->families, i), TRUE, page);
      row->page = g_string_free (page, FALSE);
      row->pushed = group->pushed;
      row->failed = group->failed;
    }
  return sg_state_db_run (self->db, write_row, row, row_free, SG_STATE_DB_WAIT_MS, error);
}

/* What the group will have: what is pushed, and of the old ones those that may stay. */
static GPtrArray *
merge_families (const Group *old,
                GPtrArray   *pushed,
                SgPushMode   mode)
{
  GPtrArray *all = family_list_new ();

  for (guint i = 0; i < pushed->len; i++)
    g_ptr_array_add (all, sg_push_family_ref (g_ptr_array_index (pushed, i)));
  for (guint i = 0; mode == SG_PUSH_ADD && old != NULL && i < old->families->len; i++)
    {
      SgPushFamily *family = g_ptr_array_index (old->families, i);
      gboolean replaced = FALSE;

      for (guint k = 0; k < pushed->len && !replaced; k++)
        replaced =
            g_str_equal (((SgPushFamily *) g_ptr_array_index (pushed, k))->name, family->name);
      if (!replaced)
        g_ptr_array_add (all, sg_push_family_ref (family));
    }
  return all;
}

/* Called with writing held, which is all that changes the indexes. */
static gboolean
check_family (SgPushGroups        *self,
              const Group         *old,
              const SgPushFamily  *family,
              GError             **error)
{
  const TypeUse *use = g_hash_table_lookup (self->types, family->name);
  gboolean own = FALSE;

  for (guint i = 0; old != NULL && i < old->families->len && !own; i++)
    own = g_str_equal (((SgPushFamily *) g_ptr_array_index (old->families, i))->name, family->name);
  if (use != NULL && !g_str_equal (use->type, family->type) && use->n_groups > (own ? 1 : 0))
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFLICT,
                   REFUSAL "collected metric \"%s\" is a %s and not a %s as in another group",
                   family->name, family->type, use->type);
      return FALSE;
    }
  for (guint i = 0; i < family->samples->len; i++)
    {
      const SgLabels *labels = g_array_index (family->samples, SgPushSample, i).labels;
      const Group *owner = g_hash_table_lookup (self->owners, labels);
      g_autofree char *text = NULL;

      if (owner == NULL || owner == old)
        continue;
      text = sg_labels_to_string (labels);
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_CONFLICT,
                   REFUSAL "collected metric %s was collected before with the same name and label "
                           "values",
                   text);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_bounds (SgPushGroups  *self,
              const Group   *old,
              guint          n_samples,
              GError       **error)
{
  guint others = self->n_samples - (old != NULL ? old->n_samples : 0);

  if (old == NULL && g_hash_table_size (self->groups) >= self->max_groups)
    {
      g_set_error (error, SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT,
                   "there are %u groups already, which is push.max-groups: delete some, or push to "
                   "fewer",
                   self->max_groups);
      return FALSE;
    }
  if (n_samples > self->max_samples || others > self->max_samples - n_samples)
    {
      g_set_error (
          error, SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT,
          "with these %u samples there would be %u, more than push.max-samples, which is %u",
          n_samples, others + n_samples, self->max_samples);
      return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full) (nullable): what the group is to be */
static Group *
prepare_group (SgPushGroups    *self,
               const SgLabels  *key,
               const Group     *old,
               SgPushMode       mode,
               GPtrArray       *pushed,
               GError         **error)
{
  Group *group = group_new (key, merge_families (old, pushed, mode));
  gboolean good = check_bounds (self, old, group->n_samples, error);

  for (guint i = 0; i < pushed->len && good; i++)
    good = check_family (self, old, g_ptr_array_index (pushed, i), error);
  if (!good)
    {
      group_free (group);
      return NULL;
    }
  group->pushed = (double) sg_clock_now_ns (self->clock).ns / 1e9;
  group->failed = old != NULL ? old->failed : 0;
  return group;
}

static Group *
copy_group (const SgLabels *key,
            const Group    *old)
{
  g_autoptr (GPtrArray) nothing = family_list_new ();
  Group *copy = group_new (key, merge_families (old, nothing, SG_PUSH_ADD));

  copy->pushed = old != NULL ? old->pushed : 0;
  return copy;
}

/* A push that fails because it is one group too many is not remembered as a group. */
static void
remember_failure (SgPushGroups   *self,
                  const SgLabels *key,
                  const Group    *old)
{
  Group *group;

  if (!check_bounds (self, old, old != NULL ? old->n_samples : 0, NULL))
    return;
  group = copy_group (key, old);
  group->failed = (double) sg_clock_now_ns (self->clock).ns / 1e9;
  if (keep_group (self, key, group, NULL))
    swap_group (self, key, group);
  else
    group_free (group);
}

static void
count_refusal (SgPushGroups *self,
               const GError *error)
{
  gboolean limit = g_error_matches (error, SG_INGEST_ERROR, SG_INGEST_ERROR_LIMIT);

  sg_counter_inc (sg_family_counter (self->refused, SG_VALUES (limit ? "limit" : "invalid")));
}

gboolean
sg_push_groups_push (SgPushGroups         *self,
                     const SgLabels       *key,
                     SgPushMode            mode,
                     const char           *text,
                     gsize                 length,
                     SgExpositionDialect   dialect,
                     GError              **error)
{
  GError *problem = NULL;
  g_autoptr (GPtrArray) pushed = sg_push_body_parse (key, text, length, dialect, &problem);
  Group *group = NULL;
  const Group *old;

  SG_LOCK_SCOPE (&self->writing);
  old = g_hash_table_lookup (self->groups, key);
  if (pushed != NULL)
    group = prepare_group (self, key, old, mode, pushed, &problem);
  if (group == NULL)
    {
      count_refusal (self, problem);
      if (!g_error_matches (problem, SG_INGEST_ERROR, SG_INGEST_ERROR_SYNTAX))
        remember_failure (self, key, old);
      g_propagate_error (error, problem);
      return FALSE;
    }
  if (!keep_group (self, key, group, error))
    {
      group_free (group);
      return FALSE;
    }
  swap_group (self, key, group);
  return TRUE;
}

gboolean
sg_push_groups_delete (SgPushGroups    *self,
                       const SgLabels  *key,
                       GError         **error)
{
  SG_LOCK_SCOPE (&self->writing);
  if (!g_hash_table_contains (self->groups, key))
    return TRUE;
  if (!keep_group (self, key, NULL, error))
    return FALSE;
  swap_group (self, key, NULL);
  return TRUE;
}

static int
compare_families (gconstpointer a,
                  gconstpointer b)
{
  return strcmp ((*(SgPushFamily *const *) a)->name, (*(SgPushFamily *const *) b)->name);
}

static void
write_times (SgPushGroups *self,
             gboolean      failures,
             GString      *out)
{
  const char *name = failures ? "push_failure_time_seconds" : "push_time_seconds";
  GHashTableIter iter;
  gpointer value;

  g_string_append_printf (
      out,
      "# HELP %s Last Unix time when changing this group in the Pushgateway %s.\n# TYPE %s gauge\n",
      name, failures ? "failed" : "succeeded", name);
  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Group *group = value;
      g_auto (SgLabelsBuilder) builder = { 0 };
      g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (SgPushSample));
      g_autoptr (SgLabels) labels = NULL;
      SgPushSample sample;
      SgPushFamily family = { .samples = samples, .name = (char *) name };

      sg_labels_builder_init (&builder, group->key);
      sg_labels_builder_set (&builder, SG_LABEL_NAME, name);
      labels = sg_labels_builder_build (&builder);
      sample = (SgPushSample) { labels, failures ? group->failed : group->pushed };
      g_array_append_val (samples, sample);
      sg_push_family_write (&family, FALSE, out);
    }
}

/* Families of one name stand together, below one head. */
GBytes *
sg_push_groups_write_page (SgPushGroups *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  GString *out = g_string_new (NULL);
  GHashTableIter iter;
  gpointer value;

  SG_LOCK_SCOPE (&self->lock);
  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Group *group = value;

      for (guint i = 0; i < group->families->len; i++)
        g_ptr_array_add (all, g_ptr_array_index (group->families, i));
    }
  g_ptr_array_sort (all, compare_families);
  for (guint i = 0; i < all->len; i++)
    sg_push_family_write (
        g_ptr_array_index (all, i),
        i == 0
            || compare_families (&g_ptr_array_index (all, i - 1), &g_ptr_array_index (all, i)) != 0,
        out);
  if (g_hash_table_size (self->groups) > 0)
    {
      write_times (self, TRUE, out);
      write_times (self, FALSE, out);
    }
  return g_string_free_to_bytes (out);
}
