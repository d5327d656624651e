/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-peers.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <string>

namespace
{

struct Peer
{
  prometheus::Registry registry;

  Peer ()
  {
    for (int metric = 0; metric < 10; metric++)
      {
        auto &family = prometheus::BuildCounter ()
                           .Name ("app_metric_" + std::to_string (metric) + "_total")
                           .Help ("help text")
                           .Register (registry);

        for (int shard = 0; shard < 1000; shard++)
          family
              .Add ({ { "device", "eth" + std::to_string (shard % 10) },
                      { "shard", "shard-" + std::to_string (shard) } })
              .Increment (shard * 17.0 + metric);
      }
  }
};

}

extern "C" void
peer_render (guint /* thread */,
             guint64 n)
{
  static Peer peer;
  prometheus::TextSerializer serializer;

  for (guint64 i = 0; i < n; i++)
    g_assert_cmpuint (serializer.Serialize (peer.registry.Collect ()).size (), >, 10000);
}
