# shellcheck shell=bash
# shellcheck disable=SC2154 # lib.sh sets config and model
# report: the page is whole and harmless, its numbers are those of evaluate.

# Pictures are made small first: they are data, and awk is slow.
check_page() { # FILE
    sed -E 's/(;base64,[A-Za-z0-9+\/]{4})[A-Za-z0-9+\/]*/\1/g' "$1" >short.html
    LC_ALL=C awk -f "$ROOT/tests/cli/html.awk" short.html >faults ||
        fail "$1 is no sound page:" "$(head -n 10 faults)"
    ! command -v xmllint >/dev/null || xmllint --huge --nonet --noout "$1" ||
        fail "xmllint does not read $1"
}

# The numbers that stand in a page, as written in full, one a line.
numbers_of() { # FILE
    grep -oE '<data value="[^"]*"' "$1" | cut -d'"' -f2
}

# The part of a page that is called so.
section() { # FILE ID
    sed -n "/<details id=\"$2\">/,/<\/details>/p" "$1"
}

same_numbers() { # FILE FILE - equal in double precision
    awk '{printf "%.17g\n", $1}' "$1" >one
    awk '{printf "%.17g\n", $1}' "$2" >two
    [ -s one ] || fail "no numbers in $1"
    cmp -s one two || fail "numbers differ:" "$(diff one two | head -n 10)"
}

need_page() {
    need_model
    page=$SHARED/page.html
    [ -e "$page" ] || {
        run report "$model" "$config" -o "$page"
        expect_status 0
        expect_no_stdout
        expect_no_stderr
    }
}

test_the_page_is_well_formed_and_fetches_nothing() {
    need_page
    check_page "$page"
    for part in answers confusions calibration examples training weights \
        layers configuration; do
        expect_line "$page" "<details id=\"$part\">"
    done
    expect_no_line short.html 'https?:|javascript:|<script'
    expect_line "$page" "Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'\""
}

# The policy allows the one style sheet, by a digest of its bytes.
# Printed, a heading and the words under it stay with what comes next.
test_headings_stay_with_their_pictures() {
    need_page
    sed -n '/^<style>/,/^<\/style>/p' "$page" | grep -F '@media print' >printed
    expect_line printed 'h1,h2,h3,summary,h3\+p,summary\+p\{break-after:avoid\}'
}

test_the_policy_names_the_style_sheet() {
    command -v openssl >/dev/null || skip "openssl is not installed"
    need_page
    awk '/<style>/ {inside = 1; sub(/.*<style>/, "")}
        /<\/style>/ {sub(/<\/style>.*/, ""); printf "%s", $0; exit}
        inside' "$page" | openssl dgst -sha256 -binary | base64 >digest
    grep -oE "sha256-[A-Za-z0-9+/=]*" "$page" | head -n 1 | cut -c8- >named
    expect_same digest named
}

test_a_fault_of_a_page_would_be_found() {
    need_page
    sed -E 's/(;base64,[A-Za-z0-9+\/]{4})[A-Za-z0-9+\/]*/\1/g' "$page" >good.html
    awk -f "$ROOT/tests/cli/html.awk" good.html || fail "the page is not sound"
    while read -r edit; do
        sed "$edit" good.html >bad.html
        ! cmp -s good.html bad.html || fail "no edit: $edit"
        ! awk -f "$ROOT/tests/cli/html.awk" bad.html >faults ||
            fail "not found: $edit"
    done <<'END'
s/<\/ul>//
s/<h1>/<h1 onclick="x">/
s/<h1>/<h3>/;s/<\/h1>/<\/h3>/
s/<p>/<p><script>x<\/script>/
s/<p>/<p>a & b/
s/ alt="[^"]*"//
s/<th scope="col">/<th>/
s/<caption>[^<]*<\/caption>//
s/;base64,/;base64,"x/
s/src="data:[^"]*"/src="http:\/\/x"/
s/id="layers"/id="training"/
END
}

