#!/bin/sh
# Signs payload.json as GitHub does, and sends it: send.sh [DELIVERY-ID]
# GITHUB_SECRET is the secret of the webhook, GATEWAY the address of the gateway.
set -eu
cd "$(dirname "$0")"
gateway=${GATEWAY:-http://127.0.0.1:8080}
delivery=${1:-$(openssl rand -hex 16)}
signature=$(openssl dgst -sha256 -hmac "$GITHUB_SECRET" < payload.json | sed 's/^.* //')

curl -sS -i --fail-with-body "$gateway/hooks/github" \
  -H "Content-Type: application/json" \
  -H "X-GitHub-Event: issues" \
  -H "X-GitHub-Delivery: $delivery" \
  -H "X-Hub-Signature-256: sha256=$signature" \
  --data-binary @payload.json
echo
