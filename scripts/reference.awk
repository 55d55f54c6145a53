# reference.awk - a configuration with every key, its default and its meaning.
#
# usage: cnnctl help --tables | awk -f reference.awk
#
# The document binds as it stands: a small network on the built-in digits.
# What cannot stand beside the rest (other sources, update rules and layers)
# and what has no default is commented out, `#key: value`.  So it goes on within
# what is commented out: a block with one `#` taken away from it is right as it
# stands, and what is left of it, `##key: value`, is what it may hold instead.

BEGIN {
    FS = "\t"
    # The layers that are on, and values that make them a network.
    layers = split("input conv2d maxpool2d dropout dense", network, " ")
    for (i = 1; i <= layers; i++)
        is_on[network[i]] = 1
    chosen["dense", "num_units"] = 10
    chosen["dense", "nonlinearity"] = "softmax"
    # One of their keys that may be absent is needed.
    chosen["step", "every"] = 16
    chosen["shift", "pixels"] = 2
    chosen["affine", "degrees"] = 10
    chosen["images", "labels"] = chosen["npy", "labels"] = "FILE"
    chosen["npz", "labels"] = "y_train"
    comment(0, "Every key of a configuration with its default and its " \
        "meaning.  Keys without a default, and those that cannot stand beside " \
        "the rest, are commented out; so are, once more, such keys of what is. " \
        "Generated from the program's tables.")
}

# Words of at most 79 columns a line; blanks between them stay as they are.
function comment(indent, words,    prefix, line, blanks, word) {
    prefix = sprintf("%*s# ", indent, "")
    while (words != "") {
        match(words, /^ */)
        blanks = substr(words, 1, RLENGTH)
        words = substr(words, RLENGTH + 1)
        match(words, /^[^ ]*/)
        word = substr(words, 1, RLENGTH)
        words = substr(words, RLENGTH + 1)
        if (line != "" && length(prefix line blanks word) > 79) {
            print prefix line
            line = word
        } else
            line = line blanks word
    }
    print prefix line
}

# Is `word` one of those that a key's value may be?
function is_word(word, value) {
    sub(/.*one of /, "", value)
    return index(", " value ", ", ", " word ", ")
}

# The places that stand under key `i` of place `at`: the table of its mapping,
# or the kinds it chooses from; a schedule's are those of its first key.
function below(at, i, key, found,    count, child, is_kind) {
    for (child = 1; child <= places; child++) {
        is_kind = role[child] == "value" && (of[child] == path[at] "." key \
            || (of[child] == path[at] && i == 1))
        if (is_kind || (role[child] == "nested" && path[child] == path[at] "." key))
            found[++count] = child
    }
    return count
}

# Key `name` and what may stand under it, of kinds the first and the others.
function block(indent, marks, name, is_list, found, count,    i, kind, own) {
    printf "%*s%s%s:\n", indent, "", marks, name
    if (role[found[1]] == "nested") {
        rows(found[1], indent + 2, marks)
        return
    }
    for (i = 1; i <= count; i++) {
        kind = found[i]
        own = marks (i > 1 ? "#" : "")
        comment(indent + 2, doc[kind])
        printf "%*s%s%s%s%s\n", indent + 2, "", own, is_list ? "- " : "", \
            name_of[kind], keys[kind] ? ":" : is_list ? "" : ": {}"
        rows(kind, indent + (is_list ? 6 : 4), own, name_of[kind])
    }
}

# The keys of place `at`, `marks` before each of them.
function rows(at, indent, marks, layer,    i, f, value, own, found, count) {
    for (i = 1; i <= keys[at]; i++) {
        split(key[at, i], f, "\t")
        comment(indent, f[8] "  (" f[3] (f[4] == "" ? "" : ", in " f[4]) \
            (f[6] == "default" ? "; default " f[5] \
            : f[6] == "optional" ? "; absent by default" : "; required") ")")
        value = (layer, f[2]) in chosen ? chosen[layer, f[2]] : f[7]
        own = marks
        if (f[6] == "optional" && !((layer, f[2]) in chosen))
            own = own "#"
        delete found
        count = below(at, i, f[2], found)
        if (count)
            block(indent, own, f[2], f[3] ~ /^a list/, found, count)
        else
            printf "%*s%s%s: %s\n", indent, "", own, f[2], value
    }
}

# A kind whose keys stand in the section, beside the key that names it.
function beside(at,    i, f, section_at) {
    section_at = place[of[at]]
    for (i = 1; i <= keys[section_at]; i++) {
        split(key[section_at, i], f, "\t")
        if (is_word(name_of[at], f[3]))
            break
    }
    print ""
    comment(2, doc[at])
    if (f[5] != name_of[at]) {
        comment(2, "Stands in place of " f[2] \
            (f[5] == "" ? "." : ": " f[5] " and its keys."))
        print "  #" f[2] ": " name_of[at]
    }
    rows(at, 2, f[5] == name_of[at] ? "" : "#", name_of[at])
}

# A kind of source; the digits are on.
function source(at,    on, marks) {
    on = name_of[at] == "digits"
    marks = on ? "" : "#"
    print ""
    comment(4, doc[at])
    if (!on)
        comment(4, "Stands in place of digits and its keys.")
    if (role[at] == "nested")
        print "    " marks name_of[at] ":"
    rows(at, role[at] == "nested" ? 6 : 4, marks, name_of[at])
}

function heading(indent, name, doc, on) {
    comment(indent, doc)
    printf "%*s%s%s:\n", indent, "", on ? "" : "#", name
}

function put_layer(at, on) {
    print ""
    comment(2, doc[at])
    print "  " (on ? "" : "#") "- " name_of[at] ":" (keys[at] ? "" : " {}")
    rows(at, 6, on ? "" : "#", name_of[at])
}

function section(at,    dot, on) {
    print ""
    if (path[at] == "layers" && shown++) {
        print ""
        comment(6, doc[at])
        rows(at, 6, "#")
        return
    }
    if (path[at] == "layers") {
        heading(0, "layers", "The network, layer by layer.", 1)
        for (i = 1; i <= layers; i++)
            put_layer(place["layers." network[i]], 1)
        print ""
        comment(6, doc[at])
        rows(at, 6, "")
        return
    }
    dot = index(path[at], ".")
    on = path[at] != "data.normalize"
    if (!on && !normalizes++)
        print "  normalize: standardize"
    if (path[at] != "")
        heading(dot ? 2 : 0, substr(path[at], dot + 1), doc[at], on)
    rows(at, path[at] == "" ? 0 : dot ? 4 : 2, on ? "" : "#")
}

$1 == "place" {
    role[++places] = $2; path[places] = $3; of[places] = $4; name_of[places] = $5
    doc[places] = $6
    place[$3] = places
}

$1 == "key" {
    key[places, ++keys[places]] = $0
}

END {
    for (at = 1; at <= places; at++) {
        if (role[at] == "section")
            section(at)
        else if (of[at] == "data.train")
            source(at)
        else if (role[at] == "beside")
            beside(at)
        else if (of[at] == "layers" && !(name_of[at] in is_on))
            put_layer(at, 0)
    }
}
