/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/config/sg-config.h"

G_BEGIN_DECLS

typedef struct _SgConfigReader SgConfigReader;
typedef struct _SgConfigTable SgConfigTable;

/**
 * SgConfigReader:
 * @config: what is being made
 * @yaml: the file that is being read
 * @folder: its folder, where relative names begin
 */
struct _SgConfigReader
{
  SgConfig *config;
  SgYaml *yaml;
  char *folder;
};

/* Reads @node into @member, a part of the structure that a table describes. */
typedef gboolean (*SgConfigRead) (SgConfigReader    *reader,
                                  const SgYamlNode  *node,
                                  gpointer           member,
                                  GError           **error);

/**
 * SgConfigKind:
 * @SG_CONFIG_STRING: char*
 * @SG_CONFIG_PATH: char*, made absolute; the file is watched
 * @SG_CONFIG_BOOL: gboolean
 * @SG_CONFIG_DURATION: gint64, in ms
 * @SG_CONFIG_BYTES: guint64
 * @SG_CONFIG_COUNT: guint64
 * @SG_CONFIG_INTEGER: gint64
 * @SG_CONFIG_DOUBLE: double
 * @SG_CONFIG_STRINGS: GStrv
 * @SG_CONFIG_RELABEL: SgRelabel*
 * @SG_CONFIG_LABELS: SgLabels*
 * @SG_CONFIG_CUSTOM: whatever the field's function makes of it; its own function frees it
 * @SG_CONFIG_TABLE: a structure with a table of its own
 * @SG_CONFIG_IGNORED: known, and without a meaning here
 * @SG_CONFIG_UNSUPPORTED: known to Prometheus; a warning says that nothing is done with it yet
 */
typedef enum
{
  SG_CONFIG_STRING,
  SG_CONFIG_PATH,
  SG_CONFIG_BOOL,
  SG_CONFIG_DURATION,
  SG_CONFIG_BYTES,
  SG_CONFIG_COUNT,
  SG_CONFIG_INTEGER,
  SG_CONFIG_DOUBLE,
  SG_CONFIG_STRINGS,
  SG_CONFIG_RELABEL,
  SG_CONFIG_LABELS,
  SG_CONFIG_CUSTOM,
  SG_CONFIG_TABLE,
  SG_CONFIG_IGNORED,
  SG_CONFIG_UNSUPPORTED,
} SgConfigKind;

/**
 * SgConfigField:
 * @key: the key
 * @kind: what it holds
 * @offset: where that goes
 * @read: of a custom field
 * @clear: of a custom field: frees what @read made
 * @table: of a table
 */
typedef struct
{
  const char *key;
  SgConfigKind kind;
  gsize offset;
  SgConfigRead read;
  void (*clear) (gpointer member);
  const SgConfigTable *table;
} SgConfigField;

/* A key that people write and Prometheus does not have, and what to write instead. */
typedef struct
{
  const char *key;
  const char *advice;
} SgConfigMistake;

/**
 * SgConfigTable:
 * @fields: its keys
 * @parent: (nullable): a table whose keys stand in the same mapping, for a part of the structure
 * @parent_offset: where that part is
 * @mistakes: (nullable): keys that are often written by mistake, ended by an empty one
 */
struct _SgConfigTable
{
  const SgConfigField *fields;
  gsize n_fields;
  const SgConfigTable *parent;
  gsize parent_offset;
  const SgConfigTable *parent_2;
  gsize parent_2_offset;
  const SgConfigMistake *mistakes;
};

gboolean  sg_config_read        (SgConfigReader       *self,
                                 const SgConfigTable  *table,
                                 const SgYamlNode     *mapping,
                                 gpointer              object,
                                 GError              **error);
void      sg_config_clear       (const SgConfigTable  *table,
                                 gpointer              object);
/* Reads a list of mappings: for each, a zeroed structure of @size, which @init and then the table fill. */
GPtrArray *sg_config_read_list  (SgConfigReader       *self,
                                 const SgYamlNode     *sequence,
                                 SgConfigRead          read_item,
                                 gsize                 size,
                                 GDestroyNotify        destroy,
                                 GError              **error);
gboolean  sg_config_read_strings (SgConfigReader      *self,
                                 const SgYamlNode     *node,
                                 GStrv                *ret_strings,
                                 GError              **error);
char     *sg_config_make_path   (SgConfigReader       *self,
                                 const char           *name);
void      sg_config_watch       (SgConfigReader       *self,
                                 const char           *path);
void      sg_config_warn        (SgConfigReader       *self,
                                 const SgYamlNode     *node,
                                 const char           *format,
                                 ...) G_GNUC_PRINTF (3, 4);
gboolean  sg_config_fail        (const SgYamlNode     *node,
                                 GError              **error,
                                 const char           *format,
                                 ...) G_GNUC_PRINTF (3, 4);
/* One of @words (ended by %NULL), exactly. */
gboolean  sg_config_check_word  (const SgYamlNode     *mapping,
                                 const char           *key,
                                 const char           *value,
                                 const char *const    *words,
                                 GError              **error);
gboolean  sg_config_check_url   (const SgYamlNode     *mapping,
                                 const char           *key,
                                 const char           *url,
                                 GError              **error);

/* Name, value, name, value … of a mapping of texts; @lists: of a mapping of lists of texts. */
gboolean  sg_config_read_pairs  (SgConfigReader       *self,
                                 const SgYamlNode     *node,
                                 gboolean              lists,
                                 GPtrArray           **ret_pairs,
                                 GError              **error);

extern const SgConfigTable sg_config_tls_table;
extern const SgConfigTable sg_config_http_table;
extern const SgConfigTable sg_config_discovery_table;

void      sg_config_init_http   (SgHttpClientConfig   *http);
gboolean  sg_config_check_tls   (const SgYamlNode     *mapping,
                                 SgTlsConfig          *tls,
                                 GError              **error);
gboolean  sg_config_check_http  (const SgYamlNode     *mapping,
                                 SgHttpClientConfig   *http,
                                 GError              **error);
SgRelabel *sg_config_read_relabel (SgConfigReader     *self,
                                 const SgYamlNode     *sequence,
                                 GError              **error);

/* Each reads one part of the file; the last two free what they read of it. */
gboolean  sg_config_read_scrape_configs (SgConfigReader *self,
                                 const SgYamlNode     *sequence,
                                 gpointer              member,
                                 GError              **error);
gboolean  sg_config_finish_scrape_configs (SgConfigReader *self,
                                 GError              **error);
gboolean  sg_config_read_alerting (SgConfigReader     *self,
                                 const SgYamlNode     *node,
                                 gpointer              config,
                                 GError              **error);
gboolean  sg_config_read_remote_write (SgConfigReader *self,
                                 const SgYamlNode     *node,
                                 gpointer              member,
                                 GError              **error);
gboolean  sg_config_read_remote_read (SgConfigReader  *self,
                                 const SgYamlNode     *node,
                                 gpointer              member,
                                 GError              **error);
gboolean  sg_config_read_storage (SgConfigReader      *self,
                                 const SgYamlNode     *node,
                                 gpointer              config,
                                 GError              **error);
extern const SgConfigTable sg_config_tracing_table;
extern const SgConfigTable sg_config_otlp_table;

G_END_DECLS
