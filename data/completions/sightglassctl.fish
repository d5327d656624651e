# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of sightglassctl in fish. What can follow is asked from the program's own help.

function __sightglassctl_command
    set -l words (commandline -opc)
    if test (count $words) -ge 3; and test $words[2] = tsdb
        printf '%s\n' $words[1..3]
    else if test (count $words) -ge 2
        printf '%s\n' $words[1..2]
    else
        printf '%s\n' $words[1]
    end
end

function __sightglassctl_commands
    set -l command (__sightglassctl_command)
    $command --help 2>/dev/null | sed -n '/^Commands:$/,/^$/s/^  \([a-z][a-z-]*\)  *\(.*\)/\1\t\2/p'
end

function __sightglassctl_options
    set -l command (__sightglassctl_command)
    $command --help 2>/dev/null | sed -n 's/^  \(-[a-zA-Z], \)\{0,1\}\(--[a-zA-Z0-9.-]*=\{0,1\}\)[^ ]* *\(.*\)/\2\t\3/p'
end

function __sightglassctl_wants_command
    set -l words (commandline -opc)
    test (count $words) -eq 1; or begin
        test (count $words) -eq 2; and test $words[2] = tsdb
    end
end

complete -c sightglassctl -n __sightglassctl_wants_command -f -a '(__sightglassctl_commands)'
complete -c sightglassctl -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__sightglassctl_options)'
complete -c sightglassctl -n '__fish_seen_subcommand_from check; and test (count (commandline -opc)) -eq 2' -f -a 'config metrics rules'
complete -c sightglassctl -n '__fish_seen_subcommand_from test; and test (count (commandline -opc)) -eq 2' -f -a promql
