#!/bin/sh
# Tries to install what Python's packages cannot bring: Chromium for the journeys, a PostgreSQL server for the
# second database; with `bench`, also R with lme4, which the models are measured against. Never fails: what is missing
# is named at the end of `make test`, and in the rows of `make bench`.
set -u

found() { for name; do command -v "$name" >/dev/null 2>&1 && return 0; done; return 1; }
lme4() { found Rscript && Rscript -e 'stopifnot(requireNamespace("lme4"), requireNamespace("jsonlite"))' >/dev/null 2>&1; }
server() { found pg_ctl || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1; }

wanted=""
found chromium chromium-browser google-chrome || wanted="$wanted chromium"
server || wanted="$wanted postgresql"
if [ "${1:-}" = bench ]; then
    lme4 || wanted="$wanted r-cran-lme4 r-cran-jsonlite"
fi
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" != 0 ] || ! found apt-get; then
    echo "Not installed here, and not by this script (it needs root and apt-get):$wanted"
    exit 0
fi
echo "Installing:$wanted"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null 2>&1 || true
for package in $wanted; do
    apt-get install -qq -y --no-install-recommends "$package" >/dev/null 2>&1 || echo "Could not install $package."
done
exit 0
