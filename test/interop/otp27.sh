#!/bin/sh
# Lays OTP 27 and Elixir 1.18 beside what this machine has: packages of Debian 13, unpacked into a folder, nothing installed but patchelf. It prints the
# folders to put before PATH:
#
#     PATH="$(sh test/interop/otp27.sh DIR):$PATH" npm run interop
#
# For Debian 12 on amd64. The packages come from where apt has its others.
set -e
dir=${1:?a folder}
mkdir -p "$dir" && dir=$(cd "$dir" && pwd)
erlang=$dir/root/usr/lib/erlang
if [ ! -e "$dir/done" ]; then
  exec 3>&1 >&2
  command -v patchelf || apt-get install -y --no-install-recommends patchelf
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/root"
  : > "$dir/status"
  site=$(apt-get indextargets --format '$(SITE)' | grep -v security | sort -u | head -n 1)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site trixie main" > "$dir/sources.list"
  apt() {
    apt-get -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$dir/lists" \
      -o Dir::State::status="$dir/status" -o Dir::Cache="$dir/cache" "$@"
  }
  apt update
  apt -d -y --no-install-recommends install erlang-base erlang-crypto erlang-ssl erlang-dev elixir
  cd "$dir/root"
  for each in bin sbin lib lib64; do
    mkdir -p usr/$each
    [ -e $each ] || ln -s usr/$each $each
  done
  for each in "$dir"/cache/archives/*.deb; do dpkg-deb -x "$each" .; done
  # They need a newer libc than the machine has, and bring it along.
  for each in "$erlang"/erts-*/bin/* "$erlang"/bin/erlc "$erlang"/bin/escript; do
    head -c 4 "$each" | grep -q ELF || continue
    patchelf --set-interpreter "$dir/root/usr/lib64/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$dir/root/usr/lib/x86_64-linux-gnu" "$each"
  done
  sed -i "s|ROOTDIR=/usr/lib/erlang|ROOTDIR=$erlang|" "$erlang/bin/erl"
  "$erlang/bin/erl" -noshell -eval '"27" = erlang:system_info(otp_release), ok = crypto:start(), halt().'
  touch "$dir/done"
  exec >&3
fi
echo "$erlang/bin:$dir/root/usr/lib/elixir/bin"
