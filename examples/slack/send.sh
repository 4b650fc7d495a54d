#!/bin/sh
# Signs a file as Slack does, and sends it: send.sh [FILE], payload.json or question.json
# SLACK_SIGNING_SECRET is the secret of the app, GATEWAY the address of the gateway.
set -eu
cd "$(dirname "$0")"
gateway=${GATEWAY:-http://127.0.0.1:8080}
file=${1:-payload.json}
now=$(date +%s)
signature=$({ printf 'v0:%s:' "$now"; cat "$file"; } | openssl dgst -sha256 -hmac "$SLACK_SIGNING_SECRET" | sed 's/^.* //')

curl -sS -i --fail-with-body "$gateway/hooks/slack" \
  -H "Content-Type: application/json" \
  -H "X-Slack-Request-Timestamp: $now" \
  -H "X-Slack-Signature: v0=$signature" \
  --data-binary @"$file"
echo
