/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/node/sg-node-private.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * /sys/class/hwmon/<chip>: files named <type><number>_<element>, such as temp1_input, temp1_max, fan2_min,
 * in0_input, and temp1_label with a name for people. Old drivers have them in device/ below it. The type
 * decides the unit, and with it the name of the family:
 *
 *   in, cpu    mV      node_hwmon_in_volts             curr    mA    node_hwmon_curr_amps
 *   temp       m°C     node_hwmon_temp_celsius         power   µW    node_hwmon_power_watt
 *   energy     µJ      node_hwmon_energy_joule_total   fan     rpm   node_hwmon_fan_rpm
 *
 * with the element in the middle unless it is "input": node_hwmon_temp_crit_celsius. A chip is called by the
 * bus and the name of its device, "platform_coretemp_0", which stay over a boot where "hwmon3" does not.
 */
#define PREFIX "node_hwmon_"

static const char *const types[] = {
  "vrm",  "beep_enable", "update_interval", "in",     "cpu",      "fan",       "pwm",
  "temp", "curr",        "power",           "energy", "humidity", "intrusion", NULL
};

/* One file: what it is of, and its value. */
typedef struct
{
  char *sensor;
  char *type;
  char *element;
  char *text;
} Reading;

static void
reading_clear (gpointer data)
{
  Reading *reading = data;

  g_free (reading->sensor);
  g_free (reading->type);
  g_free (reading->element);
  g_free (reading->text);
}

/* Lower case, and "_" for what a name cannot have; none at the ends. */
static char *
clean_name (const char *text)
{
  g_autofree char *clean = g_ascii_strdown (text, -1);
  gsize first;
  gsize length;

  g_strstrip (clean);
  for (char *p = clean; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && *p != ':' && *p != '_')
        *p = '_';
    }
  first = strspn (clean, "_");
  length = strlen (clean);
  while (length > first && clean[length - 1] == '_')
    length--;
  return g_strndup (clean + first, length - first);
}

/* The last two parts of the path of the chip's device, as "pci0000_00_0000_03_00_0". */
static char *
name_by_device (const char *folder)
{
  g_autofree char *link = g_strconcat (folder, "/device", NULL);
  g_autofree char *path = realpath (link, NULL);
  g_autofree char *parent = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autofree char *device_base = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *type_base = parent != NULL ? g_path_get_basename (parent) : NULL;
  g_autofree char *device = device_base != NULL ? clean_name (device_base) : NULL;
  g_autofree char *type = type_base != NULL ? clean_name (type_base) : NULL;

  if (device == NULL || *device == '\0')
    return NULL;
  if (*type == '\0')
    return g_steal_pointer (&device);
  return g_strconcat (type, "_", device, NULL);
}

static char *
name_chip (const char *folder,
           const char *chip_name)
{
  char *name = name_by_device (folder);
  g_autofree char *path = NULL;
  g_autofree char *base = NULL;

  if (name != NULL)
    return name;
  if (chip_name != NULL && *chip_name != '\0')
    return g_strdup (chip_name);
  path = realpath (folder, NULL);
  base = g_path_get_basename (path != NULL ? path : folder);
  return clean_name (base);
}

/* "temp1_crit_alarm" → type "temp", sensor "temp1", element "crit_alarm". */
static gboolean
parse_file_name (const char *name,
                 Reading    *ret_reading)
{
  gsize type = strcspn (name, "0123456789");
  gsize number = strspn (name + type, "0123456789");
  const char *rest = name + type + number;
  g_autofree char *word = NULL;

  if (number == 0)
    {
      /* Without a number there is either an element behind the last "_" or none. */
      for (guint i = 0; types[i] != NULL; i++)
        {
          if (!g_str_equal (types[i], name))
            continue;
          *ret_reading =
              (Reading) { g_strconcat (name, "0", NULL), g_strdup (name), g_strdup (""), NULL };
          return TRUE;
        }
      return FALSE;
    }
  word = g_strndup (name, type);
  if (!g_strv_contains (types, word) || (*rest != '\0' && *rest != '_'))
    return FALSE;
  *ret_reading = (Reading) { g_strndup (name, type + number), g_steal_pointer (&word),
                             g_strdup (*rest == '_' ? rest + 1 : ""), NULL };
  return TRUE;
}

static gboolean
has_reading (GArray     *readings,
             const char *sensor,
             const char *element)
{
  for (guint i = 0; i < readings->len; i++)
    {
      const Reading *reading = &g_array_index (readings, Reading, i);

      if (g_str_equal (reading->sensor, sensor) && g_str_equal (reading->element, element))
        return TRUE;
    }
  return FALSE;
}

