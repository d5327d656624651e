/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * SgEngineOptions:
 *
 * How an engine is to run. Each value comes from the first that names it: the flag, the environment
 * variable, the caller's preference, the default. An engine copies what it is given.
 */
typedef struct _SgEngineOptions SgEngineOptions;

#define SG_TYPE_ENGINE_OPTIONS (sg_engine_options_get_type ())

GType              sg_engine_options_get_type    (void) G_GNUC_CONST;
SgEngineOptions   *sg_engine_options_new         (void);
SgEngineOptions   *sg_engine_options_copy        (const SgEngineOptions  *self);
void               sg_engine_options_free        (SgEngineOptions        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgEngineOptions, sg_engine_options_free)

/* Adds the engine's flags to a command line; parsing it fills @self, which must outlive it. */
GOptionGroup      *sg_engine_options_get_group   (SgEngineOptions        *self);
gboolean           sg_engine_options_read_environment (SgEngineOptions   *self,
                                                  GError                **error);
/* What the user chose in the preferences; a flag or a variable that is set wins over it. */
gboolean           sg_engine_options_prefer_listen_address (SgEngineOptions *self,
                                                  const char             *address,
                                                  GError                **error);

const char        *sg_engine_options_get_storage_path (const SgEngineOptions *self);
void               sg_engine_options_set_storage_path (SgEngineOptions   *self,
                                                  const char             *path);
/* "host:port"; port 0 takes any free one. Nothing asked for: 127.0.0.1:8080 or the next free port. */
const char *const *sg_engine_options_get_listen_addresses (const SgEngineOptions *self);
gboolean           sg_engine_options_get_listen_address_is_asked_for (const SgEngineOptions *self);

/* Whether a workload runs for there to be something to look at; as if --demo had asked for it. */
gboolean           sg_engine_options_get_demo      (const SgEngineOptions *self);
void               sg_engine_options_set_demo      (SgEngineOptions       *self,
                                                    gboolean               demo);
/* The prometheus.yml; as if --config.file had named it. */
void               sg_engine_options_set_config_file (SgEngineOptions    *self,
                                                  const char             *path);
/* The folder of the user's mappings; as if --mappings.path had named it. */
void               sg_engine_options_set_mappings_path (SgEngineOptions  *self,
                                                  const char             *path);

G_END_DECLS
