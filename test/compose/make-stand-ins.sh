#!/usr/bin/env bash
# Makes images under the names docker-compose.yml has, in the engine of DOCKER_HOST, without an image registry.
# Needs root, debootstrap, Go, Node.js and their package registries. What the stand-ins are: deploy/README.md.
# usage: test/compose/make-stand-ins.sh DIRECTORY   (work directory; programs built there are used again)
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
work=$(mkdir -p "$1" && cd "$1" && pwd)
# As docker-compose.yml names them.
version_of() { sed -n "s|.*:-temporalio/$1:\([0-9.]*\)}.*|v\1|p" "$here/../../docker-compose.yml"; }
temporal=$(version_of server)
temporal_ui=$(version_of ui)

say() { printf '%s\n' "$*" >&2; }

build_program() { # NAME PACKAGE@VERSION
  [[ -x $work/bin/$1 ]] && return
  say "building $2"
  local gobin
  gobin=$(mktemp -d -p "$work")
  CGO_ENABLED=0 GOBIN=$gobin nice go install -trimpath -ldflags '-s -w' "$2"
  mkdir -p "$work/bin"
  mv "$gobin"/* "$work/bin/$1"
  rmdir "$gobin"
}

import_debian() {
  docker image inspect compose-stand-in-debian >/dev/null 2>&1 && return
  local codename mirror root=$work/rootfs
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # As apt reads its sources, in either form.
  mirror=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' | sed -n "s/^$codename main //p" | sort -u | sed -n '1p')
  if [[ ! -e $root/.complete ]]; then
    say "bootstrapping $codename"
    rm -rf --one-file-system "$root"
    debootstrap --variant=minbase --include=ca-certificates,curl,netcat-openbsd,procps "$codename" "$root" "$mirror" >"$work/debootstrap.log"
    # What this machine trusts, the builds inside trust too.
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
    touch "$root/.complete"
  fi
  tar -C "$root" --numeric-owner --exclude ./.complete -c . | docker import - compose-stand-in-debian >/dev/null
}

build_image() { # TARGET NAME
  say "image $2"
  docker build --quiet --network host --target "$1" --tag "$2" "$work/context" >/dev/null
}

export DOCKER_BUILDKIT=0
build_program temporal-server "go.temporal.io/server/cmd/server@$temporal"
build_program temporal-sql-tool "go.temporal.io/server/cmd/tools/sql@$temporal"
build_program temporal-ui "github.com/temporalio/ui-server/v2/cmd/server@$temporal_ui"
import_debian

rm -rf "$work/context"
mkdir -p "$work/context/node/bin" "$work/context/node/lib/node_modules" "$work/context/node/etc"
cp "$here"/stand-ins/* "$work/context/"
cp -r "$work/bin" "$work/context/bin"
cp "$(command -v node)" "$work/context/node/bin/node"
cp -r "$(npm root -g)/npm" "$work/context/node/lib/node_modules/npm"
echo 'cafile=/etc/ssl/certs/ca-certificates.crt' >"$work/context/node/etc/npmrc"

build_image node node:20-bookworm-slim
build_image postgres postgres:16-bookworm
build_image rabbitmq rabbitmq:4.1-management-alpine
build_image temporal-server "temporalio/server:${temporal#v}"
build_image temporal-admin-tools "temporalio/admin-tools:${temporal#v}"
build_image temporal-ui "temporalio/ui:${temporal_ui#v}"
docker image inspect cpp-grader-env >/dev/null 2>&1 || build_image sandbox cpp-grader-env
