#!/bin/bash
# What the Compose files use of the real image: POSTGRES_PASSWORD, POSTGRES_DB, PGDATA and /docker-entrypoint-initdb.d/*.sh, on an
# empty data directory, with a server that listens on its socket alone until they have run.
set -euo pipefail

if [[ $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  initdb --username=postgres --pwfile=<(printf '%s' "$POSTGRES_PASSWORD") --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=scram-sha-256
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl -w start -o "-c listen_addresses=''"
  [[ -z ${POSTGRES_DB:-} ]] || createdb --username=postgres "$POSTGRES_DB"
  shopt -s nullglob
  for script in /docker-entrypoint-initdb.d/*.sh; do POSTGRES_USER=postgres "$script"; done
  pg_ctl -w stop -m fast
fi
exec "$@" -c listen_addresses='*'
