/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ingest/config/sg-config-secrets.h"

static void
test_config_secrets_hidden (void)
{
  static const struct
  {
    const char *text;
    const char *shown;
  } cases[] = {
    { "", "" },
    { "global: {scrape_interval: 1m} # as it is\n", "global: {scrape_interval: 1m} # as it is\n" },
    { "basic_auth:\n  username: u\n  password: hush # note\n",
      "basic_auth:\n  username: u\n  password: \"<secret>\" # note\n" },
    { "a: [{bearer_token: one}, {oauth2: {client_secret: 'two', client_id: x}}]\n",
      "a: [{bearer_token: \"<secret>\"}, {oauth2: {client_secret: \"<secret>\", client_id: x}}]\n" },
    { "remote_write:\n- url: https://me:hush@host/write\n- url: http://host/write\n",
      "remote_write:\n- url: https://me:xxxxx@host/write\n- url: http://host/write\n" },
    { "x: {password: \"<secret>\", token: ~}\n", "x: {password: \"<secret>\", token: ~}\n" },
    { "{ not yaml", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = sg_config_hide_secrets (cases[i].text);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

/* Whatever form it is written in, nothing of it is left. */
static void
test_config_secrets_forms (void)
{
  static const char *const texts[] = {
    "tls_config:\n  key: |\n    -----BEGIN-----\n    hush\n    -----END-----\n  ca_file: x\n",
    "http_headers:\n  X-Key:\n    secrets:\n    - hush\n    - hush\n",
    "http_headers: {X-Key: {secrets: [hush, hush]}}\n",
    "a: &a\n  password: hush\nb: *a\nc:\n  <<: *a\n",
    "a: {password: &p hush}\nb: {token: *p}\n",
    "password: >-\n  hush\n  hush\n",
    "\"password\": \"hush\"\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *shown = sg_config_hide_secrets (texts[i]);

      g_assert_null (g_strstr_len (shown, -1, "hush"));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config-secrets/hidden", test_config_secrets_hidden);
  g_test_add_func ("/config-secrets/forms", test_config_secrets_forms);
  return g_test_run ();
}
