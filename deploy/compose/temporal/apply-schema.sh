#!/bin/sh
# Creates Temporal's tables, or upgrades them to this image's version. Safe to run again.
# temporal-sql-tool reads SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD.
set -eu

for store in temporal visibility; do
  database=temporal
  [ "$store" = visibility ] && database=temporal_visibility
  SQL_DATABASE=$database temporal-sql-tool setup-schema --version 0.0
  SQL_DATABASE=$database temporal-sql-tool update-schema --schema-name "postgresql/v12/$store"
done