test_metrics_are_those_of_evaluate() {
    need_page
    run evaluate "$model" "$config" --json --calibration
    expect_status 0
    # Accuracy, its two bounds, top-5 and loss, in the order of the metrics.
    sed -n '/<dl/,/<\/dl>/p' "$page" >facts
    for name in accuracy loss; do
        grep "<dt>$name</dt>" facts | grep -oE 'value="[^"]*"' | head -n 1 |
            cut -d'"' -f2 >>shown
        sed -nE "s/^  \"$name\": ([^,]*),?\$/\1/p" stdout >>wanted
    done
    grep '<dt>accuracy</dt>' facts | grep -oE 'value="[^"]*"' | tail -n 2 |
        cut -d'"' -f2 >>shown
    tr -d '\n ' <stdout | sed -E 's/.*"accuracy_interval":\[([^]]*)\].*/\1/' |
        tr ',' '\n' >>wanted
    same_numbers shown wanted
    expect_line_count shown 4
    expect_line facts '<dt>accuracy</dt>.*test samples of .*small.yaml'
}

test_classes_and_confusions_are_those_of_evaluate() {
    need_page
    run evaluate "$model" "$config" --json --calibration
    section "$page" answers >answers
    numbers_of answers >shown
    tr -d '\n ' <stdout |
        sed -E 's/.*"per_class":\[(.*)\],"confusion".*/\1/' |
        grep -oE '"(precision|recall|f1)":[^,}]*' | cut -d: -f2 |
        grep -v null >wanted
    same_numbers shown wanted
    section "$page" confusions | grep -oE '<td[^>]*>[0-9]+</td>' |
        sed 's/<[^>]*>//g' >shown
    tr -d '\n ' <stdout | sed -E 's/.*"confusion":\[(.*)\]\],.*/\1/' |
        grep -oE '[0-9]+' >wanted
    expect_line_count shown 100
    expect_same shown wanted
}

test_calibration_is_that_of_evaluate() {
    need_page
    run evaluate "$model" "$config" --json --calibration
    section "$page" calibration >part
    numbers_of part >shown
    tr -d '\n ' <stdout | grep -oE '"expected_error":[^,]*' | cut -d: -f2 >wanted
    tr -d '\n ' <stdout | grep -oE '"accuracy":[^,]*,"confidence":[^}]*' |
        grep -v null | sed -E 's/"[a-z]*"://g' | tr ',' '\n' >>wanted
    same_numbers shown wanted
}

# The worst are the wrong predictions by falling probability.
test_mistakes_are_those_of_the_predictions() {
    need_page
    run evaluate "$model" "$config" --predictions p.csv
    awk -F, 'NR > 1 && $2 != $3 {print $1, $2, $3, $4}' p.csv |
        sort -s -k4,4gr | head -n 16 | cut -d' ' -f1-3 >wanted
    section "$page" mistakes | grep -E '^<tr><th scope="row">' |
        sed -E 's/<\/t[hd]>/ /g; s/<[^>]*>//g' | awk '{print $1, $2, $3}' >shown
    [ -s wanted ] || fail "the model makes no mistake"
    expect_same shown wanted
    expect_line "$page" "<p>$(awk -F, 'NR > 1 && $2 != $3' p.csv | wc -l) of 60 samples are taken for another class"
}

test_the_history_is_that_of_the_model() {
    need_page
    run checkpoint show "$model" --history
    sed 1d stdout | cut -d, -f2- | tr ',' '\n' | grep . >wanted
    section "$page" training >part
    numbers_of part >shown
    same_numbers shown wanted
}

test_layers_are_those_of_info() {
    need_page
    run info "$model" --json
    tr -d '\n ' <stdout | grep -oE '"(capacity|coverage)":\[[^]]*\]' |
        cut -d: -f2 | tr -d '[]' | tr ',' '\n' >wanted
    section "$page" layers >part
    numbers_of part >shown
    same_numbers shown wanted
    sed -n '/<tbody>/,/<\/tbody>/p' part | grep -c '<tr>' >rows
    expect_stream rows 6
}

