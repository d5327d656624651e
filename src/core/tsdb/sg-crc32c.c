/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tsdb/sg-crc32c.h"

#include <pthread.h>
#include <string.h>

#if defined(__aarch64__)
#include <sys/auxv.h>
#include <asm/hwcap.h>
#endif

/*
 * The polynomial is 0x1edc6f41, bits reversed 0x82f63b78; the register begins and ends inverted.
 *
 * x86-64 since 2008 and most ARMv8 have an instruction that takes eight bytes; it is asked for
 * once, when the first checksum is computed. Elsewhere eight tables of 256 words take eight bytes a
 * step: table k holds what a byte does to the register when k more bytes follow it.
 */

#define POLYNOMIAL 0x82f63b78u
#define N_TABLES   8

typedef guint32 (*UpdateFunc) (guint32 state, const guint8 *p, gsize length);

static guint32 tables[N_TABLES][256];

static void
tables_init (void)
{
  for (guint32 i = 0; i < 256; i++)
    {
      guint32 state = i;

      for (guint bit = 0; bit < 8; bit++)
        state = (state >> 1) ^ (state & 1 ? POLYNOMIAL : 0);
      tables[0][i] = state;
    }
  for (guint k = 1; k < N_TABLES; k++)
    {
      for (guint i = 0; i < 256; i++)
        tables[k][i] = (tables[k - 1][i] >> 8) ^ tables[0][tables[k - 1][i] & 0xff];
    }
}

static guint32
update_eight (guint32       state,
              const guint8 *p)
{
  guint64 word;

  memcpy (&word, p, sizeof word);
  word = GUINT64_FROM_LE (word) ^ state;
  state = 0;
  for (guint k = 0; k < N_TABLES; k++)
    state ^= tables[N_TABLES - 1 - k][(word >> (8 * k)) & 0xff];
  return state;
}

static guint32
update_portable (guint32       state,
                 const guint8 *p,
                 gsize         length)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;

  pthread_once (&once, tables_init);
  for (; length >= 8; p += 8, length -= 8)
    state = update_eight (state, p);
  for (; length > 0; p++, length--)
    state = (state >> 8) ^ tables[0][(state ^ *p) & 0xff];
  return state;
}

#if defined(__x86_64__)

#define TARGET_CRC __attribute__ ((target ("sse4.2")))

TARGET_CRC static guint32
update_hardware (guint32       state,
                 const guint8 *p,
                 gsize         length)
{
  guint64 wide = state;

  for (; length >= 8; p += 8, length -= 8)
    {
      guint64 word;

      memcpy (&word, p, sizeof word);
      wide = __builtin_ia32_crc32di (wide, word);
    }
  state = (guint32) wide;
  for (; length > 0; p++, length--)
    state = __builtin_ia32_crc32qi (state, *p);
  return state;
}

static gboolean
has_hardware (void)
{
  __builtin_cpu_init ();
  return __builtin_cpu_supports ("sse4.2");
}

#elif defined(__aarch64__) && G_BYTE_ORDER == G_LITTLE_ENDIAN

#if defined(__clang__)
#define TARGET_CRC __attribute__ ((target ("crc")))
#define CRC32CX    __builtin_arm_crc32cd
#define CRC32CB    __builtin_arm_crc32cb
#else
#define TARGET_CRC __attribute__ ((target ("+crc")))
#define CRC32CX    __builtin_aarch64_crc32cx
#define CRC32CB    __builtin_aarch64_crc32cb
#endif

TARGET_CRC static guint32
update_hardware (guint32       state,
                 const guint8 *p,
                 gsize         length)
{
  for (; length >= 8; p += 8, length -= 8)
    {
      guint64 word;

      memcpy (&word, p, sizeof word);
      state = CRC32CX (state, word);
    }
  for (; length > 0; p++, length--)
    state = CRC32CB (state, *p);
  return state;
}

static gboolean
has_hardware (void)
{
  return (getauxval (AT_HWCAP) & HWCAP_CRC32) != 0;
}

#else

#define update_hardware update_portable

static gboolean
has_hardware (void)
{
  return FALSE;
}

#endif

guint32
sg_crc32c (guint32       crc,
           gconstpointer data,
           gsize         length)
{
  static UpdateFunc update;
  UpdateFunc chosen = __atomic_load_n (&update, __ATOMIC_RELAXED);

  if (G_UNLIKELY (chosen == NULL))
    {
      chosen = has_hardware () ? update_hardware : update_portable;
      __atomic_store_n (&update, chosen, __ATOMIC_RELAXED);
    }
  return ~chosen (~crc, data, length);
}

guint32
sg_crc32c_portable (guint32       crc,
                    gconstpointer data,
                    gsize         length)
{
  return ~update_portable (~crc, data, length);
}
