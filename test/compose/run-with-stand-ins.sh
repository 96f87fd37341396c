#!/usr/bin/env bash
# npm run test:compose where no image registry can be reached: a Docker engine of its own, with networks, the stand-ins
# of make-stand-ins.sh, the images of the engine, then the test. Needs root, Go, and the package registries; where docker
# has no Compose, it is built from its module.
# usage: test/compose/run-with-stand-ins.sh DIRECTORY [COMMAND...]
#   DIRECTORY  to work in; what was made in it is used again
#   COMMAND    run instead of the test, such as bash, to use the system by hand
set -euo pipefail

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
mkdir -p "$1"
work=$(cd "$1" && pwd)
# A socket's path is limited to 107 bytes.
run=$(mktemp -d /tmp/compose-engine-XXXXXX)
shift
[[ $# -gt 0 ]] || set -- npm run test:compose

compose=v2.40.3
build_compose() {
  export DOCKER_CONFIG=$work/docker-config
  local plugin=$DOCKER_CONFIG/cli-plugins/docker-compose sources module=github.com/docker/compose/v2
  [[ -x $plugin ]] && return
  echo "building $module@$compose" >&2
  mkdir -p "${plugin%/*}"
  sources=$(mktemp -d -p "$work")
  # Its go.mod excludes versions, so "go install" refuses it: built in a copy of its module.
  cp -r --no-preserve=mode "$(cd "$sources" && go mod download -json "$module@$compose" | node -p 'JSON.parse(fs.readFileSync(0)).Dir')/." "$sources"
  (cd "$sources" && CGO_ENABLED=0 nice go build -trimpath -ldflags "-s -w -X $module/internal.Version=$compose" -o "$plugin" ./cmd)
  rm -rf "$sources"
}

echo '{}' >"$work/docker.json"
# Containers reach each other over the bridges; nothing has to reach the world, so no packet filter is touched.
setsid dockerd --config-file "$work/docker.json" --data-root "$work/docker" --exec-root "$run/exec" \
  --host "unix://$run/docker.sock" --pidfile "$run/docker.pid" --group "$(id -g)" --containerd-namespace compose-test \
  --bridge none --iptables=false --ip-forward=false --log-level warn >"$work/dockerd.log" 2>&1 &
engine=$!
stop() {
  kill "$engine" 2>/dev/null || true
  wait "$engine" 2>/dev/null || true
  # The engine leaves the namespace of its host's network mounted.
  umount "$run"/exec/netns/* 2>/dev/null || true
  rm -rf "$run"
}
trap stop EXIT

export DOCKER_HOST=unix://$run/docker.sock DOCKER_BUILDKIT=0
docker compose version >/dev/null 2>&1 || build_compose
for _ in $(seq 60); do docker version >/dev/null 2>&1 && break || sleep 1; done
test/compose/make-stand-ins.sh "$work"
for target in bridge reference-backend grader-worker; do
  name=grading-$target
  [[ $target == grader-worker ]] && name=grader-worker
  # The builds reach the package registry over the host's network: the private engine has no way out.
  docker build --quiet --network host --file deploy/images/engine.Dockerfile --target "$target" --tag "$name:0.1.0" . >/dev/null
done
"$@"
