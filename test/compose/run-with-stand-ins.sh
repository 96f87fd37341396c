#!/usr/bin/env bash
# npm run test:compose where no image registry can be reached: a Docker engine of its own, with networks, the stand-ins
# of make-stand-ins.sh, the images of the engine, then the test. Needs root, and Compose as a plugin of docker.
# usage: test/compose/run-with-stand-ins.sh DIRECTORY   (work directory; what was made in it is used again)
set -euo pipefail

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
mkdir -p "$1"
work=$(cd "$1" && pwd)
# A socket's path is limited to 107 bytes.
run=$(mktemp -d /tmp/compose-engine-XXXXXX)

echo '{}' >"$work/docker.json"
# Containers reach each other over the bridges; nothing has to reach the world, so no packet filter is touched.
setsid dockerd --config-file "$work/docker.json" --data-root "$work/docker" --exec-root "$run/exec" \
  --host "unix://$run/docker.sock" --pidfile "$run/docker.pid" --group "$(id -g)" --containerd-namespace compose-test \
  --bridge none --iptables=false --ip-forward=false --log-level warn >"$work/dockerd.log" 2>&1 &
engine=$!
stop() {
  kill "$engine" 2>/dev/null || true
  wait "$engine" 2>/dev/null || true
  rm -rf "$run"
}
trap stop EXIT

export DOCKER_HOST=unix://$run/docker.sock DOCKER_BUILDKIT=0
for _ in $(seq 60); do docker version >/dev/null 2>&1 && break || sleep 1; done
test/compose/make-stand-ins.sh "$work"
for target in bridge reference-backend grader-worker; do
  name=grading-$target
  [[ $target == grader-worker ]] && name=grader-worker
  # The builds reach the package registry over the host's network: the private engine has no way out.
  docker build --quiet --network host --file deploy/images/engine.Dockerfile --target "$target" --tag "$name:0.1.0" . >/dev/null
done
npm run test:compose