static void
read_folder (SgNodeScrape *scrape,
             const char   *path,
             GArray       *readings)
{
  g_autoptr (GPtrArray) names = sg_node_list_folder (scrape->options->sysfs, path);
  int fd = sg_node_open_folder (scrape->options->sysfs, path);

  for (guint i = 0; names != NULL && fd >= 0 && i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      char text[256];
      Reading reading;

      if (!parse_file_name (name, &reading))
        continue;
      if (has_reading (readings, reading.sensor, reading.element)
          || !sg_node_read_word (fd, name, text, sizeof text))
        {
          reading_clear (&reading);
          continue;
        }
      reading.text = g_strdup (text);
      g_array_append_val (readings, reading);
    }
  if (fd >= 0)
    close (fd);
}

static void
tell (SgNodeScrape *scrape,
      SgMetricKind  kind,
      const char   *chip,
      const char   *sensor,
      const char   *name,
      const char   *help,
      double        value)
{
  static const char *const labels[] = { "chip", "sensor", NULL };

  sg_node_family (scrape, kind, name, help, labels);
  sg_collection_add (scrape->out, SG_VALUES (chip, sensor), value);
}

typedef struct
{
  const char *type;
  const char *elements;
  const char *suffix;
  const char *help;
  double factor;
} Unit;

/* The first that fits: an element list of NULL fits all. %s in the help is the element. */
static const Unit units[] = {
  { "in", NULL, "_volts", "Hardware monitor for voltage (%s)", 0.001 },
  { "cpu", NULL, "_volts", "Hardware monitor for voltage (%s)", 0.001 },
  { "temp", "!type", "_celsius", "Hardware monitor for temperature (%s)", 0.001 },
  { "curr", NULL, "_amps", "Hardware monitor for current (%s)", 0.001 },
  { "energy", NULL, "_joule_total", "Hardware monitor for joules used so far (%s)", 1e-6 },
  { "power", "accuracy", "", "Hardware monitor power meter accuracy, as a ratio", 1e-6 },
  { "power", "average_interval average_interval_min average_interval_max", "_seconds",
    "Hardware monitor power usage update interval (%s)", 0.001 },
  { "power", NULL, "_watt", "Hardware monitor for power usage in watts (%s)", 1e-6 },
  { "humidity", NULL, "",
    "Hardware monitor for humidity, as a ratio (multiply with 100.0 to get the humidity as a "
    "percentage) (%s)",
    1e-6 },
  { "fan", "input min max target", "_rpm", "Hardware monitor for fan revolutions per minute (%s)",
    1 },
};

static gboolean
unit_fits (const Unit    *unit,
           const Reading *reading)
{
  g_auto (GStrv) elements = NULL;

  if (!g_str_equal (unit->type, reading->type))
    return FALSE;
  if (unit->elements == NULL)
    return TRUE;
  if (unit->elements[0] == '!')
    return !g_str_equal (unit->elements + 1, reading->element);
  elements = g_strsplit (unit->elements, " ", -1);
  return g_strv_contains ((const char *const *) elements, reading->element);
}

/* Millionths are divided by a million, which is not the same in the last digit as times 1e-6. */
static double
scale (double value,
       double factor)
{
  if (factor < 0.001)
    return value / 1000000.0;
  return factor < 1 ? value * 0.001 : value;
}

static const char *
help_for (const char *format,
          const char *element,
          char       *out,
          gsize       size)
{
  const char *place = strstr (format, "%s");

  if (place == NULL)
    return format;
  g_snprintf (out, size, "%.*s%s%s", (int) (place - format), format, element, place + 2);
  return out;
}

static void
tell_with_unit (SgNodeScrape  *scrape,
                const char    *chip,
                const Reading *reading,
                const char    *name,
                double         value)
{
  char help[256];
  const char *element = reading->element;

  if (g_str_equal (reading->type, "temp") && *element == '\0')
    element = "input";
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autofree char *full = NULL;
      gboolean energy = g_str_equal (reading->type, "energy");

      if (!unit_fits (&units[i], reading))
        continue;
      full = g_strconcat (name, units[i].suffix, NULL);
      tell (scrape, energy ? SG_METRIC_COUNTER : SG_METRIC_GAUGE, chip, reading->sensor, full,
            help_for (units[i].help, element, help, sizeof help), scale (value, units[i].factor));
      return;
    }
  g_snprintf (help, sizeof help, "Hardware monitor %s element %s", reading->type, element);
  tell (scrape, SG_METRIC_GAUGE, chip, reading->sensor, name, help, value);
}

