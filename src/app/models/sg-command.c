/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-command.h"

#include <string.h>

struct _SgCommand
{
  GObject parent_instance;
  char *title;
  char *folded;
  char *group;
  char *icon_name;
  SgPage *page;
  char *action;
  GVariant *target;
};

G_DEFINE_FINAL_TYPE (SgCommand, sg_command, G_TYPE_OBJECT)

const char *
sg_command_get_title (SgCommand *self)
{
  return self->title;
}

const char *
sg_command_get_group (SgCommand *self)
{
  return self->group;
}

const char *
sg_command_get_icon_name (SgCommand *self)
{
  return self->icon_name;
}

SgPage *
sg_command_get_page (SgCommand *self)
{
  return self->page;
}

const char *
sg_command_get_action (SgCommand *self)
{
  return self->action;
}

GVariant *
sg_command_get_target (SgCommand *self)
{
  return self->target;
}

/* Where a word begins the title, begins a word of it, or stands anywhere in it. */
static guint
rank_word (const char *title,
           const char *word)
{
  guint rank = SG_COMMAND_NO_MATCH;

  if (g_str_has_prefix (title, word))
    return 0;
  for (const char *c = strstr (title, word); c != NULL; c = strstr (c + 1, word))
    rank = MIN (rank, g_ascii_isalnum (c[-1]) ? 2u : 1u);
  return rank;
}

guint
sg_command_rank (SgCommand         *self,
                 const char *const *words)
{
  guint worst = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] != '\0')
        worst = MAX (worst, rank_word (self->folded, words[i]));
    }
  return worst;
}

static void
sg_command_finalize (GObject *object)
{
  SgCommand *self = SG_COMMAND (object);

  g_free (self->title);
  g_free (self->folded);
  g_free (self->group);
  g_free (self->icon_name);
  g_free (self->action);
  g_clear_object (&self->page);
  g_clear_pointer (&self->target, g_variant_unref);
  G_OBJECT_CLASS (sg_command_parent_class)->finalize (object);
}

static void
sg_command_class_init (SgCommandClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_command_finalize;
}

static void
sg_command_init (SgCommand *self)
{
}

/**
 * sg_command_new:
 * @title: what it is called
 * @group: what kind of thing that is
 * @icon_name: its icon
 * @page: (nullable): the page that has the action
 * @action: the action, with its prefix
 * @target: (nullable): its target; a floating reference is taken
 */
SgCommand *
sg_command_new (const char *title,
                const char *group,
                const char *icon_name,
                SgPage     *page,
                const char *action,
                GVariant   *target)
{
  SgCommand *self = g_object_new (SG_TYPE_COMMAND, NULL);

  self->title = g_strdup (title);
  self->folded = g_utf8_casefold (title, -1);
  self->group = g_strdup (group);
  self->icon_name = g_strdup (icon_name);
  g_set_object (&self->page, page);
  self->action = g_strdup (action);
  self->target = target != NULL ? g_variant_ref_sink (target) : NULL;
  return self;
}
