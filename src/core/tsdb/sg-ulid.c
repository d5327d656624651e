/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-ulid.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define N_TIME_BYTES 6

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void
fill_with_chance (guint8 *bytes,
                  gsize   n)
{
  gsize done = 0;

  while (done < n)
    {
      gssize got = getrandom (bytes + done, n - done, 0);

      if (got < 0 && errno != EINTR)
        g_error ("getrandom: %s", g_strerror (errno));
      done += got > 0 ? (gsize) got : 0;
    }
}

void
sg_ulid_generate (SgUlid   *self,
                  SgTimeMs  now)
{
  for (guint i = 0; i < N_TIME_BYTES; i++)
    self->bytes[i] = (guint8) ((guint64) now >> (8 * (N_TIME_BYTES - 1 - i)));
  fill_with_chance (self->bytes + N_TIME_BYTES, sizeof self->bytes - N_TIME_BYTES);
}

/* The five bits of digit @i; the first digit has three, because 26 of them have two to spare. */
static guint
get_digit (const SgUlid *self,
           guint         i)
{
  guint value = 0;

  for (guint bit = 5 * i; bit < 5 * i + 5; bit++)
    {
      guint place = bit - 2;

      value = value << 1 | (bit >= 2 ? self->bytes[place / 8] >> (7 - place % 8) & 1 : 0);
    }
  return value;
}

void
sg_ulid_print (const SgUlid *self,
               char          ret_text[SG_ULID_LENGTH + 1])
{
  for (guint i = 0; i < SG_ULID_LENGTH; i++)
    ret_text[i] = digits[get_digit (self, i)];
  ret_text[SG_ULID_LENGTH] = '\0';
}

static void
set_digit (SgUlid *self,
           guint   i,
           guint   value)
{
  for (guint bit = 0; bit < 5; bit++)
    {
      guint place = 5 * i + bit - 2;

      if (value >> (4 - bit) & 1)
        self->bytes[place / 8] |= 1 << (7 - place % 8);
    }
}

/* Returns: whether @text is one, of 26 digits, upper case or lower, and no more than 128 bits */
gboolean
sg_ulid_parse (SgUlid     *self,
               const char *text)
{
  SgUlid parsed = { 0 };

  if (strlen (text) != SG_ULID_LENGTH || text[0] > '7')
    return FALSE;
  for (guint i = 0; i < SG_ULID_LENGTH; i++)
    {
      const char *digit = memchr (digits, g_ascii_toupper (text[i]), sizeof digits - 1);

      if (digit == NULL)
        return FALSE;
      set_digit (&parsed, i, (guint) (digit - digits));
    }
  *self = parsed;
  return TRUE;
}

SgTimeMs
sg_ulid_get_time (const SgUlid *self)
{
  SgTimeMs time = 0;

  for (guint i = 0; i < N_TIME_BYTES; i++)
    time = time << 8 | self->bytes[i];
  return time;
}

int
sg_ulid_compare (const SgUlid *a,
                 const SgUlid *b)
{
  return memcmp (a->bytes, b->bytes, sizeof a->bytes);
}
