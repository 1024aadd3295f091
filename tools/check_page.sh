#!/usr/bin/env sh
# Types of the studio's page (JSDoc, strict), by the one version of TypeScript that package-lock.json names with its hash.
# Without node and npm it says that it is left out; with SMPSIM_REQUIRE_NODE=1 it fails instead.
set -eu
cd "$(dirname "$0")"
if ! { command -v node && command -v npm; } >/dev/null 2>&1; then
  if [ "${SMPSIM_REQUIRE_NODE:-}" = 1 ]; then
    echo "node and npm are required and not installed" >&2
    exit 1
  fi
  echo "LEFT OUT: types of the studio's page, which need node and npm; install them"
  exit 0
fi
if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --silent --ignore-scripts --no-audit --no-fund
fi
node node_modules/typescript/bin/tsc --project .
