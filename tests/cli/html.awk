# html.awk - is a page well-formed, whole and harmless?  Strict as XML: a tag
# that is opened is closed in its turn, attributes are quoted and given once,
# markup in text is escaped.  Besides: one h1, headings in order, a scope for
# every th, words for every picture, no id twice, nothing that runs or is
# fetched.  A line per fault.

function fault(what) { print "at " place ": " what; faults++ }

function check_text(text) {
    gsub(/&(amp|lt|gt|quot|#39);/, "", text)
    if (text ~ /[&>]/) fault("markup in text: " substr(text, 1, 60))
    if (text ~ /[^\t\n -~\200-\377]/) fault("a control character")
}

function check_attribute(tag, name, value) {
    if (name in given) fault(tag ": " name " twice")
    given[name] = value
    if (name ~ /^on/ || name == "style") fault(tag ": attribute " name)
    if (value ~ /</) fault(tag ": < in " name)
    check_text(value)
    if (name ~ /^(src|srcset|href|action|data|poster)$/ &&
        value !~ /^data:image\/(png|svg\+xml);base64,[A-Za-z0-9+\/]+=*$/)
        fault(tag ": fetches " substr(value, 1, 40))
    if (name == "id" && ids[value]++) fault("id " value " twice")
}

function open_tag(tag,   level) {
    if (tag ~ /^(script|iframe|object|embed|link|form|base|audio|video)$/)
        fault("element " tag)
    if (tag ~ /^h[1-6]$/) {
        level = substr(tag, 2)
        if (level > heading + 1) fault(tag " follows h" heading)
        if (level == 1 && heading) fault("a second h1")
        heading = level
    }
    if (tag == "th" && given["scope"] !~ /^(row|col)$/) fault("th without scope")
    if (tag == "img" && given["alt"] == "") fault("img without alt")
    if (tag == "img" && given["src"] == "") fault("img without src")
    if (tag == "html" && given["lang"] == "") fault("html without lang")
    if (tag == "table") tables++
    if (tag == "caption") tables--
}

function read_tag(inside,   tag, name, closes) {
    if (inside ~ /^\//) {
        tag = substr(inside, 2)
        if (depth == 0 || stack[depth] != tag)
            fault("</" tag "> where </" stack[depth] "> is due")
        depth--
        return
    }
    closes = sub(/ \/$/, "", inside)
    if (!match(inside, /^[a-z][a-z0-9]*/)) { fault("no tag: " substr(inside, 1, 40)); return }
    tag = substr(inside, 1, RLENGTH)
    inside = substr(inside, RLENGTH + 1)
    split("", given)
    while (match(inside, /^ [a-z-]+="[^"]*"/)) {
        name = substr(inside, 2, index(inside, "=") - 2)
        check_attribute(tag, name,
            substr(inside, length(name) + 4, RLENGTH - length(name) - 4))
        inside = substr(inside, RLENGTH + 1)
    }
    if (inside != "") fault(tag ": " substr(inside, 1, 40))
    open_tag(tag)
    if (!closes) stack[++depth] = tag
    if (closes != (tag ~ /^(meta|img|source|br)$/)) fault(tag " and its end")
}

{ page = page $0 "\n" }

END {
    place = "the head"
    if (substr(page, 1, 16) != "<!DOCTYPE html>\n") fault("no doctype")
    count = split(substr(page, 17), pieces, "<")
    if (pieces[1] != "") fault("text before the first tag")
    for (i = 2; i <= count; i++) {
        place = "tag " i - 1
        end = index(pieces[i], ">")
        if (end == 0) { fault("a tag without an end"); continue }
        read_tag(substr(pieces[i], 1, end - 1))
        text = substr(pieces[i], end + 1)
        if (stack[depth] == "style") {
            # Of what it may select the child alone has a sign of markup.
            if (text ~ /[&>]|url|@import/) fault("markup in the style")
        } else
            check_text(text)
        if (depth == 0 && text !~ /^\n*$/) fault("text behind the end")
    }
    place = "the end"
    if (depth) fault(stack[depth] " is open")
    if (!heading) fault("no heading")
    if (tables) fault("a table without caption")
    exit faults > 0
}
