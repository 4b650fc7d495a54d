#!/bin/sh
# Signs payload.json as Stripe does, and sends it: send.sh
# STRIPE_SECRET is the secret of the webhook, GATEWAY the address of the gateway.
set -eu
cd "$(dirname "$0")"
gateway=${GATEWAY:-http://127.0.0.1:8080}
now=$(date +%s)
signature=$({ printf '%s.' "$now"; cat payload.json; } | openssl dgst -sha256 -hmac "$STRIPE_SECRET" | sed 's/^.* //')

curl -sS -i --fail-with-body "$gateway/hooks/stripe" \
  -H "Content-Type: application/json; charset=utf-8" \
  -H "Stripe-Signature: t=$now,v1=$signature" \
  --data-binary @payload.json
echo
