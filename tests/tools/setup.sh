# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
#
# How ./dev gets a machine ready: the packages of packages.txt, the programs that tests run against,
# the build folders. It is read by ./dev, which sets $top, $tools and $peers.

say ()
{
  printf 'dev: %s\n' "$*" >&2
}

fail ()
{
  say "$@"
  exit 1
}

have ()
{
  command -v "$1" >/dev/null 2>&1
}

find_package_manager ()
{
  for candidate in apt-get dnf pacman; do
    if have "$candidate"; then
      echo "${candidate%-get}"
      return
    fi
  done
}

manager=$(find_package_manager)

# Prints the packages of these uses, by the names of this distribution.
packages ()
{
  awk -v manager="$manager" -v uses=" $* " '
    BEGIN { column["apt"] = 2; column["dnf"] = 3; column["pacman"] = 4 }
    !/^#/ && NF && index (uses, " " $1 " ") {
      name = $(column[manager])
      if (name != "-")
        print name
    }' "$tools/packages.txt"
}

# Prints those of these packages that are not installed.
missing ()
{
  [ $# -gt 0 ] || return 0
  case $manager in
    apt)
      { dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true; } |
        awk -v wanted="$*" '
          $1 == "installed" { present[$2] = 1 }
          END {
            n = split (wanted, name, " ")
            for (i = 1; i <= n; i++)
              if (!(name[i] in present))
                print name[i]
          }'
      ;;
    dnf)
      for name; do
        rpm -q --whatprovides "$name" >/dev/null 2>&1 || echo "$name"
      done
      ;;
    pacman) pacman -T "$@" || true ;;
  esac
}

# Prints the word that makes a command run as root ("env" for one who is); fails where none does.
# Without a terminal sudo could not ask for a password.
root_prefix ()
{
  if [ "$(id -u)" -eq 0 ]; then
    echo env
  elif have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    echo sudo
  else
    return 1
  fi
}

install_command ()
{
  case $manager in
    apt)
      echo "env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends" \
        "--no-remove -o DPkg::Lock::Timeout=120 $*"
      ;;
    dnf) echo "dnf install -y --setopt=install_weak_deps=False $*" ;;
    pacman) echo "pacman -S --needed --noconfirm $*" ;;
  esac
}

refresh_command ()
{
  case $manager in
    apt) echo "apt-get update -q" ;;
    dnf) echo "dnf makecache" ;;
    pacman) echo "pacman -Sy" ;;
  esac
}

# Runs a command line as root after saying it. No word of it holds a blank, so that splitting it is
# what is meant.
run_as_root ()
{
  prefix=$(root_prefix) || return 1
  line=$*
  [ "$prefix" = env ] || line="$prefix $line"
  say "+ $line"
  # shellcheck disable=SC2086
  $line >&2
}

# Would apt know where to get all of these, by the lists that it has?
lists_suffice ()
{
  [ "$manager" != apt ] || apt-get install --simulate -qq --no-remove "$@" >/dev/null 2>&1 </dev/null
}

# The lists are fetched anew when they do not name every package, or when they lead nowhere.
install_packages ()
{
  say "missing: $*"
  root_prefix >/dev/null || return 1
  if lists_suffice "$@"; then
    run_as_root "$(install_command "$@")" && return
  fi
  run_as_root "$(refresh_command)" && run_as_root "$(install_command "$@")"
}

