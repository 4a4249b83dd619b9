#!/usr/bin/env bash
# Installs what the VS Code tests drive: a browser from Debian, and Node 24 and code-server into .editors/, once.
# About three minutes and 1.3 GB. Says what it found. Debian's packages need root.
set -euo pipefail
root="$(cd "$(dirname "$0")/../../.." && pwd)"
editors="${AW_EDITORS:-$root/.editors}"
mkdir -p "$editors"

node_version=24.21.0
code_server_version=4.139.1

# code-server compiles its native modules: kerberos needs libkrb5-dev and fails late without it.
packages=(chromium fonts-dejavu-core fonts-noto-color-emoji libkrb5-dev gcc g++ make pkg-config python3 npm)
missing=()
for package in "${packages[@]}"; do
  [[ $package == npm ]] && command -v npm >/dev/null && continue
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

# npm FOLDER PACKAGE@VERSION…, unless exactly that was installed there before.
add() {
  local folder="$editors/$1"
  shift
  [[ -f $folder/.installed && $(<"$folder/.installed") == "$*" ]] && return
  rm -rf "$folder"
  mkdir -p "$folder"
  npm install --no-save --no-package-lock --no-fund --no-audit --loglevel error --prefix "$folder" "$@"
  echo "$*" >"$folder/.installed"
}

add node "node@$node_version"
node_home="$(cd "$editors"/node/node_modules/node/node_modules/node-linux-* && pwd)"
export PATH="$node_home/bin:$PATH" npm_config_nodedir="$node_home"
add code-server "code-server@$code_server_version"
ln -sfn "$node_home/bin/node" "$editors/node24"

chromium --version
echo "node $(node --version)"
echo "code-server $(XDG_CONFIG_HOME="$editors/config" node "$editors/code-server/node_modules/code-server/out/node/entry.js" --version)"
