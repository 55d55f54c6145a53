# text.awk - words of the tables as text of a man page; used with other scripts.

BEGIN {
    FS = "\t"
    literal["-"] = "\\-"
    literal["\\"] = backslash["\\"] = "\\e"
}

# Characters replaced by what `how` has for them.
function escaped(s, how,    i, c, result) {
    for (i = 1; i <= length(s); i++) {
        c = substr(s, i, 1)
        result = result (c in how ? how[c] : c)
    }
    return result
}

# A new sentence starts a new line; a line must not start with a control
# character.
function text(s,    sentences, n, i) {
    n = split(s, sentences, /\. /)
    for (i = 1; i <= n; i++)
        print (sentences[i] ~ /^[.']/ ? "\\&" : "") \
            escaped(sentences[i], backslash) (i < n ? "." : "")
}
