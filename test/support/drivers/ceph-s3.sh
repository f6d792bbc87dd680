#!/bin/bash
# A second, independent S3 for the contract suite: Ceph's RADOS gateway on loopback, its data in memory.
#
#   apt-get install --no-install-recommends ceph-mon ceph-osd ceph-mgr ceph-common radosgw
#   test/support/drivers/ceph-s3.sh up DIR PORT     prints the environment of the contract suite
#   test/support/drivers/ceph-s3.sh down DIR        stops what it started and removes DIR
set -euo pipefail

usage() {
  echo "usage: $0 up DIR PORT | down DIR" >&2
  exit 2
}

stop_daemons() {
  local file pid
  for file in "$1"/run/*.pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
  done
}

wait_until() {
  local what=$1
  shift
  for _ in $(seq 120); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.5
  done
  echo "$what did not come up; see $dir/log" >&2
  stop_daemons "$dir"
  exit 1
}

write_config() {
  cat >"$conf" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = [v2:127.0.0.1:$((port + 1))/0,v1:127.0.0.1:$((port + 2))/0]
public addr = 127.0.0.1
keyring = $dir/keyring
run dir = $dir/run
admin socket = $dir/run/\$name.asok
pid file = $dir/run/\$name.pid
log file = $dir/log/\$name.log
setuser match path = $dir
auth allow insecure global id reclaim = false
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd crush chooseleaf type = 0
[mon.a]
mon data = $dir/mon
[mgr.a]
mgr data = $dir/mgr
mgr initial modules =
[osd.0]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 4294967296
[client.rgw]
rgw data = $dir/rgw
rgw frontends = beast endpoint=127.0.0.1:$port
CONF
}

new_key() {
  local name=$1
  shift
  ceph-authtool --gen-key --name="$name" "$@" "$dir/keyring" >/dev/null
}

up() {
  mkdir -p "$dir"/{run,log,mon,mgr,osd,rgw}
  write_config
  ceph-authtool --create-keyring "$dir/keyring" >/dev/null
  new_key mon. --cap mon 'allow *'
  local daemon
  for daemon in client.admin client.rgw mgr.a osd.0; do
    new_key "$daemon" --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  done
  local fsid
  fsid=$(sed -n 's/^fsid = //p' "$conf")
  monmaptool --create --addv a "[v2:127.0.0.1:$((port + 1)),v1:127.0.0.1:$((port + 2))]" --fsid "$fsid" "$dir/monmap" >/dev/null
  ceph-mon -c "$conf" -i a --mkfs --monmap "$dir/monmap" --keyring "$dir/keyring" >/dev/null 2>&1
  ceph-mon -c "$conf" -i a >/dev/null
  ceph-mgr -c "$conf" -i a >/dev/null
  local osd_id
  osd_id=$(cat /proc/sys/kernel/random/uuid)
  ceph -c "$conf" osd new "$osd_id" 0 >/dev/null 2>&1
  ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd_id" >/dev/null 2>&1
  ceph-osd -c "$conf" -i 0 >/dev/null 2>&1
  wait_until 'the object store' sh -c "ceph -c '$conf' osd stat | grep -q '1 up'"
  radosgw -c "$conf" -n client.rgw >/dev/null
  wait_until 'the gateway' curl -s -o /dev/null "http://127.0.0.1:$port/"
  radosgw-admin -c "$conf" -n client.rgw user create --uid contract --display-name contract \
    --access-key CONTRACTKEY --secret-key contract-secret >/dev/null 2>&1
  echo "S3_ENGINE=ceph S3_ENDPOINT=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=CONTRACTKEY AWS_SECRET_ACCESS_KEY=contract-secret"
}

[ $# -ge 2 ] || usage
dir=$(realpath -m "$2")
conf="$dir/ceph.conf"
case "$1" in
  up)
    [ $# -eq 3 ] || usage
    port=$3
    up
    ;;
  down)
    [ -f "$conf" ] || { echo "$dir holds no gateway of this script" >&2; exit 1; }
    stop_daemons "$dir"
    rm -rf "$dir"
    ;;
  *) usage ;;
esac
