/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz/sg-fuzz.h"

#include "http/sg-http-form.h"
#include "http/sg-http-request-private.h"
#include "http/wire/sg-http-framing.h"

#include <string.h>

/* Small bounds, so that small inputs reach them. */
static SgHttpLimits
make_limits (void)
{
  SgHttpLimits limits = SG_HTTP_LIMITS_DEFAULT;

  limits.max_line_bytes = 200;
  limits.max_head_bytes = 1000;
  limits.max_headers = 10;
  limits.max_body_bytes = 1000;
  return limits;
}

/* Whatever the steps in which it comes, a head is judged the same. */
static SgHttpHeadResult
feed (SgHttpHead         *head,
      const guint8       *data,
      gsize               size,
      gsize               step,
      const SgHttpLimits *limits)
{
  SgHttpHeadResult result = SG_HTTP_HEAD_INCOMPLETE;

  *head = (SgHttpHead) { 0 };
  for (gsize n = 0; n < size && result == SG_HTTP_HEAD_INCOMPLETE;)
    {
      g_autofree char *exact = NULL;

      n = MIN (n + step, size);
      exact = g_memdup2 (data, n);
      result = sg_http_head_feed (head, exact, n, limits);
    }
  return result;
}

static void
try_target (const SgHttpHead *head,
            const guint8     *data)
{
  g_autofree char *target = g_strndup ((const char *) data + head->target, head->target_length);
  g_autoptr (SgHttpRequest) request = sg_http_request_new ("GET", target);

  g_assert_cmpint (sg_http_request_get_path (request)[0], ==, '/');
  g_assert_true (g_utf8_validate (target, -1, NULL));
  if (sg_http_request_complete (request, TRUE, NULL))
    {
      g_autofree const char **values = sg_http_request_get_values (request, "q");

      for (guint i = 0; values[i] != NULL; i++)
        g_assert_true (g_utf8_validate (values[i], -1, NULL));
    }
}

/* The end of a body does not depend on the steps either, and is never behind what came. */
static void
try_body (const SgHttpHead   *head,
          const guint8       *data,
          gsize               size,
          const SgHttpLimits *limits)
{
  SgHttpFraming whole;
  SgHttpFraming parts;
  gsize taken = 0;

  sg_http_framing_init (&whole, head);
  sg_http_framing_init (&parts, head);
  g_assert_cmpuint (sg_http_framing_take (&whole, (const char *) data, size, limits), <=, size);
  while (taken < size && parts.state != SG_HTTP_FRAMING_DONE && parts.status == 0)
    taken += sg_http_framing_take (&parts, (const char *) data + taken, 1, limits);
  g_assert_cmpint (whole.state == SG_HTTP_FRAMING_DONE, ==, parts.state == SG_HTTP_FRAMING_DONE);
  g_assert_cmpuint (whole.status, ==, parts.status);
  if (whole.status == 0)
    g_assert_cmpuint (whole.body, ==, parts.body);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  SgHttpLimits limits = make_limits ();
  SgHttpHead head;
  SgHttpHead again;
  SgHttpHeadResult result = feed (&head, data, size, 1, &limits);

  g_assert_cmpint (feed (&again, data, size, 7, &limits), ==, result);
  if (size > 0 && size < limits.max_head_bytes)
    g_assert_cmpint (feed (&again, data, size, size, &limits), ==, result);
  g_assert_cmpint (head.status != 0, ==, result == SG_HTTP_HEAD_REFUSED);
  if (result != SG_HTTP_HEAD_COMPLETE)
    return 0;
  g_assert_cmpuint (head.end, <=, size);
  try_target (&head, data);
  try_body (&head, data + head.end, size - head.end, &limits);
  return 0;
}
