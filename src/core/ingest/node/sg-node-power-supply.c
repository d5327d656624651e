/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-table.h"

#include <string.h>
#include <unistd.h>

/*
 * /sys/class/power_supply/<name>: batteries and mains, a file for each property that the driver knows.
 * Charges, energies, currents, voltages and powers are in millionths, temperatures in tenths of a degree.
 */
#define PLAIN(file, name)                                        \
  {                                                              \
    file, SG_METRIC_GAUGE, "node_power_supply_" name,            \
        name " value of /sys/class/power_supply/<power_supply>." \
  }

static const SgNodeColumn columns[] = {
  PLAIN ("authentic", "authentic"),
  PLAIN ("calibrate", "calibrate"),
  PLAIN ("capacity", "capacity"),
  PLAIN ("capacity_alert_max", "capacity_alert_max"),
  PLAIN ("capacity_alert_min", "capacity_alert_min"),
  PLAIN ("cycle_count", "cyclecount"),
  PLAIN ("online", "online"),
  PLAIN ("present", "present"),
  PLAIN ("time_to_empty_now", "time_to_empty_seconds"),
  PLAIN ("time_to_full_now", "time_to_full_seconds"),
#define FIRST_MILLIONTH 10
  PLAIN ("current_boot", "current_boot"),
  PLAIN ("current_max", "current_max"),
  PLAIN ("current_now", "current_ampere"),
  PLAIN ("energy_empty", "energy_empty"),
  PLAIN ("energy_empty_design", "energy_empty_design"),
  PLAIN ("energy_full", "energy_full"),
  PLAIN ("energy_full_design", "energy_full_design"),
  PLAIN ("energy_now", "energy_watthour"),
  PLAIN ("voltage_boot", "voltage_boot"),
  PLAIN ("voltage_max", "voltage_max"),
  PLAIN ("voltage_max_design", "voltage_max_design"),
  PLAIN ("voltage_min", "voltage_min"),
  PLAIN ("voltage_min_design", "voltage_min_design"),
  PLAIN ("voltage_now", "voltage_volt"),
  PLAIN ("voltage_ocv", "voltage_ocv"),
  PLAIN ("charge_control_limit", "charge_control_limit"),
  PLAIN ("charge_control_limit_max", "charge_control_limit_max"),
  PLAIN ("charge_counter", "charge_counter"),
  PLAIN ("charge_empty", "charge_empty"),
  PLAIN ("charge_empty_design", "charge_empty_design"),
  PLAIN ("charge_full", "charge_full"),
  PLAIN ("charge_full_design", "charge_full_design"),
  PLAIN ("charge_now", "charge_ampere"),
  PLAIN ("charge_term_current", "charge_term_current"),
  PLAIN ("constant_charge_current", "constant_charge_current"),
  PLAIN ("constant_charge_current_max", "constant_charge_current_max"),
  PLAIN ("constant_charge_voltage", "constant_charge_voltage"),
  PLAIN ("constant_charge_voltage_max", "constant_charge_voltage_max"),
  PLAIN ("precharge_current", "precharge_current"),
  PLAIN ("input_current_limit", "input_current_limit"),
  PLAIN ("power_now", "power_watt"),
#define FIRST_TENTH 41
  PLAIN ("temp", "temp_celsius"),
  PLAIN ("temp_alert_max", "temp_alert_max_celsius"),
  PLAIN ("temp_alert_min", "temp_alert_min_celsius"),
  PLAIN ("temp_ambient", "temp_ambient_celsius"),
  PLAIN ("temp_ambient_max", "temp_ambient_max_celsius"),
  PLAIN ("temp_ambient_min", "temp_ambient_min_celsius"),
  PLAIN ("temp_max", "temp_max_celsius"),
  PLAIN ("temp_min", "temp_min_celsius"),
};

#define N_COLUMNS G_N_ELEMENTS (columns)

static const char *const facts[] = { "capacity_level", "charge_type",   "health", "manufacturer",
                                     "model_name",     "serial_number", "status", "technology",
                                     "type",           "usb_type",      "scope" };

#define N_FACTS G_N_ELEMENTS (facts)

G_STATIC_ASSERT (N_COLUMNS == FIRST_TENTH + 8);

/* What a driver does not know is an empty label, which is no label in the store. */
static void
add_info (SgNodeScrape *scrape,
          const char   *name,
          int           fd)
{
  const char *labels[N_FACTS + 2] = { "power_supply", NULL };
  const char *values[N_FACTS + 2] = { name, NULL };
  char texts[N_FACTS][128];

  for (guint i = 0; i < N_FACTS; i++)
    {
      if (!sg_node_read_word (fd, facts[i], texts[i], sizeof texts[i]))
        texts[i][0] = '\0';
      labels[i + 1] = facts[i];
      values[i + 1] = texts[i];
    }
  sg_node_family (scrape, SG_METRIC_GAUGE, "node_power_supply_info",
                  "info of /sys/class/power_supply/<power_supply>.", labels);
  sg_collection_add (scrape->out, values, 1);
}

static void
read_supply (SgNodeScrape *scrape,
             SgNodeTable  *table,
             const char   *name)
{
  g_autofree char *path = g_strconcat ("class/power_supply/", name, NULL);
  int fd = sg_node_open_folder (scrape->options->sysfs, path);
  double *row;

  if (fd < 0)
    return;
  row = sg_node_table_add_row (table, name);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      if (!sg_node_read_number (fd, columns[i].source, &row[i]))
        continue;
      if (i >= FIRST_TENTH)
        row[i] /= 10.0;
      else if (i >= FIRST_MILLIONTH)
        row[i] /= 1e6;
    }
  add_info (scrape, name, fd);
  close (fd);
}

gboolean
sg_node_power_supply_collect (SgNodeScrape  *scrape,
                              GError       **error)
{
  g_autoptr (GPtrArray) names = sg_node_list_folder (scrape->options->sysfs, "class/power_supply");
  g_auto (SgNodeTable) table = { 0 };

  if (names == NULL)
    return FALSE;
  sg_node_table_init (&table, columns, N_COLUMNS);
  for (guint i = 0; i < names->len; i++)
    read_supply (scrape, &table, g_ptr_array_index (names, i));
  sg_node_table_tell (&table, scrape, "power_supply");
  return TRUE;
}
