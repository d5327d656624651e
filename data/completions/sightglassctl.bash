# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of sightglassctl in bash. What can follow is asked from the program's own help.

_sightglassctl_commands ()
{
  "$@" --help 2>/dev/null | sed -n '/^Commands:$/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'
}

_sightglassctl_options ()
{
  "$@" --help 2>/dev/null | sed -n 's/^  \(-[a-zA-Z], \)\{0,1\}\(--[a-zA-Z0-9.-]*=\{0,1\}\).*/\2/p'
}

_sightglassctl ()
{
  local current=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} index=1
  local -a command=("$program")

  # --flag=value is three words to bash.
  if [[ $current == '=' ]]; then
    current=
  fi
  if [[ ${COMP_WORDS[COMP_CWORD - 1]} == '=' || ${COMP_WORDS[COMP_CWORD]} == '=' ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return
  fi
  while ((index < COMP_CWORD && index <= 2)) && [[ ${COMP_WORDS[index]} == [a-z]* ]]; do
    [[ $index == 1 || ${COMP_WORDS[1]} == tsdb ]] || break
    command+=("${COMP_WORDS[index++]}")
  done
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_sightglassctl_options "${command[@]}")" -- "$current")
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
      compopt -o nospace 2>/dev/null
    fi
    return
  fi
  if ((COMP_CWORD == 1)) || { ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == tsdb ]]; }; then
    mapfile -t COMPREPLY < <(compgen -W "$(_sightglassctl_commands "${command[@]}")" -- "$current")
  elif ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == check ]]; then
    mapfile -t COMPREPLY < <(compgen -W 'config metrics rules' -- "$current")
  elif ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == test ]]; then
    mapfile -t COMPREPLY < <(compgen -W promql -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
  fi
}

complete -F _sightglassctl sightglassctl
