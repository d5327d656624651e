/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "ingest/config/sg-config.h"

G_BEGIN_DECLS

/**
 * SgDiscovery:
 *
 * Looks for the targets of a job in files, over HTTP and in DNS, now and then and when a file changes.
 * It lives on one main context. Who cannot be asked at the moment is told as a problem, and what it said
 * last still holds.
 */
typedef struct _SgDiscovery SgDiscovery;

typedef void (*SgDiscoveryFunc)      (gpointer             user_data);
typedef void (*SgDiscoveryGroupFunc) (const SgTargetGroup *group,
                                      gpointer             user_data);

/* @changed: called when the groups are others, and when all have been asked once */
SgDiscovery *sg_discovery_new           (SgConfig                *whole,
                                         const SgDiscoveryConfig *config,
                                         SgDiscoveryFunc          changed,
                                         gpointer                 user_data);
void         sg_discovery_free          (SgDiscovery             *self);
gboolean     sg_discovery_is_complete   (SgDiscovery             *self);
void         sg_discovery_foreach_group (SgDiscovery             *self,
                                         SgDiscoveryGroupFunc     func,
                                         gpointer                 user_data);
/* Adds a text for each that cannot be asked: (element-type utf8). */
void         sg_discovery_list_problems (SgDiscovery             *self,
                                         GPtrArray               *problems);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDiscovery, sg_discovery_free)

G_END_DECLS
