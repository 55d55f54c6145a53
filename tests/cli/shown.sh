# shellcheck shell=bash disable=SC2154 # run and need_* set status and paths
# What files, models and names bring into tables, messages and results.

# A model of three classes, one with a tab in its name.
need_odd_names() {
    odd=$SHARED/odd.yaml m=$SHARED/odd.safetensors
    [ ! -e "$m" ] || return 0
    for i in $(seq 12); do
        printf 'a\tb,%d,0,1\n"c,d",9,%d,2\ne,1,2,%d\n' "$i" "$i" "$i"
    done >"$SHARED/odd.csv"
    cat >"$odd" <<'END'
data: {train: {csv: odd.csv}}
layers:
  - input: {shape: [3]}
  - dense: {num_units: 3, nonlinearity: softmax}
train: {max_epochs: 2, learning_rate: 0.01}
END
    run fit "$odd" -o "$m" -q
    expect_status 0
}

# No control character but newlines, and only UTF-8.
expect_shown() { # FILE...
    for file; do
        [ "$(LC_ALL=C tr -d '\n' <"$file" | LC_ALL=C grep -c '[[:cntrl:]]')" -eq 0 ] ||
            fail "$file has control characters"
        iconv -f UTF-8 -t UTF-8 "$file" >/dev/null || fail "$file is no UTF-8"
    done
}

test_fields_stay_fields_and_records_stay_records() {
    need_odd_names
    printf '1,2,3\n4,5,6\n' >x.csv
    for options in '' '--top-k 3' '--proba'; do
        # shellcheck disable=SC2086 # words
        run predict "$m" x.csv --format tsv $options
        expect_status 0
        expect_line_count stdout 3
        [ "$(awk -F'\t' '{print NF}' stdout | sort -u | wc -l)" -eq 1 ] ||
            fail "not as many fields in every row"
    done
    run predict "$m" x.csv --format tsv --proba
    [ "$(head -n 1 stdout)" = "$(printf 'a\\x09b\tc,d\te')" ] || fail "the header"
    run predict "$m" x.csv
    expect_line_count stdout 2
    expect_shown stdout
    run predict "$m" x.csv --format jsonl --proba
    expect_line_count stdout 2
    run predict "$m" x.csv --format csv --proba
    [ "$(head -n 1 stdout)" = "$(printf 'a\tb,"c,d",e')" ] || fail "the header of csv"
}

test_tables_and_facts_are_shown() {
    need_odd_names
    for command in "evaluate $m $odd --split train --worst 3" "checkpoint show $m" \
        "data stats $odd" "data show $odd" "data show $odd --index 1"; do
        # shellcheck disable=SC2086 # words
        run $command
        expect_status 0
        expect_shown stdout stderr
    done
    run checkpoint show "$m"
    expect_line stdout '^classes +a\\x09b c,d e$'
}

test_names_of_tensors_are_shown() {
    need_model
    write_store odd.st '{"a\u001b[31m\u009b\n":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b\u007f":{"dtype":"I8","shape":[4],"data_offsets":[4,8]}}' 8
    write_store other.st '{"b\u007f":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}' 4
    run checkpoint load odd.st --into "$config" -o out.st --partial
    expect_line stdout '^a\\x1b\[31m\\xc2\\x9b\\x0a: only in odd.st$'
    expect_shown stdout stderr
    run checkpoint diff odd.st other.st
    expect_line stdout '^a\\x1b\[31m\\xc2\\x9b\\x0a: only in odd.st$'
    expect_shown stdout stderr
}

test_names_of_files_are_shown() {
    local name
    name=$(printf 'x\033[31m\376.csv')
    printf 'word\n' >"$name"
    run data stats --csv "$name"
    expect_line stderr '^x\\x1b\[31m\\xfe\.csv: error: '
    expect_shown stderr
    run info "$name"
    expect_shown stderr
    run help "$name"
    expect_shown stderr
    small_config "$name.yaml"
    run fit "$name.yaml" -o "$name.st" --epochs 1
    expect_status 0
    expect_shown stdout stderr
    run config show --origins "$name.yaml"
    expect_shown stdout
}

test_bytes_of_no_text_are_shown() {
    need_model
    { printf '\211PNG\r\n\032\n' && head -c 64 /dev/zero; } >x.png
    run predict "$model" x.png
    expect_status 65
    expect_shown stderr
}

test_json_has_no_control_characters() {
    printf 'a\177b\302\233,1,2\nc,2,3\n' >x.csv
    run data stats --json --csv x.csv
    expect_shown stdout stderr
}

# Names that a file of this program cannot hold.
test_a_model_with_unsound_class_names_is_refused() {
    need_odd_names
    for case in 'e\\\\u001b:control characters' 'e\\\\u009b:control characters' \
        'a\\\\tb:two classes have one name' ':a class name is empty'; do
        edit_header "$m" bad.st 's/,\\"e\\"]/,\\"'"${case%%:*}"'\\"]/'
        for command in "checkpoint show bad.st" "predict bad.st $SHARED/odd.csv"; do
            # shellcheck disable=SC2086 # words
            run $command
            expect_error 65 "^bad\.st: error: .*${case#*:}"
        done
    done
}

test_a_label_with_control_characters_is_refused() {
    for i in 1 2 3 4; do printf 'a\033b,%d\nc,%d\n' $i $i; done >x.csv
    cat >c.yaml <<'END'
data: {train: {csv: x.csv}}
layers:
  - input: {shape: [1]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.01}
END
    run fit c.yaml -o m.st
    expect_error 65 '^c\.yaml: error: data\.train: .*control characters'
    expect_no_file m.st
}

test_unsound_class_names_of_a_configuration_are_refused() {
    small_config c.yaml
    for case in '["a\x1bb", c]:control characters' '["", c]:a class name is empty'; do
        run config check c.yaml -s "data.classes=${case%:*}"
        expect_error 78 "^--set #1: error: data\.classes: .*${case##*:}"
    done
}
