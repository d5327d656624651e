/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-peers.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <vector>

namespace
{

const prometheus::Histogram::BucketBoundaries bounds
    = { 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 };
const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };
const char *const codes[] = { "200", "301", "404", "500" };

struct Peer
{
  prometheus::Registry registry;
  prometheus::Counter &counter
      = prometheus::BuildCounter ().Name ("count_total").Register (registry).Add ({});
  prometheus::Family<prometheus::Counter> &family
      = prometheus::BuildCounter ().Name ("find_total").Register (registry);
  prometheus::Histogram &histogram
      = prometheus::BuildHistogram ().Name ("seconds").Register (registry).Add ({}, bounds);
  std::vector<double> values;

  Peer ()
  {
    guint32 random = 1;

    for (int i = 0; i < 1024; i++)
      {
        random = random * 1103515245 + 12345;
        values.push_back ((random >> 12) % 1000000 / 1e6 * 12);
      }
  }
};

Peer &
peer ()
{
  static Peer instance;

  return instance;
}

}

extern "C" void
peer_count (guint /* thread */,
            guint64 n)
{
  prometheus::Counter &counter = peer ().counter;

  for (guint64 i = 0; i < n; i++)
    counter.Increment ();
}

extern "C" void
peer_observe (guint /* thread */,
              guint64 n)
{
  Peer &self = peer ();

  for (guint64 i = 0; i < n; i++)
    self.histogram.Observe (self.values[i % 1024]);
}

extern "C" void
peer_find (guint /* thread */,
           guint64 n)
{
  auto &family = peer ().family;

  for (guint64 i = 0; i < n; i++)
    family.Add ({ { "method", methods[i & 3] }, { "code", codes[(i >> 2) & 3] } }).Increment ();
}
