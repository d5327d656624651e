/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine/mapping/sg-mapping-list.h"

#include "engine/sg-engine-resources.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The order is the precedence: what the user wrote, then what names its families in full, then what
 * begins with any word. A file of the user whose name is that of one of ours takes its place.
 */
#define RESOURCE_FOLDER "/io/github/sightglass/core/mappings"

/* How many files of the user's folder are read. */
#define FILES_MAX 200

G_DEFINE_BOXED_TYPE (SgMappingList, sg_mapping_list, sg_mapping_list_ref, sg_mapping_list_unref)

static gboolean
has_name (const GPtrArray *mappings,
          const char      *name)
{
  for (guint i = 0; i < mappings->len; i++)
    {
      if (g_str_equal (((const SgMapping *) mappings->pdata[i])->name, name))
        return TRUE;
    }
  return FALSE;
}

static int
compare_texts (const void *a,
               const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* Returns: (transfer full) (element-type utf8): the *.yml and *.yaml of @folder, in order */
static GPtrArray *
list_files (const char *folder)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (*name != '.' && (g_str_has_suffix (name, ".yml") || g_str_has_suffix (name, ".yaml")))
        g_ptr_array_add (files, g_build_filename (folder, name, NULL));
    }
  g_ptr_array_sort (files, compare_texts);
  return files;
}

static void
take_user_file (GPtrArray    *mappings,
                GStrvBuilder *errors,
                const char   *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgMapping) mapping = sg_mapping_load (path, &error);

  if (mapping != NULL && has_name (mappings, mapping->name))
    {
      g_set_error (&error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
                   "%s:1:1: a file before it is called “%s” too: give it another name", path,
                   mapping->name);
      g_clear_pointer (&mapping, sg_mapping_unref);
    }
  if (mapping != NULL)
    g_ptr_array_add (mappings, g_steal_pointer (&mapping));
  else
    g_strv_builder_add (errors, error->message);
}

static void
take_user (GPtrArray    *mappings,
           GStrvBuilder *errors,
           const char   *folder)
{
  g_autoptr (GPtrArray) files = list_files (folder);

  for (guint i = 0; i < MIN (files->len, FILES_MAX); i++)
    take_user_file (mappings, errors, files->pdata[i]);
  if (files->len > FILES_MAX)
    {
      g_autofree char *text =
          g_strdup_printf ("%s:1:1: more than %d files: those after it are "
                           "not read",
                           (const char *) files->pdata[FILES_MAX - 1], FILES_MAX);

      g_strv_builder_add (errors, text);
    }
}

/* What came with the program is right, or the program is not. */
static SgMapping *
load_shipped (const char *name)
{
  g_autofree char *path = g_strconcat (RESOURCE_FOLDER "/", name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = g_resource_lookup_data (sg_engine_get_resource (), path,
                                                    G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  SgMapping *mapping = NULL;

  if (text != NULL)
    mapping = sg_mapping_parse (name, g_bytes_get_data (text, NULL),
                                (gssize) g_bytes_get_size (text), &error);
  if (mapping == NULL)
    g_critical ("a mapping that came with the program is wrong: %s", error->message);
  return mapping;
}

static void
take_shipped (GPtrArray *mappings)
{
  g_auto (GStrv) names = g_resource_enumerate_children (sg_engine_get_resource (), RESOURCE_FOLDER,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GPtrArray) loaded = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_mapping_unref);

  qsort (names, g_strv_length (names), sizeof *names, compare_texts);
  for (guint i = 0; names[i] != NULL; i++)
    {
      SgMapping *mapping = load_shipped (names[i]);

      if (mapping != NULL)
        g_ptr_array_add (loaded, mapping);
    }
  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; i < loaded->len; i++)
        {
          SgMapping *mapping = loaded->pdata[i];

          if (mapping->any_namespace == (pass == 1) && !has_name (mappings, mapping->name))
            g_ptr_array_add (mappings, sg_mapping_ref (mapping));
        }
    }
}

/**
 * sg_mapping_list_load:
 * @folder: (nullable): the folder of the user, which need not exist
 *
 * Reads all mappings. A file of the user that is wrong is told in the list, and the others stay. It reads
 * files, and is to be called on a thread that may wait.
 *
 * Returns: (transfer full): the list
 */
SgMappingList *
sg_mapping_list_load (const char *folder)
{
  g_autoptr (GStrvBuilder) errors = g_strv_builder_new ();
  SgMappingList *self = g_new0 (SgMappingList, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->mappings = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_mapping_unref);
  if (folder != NULL)
    take_user (self->mappings, errors, folder);
  take_shipped (self->mappings);
  self->errors = g_strv_builder_end (errors);
  return self;
}

SgMappingList *
sg_mapping_list_ref (SgMappingList *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sg_mapping_list_unref (SgMappingList *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->mappings);
  g_strfreev (self->errors);
  g_free (self);
}

/* Returns: (transfer none) (nullable): the mapping @name */
SgMapping *
sg_mapping_list_find (const SgMappingList *self,
                      const char          *name)
{
  for (guint i = 0; i < self->mappings->len; i++)
    {
      SgMapping *mapping = self->mappings->pdata[i];

      if (g_str_equal (mapping->name, name))
        return mapping;
    }
  return NULL;
}
