/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/sg-error.h"
#include "http/sg-web-config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define HASH "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"
#define CERT "tls_server_config: {cert_file: server.pem, key_file: server-key.pem"

/* Written beside the certificates' names, which are relative to it. */
static SgWebConfig *
load (const char  *text,
      GError     **error)
{
  static const char *const files[] = { "server.pem", "server-key.pem", "ca.pem" };
  g_autofree char *dir = g_dir_make_tmp ("sg-web-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "web.config.yml", NULL);
  SgWebConfig *config;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *from = g_test_build_filename (G_TEST_DIST, "http", "data", files[i], NULL);
      g_autofree char *to = g_build_filename (dir, files[i], NULL);

      g_assert_cmpint (symlink (from, to), ==, 0);
    }
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  config = sg_web_config_load (path, error);
  if (error != NULL && *error != NULL)
    {
      g_assert_true (g_str_has_prefix ((*error)->message, path));
      memmove ((*error)->message, (*error)->message + strlen (path),
               strlen ((*error)->message) - strlen (path) + 1);
    }
  g_unlink (path);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *to = g_build_filename (dir, files[i], NULL);

      g_unlink (to);
    }
  g_rmdir (dir);
  return config;
}

static void
test_web_config_empty (void)
{
  static const char *const texts[] = { "",
                                       "# nothing\n",
                                       "{}",
                                       "basic_auth_users:\n",
                                       "basic_auth_users: {}\n",
                                       "http_server_config: {http2: true}\n",
                                       "tls_server_config:\n",
                                       "tls_server_config: {}\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgWebConfig) config = load (texts[i], &error);

      g_assert_no_error (error);
      g_assert_null (config->users);
      g_assert_null (config->certificate);
      g_assert_cmpuint (config->headers->len, ==, 0);
    }
}

static void
test_web_config_all (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SgWebConfig) config = load ("tls_server_config:\n"
                                         "  cert_file: server.pem\n"
                                         "  key_file: server-key.pem\n"
                                         "  client_auth_type: RequireAndVerifyClientCert\n"
                                         "  client_ca_file: ca.pem\n"
                                         "  client_allowed_sans: [scraper.example, 192.0.2.1]\n"
                                         "  min_version: TLS13\n"
                                         "  max_version: TLS13\n"
                                         "  prefer_server_cipher_suites: true\n"
                                         "  cipher_suites: []\n"
                                         "http_server_config:\n"
                                         "  http2: false\n"
                                         "  headers:\n"
                                         "    X-Frame-Options: DENY\n"
                                         "    Strict-Transport-Security: max-age=31536000\n"
                                         "basic_auth_users:\n"
                                         "  ann: " HASH "\n",
                                         &error);

  g_assert_no_error (error);
  g_assert_nonnull (config->users);
  g_assert_nonnull (config->certificate);
  g_assert_nonnull (config->authorities);
  g_assert_cmpint (config->clients, ==, SG_WEB_CLIENTS_MUST_PROVE);
  g_assert_cmpuint (g_strv_length (config->client_names), ==, 2);
  g_assert_cmpint (config->min_version, ==, G_TLS_PROTOCOL_VERSION_TLS_1_3);
  g_assert_cmpuint (config->headers->len, ==, 4);
  g_assert_cmpstr (g_ptr_array_index (config->headers, 0), ==, "X-Frame-Options");
  g_assert_cmpstr (g_ptr_array_index (config->headers, 1), ==, "DENY");
}

typedef struct
{
  const char *text;
  const char *message;
} ErrorCase;

/* @message: how it begins, after the name of the file */
static const ErrorCase error_cases[] = {
  { "tls: {}\n", ":1:1: unknown key \"tls\"" },
  { "[]\n", ":1:1: " },
  { "basic_auth_users: [a]\n", ":1:19: " },
  { "basic_auth_users:\n  ann: secret\n",
    ":2:3: what stands for the password of \"ann\" is no bcrypt hash: make one with htpasswd -nBC 10 "
    "ann" },
  { "basic_auth_users: {\"a:b\": " HASH "}\n", ":1:20: a user name is empty or has a colon" },
  { "basic_auth_users: {\"\": " HASH "}\n", ":1:20: a user name is empty or has a colon" },
  { "basic_auth_users: {ann: }\n", ":1:" },
  { "http_server_config: {headers: {Set-Cookie: x}}\n",
    ":1:32: the header field \"Set-Cookie\" cannot be set here" },
  { "http_server_config: {headers: {X-Frame-Options: maybe}}\n",
    ":1:49: that is no value for X-Frame-Options" },
  { "http_server_config: {headers: {X-XSS-Protection: \"1\\r\\nA: b\"}}\n",
    ":1:50: that is no value for X-XSS-Protection" },
  { "http_server_config: {http2: maybe}\n", ":1:29: " },
  { "tls_server_config: {key_file: server-key.pem}\n", ":1:20: cert_file is missing" },
  { "tls_server_config: {cert_file: server.pem}\n", ":1:20: key_file is missing" },
  { "tls_server_config: {cert_file: none.pem, key_file: server-key.pem}\n",
    ":1:20: cannot use the certificate " },
  { "tls_server_config: {cert_file: server.pem, key_file: ca.pem}\n",
    ":1:20: cannot use the certificate " },
  { CERT ", client_auth_type: Sometimes}\n", ":1:88: \"Sometimes\" is no client_auth_type" },
  { CERT ", client_auth_type: RequireAndVerifyClientCert}\n", ":1:20: client_ca_file is missing" },
  { CERT ", client_ca_file: ca.pem}\n", ":1:20: client_ca_file is given, but" },
  { CERT ", client_allowed_sans: [a]}\n", ":1:91: client_allowed_sans needs" },
  { CERT ", min_version: SSL3}\n", ":1:83: \"SSL3\" is no version" },
  { CERT ", min_version: TLS13, max_version: TLS12}\n", ":1:20: min_version is newer" },
  { CERT ", cipher_suites: [TLS_AES_128_GCM_SHA256]}\n",
    ":1:85: cipher_suites cannot be chosen here" },
  { CERT ", curve_preferences: [X25519]}\n", ":1:89: curve_preferences cannot be chosen here" },
  { CERT ", prefer_server_cipher_suites: false}\n", ":1:99: the server's order" },
  { CERT ", colour: red}\n", ":1:" },
};

static void
test_web_config_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (error_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SgWebConfig) config = load (error_cases[i].text, &error);

      g_test_message ("%s", error->message);
      g_assert_null (config);
      g_assert_error (error, SG_BASE_ERROR, SG_BASE_ERROR_INVALID);
      g_assert_true (g_str_has_prefix (error->message, error_cases[i].message));
      g_assert_null (strstr (error->message, "secret"));
      g_assert_null (strstr (error->message, HASH));
    }
}

static void
test_web_config_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sg_web_config_load ("/nonexistent/web.config.yml", &error));
  g_assert_nonnull (error);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/web-config/empty", test_web_config_empty);
  g_test_add_func ("/web-config/all", test_web_config_all);
  g_test_add_func ("/web-config/errors", test_web_config_errors);
  g_test_add_func ("/web-config/missing", test_web_config_missing);
  return g_test_run ();
}
