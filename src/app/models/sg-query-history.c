/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-query-history.h"

#include <string.h>

#define KEY_HISTORY "explore-history"
#define KEY_SAVED   "explore-saved"

struct _SgQueryHistory
{
  GObject parent_instance;
  GSettings *settings;
  GPtrArray *texts;
  GPtrArray *saved;
};

typedef struct
{
  char *name;
  char *text;
} Saved;

static guint changed_signal;

G_DEFINE_FINAL_TYPE (SgQueryHistory, sg_query_history, G_TYPE_OBJECT)

static void
saved_free (gpointer data)
{
  Saved *saved = data;

  g_free (saved->name);
  g_free (saved->text);
  g_free (saved);
}

const char *const *
sg_query_history_get_texts (SgQueryHistory *self)
{
  return (const char *const *) self->texts->pdata;
}

static void
store_texts (SgQueryHistory *self)
{
  g_settings_set_strv (self->settings, KEY_HISTORY, sg_query_history_get_texts (self));
  g_signal_emit (self, changed_signal, 0);
}

/* The last place is the NULL that ends the list. */
static guint
count_texts (SgQueryHistory *self)
{
  return self->texts->len - 1;
}

void
sg_query_history_add (SgQueryHistory *self,
                      const char     *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));

  if (*trimmed == '\0')
    return;
  for (guint i = 0; i < count_texts (self); i++)
    {
      if (g_str_equal (self->texts->pdata[i], trimmed))
        g_ptr_array_remove_index (self->texts, i--);
    }
  g_ptr_array_insert (self->texts, 0, g_steal_pointer (&trimmed));
  while (count_texts (self) > SG_QUERY_HISTORY_MAX)
    g_ptr_array_remove_index (self->texts, count_texts (self) - 1);
  store_texts (self);
}

void
sg_query_history_clear (SgQueryHistory *self)
{
  g_ptr_array_set_size (self->texts, 0);
  g_ptr_array_add (self->texts, NULL);
  store_texts (self);
}

guint
sg_query_history_get_n_saved (SgQueryHistory *self)
{
  return self->saved->len;
}

SgSavedQuery
sg_query_history_get_saved (SgQueryHistory *self,
                            guint           i)
{
  const Saved *saved = g_ptr_array_index (self->saved, i);

  return (SgSavedQuery) { saved->name, saved->text };
}

static void
store_saved (SgQueryHistory *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < self->saved->len; i++)
    {
      const Saved *saved = g_ptr_array_index (self->saved, i);

      g_variant_builder_add (&builder, "(ss)", saved->name, saved->text);
    }
  g_settings_set_value (self->settings, KEY_SAVED, g_variant_builder_end (&builder));
  g_signal_emit (self, changed_signal, 0);
}

static void
remove_saved (SgQueryHistory *self,
              const char     *name)
{
  for (guint i = 0; i < self->saved->len; i++)
    {
      if (g_str_equal (((Saved *) g_ptr_array_index (self->saved, i))->name, name))
        g_ptr_array_remove_index (self->saved, i--);
    }
}

static void
add_saved (SgQueryHistory *self,
           const char     *name,
           const char     *text)
{
  Saved *saved = g_new (Saved, 1);

  *saved = (Saved) { g_strdup (name), g_strdup (text) };
  g_ptr_array_add (self->saved, saved);
}

void
sg_query_history_save (SgQueryHistory *self,
                       const char     *name,
                       const char     *text)
{
  remove_saved (self, name);
  if (self->saved->len >= SG_QUERY_SAVED_MAX)
    g_ptr_array_remove_index (self->saved, 0);
  add_saved (self, name, text);
  store_saved (self);
}

void
sg_query_history_forget (SgQueryHistory *self,
                         const char     *name)
{
  remove_saved (self, name);
  store_saved (self);
}

static void
load (SgQueryHistory *self)
{
  g_auto (GStrv) texts = g_settings_get_strv (self->settings, KEY_HISTORY);
  g_autoptr (GVariant) saved = g_settings_get_value (self->settings, KEY_SAVED);
  GVariantIter iter;
  const char *name;
  const char *text;

  for (guint i = 0; texts[i] != NULL && i < SG_QUERY_HISTORY_MAX; i++)
    g_ptr_array_add (self->texts, g_strdup (texts[i]));
  g_ptr_array_add (self->texts, NULL);
  g_variant_iter_init (&iter, saved);
  while (g_variant_iter_next (&iter, "(&s&s)", &name, &text))
    add_saved (self, name, text);
}

static void
sg_query_history_finalize (GObject *object)
{
  SgQueryHistory *self = SG_QUERY_HISTORY (object);

  g_ptr_array_unref (self->texts);
  g_ptr_array_unref (self->saved);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (sg_query_history_parent_class)->finalize (object);
}

static void
sg_query_history_class_init (SgQueryHistoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_query_history_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
sg_query_history_init (SgQueryHistory *self)
{
  self->texts = g_ptr_array_new_with_free_func (g_free);
  self->saved = g_ptr_array_new_with_free_func (saved_free);
}

SgQueryHistory *
sg_query_history_new (GSettings *settings)
{
  SgQueryHistory *self = g_object_new (SG_TYPE_QUERY_HISTORY, NULL);

  self->settings = g_object_ref (settings);
  load (self);
  return self;
}
