/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "models/sg-completion-item.h"

struct _SgCompletionItem
{
  GObject parent_instance;
  SgCompletionKind kind;
  char *text;
  char *insert;
  char *detail;
  char *signature;
  char *summary;
  char *example;
};

G_DEFINE_FINAL_TYPE (SgCompletionItem, sg_completion_item, G_TYPE_OBJECT)

SgCompletionKind
sg_completion_item_get_kind (SgCompletionItem *self)
{
  return self->kind;
}

const char *
sg_completion_item_get_text (SgCompletionItem *self)
{
  return self->text;
}

const char *
sg_completion_item_get_insert (SgCompletionItem *self)
{
  return self->insert;
}

const char *
sg_completion_item_get_detail (SgCompletionItem *self)
{
  return self->detail;
}

const char *
sg_completion_item_get_signature (SgCompletionItem *self)
{
  return self->signature;
}

const char *
sg_completion_item_get_summary (SgCompletionItem *self)
{
  return self->summary;
}

const char *
sg_completion_item_get_example (SgCompletionItem *self)
{
  return self->example;
}

static void
sg_completion_item_finalize (GObject *object)
{
  SgCompletionItem *self = SG_COMPLETION_ITEM (object);

  g_free (self->text);
  g_free (self->insert);
  g_free (self->detail);
  g_free (self->signature);
  g_free (self->summary);
  g_free (self->example);
  G_OBJECT_CLASS (sg_completion_item_parent_class)->finalize (object);
}

static void
sg_completion_item_class_init (SgCompletionItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_completion_item_finalize;
}

static void
sg_completion_item_init (SgCompletionItem *self)
{
}

void
sg_completion_item_document (SgCompletionItem *self,
                             const char       *signature,
                             const char       *summary,
                             const char       *example)
{
  self->signature = g_strdup (signature);
  self->summary = g_strdup (summary);
  self->example = g_strdup (example);
}

/**
 * sg_completion_item_new:
 * @kind: what it is
 * @text: what it is called
 * @insert: (nullable): what is written when it is chosen; %NULL for @text
 * @detail: a word beside it, or ""
 */
SgCompletionItem *
sg_completion_item_new (SgCompletionKind  kind,
                        const char       *text,
                        const char       *insert,
                        const char       *detail)
{
  SgCompletionItem *self = g_object_new (SG_TYPE_COMPLETION_ITEM, NULL);

  self->kind = kind;
  self->text = g_strdup (text);
  self->insert = g_strdup (insert != NULL ? insert : text);
  self->detail = g_strdup (detail);
  return self;
}
