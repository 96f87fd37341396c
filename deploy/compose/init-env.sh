#!/bin/sh
# Adds what docker-compose.yml needs to .env: random passwords, and the group of the Docker socket.
# Keeps existing lines, so it is safe to run again. Passwords are letters and digits, because URLs contain them.
set -eu

cd "$(dirname "$0")/../.."
env_file=${1:-.env}
socket=${DOCKER_SOCKET:-/var/run/docker.sock}
umask 077
touch "$env_file"

add() { # NAME VALUE
  if ! grep -q "^$1=" "$env_file"; then
    # A last line without its newline must not swallow the next one.
    [ -z "$(tail -c 1 "$env_file")" ] || echo >>"$env_file"
    printf '%s=%s\n' "$1" "$2" >>"$env_file"
    echo "$env_file: $1 added"
  fi
}

password() { od -An -N 24 -t x1 /dev/urandom | tr -d ' \n'; }

for name in POSTGRES_PASSWORD CODE_GRADER_DB_PASSWORD TEMPORAL_DB_PASSWORD RABBITMQ_PASSWORD CONSOLE_TOKEN; do
  add "$name" "$(password)"
done
if [ -S "$socket" ]; then
  add DOCKER_GID "$(stat -c %g "$socket")"
else
  echo "There is no Docker socket at $socket. Start Docker, or set DOCKER_SOCKET, then run this again." >&2
  exit 1
fi
