# blocks.awk - each block of configs/reference.yaml that is commented out, as a
# document of its own.
#
# usage: awk -v base=BASE.yaml -v bare=BARE.yaml -f blocks.awk reference.yaml
#
# Writes block-N.yaml: the block without as many `#` as its first line has, under
# the keys that it stands under.  It extends the base, a source the bare one,
# which has no data; a layer stands behind an input.

{
    line[NR] = $0
    match($0, /^ */)
    indent[NR] = RLENGTH
    rest = substr($0, RLENGTH + 1)
    match(rest, /^#*/)
    marks[NR] = RLENGTH
    text[NR] = substr(rest, RLENGTH + 1)
    is_key[NR] = text[NR] ~ /^(- )?[A-Za-z0-9_]+(:|$)/
    # What stands in place of something has keys beside each other up to a
    # blank line, unless all are under its first.
    if ($0 == "")
        stands = 0
    if ($0 ~ /^ *# Stands in place of/)
        stands = NR
    else if (is_key[NR] && stands)
        replaces[NR] = stands
}

# The lines that line `i` stands under, outermost first.
function above(i,    at) {
    for (at = i - 1; at > 0; at--)
        if (is_key[at] && indent[at] < indent[i])
            return above(at) sprintf("%*s%s\n", indent[at], "", text[at])
    return ""
}

# Does a block begin here?
function begins(i) {
    if (!is_key[i] || !marks[i])
        return 0
    if (replaces[i])
        return replaces[i] != replaces[previous] || is_open(text[i])
    return is_open(text[i])
}

function is_open(key) {
    return key !~ /: / || key ~ /: \{\}$/
}

function put_block(i, chain, out,    flat, j) {
    flat = replaces[i] && !is_open(text[i])
    printf "%*s%s\n", indent[i], "", text[i] >out
    for (j = i + 1; j <= NR && line[j] != "" \
        && (flat || !is_key[j] || indent[j] > indent[i]); j++)
        if (is_key[j] && marks[j] == marks[i])
            printf "%*s%s\n", indent[j], "", text[j] >out
}

END {
    for (i = 1; i <= NR; i++) {
        if (is_key[i] && !indent[i])
            section = text[i]
        is_first = begins(i)
        if (is_key[i])
            previous = i
        if (!is_first)
            continue
        chain = above(i)
        out = "block-" ++count ".yaml"
        sub(/^layers:\n/, "&  - input: {shape: [48, 28, 28]}\n", chain)
        print "extends: " (replaces[i] && section == "data:" ? bare : base) >out
        printf "%s", chain >out
        put_block(i, chain, out)
        if (chain ~ /^layers:/)
            print "  - dense: {num_units: 10, nonlinearity: softmax}" >out
        close(out)
    }
}
