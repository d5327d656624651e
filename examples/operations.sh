#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Reports operations that have ended, with curl: a backup, and what it did one by one.
#
# usage: operations.sh [URL]      (http://localhost:8080)
set -eu

url=${1:-http://localhost:8080}/api/operations?service=backup

start=$(date +%s.%N)
sleep 0.01
curl --fail-with-body --silent --show-error "$url" --data-binary @- <<END
{"type": "bulk_insert", "status": "success", "start": $start, "duration": "10ms", "key": "nightly", "records": 120}
END

# Many at once are one object a line, compressed if they are many.
{
  echo '{"type": "read_through", "status": "success", "duration": "1.5ms", "key": "file:1", "cache": "hit", "records": 1}'
  echo '{"type": "write_through", "status": "failed", "duration": "30ms", "key": "file:2", "error": "no space left"}'
} | gzip | curl --fail-with-body --silent --show-error "$url" --header 'Content-Encoding: gzip' --data-binary @-
