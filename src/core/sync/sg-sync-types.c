/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sync/sg-sync-types.h"

#include <string.h>

#define MAX_NAME 64

static const char *const type_names[] = {
  "read_through", "write_through", "write_behind", "bulk_insert",       "bulk_update",
  "bulk_upsert",  "refresh",       "invalidate",   "consistency_check", "reconciliation",
};

static const char *const status_names[] = {
  "success", "failed", "partial", "timeout", "cancelled", "in_progress",
};

G_STATIC_ASSERT (G_N_ELEMENTS (type_names) == SG_SYNC_N_KNOWN_TYPES);
G_STATIC_ASSERT (G_N_ELEMENTS (status_names) == SG_SYNC_IN_PROGRESS + 1);

/**
 * sg_sync_type_to_string:
 * @type: one of the types that are known
 *
 * Returns: (transfer none): its name, as metrics and the API write it
 */
const char *
sg_sync_type_to_string (SgSyncType type)
{
  g_return_val_if_fail ((guint) type < SG_SYNC_N_KNOWN_TYPES, NULL);

  return type_names[type];
}

const char *
sg_sync_status_to_string (SgSyncStatus status)
{
  g_return_val_if_fail ((guint) status < G_N_ELEMENTS (status_names), NULL);

  return status_names[status];
}

/**
 * sg_sync_status_from_string:
 * @text: a name
 * @ret_status: (out): the status of that name
 *
 * Returns: %FALSE when there is none
 */
gboolean
sg_sync_status_from_string (const char   *text,
                            SgSyncStatus *ret_status)
{
  for (guint i = 0; i < G_N_ELEMENTS (status_names); i++)
    {
      if (g_str_equal (status_names[i], text))
        {
          *ret_status = (SgSyncStatus) i;
          return TRUE;
        }
    }
  return FALSE;
}

/* How bad it is when an operation ends so; a cancelled one is what somebody wanted. */
SgLogSeverity
sg_sync_status_get_severity (SgSyncStatus status)
{
  switch (status)
    {
    case SG_SYNC_FAILED:
    case SG_SYNC_TIMEOUT:
      return SG_LOG_ERROR;
    case SG_SYNC_PARTIAL:
      return SG_LOG_WARNING;
    case SG_SYNC_SUCCESS:
    case SG_SYNC_CANCELLED:
    case SG_SYNC_IN_PROGRESS:
    default:
      return SG_LOG_INFO;
    }
}

gboolean
sg_sync_type_name_is_valid (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > MAX_NAME || !g_ascii_isalpha (*name))
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("_.:-", *p) == NULL)
        return FALSE;
    }
  return TRUE;
}
