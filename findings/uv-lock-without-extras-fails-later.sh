#!/usr/bin/env bash
# uv 0.13.9 and pip 23.0.1 (that of Debian 12).
# `uv pip compile --generate-hashes` leaves extras out of the names it locks: pytest-cov asks for coverage[toml],
# the lock says coverage==X. On the day it is made pip installs it. As soon as a newer coverage is published,
# `pip install --require-hashes` refuses the same lock: it meets coverage[toml] as a second requirement, takes the
# newest that fits, and finds it unpinned. With --no-strip-extras the lock goes on to install. pip 24.0 accepts both.
# Seen: "In --require-hashes mode, all requirements must have their versions pinned with ==. ... coverage[toml]".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9 pip==23.0.1
# An older coverage stands for a lock made before the newest was published.
printf 'pytest-cov==7.1.0\ncoverage==7.17.3\n' >wanted.in
compile=(tools/bin/uv pip compile --quiet --universal --python-version=3.11 --generate-hashes)
"${compile[@]}" wanted.in -o stripped.txt
printf 'pytest-cov==7.1.0\ncoverage[toml]==7.17.3\n' >wanted.in
"${compile[@]}" --no-strip-extras wanted.in -o kept.txt
install=(tools/bin/python -m pip install --disable-pip-version-check --dry-run --require-hashes -r)
grep -q '^coverage==7.17.3' stripped.txt
grep -q '^coverage\[toml\]==7.17.3' kept.txt
if "${install[@]}" stripped.txt >stripped.log 2>&1; then
  echo "changed: the lock without extras installs now"; exit 1
fi
grep -q 'coverage\[toml\]' stripped.log
"${install[@]}" kept.txt >kept.log 2>&1
echo "as seen: refused without the extra, resolved with it"
