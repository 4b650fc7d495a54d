#!/usr/bin/env bash
# Breaks ten things and shows what the operator sees. Runs a gateway and a nats-server of its own on loopback, in a
# directory that it makes and removes; needs bash, curl and nats-server. Every step checks what it shows: exit code 1
# at the first thing that is not as docs/runbook.md says. KEEP=1 keeps the directory.
#   docs/gameday.sh
set -euo pipefail

home="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)"
intake="${INTAKE_PORT:-18080}"
management="${MANAGEMENT_PORT:-18081}"
nats="${NATS_PORT:-14222}"
monitor="${NATS_MONITOR_PORT:-18222}"
work="$(mktemp -d)"
accepted="$work/accepted"
log="$work/gateway.log"
gateway_pid=""
nats_pid=""
touch "$accepted" "$log"

cleanup() {
  disown -a # the shell need not tell who was killed
  for pid in $gateway_pid $nats_pid; do
    kill -CONT "$pid" 2>/dev/null || true
    kill -9 "$pid" 2>/dev/null || true
  done
  if [ -z "${KEEP:-}" ]; then rm -rf "$work"; else echo "kept: $work"; fi
}
trap cleanup EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '    %s\n' "$*"; }
fail() { printf '\nNOT AS EXPECTED: %s\n--- the log ends with\n' "$*" >&2; tail -n 20 "$log" >&2; exit 1; }

# waits for a condition, a minute at most
eventually() {
  local what="$1" until=$((SECONDS + 60))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || fail "$what"
    read -r -t 0.1 _ <> <(:) || true
  done
}

metric() { curl -s "http://127.0.0.1:$management/observe/metrics" | sed -n "s/^$1 //p"; }
republished() { curl -s "http://127.0.0.1:$management/observe/metrics" | grep '^bactrian_events_republished_total' | grep -v ' 0.0$' | tail -n 1; }
metric_is() { [ "$(metric "$1" | cut -d. -f1)" = "$2" ]; }
probe() { curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$management/observe/health/$1"; }
probe_is() { [ "$(probe "$1")" = "$2" ]; }
entry() { curl -s "http://127.0.0.1:$management/observe/health" | tr '{' '\n' | grep "\"name\":\"$1\"" | sed 's/}.*//'; }
entry_says() { entry "$1" | grep -q "$2"; }
logged() { tail -n "+$((mark + 1))" "$log" | grep -q "$1"; }
last() { tail -n "+$((mark + 1))" "$log" | grep "$1" | tail -n 1 | cut -c1-260; }
mark() { mark="$(wc -l <"$log")"; }

start_nats() {
  nats-server -js -a 127.0.0.1 -p "$nats" -m "$monitor" -sd "$work/nats" >>"$work/nats.log" 2>&1 &
  nats_pid=$!
  eventually "nats-server starts" curl -sf "http://127.0.0.1:$monitor/varz"
}
stop_nats() { kill -9 "$nats_pid"; wait "$nats_pid" 2>/dev/null || true; nats_pid=""; }
stored() { curl -s "http://127.0.0.1:$monitor/jsz?streams=true" | tr -d ' \n' | sed -n 's/.*"stream_detail":\[{"name":"EVENTS".*"state":{"messages":\([0-9]*\).*/\1/p'; }
stored_is() { [ "$(stored)" = "$1" ]; }
# one request of the JetStream API, in the protocol of NATS
api() { # subject, body
  local body="${2:-}"
  exec 3<>"/dev/tcp/127.0.0.1/$nats"
  printf 'CONNECT {"verbose":false}\r\nPUB $JS.API.%s %d\r\n%s\r\nPING\r\n' "$1" "${#body}" "$body" >&3
  timeout 2 head -n 2 <&3 >/dev/null || true
  exec 3>&-
}
message_limit() { api STREAM.UPDATE.EVENTS '{"name":"EVENTS","subjects":["events.>"],"retention":"limits","storage":"file","discard":"old","num_replicas":1,"max_consumers":-1,"max_msgs":-1,"max_bytes":-1,"max_msg_size":'"$1"'}'; }
limit_is() { curl -s "http://127.0.0.1:$monitor/jsz?streams=true&config=true" | grep -q "\"max_msg_size\": *$1"; }
# what an operator types, and what it says
events() { show "\$ bactrian events $*"; "$home/bactrian" events "$@" --url "http://127.0.0.1:$management" >"$work/said" 2>&1 || fail "bactrian events $*: $(cat "$work/said")"; sed 's/ *$//; s/^/    /' "$work/said" | cut -c1-200; }

launch() { # more options
  mark
  "$home/bactrian" run -Dbactrian.events.verify=none -Dcamel.server.host=127.0.0.1 -Dcamel.server.port="$intake" \
    -Dcamel.management.port="$management" -Dbactrian.journal.directory="$work/journal" \
    -Dbactrian.journal.segment-size=1MiB -Dbactrian.journal.max-size=16MiB -Dbactrian.journal.min-free=0 \
    -Dbactrian.nats.servers="nats://127.0.0.1:$nats" -Dbactrian.nats.stream=EVENTS -Dbactrian.nats.create-stream=true \
    '-Dcamel.routeTemplate[shop].templateId=webhook' '-Dcamel.routeTemplate[shop].verify=github' \
    '-Dcamel.routeTemplate[shop].secret=gameday' -Dbactrian.nats.publish-timeout=2s -Dbactrian.delivery.backoff-max=1s "$@" >>"$log" 2>&1 &
  gateway_pid=$!
}
start_gateway() { launch "$@"; eventually "the gateway is ready" probe_is ready 200; }
stop_gateway() { kill -"$1" "$gateway_pid"; wait "$gateway_pid" 2>/dev/null || true; gateway_pid=""; }

# sends an event; remembers its id when it is accepted; prints the status
send() { # id, more curl options
  local id="$1" code
  shift
  code="$(curl -s -o "$work/answer" -w '%{http_code}' "http://127.0.0.1:$intake/events" -H 'ce-specversion: 1.0' \
    -H "ce-id: $id" -H 'ce-source: /gameday' -H 'ce-type: com.example.broken' -d "{\"id\":\"$id\"}" "$@" || true)"
  case "$code" in 2*) echo "$id" >>"$accepted" ;; esac
  echo "$code"
}
send_many() { for i in $(seq 1 "$2"); do [ "$(send "$1-$i")" = "${3:-202}" ] || fail "$1-$i is answered ${3:-202}"; done; }
all_accepted() { sort -u "$accepted" | wc -l | tr -d ' '; }
delivered() {
  eventually "every accepted event is in the stream" stored_is "$(all_accepted)"
  show "accepted $(all_accepted), in the stream $(stored)"
}

