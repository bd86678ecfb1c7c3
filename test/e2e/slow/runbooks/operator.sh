# What an operator's machine has, for the commands of docs/runbooks: an editor, and the services rotator and
# rotation-kit-exporter. Reads SERVICES, EDITS, NODE_FLAGS and what the pages read.
log_of() { echo "$SERVICES/$1.log"; }
process_of() { cat "$SERVICES/$1.pid"; }
journalctl() { cat "$(log_of "$2")"; }
EDITOR=edit
# The next of the prepared edits.
edit() { mv "$(ls -d "$EDITS"/* | head -n 1)" "$1"; }
run_service() {
  case $1 in
  rotator) exec node ${NODE_FLAGS:-} "$CURRENT/bin/rotator.mjs" --config "$CONFIG" ;;
  rotation-kit-exporter)
    set -a
    . "$EXPORTER_ENVIRONMENT"
    exec rotation-kit exporter --path "$FOLDER" --port "${EXPORTER##*:}"
    ;;
  esac
}
ready() {
  case $1 in
  rotator) curl --fail --silent --output /dev/null "$METRICS/readyz" ;;
  rotation-kit-exporter) curl --fail --silent --output /dev/null "$EXPORTER/metrics" ;;
  esac
}
systemctl() {
  local unit=$2
  case $1 in
  status) kill -0 "$(process_of "$unit")" ;;
  start)
    # Nothing of the caller's stays open in it.
    (run_service "$unit") >>"$(log_of "$unit")" 2>&1 </dev/null &
    echo $! >"$SERVICES/$unit.pid"
    until ready "$unit"; do
      kill -0 "$(process_of "$unit")" 2>/dev/null || { cat "$(log_of "$unit")"; return 1; }
      sleep 0.1
    done
    ;;
  stop)
    kill -TERM "$(process_of "$unit")"
    while kill -0 "$(process_of "$unit")" 2>/dev/null; do sleep 0.1; done
    ;;
  restart)
    systemctl stop "$unit"
    systemctl start "$unit"
    ;;
  reload)
    local log before
    log=$(log_of "$unit")
    before=$(grep -c 'configuration reloaded' "$log" || true)
    kill -HUP "$(process_of "$unit")"
    until [ "$(grep -c 'configuration reloaded' "$log")" -gt "$before" ]; do
      if grep -q 'configuration not reloaded' "$log"; then return 1; fi
      sleep 0.1
    done
    ;;
  esac
}