# require USE… installs what is missing for these uses, or says what to do and ends.
require ()
{
  if [ -z "$manager" ]; then
    have meson && have ninja && return
    say "this system has none of apt, dnf and pacman: install meson, ninja, and what meson then names."
    fail "tests/tools/packages.txt has the list, by the names of three families of distributions."
  fi
  # shellcheck disable=SC2046
  set -- $(missing $(packages "$@"))
  [ $# -gt 0 ] || return 0
  if ! install_packages "$@"; then
    root_prefix >/dev/null || say "this user may not install packages: not root, and no use of sudo."
    fail "as root, run this, and then ./dev again: $(install_command "$@")"
  fi
}

# want USE… does the same, and goes on without what cannot be had.
want ()
{
  [ -n "$manager" ] || return 0
  # shellcheck disable=SC2046
  set -- $(missing $(packages "$@"))
  [ $# -gt 0 ] || return 0
  install_packages "$@" || say "going on without them: what needs them is skipped."
}

# The programs that tests run against, unpacked where nothing starts them. Those that the system has
# are used from there.
fetch_peers ()
{
  [ "$manager" = apt ] || return 0
  # shellcheck disable=SC2046
  set -- $(missing $(packages peer))
  if [ $# -eq 0 ] || [ "$(cat "$peers/.list" 2>/dev/null)" = "$*" ]; then
    return 0
  fi
  say "fetching into .peers/, without installing them: $*"
  rm -rf "$peers"
  mkdir -p "$peers/.debs"
  if download_debs "$@" 2>/dev/null || { run_as_root "$(refresh_command)" && download_debs "$@"; }; then
    for deb in "$peers"/.debs/*.deb; do
      dpkg-deb -x "$deb" "$peers"
    done
    echo "$*" >"$peers/.list"
  else
    say "they cannot be had: the tests that need them are skipped."
  fi
  rm -rf "$peers/.debs"
}

# The one that comes from npm, for tests alone; without it a test looks at fewer pages, and says so.
fetch_npm_peers ()
{
  if ! have npm || [ -d "$peers/npm/node_modules/prom-client" ]; then
    return 0
  fi
  say "fetching into .peers/npm/: prom-client"
  mkdir -p "$peers/npm"
  (cd "$peers/npm" && npm install --silent --no-audit --no-fund --fetch-retries=0 \
    --fetch-timeout=20000 --prefix . prom-client@15.1.3 >&2) || say "prom-client cannot be had."
}

# Puts them behind what the system has.
use_peers ()
{
  export NODE_PATH="$peers/npm/node_modules"
  export PATH="$PATH:$peers/usr/bin"
  export PYTHONPATH="${PYTHONPATH:+$PYTHONPATH:}$peers/usr/lib/python3/dist-packages"
}

download_debs ()
{
  (cd "$peers/.debs" && apt-get download -qq -o APT::Sandbox::User="$(id -un)" "$@" >&2)
}

# configure NAME OPTION… sets up the build folder NAME: once, again when the options change, and
# from nothing when the checkout was moved.
configure ()
{
  folder=$top/$1
  shift
  key="$top: $*"
  if [ -f "$folder/build.ninja" ]; then
    case $(cat "$folder/.dev-key" 2>/dev/null) in
      "$key") return ;;
      "$top: "* | '') set -- --reconfigure "$@" ;;
      *) rm -rf "$folder" ;;
    esac
  fi
  if ! log=$(meson setup "$@" "$folder" "$top" 2>&1); then
    printf '%s\n' "$log" | tail -n 12 >&2
    fail "meson could not set up ${folder##*/}/."
  fi
  printf '%s\n' "$key" >"$folder/.dev-key"
}

# Shows ninja's one line of progress to a person, and to a log nothing but warnings and errors.
compile ()
{
  folder=$top/$1
  shift
  if [ -t 2 ]; then
    ninja -C "$folder" "$@" >&2
  elif ! log=$(ninja -C "$folder" "$@" 2>&1); then
    printf '%s\n' "$log" >&2
    fail "${folder##*/}/ could not be built."
  else
    case $log in
      *warning:* | *WARNING:*) printf '%s\n' "$log" >&2 ;;
    esac
  fi
}

# targets NAME PATTERN prints the targets of that build folder whose whole names match.
targets ()
{
  ninja -C "$top/$1" -t targets all | sed -n "s|^\\($2\\): .*|\\1|p"
}

# A compiler cache in a home that cannot be written would stop the build.
if [ ! -w "${HOME:-/nonexistent}" ]; then
  export CCACHE_DISABLE=1
fi
