/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The collectors of the machine: X (name, by default, symbol). Each is sg_node_<symbol>_collect() in a
 * file of its own; the name is the one node_exporter gives it in its flags and in the label "collector".
 */
#define SG_NODE_COLLECTORS(X) \
  X ("arp", TRUE, arp) \
  X ("conntrack", TRUE, conntrack) \
  X ("cpu", TRUE, cpu) \
  X ("cpufreq", TRUE, cpufreq) \
  X ("diskstats", TRUE, diskstats) \
  X ("dmi", TRUE, dmi) \
  X ("entropy", TRUE, entropy) \
  X ("filefd", TRUE, filefd) \
  X ("filesystem", TRUE, filesystem) \
  X ("hwmon", TRUE, hwmon) \
  X ("loadavg", TRUE, loadavg) \
  X ("meminfo", TRUE, meminfo) \
  X ("netclass", TRUE, netclass) \
  X ("netdev", TRUE, netdev) \
  X ("netstat", TRUE, netstat) \
  X ("nvme", TRUE, nvme) \
  X ("os", TRUE, os) \
  X ("powersupplyclass", TRUE, power_supply) \
  X ("pressure", TRUE, pressure) \
  X ("process", FALSE, process) \
  X ("schedstat", TRUE, schedstat) \
  X ("selinux", TRUE, selinux) \
  X ("sockstat", TRUE, sockstat) \
  X ("softnet", TRUE, softnet) \
  X ("stat", TRUE, stat) \
  X ("thermal_zone", TRUE, thermal_zone) \
  X ("time", TRUE, time) \
  X ("timex", TRUE, timex) \
  X ("udp_queues", TRUE, udp_queues) \
  X ("uname", TRUE, uname) \
  X ("vmstat", TRUE, vmstat)
