#!/usr/bin/env bash
# Passwords of MariaDB users, as a command for a system of type `command`. Needs bash, jq and mariadb-client.
# DB_HOST, DB_PORT; DB_SSL_CA: authority of the server's certificate; DB_USER_HOST: host part of the users
# (default %) and DB_ADMIN_USER, with the verb reconcile and secret_files: { admin: … }.
# Passwords reach the client through pipes, never in its arguments.
set -euo pipefail

request=$(cat)
field() { jq -er "$1" <<<"$request"; }
answer() { jq -nc "{schema: \"rotation-kit/command/v1\"} + $1"; }
# Texts of option files and of SQL: both take \ as the escape sign.
option() { jq -jn --arg text "$1" '"\"" + ($text | gsub("(?<c>[\\\\\"])"; "\\\(.c)")) + "\""'; }
sql() { jq -jn --arg text "$1" '"'\''" + ($text | gsub("(?<c>[\\\\'\''])"; "\\\(.c)")) + "'\''"'; }

# db USER PASSWORD STATEMENT: the number of the error goes to $error, 0 for none
db() {
  local words tls=""
  if [ -n "${DB_SSL_CA:-}" ]; then tls=$(printf 'ssl-ca=%s\nssl-verify-server-cert' "$DB_SSL_CA"); fi
  error=0
  words=$(mariadb --defaults-file=<(printf '[client]\nhost=%s\nport=%s\nuser=%s\npassword=%s\nconnect-timeout=5\n%s\n' \
    "$DB_HOST" "${DB_PORT:-3306}" "$(option "$1")" "$(option "$2")" "$tls") --batch \
    <<<"SET SESSION sql_mode = ''; $3" 2>&1) || error=unknown
  if [ "$error" != 0 ] && [[ $words =~ ERROR\ ([0-9]+)\  ]]; then error=${BASH_REMATCH[1]}; fi
}

# changed AUTHORITY: what became of a statement that sets a password
changed() {
  local who=$1
  case $error in
  0) answer '{result: "changed"}' ;;
  2002 | 2003 | 2005) answer '{result: "refused", reason: "connection_failed", sent: false}' ;;
  4150) answer "{result: \"refused\", reason: \"account_locked\", authority: \"$who\"}" ;;
  1045) answer "{result: \"refused\", reason: \"login_refused\", authority: \"$who\"}" ;;
  1044 | 1133 | 1227 | 1396 | 4151) answer "{result: \"refused\", reason: \"not_permitted\", authority: \"$who\"}" ;;
  1819) answer '{result: "rejected", reason: "password_policy"}' ;;
  *) answer '{result: "ambiguous", reason: "unexpected_answer"}' ;;
  esac
}

case $(field .verb) in
probe)
  db "$(field .credential.username)" "$(field .credential.password)" "DO 1"
  case $error in
  0) answer '{result: "valid"}' ;;
  # Said only to the right password.
  1820 | 1862) answer '{result: "valid", account: "must_change"}' ;;
  4151) answer '{result: "unknown", reason: "account_disabled", account: "disabled"}' ;;
  4150) answer '{result: "unknown", reason: "account_locked", account: "locked"}' ;;
  1045) answer '{result: "invalid"}' ;;
  2002 | 2003 | 2005) answer '{result: "unknown", reason: "connection_failed", sent: false}' ;;
  *) answer '{result: "unknown", reason: "unexpected_answer"}' ;;
  esac
  ;;
change)
  db "$(field .current.username)" "$(field .current.password)" \
    "SET PASSWORD = PASSWORD($(sql "$(field .next.password)"))"
  changed account
  ;;
reconcile)
  db "$DB_ADMIN_USER" "$(field .secrets.admin)" \
    "SET PASSWORD FOR $(sql "$(field .next.username)")@$(sql "${DB_USER_HOST:-%}") = PASSWORD($(sql "$(field .next.password)"))"
  changed admin
  ;;
esac
