/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/scrape/sg-resolver.h"

#include "base/sg-blocking.h"

#include <netdb.h>
#include <string.h>

/* Longer than any scrape_timeout that makes sense; whoever waits gives up before. */
#define DEADLINE_MS (60 * 1000)

struct _SgResolver
{
  GResolver parent_instance;
  GResolver *others;
  SgResolverLookup lookup;
};

G_DEFINE_FINAL_TYPE (SgResolver, sg_resolver, G_TYPE_RESOLVER)

typedef struct
{
  char *name;
  GResolverNameLookupFlags flags;
  SgResolverLookup lookup;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->name);
  g_free (question);
}

static void
addresses_free (gpointer data)
{
  g_resolver_free_addresses (data);
}

static int
family_of (GResolverNameLookupFlags flags)
{
  if (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY)
    return AF_INET;
  return flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY ? AF_INET6 : AF_UNSPEC;
}

static GList *
ask_system (const char                *name,
            GResolverNameLookupFlags   flags,
            GCancellable              *cancellable,
            GError                   **error)
{
  struct addrinfo hints = { .ai_family = family_of (flags),
                            .ai_socktype = SOCK_STREAM,
                            .ai_flags = AI_ADDRCONFIG };
  struct addrinfo *found = NULL;
  int failure = getaddrinfo (name, NULL, &hints, &found);
  GList *addresses = NULL;

  for (struct addrinfo *at = found; failure == 0 && at != NULL; at = at->ai_next)
    {
      g_autoptr (GSocketAddress) address =
          g_socket_address_new_from_native (at->ai_addr, at->ai_addrlen);

      if (G_IS_INET_SOCKET_ADDRESS (address))
        addresses = g_list_prepend (addresses, g_object_ref (g_inet_socket_address_get_address (
                                                   G_INET_SOCKET_ADDRESS (address))));
    }
  if (found != NULL)
    freeaddrinfo (found);
  if (addresses == NULL)
    g_set_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
                 "the name “%s” cannot be looked up: %s", name,
                 failure != 0 ? gai_strerror (failure) : "it has no address");
  return g_list_reverse (addresses);
}

static gpointer
answer (gpointer       data,
        GCancellable  *cancellable,
        GError       **error)
{
  const Question *question = data;

  return question->lookup (question->name, question->flags, cancellable, error);
}

static void
on_answered (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GList *addresses = sg_blocking_run_finish (result, &error);

  if (addresses != NULL)
    g_task_return_pointer (task, addresses, addresses_free);
  else
    g_task_return_error (task, error);
}

static void
sg_resolver_lookup_by_name_with_flags_async (GResolver                *resolver,
                                             const char               *name,
                                             GResolverNameLookupFlags  flags,
                                             GCancellable             *cancellable,
                                             GAsyncReadyCallback       callback,
                                             gpointer                  user_data)
{
  GTask *task = g_task_new (resolver, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);
  g_autofree char *owner = g_strconcat ("dns ", name, NULL);

  *question = (Question) { g_strdup (name), flags, SG_RESOLVER (resolver)->lookup };
  sg_blocking_run_async (owner, DEADLINE_MS, answer, question, question_free, addresses_free,
                         cancellable, on_answered, task);
}

static void
sg_resolver_lookup_by_name_async (GResolver           *resolver,
                                  const char          *name,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  sg_resolver_lookup_by_name_with_flags_async (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT,
                                               cancellable, callback, user_data);
}

static GList *
sg_resolver_lookup_by_name_finish (GResolver     *resolver,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Who calls this waits on a thread of its own. */
static GList *
sg_resolver_lookup_by_name_with_flags (GResolver                 *resolver,
                                       const char                *name,
                                       GResolverNameLookupFlags   flags,
                                       GCancellable              *cancellable,
                                       GError                   **error)
{
  return SG_RESOLVER (resolver)->lookup (name, flags, cancellable, error);
}

static GList *
sg_resolver_lookup_by_name (GResolver     *resolver,
                            const char    *name,
                            GCancellable  *cancellable,
                            GError       **error)
{
  return SG_RESOLVER (resolver)->lookup (name, G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT, cancellable,
                                         error);
}

static GList *
sg_resolver_lookup_records (GResolver            *resolver,
                            const char           *name,
                            GResolverRecordType   type,
                            GCancellable         *cancellable,
                            GError              **error)
{
  return g_resolver_lookup_records (SG_RESOLVER (resolver)->others, name, type, cancellable, error);
}

static char *
sg_resolver_lookup_by_address (GResolver     *resolver,
                               GInetAddress  *address,
                               GCancellable  *cancellable,
                               GError       **error)
{
  return g_resolver_lookup_by_address (SG_RESOLVER (resolver)->others, address, cancellable, error);
}

static void
sg_resolver_finalize (GObject *object)
{
  g_clear_object (&SG_RESOLVER (object)->others);
  G_OBJECT_CLASS (sg_resolver_parent_class)->finalize (object);
}

static void
sg_resolver_class_init (SgResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sg_resolver_finalize;
  resolver_class->lookup_by_name = sg_resolver_lookup_by_name;
  resolver_class->lookup_by_name_async = sg_resolver_lookup_by_name_async;
  resolver_class->lookup_by_name_finish = sg_resolver_lookup_by_name_finish;
  resolver_class->lookup_by_name_with_flags = sg_resolver_lookup_by_name_with_flags;
  resolver_class->lookup_by_name_with_flags_async = sg_resolver_lookup_by_name_with_flags_async;
  resolver_class->lookup_by_name_with_flags_finish = sg_resolver_lookup_by_name_finish;
  resolver_class->lookup_records = sg_resolver_lookup_records;
  resolver_class->lookup_by_address = sg_resolver_lookup_by_address;
}

static void
sg_resolver_init (SgResolver *self)
{
  self->others = g_resolver_get_default ();
}

GResolver *
sg_resolver_new (SgResolverLookup lookup)
{
  SgResolver *self = g_object_new (SG_TYPE_RESOLVER, NULL);

  self->lookup = lookup != NULL ? lookup : ask_system;
  return G_RESOLVER (self);
}

void
sg_resolver_install (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      g_autoptr (GResolver) resolver = sg_resolver_new (NULL);

      g_resolver_set_default (resolver);
      g_once_init_leave (&done, 1);
    }
}
