#!/usr/bin/env bash
# A command for a system of type `command`: one JSON document in, one JSON document out.
# Needs bash, curl and jq. Secrets reach curl on its standard input, never in its arguments.
set -euo pipefail

request=$(cat)
field() { jq -er "$1" <<<"$request"; }
answer() { jq -nc '{schema: "rotation-kit/command/v1", result: $ARGS.positional[0]}
                   + if $ARGS.positional[1] then {reason: $ARGS.positional[1]} else {} end' --args "$@"; }

# call METHOD PATH BEARER-TOKEN BODY: the status goes to $status, the answer to $body
call() {
  local out
  out=$(curl --silent --show-error --max-time 8 --write-out '\n%{http_code}' --config - <<END
url = "$API_URL$2"
request = "$1"
header = "Content-Type: application/json"
$([ -z "$3" ] || printf 'header = "Authorization: Bearer %s"' "$3")
data = $(jq -c . <<<"$4" | jq -R .)
END
  ) || { status=000; body=; return; }
  status=${out##*$'\n'} body=${out%$'\n'*}
}

login() { call POST /api/login "" "$(field "$1 | {username, password}")"; }

case $(field .verb) in
probe)
  login .credential
  case $status in
  200) answer valid ;;
  401) answer invalid ;;
  423) answer unknown account_locked ;;
  *) answer unknown unexpected_status ;;
  esac
  ;;
change)
  login .current
  if [ "$status" = 401 ]; then answer refused wrong_current_password; exit; fi
  if [ "$status" != 200 ]; then answer ambiguous login_failed; exit; fi
  token=$(jq -er .token <<<"$body")
  call POST /api/me/password "$token" \
    "$(field '{current_password: .current.password, new_password: .next.password}')"
  case $status in
  204) answer changed ;;
  422) answer rejected password_policy ;;
  403) answer refused wrong_current_password ;;
  *) answer ambiguous unexpected_status ;;
  esac
  ;;
esac
