# SPDX-License-Identifier: LGPL-2.1-or-later
# Writes the table of sg-number-private.h: for each exponent e the number
#
#   floor (10^e × 2^(127 − floor (log2 (10^e))))
#
# that is, the first 128 binary digits of 10^e. Python's integers have no end, so every entry is
# exact by construction.
import sys

FIRST = -342
LAST = 324


def power(exponent):
    numerator = 10 ** max(exponent, 0)
    denominator = 10 ** max(-exponent, 0)
    shift = 128 - (numerator.bit_length() - denominator.bit_length())
    value = (numerator << max(shift, 0)) // (denominator << max(-shift, 0))
    while value >= 1 << 128:
        value >>= 1
    return value >> 64, value & (1 << 64) - 1


with open(sys.argv[1], "w") as out:
    out.write('#include "base/sg-number-private.h"\n\n')
    out.write("const SgPower sg_number_powers[] = {\n")
    for e in range(FIRST, LAST + 1):
        out.write("  { 0x%016xULL, 0x%016xULL },\n" % power(e))
    out.write("};\n\n")
    out.write("G_STATIC_ASSERT (G_N_ELEMENTS (sg_number_powers) ==\n")
    out.write("                 SG_NUMBER_POWER_LAST - SG_NUMBER_POWER_FIRST + 1);\n")
