/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node.h"

#include "base/sg-number.h"
#include "ingest/sg-exposition-parser.h"
#include "ingest/sg-test-tree.h"
#include "metrics/sg-exposition.h"
#include "tools/sg-test-peer.h"

#include <math.h>

/*
 * The judge is Debian's node_exporter. On a recorded machine both must tell the same to the last digit; on
 * the machine that runs here, what moves may lie between what the judge said before and after. What we do
 * not tell is listed, with the reason for it.
 */

/* The judge is told to leave out what it adds by Debian's own choice, and what is about itself. */
#define MOUNTS \
  "--collector.filesystem.mount-points-exclude=^/(dev|proc|sys|run/credentials/.+)($|/)"

typedef struct
{
  GHashTable *series;
  GHashTable *types;
  GHashTable *helps;
} Page;

static void
page_free (Page *self)
{
  g_hash_table_unref (self->series);
  g_hash_table_unref (self->types);
  g_hash_table_unref (self->helps);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Page, page_free)

static void
take_entry (Page                    *self,
            const SgExpositionEntry *entry)
{
  g_autofree char *name = sg_exposition_unescape (entry->name);

  if (entry->kind == SG_EXPOSITION_TYPE)
    g_hash_table_insert (self->types, g_steal_pointer (&name),
                         g_strndup (entry->rest.text, entry->rest.length));
  else if (entry->kind == SG_EXPOSITION_HELP)
    g_hash_table_insert (self->helps, g_steal_pointer (&name),
                         g_strndup (entry->rest.text, entry->rest.length));
  else if (entry->kind == SG_EXPOSITION_SAMPLE)
    {
      /* Labels sorted, and without the empty ones, which are none. */
      g_autoptr (SgLabels) labels = sg_exposition_parse_labels (entry->series, NULL);

      g_hash_table_insert (self->series, sg_labels_to_string (labels),
                           g_memdup2 (&entry->value, sizeof entry->value));
    }
}

static Page *
page_parse (const char *text,
            gsize       length)
{
  Page *self = g_new0 (Page, 1);
  SgExpositionParser parser;
  SgExpositionEntry entry;
  g_autoptr (GError) error = NULL;

  self->series = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->helps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sg_exposition_parser_init (&parser, text, length, SG_EXPOSITION_DIALECT_TEXT);
  while (sg_exposition_parser_next (&parser, &entry, &error))
    take_entry (self, &entry);
  g_assert_no_error (error);
  return self;
}

static Page *
ask_judge (guint port)
{
  g_autofree char *text = sg_test_http_get (port, "/metrics", NULL);

  return page_parse (text, strlen (text));
}

static Page *
ask_ourselves (SgRegistry *registry)
{
  g_autoptr (GBytes) page = sg_exposition_write (registry, SG_EXPOSITION_TEXT_0_0_4);
  gsize length;
  const char *text = g_bytes_get_data (page, &length);

  return page_parse (text, length);
}

/* What is of the exporter, and what depends on when it is asked. */
static gboolean
is_compared (const char *series)
{
  static const char *const left_out[] = { "node_scrape_collector_",
                                          "node_exporter_build_info",
                                          "go_",
                                          "process_",
                                          "promhttp_",
                                          "node_textfile_scrape_error",
                                          "sightglass_",
                                          NULL };

  for (guint i = 0; left_out[i] != NULL; i++)
    {
      if (g_str_has_prefix (series, left_out[i]))
        return FALSE;
    }
  return TRUE;
}

static char *
family_of (const char *series)
{
  return g_strndup (series, strcspn (series, "{"));
}

static const double *
lookup (const Page *page,
        const char *series)
{
  return g_hash_table_lookup (page->series, series);
}

static void
assert_same_metadata (const Page *ours,
                      const Page *theirs)
{
  GHashTableIter iter;
  gpointer name;
  gpointer type;

  g_hash_table_iter_init (&iter, ours->types);
  while (g_hash_table_iter_next (&iter, &name, &type))
    {
      const char *other = g_hash_table_lookup (theirs->types, name);

      if (other == NULL || !is_compared (name))
        continue;
      g_assert_cmpstr (type, ==, other);
      g_assert_cmpstr (g_hash_table_lookup (ours->helps, name), ==,
                       g_hash_table_lookup (theirs->helps, name));
    }
}

