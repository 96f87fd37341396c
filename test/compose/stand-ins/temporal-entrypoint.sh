#!/bin/sh
# As the real image: members of the cluster find each other by the container's own address.
set -eu
TEMPORAL_BROADCAST_ADDRESS=$(getent hosts "$(hostname)" | awk '{ print $1; exit }')
export TEMPORAL_BROADCAST_ADDRESS
exec temporal-server start
