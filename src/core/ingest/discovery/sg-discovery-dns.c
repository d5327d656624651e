/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/discovery/sg-discovery-private.h"

#include <string.h>

/*
 * Records of DNS as targets, with Prometheus' labels: __meta_dns_name, and of SRV, MX and NS records
 * __meta_dns_<type>_record_target (and _port of SRV). The dot at the end of a rooted name is left away.
 */

static SgTargetGroup *
group_for (SgFinding  *finding,
           const char *name)
{
  SgTargetGroup *group = g_new0 (SgTargetGroup, 1);

  group->source = g_strdup (name);
  group->labels = sg_labels_ref (sg_labels_get_empty ());
  group->targets = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_labels_unref);
  sg_target_group_set (group, "__meta_dns_name", name);
  g_ptr_array_add (finding->groups, group);
  return group;
}

static char *
make_address (const char *host,
              guint       port)
{
  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, port);
}

static void
strip_dot (char *name)
{
  gsize length = strlen (name);

  if (length > 0 && name[length - 1] == '.')
    name[length - 1] = '\0';
}

/* @record: (nullable): the kind of record, as its labels have it */
static void
add_target (SgTargetGroup *group,
            const char    *host,
            guint          port,
            const char    *record)
{
  g_autofree char *plain = g_strdup (host);
  g_autofree char *address = NULL;
  g_autofree char *target_name = g_strdup_printf ("__meta_dns_%s_record_target", record);
  g_autofree char *port_name = g_strdup_printf ("__meta_dns_%s_record_port", record);
  g_autofree char *port_text = g_strdup_printf ("%u", port);
  g_auto (SgLabelsBuilder) builder = { 0 };

  strip_dot (plain);
  address = make_address (plain, port);
  sg_labels_builder_init (&builder, NULL);
  sg_labels_builder_set (&builder, "__address__", address);
  if (record != NULL)
    sg_labels_builder_set (&builder, target_name, plain);
  if (g_strcmp0 (record, "srv") == 0)
    sg_labels_builder_set (&builder, port_name, port_text);
  g_ptr_array_add (group->targets, sg_labels_builder_build (&builder));
}

static gboolean
add_addresses (SgTargetGroup        *group,
               const SgDnsSdConfig  *config,
               const char           *name,
               GCancellable         *cancellable,
               GError              **error)
{
  GResolver *resolver = g_resolver_get_default ();
  GResolverNameLookupFlags flags = config->type == SG_DNS_A
                                       ? G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY
                                       : G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY;
  GList *found = g_resolver_lookup_by_name_with_flags (resolver, name, flags, cancellable, error);

  for (GList *at = found; at != NULL; at = at->next)
    {
      g_autofree char *host = g_inet_address_to_string (at->data);

      add_target (group, host, (guint) config->port, NULL);
    }
  g_object_unref (resolver);
  g_resolver_free_addresses (found);
  return found != NULL;
}

static void
add_record (SgTargetGroup       *group,
            const SgDnsSdConfig *config,
            GVariant            *record)
{
  const char *host;
  guint16 first;
  guint16 weight;
  guint16 port;

  if (config->type == SG_DNS_SRV)
    {
      g_variant_get (record, "(qqq&s)", &first, &weight, &port, &host);
      add_target (group, host, port, "srv");
    }
  else if (config->type == SG_DNS_MX)
    {
      g_variant_get (record, "(q&s)", &first, &host);
      add_target (group, host, (guint) config->port, "mx");
    }
  else
    {
      g_variant_get (record, "(&s)", &host);
      add_target (group, host, (guint) config->port, "ns");
    }
}

static gboolean
add_records (SgTargetGroup        *group,
             const SgDnsSdConfig  *config,
             const char           *name,
             GCancellable         *cancellable,
             GError              **error)
{
  GResolver *resolver = g_resolver_get_default ();
  GResolverRecordType type = config->type == SG_DNS_SRV  ? G_RESOLVER_RECORD_SRV
                             : config->type == SG_DNS_MX ? G_RESOLVER_RECORD_MX
                                                         : G_RESOLVER_RECORD_NS;
  GList *found = g_resolver_lookup_records (resolver, name, type, cancellable, error);

  for (GList *at = found; at != NULL; at = at->next)
    add_record (group, config, at->data);
  g_object_unref (resolver);
  g_list_free_full (g_steal_pointer (&found), (GDestroyNotify) g_variant_unref);
  return group->targets->len > 0;
}

SgFinding *
sg_discovery_look_in_dns (const SgDnsSdConfig *config,
                          GCancellable        *cancellable)
{
  SgFinding *finding = sg_finding_new ();

  for (guint i = 0; config->names[i] != NULL; i++)
    {
      const char *name = config->names[i];
      SgTargetGroup *group = group_for (finding, name);
      gboolean is_address = config->type == SG_DNS_A || config->type == SG_DNS_AAAA;
      GError *error = NULL;

      if (is_address ? add_addresses (group, config, name, cancellable, &error)
                     : add_records (group, config, name, cancellable, &error))
        continue;
      g_ptr_array_remove_index (finding->groups, finding->groups->len - 1);
      sg_finding_miss (finding, name, error);
    }
  return finding;
}