mark=0
say "Before: a gateway and a NATS, five events"
start_nats
start_gateway
send_many before 5
delivered

say "1. NATS dies"
mark
stop_nats
eventually "the gateway notices" metric_is bactrian_nats_connected 0
send_many nats-away 5
eventually "delivery is interrupted" logged 'Delivery is interrupted'
show "senders get 202; ready is $(probe ready); pending: $(metric bactrian_journal_pending)"
show "$(entry nats)"
show "$(last 'Delivery is interrupted')"
events list --state accepted --limit 2
[ "$(probe ready)" = 200 ] || fail "ready without NATS"
[ "$(tail -n "+$((mark + 1))" "$log" | grep -c ' ERROR ')" = 1 ] || fail "one fault is one ERROR"
start_nats
eventually "delivery goes on" logged 'Delivery goes on'
show "$(last 'Delivery goes on')"
delivered

say "2. NATS hangs: it takes messages and answers nothing"
mark
kill -STOP "$nats_pid"
send_many nats-hangs 3
eventually "publishes time out" logged 'Delivery is interrupted'
show "retries: $(metric 'bactrian_publish_retries_total{reason="transport"}'); oldest pending: $(metric bactrian_journal_oldest_pending_seconds) s"
show "$(last 'Delivery is interrupted')"
kill -CONT "$nats_pid"
delivered

say "3. Somebody deletes the stream: its messages are gone, and the gateway still holds them"
mark
api STREAM.DELETE.EVENTS
gone() { stored_is '' || logged 'Stream created'; } # a gateway that has just connected makes it again at once
eventually "the stream is gone" gone
show "$(send stream-deleted) for a new event, which waits"
eventually "its subject waits" logged 'Events of a subject wait\|Stream created'
show "$(last 'Events of a subject wait\|Stream created')"
if ! logged 'Stream created'; then
  stop_nats # the gateway makes a missing stream when it connects
  start_nats
fi
eventually "the stream is made again" logged 'Stream created'
eventually "the gateway finds out" logged 'The broker has lost events'
show "$(last 'The broker has lost events')"
delivered
show "$(republished)"

say "4. The broker forgets: its disk is empty when it comes back"
mark
stop_nats
rm -rf "$work/nats"
start_nats
eventually "the gateway finds out" logged 'The broker has lost events'
show "$(last 'The broker has lost events')"
delivered
show "$(republished)"

say "5. The journal is full, since NATS stays away"
mark
stop_nats
head -c 500000 /dev/zero | tr '\0' x >"$work/large"
count=0
while code="$(send "full-$count" --data-binary "@$work/large")" && [ "$code" = 202 ]; do
  count=$((count + 1))
  [ "$count" -lt 100 ] || fail "a journal of 16 MiB takes 50 MB"
