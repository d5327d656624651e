#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Reports how a nightly job went, as one operation: report-operations.sh [URL]
url=${1:-http://localhost:8080}
start=$(date +%s.%N)
if error=$(sleep 0.01 2>&1); then status=success; else status=failed; fi
end=$(date +%s.%N)

curl --silent --show-error --fail "$url/api/operations?service=nightly" --data-binary @- <<END
{
  "type": "bulk_insert",
  "status": "$status",
  "start": $start,
  "duration": $(echo "$end $start" | awk '{ printf "%.6f", $1 - $2 }'),
  "records": 1200,
  "error": "$error"
}
END
