#!/bin/sh
# The PostgreSQL image runs this once, on an empty data volume: creates roles and databases for the platform and Temporal.
set -eu

psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set platform="$CODE_GRADER_DB_PASSWORD" --set temporal="$TEMPORAL_DB_PASSWORD" <<'SQL'
create role code_grader login password :'platform';
create database code_grader owner code_grader;
create role temporal login password :'temporal';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL
