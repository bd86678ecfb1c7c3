# What an operator's machine has, for the commands of docs/runbooks: the kit, and a service named rotator.
# Reads PID_FILE, LOG, EDITS, CONFIG and METRICS.
rotation-kit() { node --import tsx cli.ts "$@"; }
journalctl() { cat "$LOG"; }
EDITOR=edit
# The next of the prepared edits.
edit() { mv "$(ls -d "$EDITS"/* | head -n 1)" "$1"; }
ready() { curl --fail --silent --output /dev/null "$METRICS/readyz"; }
systemctl() {
  case $1 in
  status) kill -0 "$(cat "$PID_FILE")" ;;
  start)
    # Nothing of the caller's stays open in it.
    node --import tsx cli.ts serve --config "$CONFIG" >>"$LOG" 2>&1 </dev/null &
    echo $! >"$PID_FILE"
    until ready; do
      kill -0 "$(cat "$PID_FILE")" || return 1
      sleep 0.1
    done
    ;;
  stop)
    kill -TERM "$(cat "$PID_FILE")"
    while kill -0 "$(cat "$PID_FILE")" 2>/dev/null; do sleep 0.1; done
    ;;
  restart)
    systemctl stop
    systemctl start
    ;;
  reload)
    local before
    before=$(grep -c 'configuration reloaded' "$LOG" || true)
    kill -HUP "$(cat "$PID_FILE")"
    until [ "$(grep -c 'configuration reloaded' "$LOG")" -gt "$before" ]; do
      if grep -q 'configuration not reloaded' "$LOG"; then return 1; fi
      sleep 0.1
    done
    ;;
  esac
}
