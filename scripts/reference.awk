# reference.awk - a configuration with every key, its default and its meaning.
#
# usage: cnnctl help --tables | awk -f reference.awk
#
# The document binds as it stands: a small network on the built-in digits.
# What cannot stand beside the rest (other sources, update rules and layers)
# and what has no default is commented out, `#key: value`.

BEGIN {
    FS = "\t"
    # The layers that are on, and values that make them a network.
    layers = split("input conv2d maxpool2d dropout dense", network, " ")
    for (i = 1; i <= layers; i++)
        is_on[network[i]] = 1
    chosen["dense", "num_units"] = 10
    chosen["dense", "nonlinearity"] = "softmax"
    comment(0, "Every key of a configuration with its default and its " \
        "meaning.  Keys without a default, and those that cannot stand beside " \
        "the rest, are commented out.  Generated from the program's tables.")
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

# The keys of place `at`.
function rows(at, indent, on, layer,    i, f, value) {
    for (i = 1; i <= keys[at]; i++) {
        split(key[at, i], f, "\t")
        comment(indent, f[8] "  (" f[3] (f[4] == "" ? "" : ", in " f[4]) \
            (f[6] == "default" ? "; default " f[5] \
            : f[6] == "optional" ? "; absent by default" : "; required") ")")
        value = (layer, f[2]) in chosen ? chosen[layer, f[2]] : f[7]
        printf "%*s%s%s: %s\n", indent, "", on && f[6] != "optional" ? "" : "#", \
            f[2], value
    }
}

function heading(indent, name, doc, on) {
    comment(indent, doc)
    printf "%*s%s%s:\n", indent, "", on ? "" : "#", name
}

function put_layer(at, on) {
    print ""
    comment(2, doc[at])
    print "  " (on ? "" : "#") "- " name[at] ":" (keys[at] ? "" : " {}")
    rows(at, 6, on, name[at])
}

function section(at,    dot, on) {
    print ""
    if (path[at] == "layers" && shown++) {
        print ""
        comment(6, doc[at])
        rows(at, 6, 0)
        return
    }
    if (path[at] == "layers") {
        heading(0, "layers", "The network, layer by layer.", 1)
        for (i = 1; i <= layers; i++)
            put_layer(place["layers." network[i]], 1)
        print ""
        comment(6, doc[at])
        rows(at, 6, 1)
        return
    }
    dot = index(path[at], ".")
    on = path[at] != "data.normalize"
    if (!on && !normalizes++)
        print "  normalize: standardize"
    if (path[at] != "")
        heading(dot ? 2 : 0, substr(path[at], dot + 1), doc[at], on)
    rows(at, path[at] == "" ? 0 : dot ? 4 : 2, on)
}

$1 == "place" {
    role[++places] = $2; path[places] = $3; of[places] = $4; name[places] = $5
    doc[places] = $6
    place[$3] = places
}

$1 == "key" {
    key[places, ++keys[places]] = $0
    if (path[places] == "train" && $2 == "update")
        rule = $5
}

END {
    for (at = 1; at <= places; at++) {
        if (role[at] == "section")
            section(at)
        else if (of[at] == "data.train" && role[at] == "nested") {
            heading(4, name[at], doc[at], 1)
            rows(at, 6, 1)
        } else if (of[at] == "data.train") {
            comment(4, doc[at])
            rows(at, 4, 0)
        } else if (of[at] ~ /^train/ && role[at] != "beside") {
            print ""
            heading(of[at] == "train" ? 2 : 4, name[at], doc[at], 0)
            rows(at, of[at] == "train" ? 4 : 6, 0)
        } else if (of[at] == "train") {
            print ""
            comment(2, "With update: " name[at])
            comment(2, doc[at])
            rows(at, 2, name[at] == rule)
        } else if (of[at] == "layers" && !(name[at] in is_on))
            put_layer(at, 0)
    }
}
