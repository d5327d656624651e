/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metrics/sg-slots.h"

typedef struct
{
  SgSlot slot;
  guint64 payload;
} Thing;

static void
test_slots_recycled (void)
{
  SgSlots slots = SG_SLOTS_INIT (Thing);
  guint32 first;
  guint32 second;
  guint32 again;
  guint32 generation;
  guint32 new_generation;
  Thing *thing;

  thing = sg_slots_take (&slots, &first, &generation);
  thing->payload = 7;
  g_assert_cmpuint (first, !=, 0);
  g_assert_cmpuint (generation, ==, 1);
  g_assert_true (sg_slots_find (&slots, first, generation) == thing);
  sg_slots_take (&slots, &second, &generation);
  g_assert_cmpuint (second, !=, first);

  sg_slots_release (&slots, first);
  g_assert_null (sg_slots_find (&slots, first, 1));
  thing = sg_slots_take (&slots, &again, &new_generation);
  g_assert_cmpuint (again, ==, first);
  g_assert_cmpuint (new_generation, ==, 2);
  g_assert_cmpuint (thing->payload, ==, 0);
  g_assert_null (sg_slots_find (&slots, again, 1));
  g_assert_true (sg_slots_find (&slots, again, 2) == thing);
  g_free (slots.slots);
}

/* Neither the handle of zeros nor numbers that were never given find anything. */
static void
test_slots_strangers (void)
{
  SgSlots slots = SG_SLOTS_INIT (Thing);
  guint32 index;
  guint32 generation;

  g_assert_null (sg_slots_find (&slots, 0, 0));
  g_assert_null (sg_slots_find (&slots, 1, 1));
  sg_slots_take (&slots, &index, &generation);
  g_assert_null (sg_slots_find (&slots, 0, 0));
  g_assert_null (sg_slots_find (&slots, index + 1, 1));
  g_assert_null (sg_slots_find (&slots, G_MAXUINT32, 1));
  g_free (slots.slots);
}

static void
test_slots_grow (void)
{
  SgSlots slots = SG_SLOTS_INIT (Thing);
  guint32 index;
  guint32 generation;

  for (guint i = 1; i <= 1000; i++)
    {
      Thing *thing = sg_slots_take (&slots, &index, &generation);

      g_assert_cmpuint (index, ==, i);
      thing->payload = i;
    }
  for (guint i = 1; i <= 1000; i++)
    {
      const Thing *thing = sg_slots_find (&slots, i, 1);

      g_assert (thing != NULL);
      g_assert_cmpuint (thing->payload, ==, i);
    }
  g_free (slots.slots);
}

/* A slot whose generations are used up is never given again. */
static void
test_slots_exhausted (void)
{
  SgSlots slots = SG_SLOTS_INIT (Thing);
  guint32 worn;
  guint32 other;
  guint32 generation;
  Thing *thing = sg_slots_take (&slots, &worn, &generation);

  thing->slot.generation = SG_GENERATION_NONE - 1;
  g_assert_true (sg_slots_find (&slots, worn, SG_GENERATION_NONE - 1) == thing);
  sg_slots_release (&slots, worn);
  g_assert_null (sg_slots_find (&slots, worn, SG_GENERATION_NONE));
  sg_slots_take (&slots, &other, &generation);
  g_assert_cmpuint (other, !=, worn);
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
