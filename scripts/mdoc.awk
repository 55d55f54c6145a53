# mdoc.awk - all sections of the man page of a command, a group or the program.
#
# usage: cnnctl help --tables | awk -f text.awk -f mdoc.awk -v about=NAME

$1 == "group" { if ($2 == about) group = $3 }
$1 == "command" {
    order[++commands] = $2; of[$2] = $3; operands[$2] = $4; doc[$2] = $5
    inert[$2] = $6 " "
    if (about != "" && ($2 == about || $3 == about)) member[++members] = $2
}
$1 == "option" { options[$2, ++option_count[$2]] = $0 }
$1 == "example" { examples[$2] = examples[$2] $3 "\n" }
$1 == "operator" { operators[$2] = operators[$2] $3 "\t" $4 "\n" }
$1 == "status" { statuses[++status_count] = $2; meaning[$2] = $3 }

function option(row,    f) {
    split(row, f, "\t")
    printf ".It %sFl \\-%s%s\n", f[3] == "" ? "" : "Fl " f[3] " , ", f[4], \
        f[5] == "flag" ? "" : (f[5] == "choice" ? " Ns = Ns" : "") " Ar " f[6]
    text(f[7])
}

# Has a global option an effect on a command of the page?
function has_effect(name,    i) {
    for (i = 1; i <= members; i++)
        if (!index(inert[member[i]], " " name " "))
            return 1
    return about == ""
}

function list_options(command, global,    i, f) {
    print ".Bl -tag -width Ds"
    for (i = 1; i <= option_count[command]; i++) {
        split(options[command, i], f, "\t")
        if (!global || has_effect(f[4]))
            option(options[command, i])
    }
    print ".El"
}

# What the layers or nonlinearities of networks are written as.
function list_operators(title, rows,    i, n, row, f) {
    print ".Ss " title "\n.Bl -tag -width Ds"
    n = split(rows, row, "\n")
    for (i = 1; i < n; i++) {
        split(row[i], f, "\t")
        print ".It Cm " f[1]
        text(f[2])
    }
    print ".El"
}

function synopsis(command,    words, n, i, word, is_optional) {
    printf ".Nm cnnctl %s\n.Op Ar options\n", command
    n = split(operands[command], words, " ")
    for (i = 1; i <= n; i++) {
        is_optional = words[i] ~ /^\[.*\]$/
        word = is_optional ? substr(words[i], 2, length(words[i]) - 2) : words[i]
        gsub(/-/, "\\-", word)
        print (is_optional ? ".Op Ar " : ".Ar ") word
    }
}

# The pages beside the program's, by name.
function other_pages(    i, name, seen, names, n, k) {
    for (i = 1; i <= commands; i++) {
        name = of[order[i]] == "" ? order[i] : of[order[i]]
        if (seen[name]++)
            continue
        for (k = ++n; k > 1 && names[k - 1] > name; k--)
            names[k] = names[k - 1]
        names[k] = name
    }
    for (i = 1; i <= n; i++)
        print ".Xr cnnctl-" names[i] " 1 ,"
}

END {
    purpose = about == "" ? "" : group == "" ? doc[about] : group
    if (about != "") {
        sub(/\.$/, "", purpose)
        printf ".Sh NAME\n.Nm cnnctl-%s\n.Nd %s\n", about, \
            tolower(substr(purpose, 1, 1)) substr(purpose, 2)
    }
    print ".Sh SYNOPSIS"
    for (i = 1; i <= members; i++)
        synopsis(member[i])
    print ".Sh DESCRIPTION"
    if (about != "")
        text(group == "" ? doc[about] : group)
    else {
        print ".Sh COMMANDS\n.Bl -tag -width Ds"
        for (i = 1; i <= commands; i++) {
            print ".It Cm " order[i] (operands[order[i]] == "" ? "" \
                : " Ar " operands[order[i]])
            text(doc[order[i]])
        }
        print ".El"
    }
    print ".Sh OPTIONS"
    for (i = 1; i <= members; i++) {
        if (!option_count[member[i]])
            continue
        if (group != "")
            print ".Ss cnnctl " member[i]
        list_options(member[i], 0)
    }
    if (about != "")
        print ".Ss Global options"
    list_options("", 1)
    if (about == "export") {
        list_operators("What layers become in ONNX", operators["layer"])
        list_operators("What nonlinearities become in ONNX", \
            operators["nonlinearity"])
    }
    print ".Sh EXIT STATUS\n.Bl -tag -width Ds"
    for (i = 1; i <= status_count; i++) {
        print ".It " statuses[i]
        text(meaning[statuses[i]])
    }
    print ".El\n.Sh EXAMPLES\n.Bd -literal"
    if (about == "")
        printf "%s", escaped(examples[""], literal)
    for (i = 1; i <= members; i++)
        printf "%s", escaped(examples[member[i]], literal)
    print ".Ed\n.Sh SEE ALSO"
    if (about == "")
        other_pages()
    else
        print ".Xr cnnctl 1 ,"
    print ".Xr cnnctl-config 5"
}
