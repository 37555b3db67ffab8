#!/usr/bin/env bash
# Makes the .debs by scripts/package and installs them into a Debian root that has none of our
# libraries. The tool trains, adapts and predicts there; then libanole-dev builds the consumer's
# program. Packages that are there already are taken from the folder $ANOLE_DEBS.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
"$here/../clean_root.sh" "$root" || exit $?

debs=${ANOLE_DEBS:-$work/debs}
[ -n "${ANOLE_DEBS:-}" ] || "$here/../../scripts/package" "$debs"
cp "$debs"/*.deb "$root/tmp"
cp -r "$here/../consumer" "$root/tmp"

inside() {  # SHELL_SCRIPT; whatever fails ends the test
  chroot "$root" /usr/bin/env HOME=/root DEBIAN_FRONTEND=noninteractive sh -exc "cd /tmp; $1"
}
inside 'apt-get -qq update
        apt-get -qq install --no-install-recommends ./libanole0.1_*.deb ./anole_*.deb >log 2>&1 || { tail log; exit 1; }
        if dpkg-query --show --showformat "\${Package}\n" | grep -e "-dev$"; then exit 1; fi
        if dpkg-deb -f ./libanole-runtime0.1_*.deb Depends | grep -e dnnl -e curl -e ssl; then exit 1; fi
        test -s /usr/share/doc/anole/copyright
        anole train sine --iterations 50 --quiet --out sine'

# A table of twelve classes to train on, and three new ones to learn from two rows each.
inside 'awk -v OFS=, "BEGIN { print \"x,y,kind\"; for (i = 0; i < 72; ++i) print i % 6 / 9 + int(i / 6), i % 5 / 9 - int(i / 6), \"k\" int(i / 6) }" >train.csv
        anole train --dataset vectors --data train.csv --ways 2 --train-shots 3 --iterations 50 --quiet --out table
        printf "x,y,kind\n0,9,up\n1,9,up\n9,0,right\n9,1,right\n" >few.csv
        printf "x,y\n0.5,9\n9,0.5\n" >new.csv
        anole adapt table --support few.csv --out mine.anole
        anole predict mine.anole new.csv | tee answers
        grep -q "row 1: up" answers
        grep -q "row 2: right" answers'

inside 'apt-get -qq install --no-install-recommends ./libanole-runtime0.1_*.deb ./libanole-dev_*.deb g++ cmake make pkg-config >log 2>&1 || { tail log; exit 1; }
        g++ -std=c++20 consumer/main.cpp -o program $(pkg-config --cflags --libs anole)
        ./program | tee answers
        grep -q "left right" answers
        cmake -S consumer -B built -DKIND=shared >log
        cmake --build built >log
        ./built/consumer | grep "left right"'
