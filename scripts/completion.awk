# completion.awk - a completion script for bash or zsh.
#
# usage: cnnctl help --tables | awk -f completion.awk -v shell=bash|zsh

BEGIN { FS = "\t" }

$1 == "group" { groups[++group_count] = $2 }
$1 == "command" {
    order[++commands] = $2; of[$2] = $3; inert[$2] = $6 " "
    last[$2] = $3 == "" ? $2 : substr($2, length($3) + 2)
    words[$3] = words[$3] " " last[$2]
}
$1 == "option" { options[$2, ++option_count[$2]] = $0 }
$1 == "keys" { keys = $2 }

# The names of the options that can have an effect on `reader`, "": all.
function names(command, reader,    i, f, result) {
    for (i = 1; i <= option_count[command]; i++) {
        split(options[command, i], f, "\t")
        if (!index(inert[reader], " " f[4] " "))
            result = result " --" f[4]
    }
    return result
}

function spaced(choices) { gsub(/\|/, " ", choices); return choices }

function bash_values(command, pattern,    i, f) {
    for (i = 1; i <= option_count[command]; i++) {
        split(options[command, i], f, "\t")
        if (f[5] == "choice")
            printf "    %s|--%s') words=' %s' ;;\n", pattern, f[4], spaced(f[6])
    }
}

# The loop finds the command among the words before the cursor; `--color=`
# reaches the function as two words; file names are bash's own business (-o
# default).
function bash(    i, c) {
    print "# bash completion for cnnctl\n_cnnctl()\n{"
    print "    local word=${COMP_WORDS[COMP_CWORD]} command= words= i"
    print "    local before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    print "    if [[ $word == = ]]; then\n        word="
    print "    elif [[ $before == = ]]; then"
    print "        before=${COMP_WORDS[COMP_CWORD - 2]}\n    fi"
    print "    for ((i = 1; i < COMP_CWORD; i++)); do"
    print "        case \"$command|${COMP_WORDS[i]}\" in\n        *\\|-*) ;;"
    for (i = 1; i <= commands; i++)
        printf "        '%s|%s') command='%s' ;;\n", of[order[i]], \
            last[order[i]], order[i]
    for (i = 1; i <= group_count; i++)
        printf "        '|%s') command='%s' ;;\n", groups[i], groups[i]
    print "        esac\n    done\n    case \"$command\" in"
    print "    '') words='" words[""] "' ;;"
    print "    'help') words='" words[""] keys "' ;;"
    for (i = 1; i <= group_count; i++)
        print "    '" groups[i] "') words='" words[groups[i]] "' ;;"
    print "    esac\n    if [[ $word == -* ]]; then\n        case \"$command\" in"
    for (i = 1; i <= commands; i++) {
        c = order[i]
        print "        '" c "') words='" names(c, "") names("", c) "' ;;"
    }
    print "        *) words='" names("", "") "' ;;\n        esac\n    fi"
    print "    case \"$command|$before\" in"
    for (i = 1; i <= commands; i++)
        bash_values(order[i], "'" order[i])
    bash_values("", "*'")
    print "    esac\n    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}"
    print "complete -o default -F _cnnctl cnnctl"
}

# Inside single quotes and brackets of _arguments.
function quoted(s) {
    gsub(/[\[\]:\\]/, "\\\\&", s)
    gsub(/'/, "'\\''", s)
    return s
}

function zsh_options(command, reader,    i, f, value) {
    for (i = 1; i <= option_count[command]; i++) {
        split(options[command, i], f, "\t")
        if (index(inert[reader], " " f[4] " "))
            continue
        value = f[5] == "flag" ? "" : f[5] == "choice" \
            ? ":word:(" spaced(f[6]) ")" \
            : ":" f[6] ":" (f[5] == "word" ? "_files" : "")
        printf " \\\n        '*--%s%s[%s]%s'", f[4], f[5] == "flag" ? "" : "=", \
            quoted(f[7]), value
    }
}

function zsh(    i) {
    print "#compdef cnnctl\nlocal command=$words[2]\ncase $command in"
    for (i = 1; i <= group_count; i++) {
        printf "%s)\n    if (( CURRENT == 3 )); then compadd --%s; return; fi\n", \
            groups[i], words[groups[i]]
        print "    command=\"$words[2] $words[3]\" ;;"
    }
    printf "esac\nif (( CURRENT == 2 )); then compadd --%s; return; fi\n", words[""]
    print "case $command in"
    for (i = 1; i <= commands; i++) {
        printf "'%s')\n        _arguments", order[i]
        zsh_options(order[i], "")
        zsh_options("", order[i])
        print " \\\n        '*:file:_files' ;;"
    }
    print "esac"
}

END {
    for (i = 1; i <= group_count; i++)
        words[""] = words[""] " " groups[i]
    if (shell == "zsh")
        zsh()
    else
        bash()
}
