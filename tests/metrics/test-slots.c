/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-slots.h"

typedef struct
{
  SgSlot slot;
  guint64 payload;
} Thing;

#define GENERATION(n) ((guint64) (n) << 32)

static guint64
take (SgSlots *slots,
      guint64  payload)
{
  Thing *thing = sg_slots_take (slots);

  g_assert_cmpuint (thing->payload, ==, 0);
  thing->payload = payload;
  return thing->slot.key;
}

static void
assert_payload (const SgSlots *slots,
                guint64        key,
                guint64        payload)
{
  const Thing *thing = sg_slots_find (slots, key);

  g_assert (thing != NULL);
  g_assert_cmpuint (thing->payload, ==, payload);
}

static void
test_slots_recycled (void)
{
  SgSlots slots = SG_SLOTS_INIT (Thing);
  guint64 first = take (&slots, 7);
  guint64 second = take (&slots, 8);
  guint64 again;

  g_assert_cmpuint (first, ==, GENERATION (1) | 1);
  g_assert_cmpuint (second, ==, GENERATION (1) | 2);
  assert_payload (&slots, first, 7);
  sg_slots_release (&slots, first);
  g_assert_null (sg_slots_find (&slots, first));
  again = take (&slots, 9);
  g_assert_cmpuint (again, ==, GENERATION (2) | 1);
  g_assert_null (sg_slots_find (&slots, first));
  assert_payload (&slots, again, 9);
  assert_payload (&slots, second, 8);
  g_free (slots.slots);
}

/* Neither the key of zeros nor numbers that were never given find anything. */
static void
test_slots_strangers (void)
{
  SgSlots slots = SG_SLOTS_INIT (Thing);

  g_assert_null (sg_slots_find (&slots, 0));
  g_assert_null (sg_slots_find (&slots, GENERATION (1) | 1));
  take (&slots, 1);
  g_assert_null (sg_slots_find (&slots, 0));
  g_assert_null (sg_slots_find (&slots, 1));
  g_assert_null (sg_slots_find (&slots, GENERATION (1)));
  g_assert_null (sg_slots_find (&slots, GENERATION (1) | 2));
  g_assert_null (sg_slots_find (&slots, SG_KEY_NONE));
  g_free (slots.slots);
}

static void
test_slots_grow (void)
{
  SgSlots slots = SG_SLOTS_INIT (Thing);

  for (guint i = 1; i <= 1000; i++)
    g_assert_cmpuint (take (&slots, i), ==, GENERATION (1) | i);
  for (guint i = 1; i <= 1000; i++)
    assert_payload (&slots, GENERATION (1) | i, i);
  g_free (slots.slots);
}

/* A slot whose generations are used up is never given again. */
static void
test_slots_exhausted (void)
{
  SgSlots slots = SG_SLOTS_INIT (Thing);
  Thing *thing = sg_slots_take (&slots);
  const guint64 last = GENERATION (0xfffffffe) | 1;

  thing->slot.key = last - GENERATION (1);
  sg_slots_release (&slots, thing->slot.key);
  g_assert_cmpuint (take (&slots, 5), ==, last);
  assert_payload (&slots, last, 5);
  sg_slots_release (&slots, last);
  g_assert_null (sg_slots_find (&slots, last));
  g_assert_null (sg_slots_find (&slots, last + GENERATION (1)));
  g_assert_cmpuint (take (&slots, 6), ==, GENERATION (1) | 2);
  g_free (slots.slots);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slots/recycled", test_slots_recycled);
  g_test_add_func ("/slots/strangers", test_slots_strangers);
  g_test_add_func ("/slots/grow", test_slots_grow);
  g_test_add_func ("/slots/exhausted", test_slots_exhausted);
  return g_test_run ();
}
