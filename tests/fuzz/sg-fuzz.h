/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/*
 * What a fuzz target defines: it hands @data to a parser and asserts what must hold for any input.
 * The name is libFuzzer's. Without libFuzzer sg-fuzz-main.c calls it, as a test.
 */
int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);
