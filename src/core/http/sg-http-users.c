/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "http/sg-http-users.h"

#include "base/sg-lock.h"
#include "http/sg-http-token.h"

#include <crypt.h>
#include <string.h>
#include <sys/random.h>

/*
 * Passwords are kept as bcrypt hashes, which are slow on purpose: one check takes a tenth of a second
 * of a processor. So a check is work for a worker, and one that came out well is remembered: as the
 * HMAC-SHA-256, under a key that lives as long as the process, of name, hash and password. At most
 * KNOWN_MAX are remembered; then all are forgotten.
 *
 * An unknown name takes as long as a wrong password: it is checked against a hash of nobody.
 */

#define KNOWN_MAX   100
#define HASH_LENGTH 60
#define NOBODY      "$2b$10$abcdefghijklmnopqrstuuQ2hIlirvQiyDfgKeb3iHyNkYyu8bhPO"

struct _SgHttpUsers
{
  int ref_count;
  GHashTable *hashes;
  SgLock lock;
  GHashTable *known;
  guint8 key[32];
};

typedef struct
{
  char *name;
  char *password;
} Credentials;

SgHttpUsers *
sg_http_users_new (void)
{
  SgHttpUsers *self = g_new0 (SgHttpUsers, 1);

  self->ref_count = 1;
  self->hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  sg_lock_init (&self->lock);
  if (getrandom (self->key, sizeof self->key, 0) != (gssize) sizeof self->key)
    g_error ("no random bytes to be had");
  return self;
}

SgHttpUsers *
sg_http_users_ref (SgHttpUsers *self)
{
  __atomic_fetch_add (&self->ref_count, 1, __ATOMIC_RELAXED);
  return self;
}

void
sg_http_users_unref (SgHttpUsers *self)
{
  if (__atomic_sub_fetch (&self->ref_count, 1, __ATOMIC_ACQ_REL) > 0)
    return;
  g_hash_table_unref (self->hashes);
  g_hash_table_unref (self->known);
  sg_lock_clear (&self->lock);
  g_free (self);
}

static gboolean
is_bcrypt (const char *hash)
{
  return strlen (hash) == HASH_LENGTH && hash[0] == '$' && hash[1] == '2'
         && strchr ("aby", hash[2]) != NULL && hash[3] == '$' && g_ascii_isdigit (hash[4])
         && g_ascii_isdigit (hash[5]) && hash[6] == '$';
}

/* Returns: whether @hash is one of bcrypt */
gboolean
sg_http_users_add (SgHttpUsers *self,
                   const char  *name,
                   const char  *hash)
{
  if (!is_bcrypt (hash))
    return FALSE;
  g_hash_table_insert (self->hashes, g_strdup (name), g_strdup (hash));
  return TRUE;
}

static void
credentials_clear (Credentials *self)
{
  g_free (self->name);
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_free (self->password);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Credentials, credentials_clear)

/* "Basic " base64 (name ":" password) */
static gboolean
read_credentials (const char  *authorization,
                  Credentials *ret_credentials)
{
  const char *encoded = authorization + strlen ("Basic ");
  gsize length = 0;
  g_autofree guchar *decoded = NULL;
  char *colon;

  if (g_ascii_strncasecmp (authorization, "Basic ", strlen ("Basic ")) != 0)
    return FALSE;
  decoded = g_base64_decode (encoded, &length);
  decoded = g_realloc (decoded, length + 1);
  decoded[length] = '\0';
  colon = memchr (decoded, ':', length);
  if (colon == NULL || strlen ((char *) decoded) != length)
    return FALSE;
  ret_credentials->name = g_strndup ((char *) decoded, (gsize) (colon - (char *) decoded));
  ret_credentials->password = g_strdup (colon + 1);
  explicit_bzero (decoded, length);
  return TRUE;
}

static char *
compute_digest (SgHttpUsers       *self,
                const Credentials *credentials,
                const char        *hash)
{
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, self->key, sizeof self->key);
  char *digest;

  g_hmac_update (hmac, (const guchar *) credentials->name, (gssize) strlen (credentials->name) + 1);
  g_hmac_update (hmac, (const guchar *) hash, (gssize) strlen (hash) + 1);
  g_hmac_update (hmac, (const guchar *) credentials->password, -1);
  digest = g_strdup (g_hmac_get_string (hmac));
  g_hmac_unref (hmac);
  return digest;
}

static gboolean
is_known (SgHttpUsers *self,
          const char  *digest)
{
  SG_LOCK_SCOPE (&self->lock);
  return g_hash_table_contains (self->known, digest);
}

/* @digest: (transfer full) */
static void
remember (SgHttpUsers *self,
          char        *digest)
{
  SG_LOCK_SCOPE (&self->lock);
  if (g_hash_table_size (self->known) >= KNOWN_MAX)
    g_hash_table_remove_all (self->known);
  g_hash_table_add (self->known, digest);
}

static gboolean
password_fits (const char *password,
               const char *hash)
{
  g_autofree struct crypt_data *data = g_new0 (struct crypt_data, 1);
  const char *computed = crypt_rn (password, hash, data, sizeof *data);
  gboolean fits = computed != NULL && sg_http_token_equal (hash, computed);

  explicit_bzero (data, sizeof *data);
  return fits;
}

/**
 * sg_http_users_find_known:
 * @self: users
 * @authorization: an Authorization field
 *
 * Returns: (transfer full) (nullable): the name of the user, if this very password of theirs was found
 *   to be right before
 */
char *
sg_http_users_find_known (SgHttpUsers *self,
                          const char  *authorization)
{
  g_auto (Credentials) credentials = { 0 };
  g_autofree char *digest = NULL;
  const char *hash;

  if (!read_credentials (authorization, &credentials))
    return NULL;
  hash = g_hash_table_lookup (self->hashes, credentials.name);
  if (hash == NULL)
    return NULL;
  digest = compute_digest (self, &credentials, hash);
  return is_known (self, digest) ? g_steal_pointer (&credentials.name) : NULL;
}

/**
 * sg_http_users_check:
 * @self: users
 * @authorization: an Authorization field
 *
 * Takes its time: for a worker.
 *
 * Returns: (transfer full) (nullable): the name of the user, if the password is right
 */
char *
sg_http_users_check (SgHttpUsers *self,
                     const char  *authorization)
{
  g_auto (Credentials) credentials = { 0 };
  const char *hash;

  if (!read_credentials (authorization, &credentials))
    return NULL;
  hash = g_hash_table_lookup (self->hashes, credentials.name);
  if (!password_fits (credentials.password, hash != NULL ? hash : NOBODY) || hash == NULL)
    return NULL;
  remember (self, compute_digest (self, &credentials, hash));
  return g_steal_pointer (&credentials.name);
}
