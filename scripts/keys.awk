# keys.awk - all keys as subsections of cnnctl-config(5).
#
# usage: cnnctl help --tables | awk -f text.awk -f keys.awk
#
# Every table is a subsection; the words that a key may have instead of a
# table, initializers and the like, share one.  A layer's example is made of
# its required keys.

function end_keys() {
    if (keys)
        print ".El"
    keys = 0
    if (layer != "")
        print ".Pp\nExample:\n.Dl \\- " layer example (example == "" ? "" : "}")
    layer = example = ""
}

function end_words() {
    if (words != "")
        print ".El"
    words = ""
}

$1 == "place" {
    end_keys()
    if ($2 == "value" && words != $4) {
        end_words()
        print ".Ss Words of " $4 "\n.Bl -tag -width Ds"
        words = $4
    } else if ($2 != "value") {
        end_words()
        print ".Ss " ($2 == "beside" ? $4 " with " $5 : $3 == "" ? "Top level" : $3)
    }
    if ($2 == "value")
        print ".It Cm \\&" $5
    text($6)
    if ($2 == "nested" && $4 == "layers")
        layer = $5
}

$1 == "key" {
    if (!keys++)
        print ".Bl -tag -width Ds"
    print ".It Cm \\&" $2
    text($8)
    value = toupper(substr($3, 1, 1)) substr($3, 2)
    text(value ($4 == "" ? "" : ", in " $4) ($6 == "default" ? "; default " $5 \
        : $6 == "required" ? "; required" : "") ".")
    if ($6 == "required")
        example = example (example == "" ? ": {" : ", ") $2 ": " $7
}

END {
    end_keys()
    end_words()
}