done
eventually "it is not ready" probe_is ready 503
show "after $count large events: $code $(sed 's/.*"detail":"\([^"]*\)".*/\1/' "$work/answer")"
show "ready is $(probe ready), live is $(probe live); state full: $(metric 'bactrian_journal_state{state="full"}')"
show "$(entry journal)"
[ "$code" = 503 ] || fail "503 when the journal is full"
[ "$(probe live)" = 200 ] || fail "alive with a full journal"
start_nats
eventually "it is ready again" probe_is ready 200
delivered

say "6. The gateway is killed with events in its journal"
stop_nats
send_many killed 5
stop_gateway KILL
start_nats
start_gateway
show "$(last 'journal is open')"
delivered

say "7. A bit of the journal flips, on an event that is not delivered yet"
stop_nats
send_many flipped 3
stop_gateway TERM
segment="$(grep -l '"flipped-2"' "$work"/journal/*.wal)"
offset="$(grep -abo '"flipped-2"' "$segment" | head -n 1 | cut -d: -f1)"
printf 'F' | dd of="$segment" bs=1 seek="$((offset + 1))" conv=notrunc status=none
"$home/bactrian" journal verify --directory "$work/journal" >"$work/verify" 2>&1 && fail "verify finds it" || true
tail -n 2 "$work/verify" | sed 's/^/    /'
start_nats
start_gateway
show "ready is $(probe ready); corrupt records: $(metric bactrian_journal_corrupt_records)"
show "$(entry journal)"
show "$(last 'found corruption')"
[ "$(probe ready)" = 200 ] || fail "ready with damage"
metric_is bactrian_journal_corrupt_records 1 || fail "damage is counted, once"
show "its sender is asked to send it again: $(send flipped-2)"
delivered

say "8. Somebody forges signatures"
for _ in $(seq 1 30); do
  code="$(curl -s -o "$work/answer" -w '%{http_code}' "http://127.0.0.1:$intake/hooks/shop" \
    -H 'X-Hub-Signature-256: sha256=0000000000000000000000000000000000000000000000000000000000000000' -d '{}')"
done
show "$code $(sed 's/.*"detail":"\([^"]*\)".*/\1/' "$work/answer")"
show "refused: $(metric 'bactrian_events_rejected_total{reason="unauthorized",webhook="shop"}')"
[ "$code" = 401 ] || fail "401 for a forged signature"
metric_is 'bactrian_events_rejected_total{reason="unauthorized",webhook="shop"}' 30 || fail "each one is counted"

say "9. Events die: somebody has set a wrong limit, the stream takes no message above 1000 bytes"
mark
message_limit 1000
eventually "the stream has the limit" limit_is 1000
head -c 2000 /dev/zero | tr '\0' y >"$work/medium"
for i in 1 2 3; do [ "$(send "dies-$i" --data-binary "@$work/medium")" = 202 ] || fail "accepted, since nobody has told the gateway of the limit"; done
eventually "they are dead" metric_is bactrian_journal_dead 3
show "$(last 'Event is dead')"
show "dead: $(metric 'bactrian_events_dead_total{reason="event",webhook="cloudevents"}'), kept: $(metric bactrian_journal_dead)"
show "GET /api/dead: $(curl -s "http://127.0.0.1:$management/api/dead" | sed 's/,"example".*//')"
events list --state dead --since 1h
grep -c 'dead .*cloudevents' "$work/said" | grep -qx 3 || fail "the list has the three"
message_limit -1
eventually "the limit is gone" limit_is -1
events replay --state dead --error event --dry-run
events replay --state dead --error event --reason "the limit was wrong"
grep -q 'done: 3 of 3 events replayed' "$work/said" || fail "all three are replayed"
show "$(last 'action=replays-done')"
delivered
metric_is bactrian_journal_dead 0 || fail "none is dead any more"

say "10. SIGTERM while a client waits for a NATS that is away"
mark
stop_nats
eventually "the gateway notices" metric_is bactrian_nats_connected 0
(send waits -H 'Prefer: wait=5' >"$work/waits") &
waiting=$!
eventually "its request is in progress" metric_is bactrian_requests_in_flight 1
kill -TERM "$gateway_pid"
eventually "it drains" probe_is ready 503
show "ready is $(probe ready), live is $(probe live)"
show "$(entry intake)"
[ "$(probe live)" = 200 ] || fail "alive while it drains"
late="$(curl -s -D "$work/head" -o "$work/answer" -w '%{http_code}' "http://127.0.0.1:$intake/events" -d '{}')"
show "one who comes now: $late $(grep -i '^retry-after' "$work/head" | tr -d '\r'), $(grep -i '^connection' "$work/head" | tr -d '\r')"
[ "$late" = 503 ] || fail "refused while it drains"
wait "$waiting"
show "the one who waited: $(cat "$work/waits")"
[ "$(cat "$work/waits")" = 202 ] || fail "what has begun is answered"
code=0
wait "$gateway_pid" || code=$?
gateway_pid=""
show "exit code $code"
[ "$code" = 143 ] || [ "$code" = 0 ] || fail "it ends by itself"
start_nats
start_gateway
delivered

say "All ten are mended, and $(all_accepted) accepted events are in the stream."
