#!/bin/sh
# Makes grading-engine_VERSION_ARCH.deb of a built checkout, for hosts without npm. Nothing is downloaded: the packages of
# production are taken from node_modules.
# usage: npm run package [-- DIRECTORY]     DIRECTORY to write it to, by default the current one
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
target=$(mkdir -p "${1:-.}" && cd "${1:-.}" && pwd)
stage=$(mktemp -d "$target/.package-XXXXXX")
trap 'rm -rf "$stage"' EXIT
cd "$root"

version=$(node -p 'require("./package.json").version')
architecture=$(dpkg --print-architecture)
engine=$stage/tree/opt/grading-engine
mkdir -p "$engine"

# What npm would install, and nothing of the development stack.
archive=$(npm pack --ignore-scripts --silent --pack-destination "$stage")
tar -xzf "$stage/$archive" -C "$engine" --strip-components=1
npm ls --omit=dev --all --parseable >"$stage/packages"
sed -n "s|^$root/||p" "$stage/packages" | grep '^node_modules/' | tar -cf - -T - | tar -xf - -C "$engine"
# Temporal's native library comes for several systems.
library=$(node -p '({ x64: "x86_64", arm64: "aarch64" })[process.arch] + "-unknown-linux-gnu"')
releases=$engine/node_modules/@temporalio/core-bridge/releases
test -d "$releases/$library"
find "$releases" -mindepth 1 -maxdepth 1 ! -name "$library" -exec rm -r {} +

mkdir -p "$stage/tree/usr/bin" "$stage/tree/usr/lib/systemd/system" "$stage/tree/usr/share/doc/grading-engine" "$stage/tree/DEBIAN"
ln -s ../../opt/grading-engine/grader "$stage/tree/usr/bin/grader"
# The commands read the services' settings.
ln -s /etc/grading-engine/grading.env "$engine/.env"
cp deploy/systemd/grading-*.service "$stage/tree/usr/lib/systemd/system/"
cp LICENSE "$stage/tree/usr/share/doc/grading-engine/copyright"
chmod -R u=rwX,go=rX "$stage/tree"

cat >"$stage/tree/DEBIAN/control" <<CONTROL
Package: grading-engine
Version: $version
Architecture: $architecture
Maintainer: grading-engine <root@localhost>
Installed-Size: $(du -sk "$stage/tree" | cut -f1)
Depends: nodejs (>= 20.19), bash
Recommends: docker.io | docker-ce
Section: misc
Priority: optional
Description: $(node -p 'require("./package.json").description')
 Worker, bridge, web console and the operators' command grader. Settings: /etc/grading-engine/grading.env.
CONTROL

cat >"$stage/tree/DEBIAN/postinst" <<'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  getent passwd grading >/dev/null || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin grading
  install -d -m 0750 -o root -g grading /etc/grading-engine
  [ ! -d /run/systemd/system ] || systemctl daemon-reload
fi
POSTINST

cat >"$stage/tree/DEBIAN/prerm" <<'PRERM'
#!/bin/sh
set -e
# An upgrade leaves them running on the old code until they are restarted: docs/upgrading.md.
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then systemctl stop grading-bridge grading-worker grading-console || true; fi
PRERM
chmod 0755 "$stage/tree/DEBIAN/postinst" "$stage/tree/DEBIAN/prerm"

package=$target/grading-engine_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zgzip -z"${COMPRESSION:-6}" --build "$stage/tree" "$package" >&2
echo "$package"