# What the verdict says against the history, by rules of its own.
test_the_verdict_follows_from_the_history() {
    small_config few.yaml
    run fit few.yaml -o few.safetensors -q -s data.train.digits.count=40 \
        -s train.max_epochs=60 -s train.learning_rate=0.01
    expect_status 0
    run checkpoint show few.safetensors --history
    awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
        {train[$1] = $at["train_loss"]; valid[$1] = $at["valid_loss"]; last = $1
            if (!best || valid[$1] <= valid[best]) best = $1}
        END {
            if (best == last) print "more epochs may help"
            else if (train[last] < train[best] && valid[last] > valid[best])
                print "it overfits</span> since epoch " best " of " last
            else print "it has not become better since epoch " best " of " last
        }' stdout >wanted
    run report few.safetensors -o few.html
    expect_status 0
    grep -qF "$(cat wanted)" few.html || fail "the verdict is not: $(cat wanted)"
    expect_line wanted 'since epoch'
    run report "$SHARED/none" -o none.html
    expect_status 66
}

# What nobody named is read all the same.
test_the_page_takes_the_place_of_no_own_samples() {
    awk -v OFS=, 'BEGIN {for (i = 0; i < 20; i++) print i % 2, i, i * i % 7}' >own.html
    cp own.html kept.csv
    cat >t.yaml <<'YAML'
data: {train: {csv: own.html}, split: {eval_size: 0.5}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.1}
YAML
    run fit t.yaml -o t.safetensors -q
    expect_status 0
    run report t.safetensors -o own.html --force
    expect_error 64 '^own.html: error: is read through t.safetensors, it cannot be written too$'
    expect_same own.html kept.csv
    run report t.safetensors -o t.html
    expect_status 0
    expect_no_stderr
}

test_own_samples_are_found_where_the_document_says() {
    need_page
    run report "$model" -o own.html
    expect_status 0
    expect_no_stderr
    numbers_of own.html >shown
    numbers_of "$page" >wanted
    same_numbers shown wanted
    expect_line own.html '<small>95 % interval .*, test samples</small>'
}

# A table of two classes, that training knows by a relative path.
table_model() {
    awk 'BEGIN {
        print "label,a,b"
        for (i = 0; i < 80; i++)
            print (i % 2 ? "yes" : "no") "," i % 7 "," (i * 5) % 11 + i % 2
    }' >t.csv
    cat >t.yaml <<'END'
data:
  train: {csv: t.csv}
  split: {eval_size: 1/4}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {learning_rate: 0.05, max_epochs: 3}
END
    run fit t.yaml -q
    expect_status 0
}

test_samples_that_are_not_there_are_left_out_and_said() {
    table_model
    run report t.safetensors -o with.html
    expect_status 0
    expect_no_stderr
    expect_line with.html 'validation samples</small>'
    check_page with.html
    # A table has no pictures of samples.
    expect_no_line with.html 'id="examples"'
    mkdir away
    cd away
    run report ../t.safetensors -o without.html
    expect_status 0
    expect_line stderr '^../t.safetensors: no samples to look at, what it answers is left out: .*t.csv.*No such file'
    expect_line without.html 'none were looked at</span>, .*t.csv.*No such file'
    expect_no_line without.html 'id="(answers|confusions|examples)"'
    check_page without.html
    cd ..
    sed -i 's/^yes,1,/yes,2,/' t.csv
    run report t.safetensors -o other.html
    expect_status 0
    expect_line stderr 'left out: what its configuration names are other samples'
    expect_no_line other.html 'id="answers"'
    run report t.safetensors --csv t.csv -o named.html
    expect_status 0
    expect_line named.html 'samples of t.csv</small>'
}

