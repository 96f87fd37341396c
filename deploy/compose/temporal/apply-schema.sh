#!/bin/sh
# Makes Temporal's tables, or brings them to the version of this image. Safe to run again.
# Where the server is: SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD, as temporal-sql-tool reads them.
set -eu

for store in temporal visibility; do
  database=temporal
  [ "$store" = visibility ] && database=temporal_visibility
  SQL_DATABASE=$database temporal-sql-tool setup-schema --version 0.0
  SQL_DATABASE=$database temporal-sql-tool update-schema --schema-name "postgresql/v12/$store"
done