static void
tell_element (SgNodeScrape  *scrape,
              const char    *chip,
              const Reading *reading,
              const char    *name,
              double         value)
{
  const char *element = reading->element;
  g_autofree char *full = NULL;
  char help[256];

  if (g_str_equal (element, "fault") || g_str_equal (element, "alarm"))
    {
      g_snprintf (help, sizeof help, "Hardware sensor %s status (%s)", element, reading->type);
      tell (scrape, SG_METRIC_GAUGE, chip, reading->sensor, name, help, value);
    }
  else if (g_str_equal (element, "beep"))
    {
      full = g_strconcat (name, "_enabled", NULL);
      tell (scrape, SG_METRIC_GAUGE, chip, reading->sensor, full,
            "Hardware monitor sensor has beeping enabled", value);
    }
  else
    tell_with_unit (scrape, chip, reading, name, value);
}

static void
tell_label (SgNodeScrape  *scrape,
            const char    *chip,
            const Reading *reading)
{
  static const char *const labels[] = { "chip", "label", "sensor", NULL };

  sg_node_family (scrape, SG_METRIC_GAUGE, "node_hwmon_sensor_label",
                  "Label for given chip and sensor", labels);
  sg_collection_add (scrape->out, SG_VALUES (chip, reading->text, reading->sensor), 1);
}

static void
tell_reading (SgNodeScrape  *scrape,
              const char    *chip,
              GArray        *readings,
              const Reading *reading)
{
  g_autofree char *element = clean_name (reading->element);
  g_autofree char *name = NULL;
  double value;

  if (g_str_equal (reading->element, "label"))
    {
      tell_label (scrape, chip, reading);
      return;
    }
  if (!sg_node_parse_double (reading->text, &value))
    return;
  if (g_str_equal (reading->type, "beep_enable"))
    tell (scrape, SG_METRIC_GAUGE, chip, reading->sensor, PREFIX "beep_enabled",
          "Hardware beep enabled", value == 1.0);
  else if (g_str_equal (reading->type, "vrm"))
    tell (scrape, SG_METRIC_GAUGE, chip, reading->sensor, PREFIX "voltage_regulator_version",
          "Hardware voltage regulator", value);
  else if (g_str_equal (reading->type, "update_interval"))
    tell (scrape, SG_METRIC_GAUGE, chip, reading->sensor, PREFIX "update_interval_seconds",
          "Hardware monitor update interval", value * 0.001);
  else
    {
      gboolean input = g_str_equal (reading->element, "input");

      /* pwm1 and pwm1_input cannot have one name. */
      if (*element == '\0' || (input && !has_reading (readings, reading->sensor, "")))
        name = g_strconcat (PREFIX, reading->type, NULL);
      else
        name = g_strconcat (PREFIX, reading->type, "_", element, NULL);
      tell_element (scrape, chip, reading, name, value);
    }
}

static void
read_chip (SgNodeScrape *scrape,
           const char   *folder)
{
  static const char *const labels[] = { "chip", "chip_name", NULL };
  g_autofree char *path = g_strconcat ("class/hwmon/", folder, NULL);
  g_autofree char *device_path = g_strconcat (path, "/device", NULL);
  g_autofree char *full = g_strconcat (scrape->options->sysfs, "/", path, NULL);
  g_autoptr (GArray) readings = g_array_new (FALSE, FALSE, sizeof (Reading));
  int fd = sg_node_open_folder (scrape->options->sysfs, path);
  g_autofree char *chip_name = NULL;
  g_autofree char *chip = NULL;
  char text[128];

  if (fd < 0)
    return;
  if (sg_node_read_word (fd, "name", text, sizeof text))
    chip_name = clean_name (text);
  close (fd);
  g_array_set_clear_func (readings, reading_clear);
  read_folder (scrape, path, readings);
  read_folder (scrape, device_path, readings);
  chip = name_chip (full, chip_name);
  if (chip_name != NULL && *chip_name != '\0')
    {
      sg_node_family (scrape, SG_METRIC_GAUGE, PREFIX "chip_names",
                      "Annotation metric for human-readable chip names", labels);
      sg_collection_add (scrape->out, SG_VALUES (chip, chip_name), 1);
    }
  for (guint i = 0; i < readings->len; i++)
    tell_reading (scrape, chip, readings, &g_array_index (readings, Reading, i));
}

gboolean
sg_node_hwmon_collect (SgNodeScrape  *scrape,
                       GError       **error)
{
  g_autoptr (GPtrArray) chips = sg_node_list_folder (scrape->options->sysfs, "class/hwmon");

  for (guint i = 0; chips != NULL && i < chips->len; i++)
    read_chip (scrape, g_ptr_array_index (chips, i));
  return chips != NULL;
}
