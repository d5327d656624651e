/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "widgets/sg-sidebar-foot.h"

#include "models/sg-format.h"
#include "widgets/sg-level-style.h"
#include "widgets/sg-template.h"

#include "sg-config.h"

#include <glib/gi18n.h>

struct _SgSidebarFoot
{
  GtkWidget parent_instance;
  SgClock *clock;
  SgHttpStatus *status;
  GtkLabel *address;
  GtkImage *sign;
  GtkWidget *copy;
};

static guint copied_signal;

G_DEFINE_FINAL_TYPE (SgSidebarFoot, sg_sidebar_foot, GTK_TYPE_WIDGET)

static void
append_scrapes (SgSidebarFoot *self,
                GString       *out)
{
  const SgHttpStatus *status = self->status;
  g_autofree char *count = sg_format_count (status->scrapes);
  g_autofree char *ago = NULL;

  if (status->scrapes == 0)
    {
      g_string_append_printf (out, _ ("Not scraped yet. Point a scraper at %s/metrics"),
                              status->url);
      return;
    }
  ago = sg_format_ago (sg_clock_now_ms (self->clock) - sg_time_ns_to_ms (status->last_scrape));
  g_string_append_printf (
      out, ngettext ("Scraped %s time", "Scraped %s times", (gulong) status->scrapes), count);
  g_string_append_c (out, '\n');
  if (status->last_scraper != NULL)
    /* Translators: how long ago, and by which program */
    g_string_append_printf (out, _ ("Last %s ago by %s"), ago, status->last_scraper);
  else
    g_string_append_printf (out, _ ("Last %s ago"), ago);
}

/* Returns: (transfer full): what its tooltip says */
char *
sg_sidebar_foot_get_details (SgSidebarFoot *self)
{
  GString *out = g_string_new (NULL);

  if (self->status == NULL)
    g_string_append (out, _ ("The server is starting"));
  else
    {
      if (self->status->note != NULL)
        g_string_append (out, self->status->note);
      if (self->status->port != 0)
        {
          g_string_append (out, out->len > 0 ? "\n\n" : "");
          append_scrapes (self, out);
        }
    }
  return g_string_free (out, FALSE);
}

static const char *
foot_get_address (SgSidebarFoot *self)
{
  if (self->status == NULL)
    return _ ("Starting…");
  return self->status->port != 0 ? self->status->address : _ ("Not listening");
}

/**
 * sg_sidebar_foot_set_status:
 * @self: a foot
 * @status: (nullable): how the server is; %NULL before it has started
 */
void
sg_sidebar_foot_set_status (SgSidebarFoot *self,
                            SgHttpStatus  *status)
{
  gboolean listens = status != NULL && status->port != 0;
  gboolean troubled = status != NULL && status->level != SG_LEVEL_HEALTHY;

  if (status != NULL)
    sg_http_status_ref (status);
  g_clear_pointer (&self->status, sg_http_status_unref);
  self->status = status;
  gtk_label_set_label (self->address, foot_get_address (self));
  gtk_widget_set_visible (self->copy, listens);
  gtk_widget_set_visible (GTK_WIDGET (self->sign), troubled);
  if (!troubled)
    return;
  gtk_image_set_from_icon_name (self->sign, sg_level_style_get_icon_name (status->level));
  sg_level_style_apply (GTK_WIDGET (self->sign), status->level);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sign), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  sg_level_style_get_word (status->level), -1);
}

void
sg_sidebar_foot_set_clock (SgSidebarFoot *self,
                           SgClock       *clock)
{
  g_set_object (&self->clock, clock);
}

static void
copy_clicked (SgSidebarFoot *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->status->url);
  g_signal_emit (self, copied_signal, 0);
}

static gboolean
sg_sidebar_foot_query_tooltip (GtkWidget  *widget,
                               int         x,
                               int         y,
                               gboolean    keyboard_tip,
                               GtkTooltip *tooltip)
{
  g_autofree char *details = sg_sidebar_foot_get_details (SG_SIDEBAR_FOOT (widget));

  gtk_tooltip_set_text (tooltip, details);
  return TRUE;
}

static void
sg_sidebar_foot_dispose (GObject *object)
{
  SgSidebarFoot *self = SG_SIDEBAR_FOOT (object);

  sg_template_dispose (GTK_WIDGET (object), SG_TYPE_SIDEBAR_FOOT);
  g_clear_pointer (&self->status, sg_http_status_unref);
  g_clear_object (&self->clock);
  G_OBJECT_CLASS (sg_sidebar_foot_parent_class)->dispose (object);
}

static void
sg_sidebar_foot_class_init (SgSidebarFootClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sg_sidebar_foot_dispose;
  widget_class->query_tooltip = sg_sidebar_foot_query_tooltip;
  copied_signal = g_signal_new ("copied", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               SG_RESOURCE_PATH "/widgets/sg-sidebar-foot.ui");
  gtk_widget_class_bind_template_child (widget_class, SgSidebarFoot, address);
  gtk_widget_class_bind_template_child (widget_class, SgSidebarFoot, sign);
  gtk_widget_class_bind_template_child (widget_class, SgSidebarFoot, copy);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
sg_sidebar_foot_init (SgSidebarFoot *self)
{
  self->clock = g_object_ref (sg_clock_get_system ());
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  sg_sidebar_foot_set_status (self, NULL);
}

GtkWidget *
sg_sidebar_foot_new (void)
{
  return g_object_new (SG_TYPE_SIDEBAR_FOOT, NULL);
}
