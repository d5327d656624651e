# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
#
# The second half of ./dev test, read by it: the tests of the plain build, then the same with
# AddressSanitizer and UBSan, and those of the lock-free modules with ThreadSanitizer.

# The modules that have locks and atomics of their own.
thread_modules="base metrics tsdb"

run_tests ()
{
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/sightglass-test.XXXXXX")
  fixed_layout=
  if setarch -R true 2>/dev/null; then
    # Sanitizers place their shadow where the kernel's randomization may already have put something.
    fixed_layout='setarch -R'
  fi

  case ${1:-} in
    '') test_all ;;
    --slow) test_plain --no-suite lint --timeout-multiplier 20 --test-args='-m slow' ;;
    *)
      # shellcheck disable=SC2046
      test_plain $(printf -- '--suite %s ' "$@")
      ;;
  esac
}

test_plain ()
{
  isolate
  run_build build "$@"
  count "$build"
}

# What is needed is built first, since the tests' home has no cache of the compiler.
test_all ()
{
  set -- "$build"
  if build_with build-asan address,undefined -Dgtk=enabled; then
    set -- "$@" "$top/build-asan"
  fi
  if build_with build-tsan thread -Dgtk=disabled; then
    set -- "$@" "$top/build-tsan"
  fi
  isolate
  for folder; do
    case $folder in
      # shellcheck disable=SC2046,SC2086
      *-tsan) run_build build-tsan $(printf -- '--suite %s ' $thread_modules) ;;
      *) run_build "${folder##*/}" ;;
    esac
  done
  count "$@"
}

count ()
{
  counted=1
  python3 -B "$tools/tally.py" "$@"
}

run_build ()
{
  folder=$top/$1
  shift
  rm -f "$folder"/meson-logs/testlog*
  say "testing ${folder##*/}"
  # Its exit status says less than its log, which is counted when all have run. A sanitizer on a busy
  # machine may take its time. Tests wait as much as they compute: there is one more than there are cores.
  $fixed_layout meson test -C "$folder" --no-rebuild --timeout-multiplier 4 \
    --num-processes $(($(getconf _NPROCESSORS_ONLN) + 1)) "$@" </dev/null || true
}

# build_with NAME SANITIZERS OPTION… builds with them where compiler and kernel can do that.
build_with ()
{
  name=$1
  sanitizers=$2
  shift 2
  if ! sanitizers_work; then
    say "programs built with -fsanitize=$sanitizers do not run here: those tests are skipped."
    return 1
  fi
  configure "$name" "$@" -Db_lundef=false -Db_sanitize="$sanitizers"
  case $name in
    # shellcheck disable=SC2046
    *-tsan) compile "$name" $(thread_programs "$name") ;;
    *) compile "$name" ;;
  esac
}

# The programs of the modules that have threads; with ThreadSanitizer no other is run.
thread_programs ()
{
  modules=$(printf '%s' "$thread_modules" | tr ' ' '|')
  ninja -C "$top/$1" -t targets all | sed -nE "s#^(tests/test-($modules)-[^:.]*): .*#\1#p"
}

sanitizers_work ()
{
  echo 'int main (void) { return 0; }' >"$scratch/probe.c"
  "${CC:-cc}" -fsanitize="$sanitizers" -o "$scratch/probe" "$scratch/probe.c" 2>/dev/null &&
    $fixed_layout "$scratch/probe" 2>/dev/null
}

# What tests may not see: the user's files, the session's bus, the language.
isolate ()
{
  mkdir -m 700 "$scratch/home" "$scratch/run"
  export HOME="$scratch/home" XDG_RUNTIME_DIR="$scratch/run"
  unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME DISPLAY WAYLAND_DISPLAY
  export DBUS_SESSION_BUS_ADDRESS=disabled: LC_ALL=C.UTF-8
  use_peers
  export ASAN_OPTIONS=halt_on_error=1:abort_on_error=1:detect_stack_use_after_return=1
  export UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1
  export TSAN_OPTIONS=halt_on_error=1:ignore_noninstrumented_modules=1:die_after_fork=0
}
