#!/usr/bin/env bash
# Passwords in OpenLDAP, as a command for a system of type `command`. Needs bash, jq and ldap-utils.
# LDAP_URL: ldaps://…; LDAP_USER_DN: uid=%s,ou=people,dc=example,dc=com; LDAPTLS_CACERT: a CA of your own;
# with the verb reconcile: LDAP_ADMIN_DN, and secret_files: { admin: … }.
# Passwords reach the tools through pipes, never in their arguments.
set -euo pipefail

request=$(cat)
field() { jq -er "$1" <<<"$request"; }
answer() { jq -nc "{schema: \"rotation-kit/command/v1\"} + $1"; }

username=$(field '(.credential // .next).username')
# What has a meaning in a DN is refused, so that no name can point elsewhere.
if [[ ! $username =~ ^[A-Za-z0-9._@-]+$ ]]; then
  case $(field .verb) in
  probe) answer '{result: "unknown", reason: "unfit_username", sent: false}' ;;
  *) answer '{result: "refused", reason: "unfit_username", sent: false}' ;;
  esac
  exit
fi
dn=${LDAP_USER_DN//%s/$username}

# ldap TOOL DN PASSWORD ARGUMENT…: its words go to $words, the exit code to $code
ldap() {
  code=0
  words=$("$1" -x -e ppolicy -o nettimeout=5 -H "$LDAP_URL" -D "$2" -y <(printf %s "$3") "${@:4}" 2>&1) || code=$?
}

# changed AUTHORITY: what became of ldappasswd
changed() {
  local who=$1
  case $code:$words in
  0:*) answer '{result: "changed"}' ;;
  *"Can't contact LDAP server"*) answer '{result: "refused", reason: "connection_failed", sent: false}' ;;
  *"Account locked"*) answer "{result: \"refused\", reason: \"account_locked\", authority: \"$who\"}" ;;
  *"Invalid credentials (49)"*) answer "{result: \"refused\", reason: \"login_refused\", authority: \"$who\"}" ;;
  *"ppolicy: error=7"*) answer '{result: "refused", reason: "password_too_young"}' ;;
  *"Constraint violation (19)"*) answer '{result: "rejected", reason: "password_policy"}' ;;
  *"No such object (32)"*) answer '{result: "refused", reason: "account_not_found"}' ;;
  *"Insufficient access (50)"* | *"unwilling to verify old password"*)
    answer "{result: \"refused\", reason: \"not_permitted\", authority: \"$who\"}" ;;
  *) answer '{result: "ambiguous", reason: "unexpected_answer"}' ;;
  esac
}

case $(field .verb) in
probe)
  ldap ldapwhoami "$dn" "$(field .credential.password)"
  case $code:$words in
  0:*) answer '{result: "valid"}' ;;
  # Said only where the server's overlay has ppolicy_use_lockout; without it a lock looks like a wrong password.
  *"Account locked"*) answer '{result: "unknown", reason: "account_locked", account: "locked"}' ;;
  *"Password expired"*) answer '{result: "unknown", reason: "password_expired", account: "expired"}' ;;
  *"Invalid credentials (49)"*) answer '{result: "invalid"}' ;;
  *"Can't contact LDAP server"*) answer '{result: "unknown", reason: "connection_failed", sent: false}' ;;
  *) answer '{result: "unknown", reason: "unexpected_answer"}' ;;
  esac
  ;;
change)
  old=$(field .current.password)
  ldap ldappasswd "$dn" "$old" -t <(printf %s "$old") -T <(printf %s "$(field .next.password)")
  changed account
  ;;
reconcile)
  ldap ldappasswd "$LDAP_ADMIN_DN" "$(field .secrets.admin)" -T <(printf %s "$(field .next.password)") "$dn"
  changed admin
  ;;
esac
