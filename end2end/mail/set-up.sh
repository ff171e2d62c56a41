#!/usr/bin/env bash
# A real SMTP server for the tests, which start and stop it themselves (sink.py).
#   mail/set-up.sh          install it, once
#   mail/set-up.sh where    path of a file that sets MAIL_SINK_PYTHON
# What is installed is kept in MAIL_SERVER_DIR, outside the clone.
set -euo pipefail
cd "$(dirname "$0")"

home=$(realpath -m "${MAIL_SERVER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/livery-ci/mail-server}")
if [ "${1:-}" = where ]; then
    echo "$home/set-up.env"
    exit
fi
stamp=$home/.installed-from
wanted=$(sha256sum <requirements.txt)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
    printf '[mail server] installing, once\n'
    rm -rf "${home:?}"
    mkdir -p "$home"
    python3 -m venv "$home/python"
    "$home/python/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
    echo "export MAIL_SINK_PYTHON=$home/python/bin/python" >"$home/set-up.env"
    echo "$wanted" >"$stamp"
fi