/* Why families of the judge are not ours. Returns: %NULL when there is no reason */
static const char *
reason_for (const char *family)
{
  static const struct
  {
    const char *prefix;
    const char *reason;
  } reasons[] = {
    { "node_xfs_", "of one file system only; its fill level is told as any other's" },
    { "node_systemd_", "off by default in node_exporter; asks the bus at each scrape" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      if (g_str_has_prefix (family, reasons[i].prefix))
        return reasons[i].reason;
    }
  return NULL;
}

/* Lists what the judge tells and we do not; without a reason for it, that is a failure. */
static void
assert_lacks_are_known (const Page *ours,
                        const Page *theirs)
{
  g_autoptr (GList) names =
      g_list_sort (g_hash_table_get_keys (theirs->types), (GCompareFunc) (void (*) (void)) strcmp);
  g_autoptr (GList) names_ours = NULL;
  guint n_both = 0;

  for (const GList *l = names; l != NULL; l = l->next)
    {
      const char *family = l->data;
      const char *reason = reason_for (family);

      if (!is_compared (family))
        continue;
      if (g_hash_table_contains (ours->types, family))
        {
          n_both++;
          continue;
        }
      g_test_message ("not told: %-40s %s", family, reason != NULL ? reason : "NO REASON");
      g_assert_nonnull (reason);
    }
  names_ours =
      g_list_sort (g_hash_table_get_keys (ours->types), (GCompareFunc) (void (*) (void)) strcmp);
  for (const GList *l = names_ours; l != NULL; l = l->next)
    {
      if (is_compared (l->data) && !g_hash_table_contains (theirs->types, l->data))
        g_test_message ("told by us alone: %s", (const char *) l->data);
    }
  g_test_message ("%u families of node_exporter are told", n_both);
}

static SgTestPeer *
start_judge (guint       port,
             const char *procfs,
             const char *sysfs,
             const char *rootfs)
{
  g_autofree char *address = g_strdup_printf ("--web.listen-address=127.0.0.1:%u", port);
  g_autofree char *proc = g_strconcat ("--path.procfs=", procfs, NULL);
  g_autofree char *sys = g_strconcat ("--path.sysfs=", sysfs, NULL);
  g_autofree char *root = g_strconcat ("--path.rootfs=", rootfs, NULL);
  g_autofree char *udev = g_strconcat ("--path.udev.data=", rootfs, "/run/udev/data", NULL);
  const char *const argv[] = { "prometheus-node-exporter",
                               address,
                               proc,
                               sys,
                               root,
                               udev,
                               MOUNTS,
                               "--collector.netdev.device-exclude=",
                               "--no-collector.systemd",
                               "--log.level=error",
                               NULL };

  return sg_test_peer_start (argv, port, "/metrics");
}

/* What a recorded machine cannot fix: the running kernel is asked for it. */
static gboolean
is_of_the_kernel (const char *series)
{
  return g_str_has_prefix (series, "node_time_seconds") || g_str_has_prefix (series, "node_timex_")
         || g_str_has_prefix (series, "node_filesystem_")
         /* The judge asks the running kernel by netlink, whatever tree it is given. */
         || g_str_has_prefix (series, "node_network_receive_")
         || g_str_has_prefix (series, "node_network_transmit_")
         || g_str_has_prefix (series, "node_selinux_");
}

static void
compare_exactly (const Page *ours,
                 const Page *theirs)
{
  GHashTableIter iter;
  gpointer series;
  gpointer value;
  guint n = 0;
  guint n_wrong = 0;

  g_hash_table_iter_init (&iter, theirs->series);
  while (g_hash_table_iter_next (&iter, &series, &value))
    {
      g_autofree char *family = family_of (series);
      const double *here = lookup (ours, series);

      if (!is_compared (series) || is_of_the_kernel (series)
          || !g_hash_table_contains (ours->types, family))
        continue;
      n++;
      if (here != NULL && *here == *(const double *) value)
        continue;
      n_wrong++;
      g_test_message ("%s: they say %.17g, we %.17g", (const char *) series,
                      *(const double *) value, here != NULL ? *here : NAN);
    }
  g_hash_table_iter_init (&iter, ours->series);
  while (g_hash_table_iter_next (&iter, &series, &value))
    {
      g_autofree char *family = family_of (series);

      if (is_compared (series) && !is_of_the_kernel (series)
          && g_hash_table_contains (theirs->types, family) && lookup (theirs, series) == NULL)
        {
          n_wrong++;
          g_test_message ("%s is only ours", (const char *) series);
        }
    }
  g_test_message ("%u series compared", n);
  g_assert_cmpuint (n_wrong, ==, 0);
  g_assert_cmpuint (n, >, 150);
}

static void
test_recorded (void)
{
  g_autofree char *tree = sg_test_tree_make ("laptop");
  g_autofree char *proc = g_build_filename (tree, "proc", NULL);
  g_autofree char *sys = g_build_filename (tree, "sys", NULL);
  guint port = sg_test_peer_find_port ();
  g_autoptr (SgTestPeer) judge = start_judge (port, proc, sys, tree);
  g_autoptr (SgNodeOptions) options = sg_node_options_new ();
  g_autoptr (SgRegistry) registry = NULL;
  g_autoptr (Page) ours = NULL;
  g_autoptr (Page) theirs = NULL;

  if (judge == NULL)
    {
      sg_test_remove_folder (tree);
      return;
    }
  g_assert_true (sg_node_options_set (options, "path.procfs", proc, NULL));
  g_assert_true (sg_node_options_set (options, "path.sysfs", sys, NULL));
  g_assert_true (sg_node_options_set (options, "path.rootfs", tree, NULL));
  registry = sg_node_registry_new (options, sg_clock_get_system ());
  theirs = ask_judge (port);
  ours = ask_ourselves (registry);
  assert_same_metadata (ours, theirs);
  assert_lacks_are_known (ours, theirs);
  compare_exactly (ours, theirs);
  sg_test_remove_folder (tree);
}

/* Whether @here lies between what was said before and after, or as near as a moving number can. */
static gboolean
is_near (const char   *series,
         double        here,
         const double *before,
         const double *after)
{
  static const char *const moving[] = { "node_memory_",
                                        "node_procs_",
                                        "node_load",
                                        "node_filefd_",
                                        "node_filesystem_",
                                        "node_sockstat_",
                                        "node_disk_io_now",
                                        "node_udp_queues",
                                        "node_timex_",
                                        "node_nf_conntrack_entries",
                                        "node_netstat_Tcp_CurrEstab",
                                        "node_entropy_",
                                        "node_cpu_scaling_",
                                        NULL };
  double slack = 0;

  if (before == NULL || after == NULL)
    return FALSE;
  for (guint i = 0; moving[i] != NULL; i++)
    {
      if (g_str_has_prefix (series, moving[i]))
        slack = fabs (*before) * 0.5 + 16;
    }
  if (g_str_has_prefix (series, "node_memory_"))
    slack += 512.0 * 1024 * 1024;
  return here >= MIN (*before, *after) - slack && here <= MAX (*before, *after) + slack;
}

static guint
count_far (const Page *before,
           const Page *ours,
           const Page *after,
           GHashTable *settled)
{
  GHashTableIter iter;
  gpointer series;
  gpointer value;
  guint n_far = 0;

  g_hash_table_iter_init (&iter, ours->series);
  while (g_hash_table_iter_next (&iter, &series, &value))
    {
      g_autofree char *family = family_of (series);

      if (!is_compared (series) || !g_hash_table_contains (before->types, family)
          || g_hash_table_contains (settled, series))
        continue;
      if (is_near (series, *(const double *) value, lookup (before, series),
                   lookup (after, series)))
        g_hash_table_add (settled, g_strdup (series));
      else
        {
          n_far++;
          g_test_message ("%s is %.17g", (const char *) series, *(const double *) value);
        }
    }
  return n_far;
}

/* A mount or an interface may come or go while the three pages are made; then it is done again. */
static void
test_live (void)
{
  guint port = sg_test_peer_find_port ();
  g_autoptr (SgTestPeer) judge = start_judge (port, "/proc", "/sys", "/");
  g_autoptr (SgNodeOptions) options = sg_node_options_new ();
  g_autoptr (SgRegistry) registry = NULL;
  g_autoptr (GHashTable) settled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_far = 1;

  if (judge == NULL)
    return;
  g_assert_true (sg_node_options_set (options, "collector.filesystem.mount-points-exclude",
                                      strchr (MOUNTS, '=') + 1, NULL));
  registry = sg_node_registry_new (options, sg_clock_get_system ());
  for (guint i = 0; i < 10 && n_far > 0; i++)
    {
      g_autoptr (Page) before = ask_judge (port);
      g_autoptr (Page) ours = ask_ourselves (registry);
      g_autoptr (Page) after = ask_judge (port);

      if (i == 0)
        {
          assert_same_metadata (ours, before);
          assert_lacks_are_known (ours, before);
        }
      n_far = count_far (before, ours, after, settled);
    }
  g_test_message ("%u series compared", g_hash_table_size (settled));
  g_assert_cmpuint (n_far, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/node-exporter/recorded", test_recorded);
  g_test_add_func ("/node-exporter/live", test_live);
  return g_test_run ();
}