test_names_stay_words() {
    printf '%s\n' 'label,a,b' >h.csv
    for i in $(seq 40); do
        printf '"<script>alert(1)</script>",%d,1\n"""\047&amp;<b>",%d,2\n' \
            "$i" $((i * 3 % 17))
    done >>h.csv
    cat >h.yaml <<'END'
data:
  train: {csv: h.csv}
  split: {eval_size: 1/4}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {learning_rate: 0.05, max_epochs: 1}
END
    hostile='<img src=x onerror=alert(1)>&".safetensors'
    run fit h.yaml -q -o "$hostile"
    expect_status 0
    run report "$hostile" -o page.html
    expect_status 0
    check_page page.html
    expect_line page.html '&lt;script&gt;alert\(1\)&lt;/script&gt;'
    expect_line page.html '&quot;&#39;&amp;amp;&lt;b&gt;'
    expect_line page.html '<h1>&lt;img src=x onerror=alert\(1\)&gt;&amp;&quot;.safetensors</h1>'
    expect_no_line page.html '<(script|img src=x|b>)'
    # In the pictures too.
    grep -oE 'data:image/svg\+xml;base64,[^"]*' page.html | cut -d, -f2 |
        while read -r data; do
            echo "$data" | base64 -d >one.svg
            expect_no_line one.svg '<script|<b>'
            ! command -v xmllint >/dev/null || xmllint --noout one.svg ||
                fail "a picture is not well-formed"
        done
}

test_bytes_do_not_depend_on_threads() {
    need_page
    for threads in 1 2; do
        run report "$model" "$config" -o "$threads.html" --threads "$threads"
        expect_status 0
        expect_same "$page" "$threads.html"
    done
}

test_other_kinds_of_answers() {
    awk 'BEGIN {
        print "a,b,y"
        for (i = 0; i < 60; i++) print i % 7 "," i % 5 "," i % 7 * 2 - i % 5
    }' >r.csv
    cat >r.yaml <<'END'
data:
  train: {csv: r.csv, target_columns: [y]}
  split: {eval_size: 1/4}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 1}
train: {learning_rate: 0.05, max_epochs: 5, regression: true}
END
    run fit r.yaml -q
    expect_status 0
    run report r.safetensors r.yaml --split valid -o r.html
    expect_status 0
    check_page r.html
    run evaluate r.safetensors r.yaml --split valid --json
    tr -d '\n ' <stdout | grep -oE '"targets":.*' |
        grep -oE '"(r2|rmse|mae)":[^,}]*' | head -n 3 | cut -d: -f2 >wanted
    section r.html answers >part
    numbers_of part >shown
    same_numbers shown wanted
    expect_no_line r.html 'id="(confusions|calibration|mistakes)"'
}

# Of 256 x 256 positions each would cost 53 million multiply-adds.
test_what_would_take_long_is_left_out_and_said() {
    for class in a b; do
        mkdir -p "shots/$class"
        for i in 1 2 3; do
            awk -v i="$i" -v c="$class" 'BEGIN {
                print "P2 256 256 255"
                for (p = 0; p < 65536; p++) print (p * i + (c == "a")) % 251
            }' >"shots/$class/$i.pgm"
        done
    done
    cat >l.yaml <<'END'
data:
  train: {folder: shots}
  split: {eval_size: 1/3}
layers:
  - input: {shape: [1, 256, 256]}
  - conv2d: {num_filters: 32, filter_size: 5, pad: same}
  - globalpool
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.01}
END
    run fit l.yaml -q
    expect_status 0
    run report l.safetensors -o l.html
    expect_status 0
    check_page l.html
    expect_line l.html '<h3>Occlusion</h3>'
    expect_line l.html 'left out, since it would take long'
    expect_line l.html '<h3>Saliency</h3>'
}

test_wrong_usage() {
    need_model
    run report "$model"
    expect_error 64 'expected --output FILE.html'
    run report "$model" -o -
    expect_error 64 'expected a file'
    run report "$model" -o "$model" --force
    expect_error 64 "$model"
    for name in page x.pdf x.html.gz .html htm xhtml; do
        run report "$model" -o $name
        expect_error 64 "^cnnctl report: error: --output: $name: expected a name that ends in \\.html or \\.htm\$"
        expect_no_file $name
    done
    touch there.html
    run report "$model" -o there.html
    expect_error 73 'exists; --force'
    run report "$model" --split test -o new.html
    expect_error 64 'expected labelled samples'
    run report "$model" "$config" --csv x.csv -o new.html
    expect_error 64 'one of them'
    run report "$config" -o new.html
    expect_error 65 'small.yaml'
    run report "$model" none.yaml -o new.html
    expect_error 66 'none.yaml'
    expect_no_file new.html
    expect_no_temporary
}
