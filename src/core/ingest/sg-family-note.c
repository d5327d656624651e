/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/sg-family-note.h"

#include <string.h>

static gboolean
slice_equal (SgSlice a,
             SgSlice b)
{
  return a.length == b.length && memcmp (a.text, b.text, a.length) == 0;
}

/* Takes a comment. One about another family begins a new note. */
void
sg_family_note_take (SgFamilyNote            *self,
                     const SgExpositionEntry *entry)
{
  if (self->name.text == NULL || !slice_equal (self->name, entry->name))
    *self = (SgFamilyNote) { .name = entry->name };
  switch (entry->kind)
    {
    case SG_EXPOSITION_TYPE:
      self->type = entry->rest;
      break;
    case SG_EXPOSITION_HELP:
      self->help = entry->rest;
      break;
    case SG_EXPOSITION_UNIT:
      self->unit = entry->rest;
      break;
    case SG_EXPOSITION_SAMPLE:
    default:
      break;
    }
}

/* Returns: (transfer full): the text without the escapes of newlines, backslashes and quotes */
static char *
unescape (SgSlice slice)
{
  char *out = g_malloc (slice.length + 1);
  gsize n = 0;

  for (gsize i = 0; i < slice.length; i++)
    {
      if (slice.text[i] == '\\' && i + 1 < slice.length)
        out[n++] = slice.text[++i] == 'n' ? '\n' : slice.text[i];
      else
        out[n++] = slice.text[i];
    }
  out[n] = '\0';
  return out;
}

/* The note is about a series whose name begins with the family's, as histograms' parts do. */
static gboolean
is_about (const SgFamilyNote *self,
          SgSlice             series)
{
  return self->name.length > 0 && series.length >= self->name.length
         && memcmp (series.text, self->name.text, self->name.length) == 0;
}

/* Tells the store, and is empty then. A text that is not UTF-8 is not kept. */
void
sg_family_note_tell (SgFamilyNote *self,
                     SgAppender   *appender,
                     SgHeadRef     ref,
                     SgSlice       series)
{
  g_autofree char *name = NULL;
  g_autofree char *type = NULL;
  g_autofree char *help = NULL;
  g_autofree char *unit = NULL;
  SgMetadata metadata;

  if (!is_about (self, series))
    return;
  name = g_strndup (self->name.text, self->name.length);
  type = g_strndup (self->type.text, self->type.length);
  unit = g_strndup (self->unit.text, self->unit.length);
  help = unescape (self->help);
  metadata = (SgMetadata) { name, type, help, unit };
  if (g_utf8_validate (help, -1, NULL))
    sg_appender_set_metadata (appender, ref, &metadata, NULL);
  *self = (SgFamilyNote) { 0 };
}
