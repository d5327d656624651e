/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "sync/sg-sync-monitor.h"

G_BEGIN_DECLS

/**
 * SgBreakerState:
 * @SG_BREAKER_CLOSED: all goes through
 * @SG_BREAKER_OPEN: nothing does, so that what is behind it can recover
 * @SG_BREAKER_HALF_OPEN: a few go through, to see whether it has
 *
 * The numbers are the values of the gauge.
 */
typedef enum
{
  SG_BREAKER_CLOSED,
  SG_BREAKER_OPEN,
  SG_BREAKER_HALF_OPEN,
} SgBreakerState;

/**
 * SgBreakerError:
 * @SG_BREAKER_ERROR_OPEN: the breaker lets nothing through now; the message says when it will try
 */
typedef enum
{
  SG_BREAKER_ERROR_OPEN,
} SgBreakerError;

#define SG_BREAKER_ERROR (sg_breaker_error_quark ())

GQuark sg_breaker_error_quark (void);

/**
 * SgCircuitBreakerOptions:
 * @name: the value of the label
 * @failure_threshold: after so many failures in a row it opens, or 0 for 5
 * @success_threshold: after so many successes in a row it closes again, or 0 for 2
 * @open_ms: how long it stays open before it lets a trial through, or 0 for 30 s
 * @max_trials: how many trials may go on at once, or 0 for 1
 */
typedef struct
{
  const char *name;
  guint failure_threshold;
  guint success_threshold;
  gint64 open_ms;
  guint max_trials;
} SgCircuitBreakerOptions;

/**
 * SgCircuitBreaker:
 *
 * Stands before something that may fail, and keeps callers away from it while it does:
 *
 *   if (!sg_circuit_breaker_enter (breaker, error))
 *     return FALSE;
 *   if (ask_database (&problem))
 *     sg_circuit_breaker_succeed (breaker);
 *   else
 *     sg_circuit_breaker_fail (breaker, problem->message);
 *
 * Whoever entered says once how it went, or that nobody will know. Safe from any thread.
 */
#define SG_TYPE_CIRCUIT_BREAKER (sg_circuit_breaker_get_type ())
G_DECLARE_FINAL_TYPE (SgCircuitBreaker, sg_circuit_breaker, SG, CIRCUIT_BREAKER, GObject)

typedef gboolean (*SgBreakerFunc) (gpointer   user_data,
                                   GError   **error);

SgCircuitBreaker *sg_circuit_breaker_new       (SgSyncMonitor                  *monitor,
                                                const SgCircuitBreakerOptions  *options);
const char       *sg_circuit_breaker_get_name  (SgCircuitBreaker               *self);
SgBreakerState    sg_circuit_breaker_get_state (SgCircuitBreaker               *self);
gboolean          sg_circuit_breaker_enter     (SgCircuitBreaker               *self,
                                                GError                        **error);
void              sg_circuit_breaker_succeed   (SgCircuitBreaker               *self);
void              sg_circuit_breaker_fail      (SgCircuitBreaker               *self,
                                                const char                     *reason);
void              sg_circuit_breaker_leave     (SgCircuitBreaker               *self);
gboolean          sg_circuit_breaker_call      (SgCircuitBreaker               *self,
                                                SgBreakerFunc                   func,
                                                gpointer                        user_data,
                                                GError                        **error);
void              sg_circuit_breaker_reset     (SgCircuitBreaker               *self);

G_END_DECLS
