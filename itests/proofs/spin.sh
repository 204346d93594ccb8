#!/usr/bin/env bash
# Checks the model of the ring with spin (Debian packages spin and gcc): safety, liveness, and that each mutation is found.
# Fails on any error. REQUESTS=n for more requests than 3.
set -euo pipefail
cd "$(dirname "$0")"
model=$PWD/src/main/promela/ring.pml
requests=${REQUESTS:-3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# check NAME KIND [-Dmutation]: "states" or "errors N" of one search
check() {
    local kind=$1 requests=$2
    shift 2
    spin -a -DREQUESTS="$requests" "$@" "$model" >spin.log || { cat spin.log; exit 1; }
    rm -f ./*.trail
    if [ "$kind" = safety ]; then
        gcc -w -O1 -DSAFETY -DNOCLAIM -DCOLLAPSE -o pan pan.c
        ./pan -m1000000 >pan.log
    else
        gcc -w -O1 -DNFAIR=3 -DCOLLAPSE -o pan pan.c
        ./pan -a -f -m1000000 >pan.log
    fi
    states=$(awk '/states, stored/ { print $1; exit }' pan.log)
    if grep -q 'errors: 0' pan.log && ! grep -qE 'max search depth too small|out of memory' pan.log; then
        outcome=holds
    else
        outcome=fails
    fi
}

expect() {
    printf '%-10s %-18s %s, %s states\n' "$2" "$3" "$outcome" "$states"
    if [ "$outcome" != "$1" ]; then
        cat pan.log
        echo "spin: $2 of ring.pml $3: expected that it $1" >&2
        exit 1
    fi
}

check safety "$requests"
expect holds safety "requests=$requests"
check liveness "${LIVE_REQUESTS:-2}"
expect holds liveness "requests=${LIVE_REQUESTS:-2}"
for mutation in NO_FENCE_IN_WAKE NO_FENCE_IN_SLEEP NO_LOOK_AGAIN NO_AGAIN NO_WAKE NO_TELL NO_FLUSH LATE_CONTROL BOTH_RELEASE NONE_RELEASES; do
    check safety "$requests" "-D$mutation"
    expect fails safety "$mutation"
done
