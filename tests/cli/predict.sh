# shellcheck shell=bash
# Prediction: inputs, layouts, streams.

predict_all() { # leaves ./all, the plain predictions of the rows
    need_model
    need_digits
    run predict "$model" "$rows"
    expect_status 0
    cp stdout all
}

test_every_way_in_gives_the_same() {
    predict_all
    run predict "$model" - <"$rows"
    expect_same stdout all
    run predict "$model" <"$rows"
    expect_same stdout all
    # shellcheck disable=SC2094
    run predict "$model" - < <(cat "$rows")
    expect_same stdout all
    gzip -c "$rows" >rows.csv.gz
    run predict "$model" rows.csv.gz
    expect_same stdout all
    run predict "$model" - <rows.csv.gz
    expect_same stdout all
    cp rows.csv.gz misnamed.csv
    run predict "$model" misnamed.csv
    expect_same stdout all
    run predict "$model" "$images"
    expect_same stdout all
    gzip -c "$images" >images.gz
    run predict "$model" images.gz
    expect_same stdout all
    run predict "$model" --labelled "$digits"
    expect_same stdout all
    sed 's/$/\r/' "$rows" >crlf.csv
    run predict "$model" crlf.csv
    expect_same stdout all
    head -c -1 "$rows" >no-newline.csv
    run predict "$model" no-newline.csv
    expect_same stdout all
}

test_several_inputs_in_order() {
    predict_all
    head -n 20 "$rows" >a.csv
    tail -n +21 "$rows" >b.csv
    run predict "$model" a.csv b.csv
    expect_status 0
    expect_same stdout all
}

test_output_to_a_file() {
    predict_all
    run predict "$model" "$rows" -o out.txt
    expect_status 0
    expect_no_stdout
    expect_same out.txt all
}

test_empty_input_gives_empty_output() {
    need_model
    run predict "$model" - </dev/null
    expect_status 0
    expect_no_stdout
}

test_company_and_order_do_not_change_a_bit() {
    need_model
    need_digits
    run predict "$model" --proba "$rows"
    expect_status 0
    cp stdout all
    tac "$rows" >reversed.csv
    run predict "$model" --proba reversed.csv
    expect_status 0
    { head -n 1 all; tail -n +2 all | tac; } >expected-reversed
    expect_same stdout expected-reversed
    for count in 1 2 7 33; do
        head -n $count "$rows" >part.csv
        run predict "$model" --proba part.csv
        head -n $((count + 1)) all >expected-part
        expect_same stdout expected-part
    done
    for threads in 1 2 3; do
        run predict "$model" --proba --threads $threads "$rows"
        expect_same stdout all
    done
}

test_rows_that_arrive_one_at_a_time() {
    need_model
    need_digits
    run predict "$model" --proba "$rows"
    cp stdout all
    run predict "$model" --proba - < <(head -n 8 "$rows" |
        while read -r row; do echo "$row"; sleep 0.02; done)
    expect_status 0
    head -n 9 all >expected-slow
    expect_same stdout expected-slow
}

test_an_answer_comes_before_the_input_ends() {
    need_model
    need_digits
    mkfifo in
    "$CNNCTL" predict "$model" - <in >answers 2>stderr &
    pid=$!
    exec 3<>in
    head -n 1 "$rows" >&3
    for _ in $(seq 50); do
        [ ! -s answers ] && kill -0 $pid 2>/dev/null || break
        sleep 0.1
    done
    count=$(wc -l <answers)
    exec 3>&-
    wait $pid
    [ "$count" -eq 1 ] || fail "no answer while the input pauses"
}

test_layouts() {
    predict_all
    run predict "$model" --format csv "$rows"
    expect_status 0
    { echo class; cat all; } >csv
    expect_same stdout csv
    run predict "$model" --format tsv "$rows"
    expect_same stdout csv
    run predict "$model" --format jsonl "$rows"
    expect_status 0
    sed 's/.*/{"class": "&"}/' all >jsonl
    expect_same stdout jsonl
    run predict "$model" --proba "$rows"
    expect_status 0
    expect_line_count stdout 61
    [ "$(head -n 1 stdout)" = 0,1,2,3,4,5,6,7,8,9 ] || fail "the header"
    run predict "$model" --top-k 3 "$rows"
    expect_status 0
    expect_line_count stdout 60
    tr '\t' '|' <stdout >pairs
    expect_no_line pairs '^([^|]*[|]){0,1}[^|]*$'
    expect_no_line pairs '^([^ ]* ){0,2}[^ ]*$'
    cut -d' ' -f1 stdout >first
    expect_same first all
    run predict "$model" --top-k 2 --format csv "$rows"
    [ "$(head -n 1 stdout)" = class1,probability1,class2,probability2 ] ||
        fail "the header"
}

test_probabilities_sum_to_one_and_agree_with_the_class() {
    predict_all
    run predict "$model" --proba "$rows"
    tail -n +2 stdout | awk -F, '{
        sum = 0; best = 1
        for (i = 1; i <= NF; i++) { sum += $i; if ($i > $best) best = i }
        if (NF != 10 || sum < 1 - 1e-5 || sum > 1 + 1e-5) print "row", NR, sum
        else print best - 1
    }' >classes
    expect_same classes all
}

test_a_row_with_a_label_is_refused_naming_the_option() {
    need_model
    need_digits
    run predict "$model" "$digits"
    expect_status 65
    expect_line stderr 'digits\.csv:1.*: error: .*--labelled'
}

test_on_error_record_keeps_rows_in_line() {
    predict_all
    sed '2s/^[0-9]*,/nan,/; 5s/,[0-9]*$//' "$rows" >bad.csv
    run predict "$model" --on-error=record bad.csv
    expect_status 0
    sed '2s/.*//; 5s/.*//' all >expected-rows
    expect_same stdout expected-rows
    expect_line stderr '^bad\.csv:2:'
    expect_line stderr '^bad\.csv:5'
    expect_line stderr '(^|[^0-9])2([^0-9]|$)'
    run predict "$model" --on-error=record --format jsonl bad.csv
    [ "$(grep -nx null stdout | tr '\n' ' ')" = '2:null 5:null ' ] ||
        fail "expected null in lines 2 and 5"
}

# A model of 4 numbers and three classes with difficult names, trained on
# $flat: semicolons, a header, the label in column `kind`; $bare: the same rows
# without labels.
need_flat_model() {
    flat=$SHARED/flat.csv bare=$SHARED/bare.csv
    flat_model=$SHARED/flat.safetensors
    [ ! -e "$flat_model" ] || return 0
    awk 'BEGIN {
        name[0] = "\"red, hot\""; name[1] = "\"say \"\"x\"\"\""; name[2] = "blue"
        print "a;b;kind;c;d"
        for (i = 0; i < 90; i++) {
            k = i % 3
            printf "%d;%d;%s;%d;%d\n", (k == 0) * 9 + i % 7,
                (k == 1) * 9 + i % 5, name[k], (k == 2) * 9 + i % 4, i % 11
        }
    }' >"$flat"
    cut -d';' -f1,2,4,5 "$flat" >"$bare"
    cat >"$SHARED/flat.yaml" <<END
data:
  train: {csv: $flat, label_column: kind, delimiter: ";", header: true}
layers:
  - input: {shape: [4]}
  - dense: {num_units: 3, nonlinearity: softmax}
train: {max_epochs: 40, batch_size: 10, update: adam, learning_rate: 0.05}
END
    run fit "$SHARED/flat.yaml" -o "$flat_model" -q
    expect_status 0
}

test_the_rules_of_the_training_csv_are_kept() {
    need_flat_model
    tail -n +2 "$flat" | cut -d';' -f3 | sed 's/^"//; s/"$//; s/""/"/g' >truth
    run predict "$flat_model" "$bare"
    expect_status 0
    expect_same stdout truth
    run predict "$flat_model" --labelled "$flat"
    expect_status 0
    expect_same stdout truth
    run predict "$flat_model" "$flat"
    expect_status 0
    expect_same stdout truth
    tail -n +2 "$flat" >headless.csv
    run predict "$flat_model" headless.csv
    expect_status 65
    expect_line stderr '^headless\.csv:.*: error: .*--labelled'
    run evaluate "$flat_model" --csv "$flat" --fail-under accuracy=1
    expect_status 0
}

test_names_are_quoted_as_the_layout_asks() {
    need_flat_model
    head -n 4 "$flat" >few.csv
    run predict "$flat_model" --labelled few.csv --format csv
    expect_stdout class '"red, hot"' '"say ""x"""' blue
    run predict "$flat_model" --labelled few.csv --format tsv
    expect_stdout class 'red, hot' 'say "x"' blue
    run predict "$flat_model" --labelled few.csv --format jsonl
    expect_stdout '{"class": "red, hot"}' '{"class": "say \"x\""}' \
        '{"class": "blue"}'
    run predict "$flat_model" --labelled few.csv --proba
    [ "$(head -n 1 stdout)" = 'blue,"red, hot","say ""x"""' ] ||
        fail "the header"
    sed '1d; s/,/\n/g' stdout | awk '{print $1 + 0}' >numbers
    run predict "$flat_model" --labelled few.csv --proba --format jsonl
    tr -d '}' <stdout | tr ',' '\n' | sed -n 's/.*": \([0-9.e-]*\)$/\1/p' |
        awk '{print $1 + 0}' >json
    expect_same numbers json
    run predict "$flat_model" --labelled few.csv --top-k 1 --format tsv
    [ "$(head -n 1 stdout)" = "$(printf 'class1\tprobability1')" ] ||
        fail "the header"
    expect_line stdout "$(printf '^red, hot\t0\\.[0-9]+$')"
}

# Nine digits tell any two floats apart, so no two layouts may differ in them.
test_layouts_agree_on_the_numbers() {
    need_model
    need_digits
    head -n 9 "$rows" >few.csv
    run predict "$model" --proba few.csv
    tail -n +2 stdout | tr ',' '\n' | sort >proba
    run predict "$model" --top-k 10 few.csv
    expect_status 0
    tr '\t' '\n' <stdout | cut -d' ' -f2 | sort >plain
    expect_same plain proba
    run predict "$model" --top-k 10 --format csv few.csv
    tail -n +2 stdout | tr ',' '\n' | sed -n 'n;p' | sort >csv
    expect_same csv proba
    run predict "$model" --top-k 10 --format jsonl few.csv
    tr -d ']}' <stdout | tr '[' '\n' | sed -n 's/^"[0-9]", \([0-9.e-]*\).*/\1/p' |
        sort >jsonl
    expect_same jsonl proba
    run predict "$model" --top-k 11 few.csv
    expect_error 64 '--top-k: 11 is not in \[1, 10\]'
}

test_bad_records_keep_the_columns() {
    need_flat_model
    printf 'a;b;c;d\n1;2;x;4\n1;2;3;4\n' >bad.csv
    for words in '--format csv' '--format tsv' '--proba' \
        '--top-k 2 --format csv' '--top-k 2' '--format jsonl --proba'; do
        # shellcheck disable=SC2086 # a list of words
        run predict "$flat_model" --on-error=record $words - <bad.csv
        expect_status 0
        tail -n 2 stdout >two
        case $words in
        *jsonl*) want=null ;;
        '--proba') want=,, ;;
        '--top-k 2 --format csv') want=,,, ;;
        *) want= ;;
        esac
        [ "$(head -n 1 two)" = "$want" ] || fail "$words: the bad record"
        [ -n "$(tail -n 1 two)" ] || fail "$words: the good record"
        expect_line stderr "^standard input:2:5: error: .*'x'"
        expect_line stderr '^cnnctl predict: warning: 1 record '
    done
    run predict "$flat_model" bad.csv
    expect_error 65 '^bad\.csv:2:5: error: '
}

test_good_rows_before_a_bad_one_are_answered() {
    need_flat_model
    printf 'a;b;c;d\n9;0;0;0\n9;0;0;0\nx;0;0;0\n9;0;0;0\n' >bad.csv
    run predict "$flat_model" bad.csv
    expect_status 65
    expect_stdout 'red, hot' 'red, hot'
    run predict "$flat_model" bad.csv -o out.txt
    expect_status 65
    expect_no_file out.txt
}

# Three million rows in an address space that would not hold them.
test_memory_stays_constant() {
    need_flat_model
    limited() {
        (ulimit -v 400000 && "$CNNCTL" predict "$flat_model" --threads 1 "$@")
    }
    # A sanitizer's complaint about the limit is no report of a fault.
    ASAN_OPTIONS='' limited "$bare" >out 2>&1 ||
        skip "the program does not start in 400 MB of address space"
    yes '9;1;2;3' | sed '1s/.*/a;b;c;d/' | head -n 3000001 >many.csv
    size=$(stat -c %s many.csv)
    limited many.csv many.csv >out || fail "it failed in 400 MB"
    [ "$(sort -u out)" = 'red, hot' ] || fail "other classes"
    expect_line_count out 6000000
    "$CNNCTL" predict "$flat_model" - --threads 1 <many.csv >out &
    pid=$!
    most=0
    while kill -0 $pid 2>/dev/null; do
        now=$(sed -n 's/^VmHWM: *\([0-9]*\) kB/\1/p' /proc/$pid/status) || break
        [ -z "$now" ] || most=$now
        sleep 0.02 # the most is kept
    done
    wait $pid
    [ "$most" -lt $((size / 1024)) ] || fail "$most KiB for $size bytes"
    # An input that has been read leaves nothing behind.
    # shellcheck disable=SC2046 # a list of words
    (ulimit -v 80000 && "$CNNCTL" predict "$flat_model" --threads 1 \
        $(yes /dev/null | head -n 15000)) || fail "15,000 inputs, no memory"
    expect_line_count out 3000000
}

test_progress_and_quiet_leave_the_results_alone() {
    predict_all
    run predict "$model" "$rows" --progress=always --color=always -v
    expect_same stdout all
    run predict "$model" "$rows" -q
    expect_same stdout all
    expect_no_stderr
}

test_output_that_cannot_be() {
    need_model
    need_digits
    run predict "$model" "$rows" -o none/out.txt
    expect_error 73 '^none/out\.txt: error: '
    for words in "" "--proba"; do
        status=0
        # shellcheck disable=SC2086
        "$CNNCTL" predict "$model" "$rows" $words >/dev/full 2>stderr ||
            status=$?
        expect_status 74
    done
}

# A network of linear layers whose weights are all W: outputs grow as W^7.
save_steep() { # W
    {
        printf 'data: {normalize: none}\nlayers:\n  - input: {shape: [4]}\n'
        for _ in 1 2 3 4 5 6; do
            echo "  - dense: {num_units: 3, nonlinearity: linear, W: $1}"
        done
        echo "  - dense: {num_units: 3, nonlinearity: softmax, W: $1}"
    } >c.yaml
    run checkpoint save c.yaml -o m.st
    expect_status 0
}

# The input is finite and so are the weights; what comes of them is not.
test_an_output_that_is_no_number_is_no_class() {
    save_steep 1000
    printf '%s\n' 0,0,0,1 1,2,3,4 1e30,1,1,1 1,1,1,1 >x.csv
    run predict m.st x.csv
    expect_status 65
    expect_stdout 0 0
    expect_stderr "x.csv: error: sample 2: the network's output is not finite"
    run predict m.st --on-error=record x.csv
    expect_status 0
    expect_stdout 0 0 '' 0
    expect_line stderr "^x\.csv: error: sample 2: the network's output is not finite$"
    expect_line stderr '1 record had no finite output'
    run predict m.st --proba -o out.csv x.csv
    expect_status 65
    expect_no_file out.csv
    printf '%s\n' 0,0,0,0,1 1,1,2,3,4 2,1e30,1,1,1 0,1,1,1,1 >l.csv
    run evaluate m.st --csv l.csv
    expect_error 65 "^l\.csv: error: sample 2: the network's output is not finite$"
    expect_no_stdout
}

test_a_model_whose_outputs_are_no_numbers_is_not_sound() {
    save_steep 1000000
    run checkpoint verify m.st
    expect_error 65 "^m\.st: error: reference input 0: the network's output is not finite$"
}

# A line that no memory is taken for is a bad record like any other.
test_a_line_that_is_too_long_keeps_its_place() {
    need_model
    need_digits
    {
        head -n 1 "$rows"
        head -c 70000000 /dev/zero | tr '\0' 1
        echo
        sed -n 2p "$rows"
    } >long.csv
    run predict "$model" long.csv
    expect_status 65
    expect_line_count stdout 1
    expect_stderr 'long.csv:2:1: error: the line is longer than 67108864 bytes'
    run predict "$model" long.csv --on-error=record
    expect_status 0
    sed -n '1p;3p' stdout >got
    expect_line_count stdout 3
    [ -z "$(sed -n 2p stdout)" ] || fail "the second record is not empty"
    expect_line stderr '^long.csv:2:1: error: the line is longer than 67108864 bytes$'
    head -n 2 "$rows" >rows.csv
    run predict "$model" rows.csv
    expect_same stdout got
    # The rest of a line that never ends is not waited for.
    status=0
    timeout 30 "$CNNCTL" predict "$model" - < <(yes 1 | tr -d '\n') \
        >out 2>err || status=$?
    [ "$status" -eq 65 ] || fail "status $status"
    expect_line err '^standard input:1:1: error: the line is longer than'
}

# One word before the rows is no header of four columns: it keeps its place,
# whether the model knows their names or not.
test_a_first_line_of_one_word_is_a_record() {
    need_flat_model
    tail -n +2 "$flat" >bare.csv
    sed "s|csv: $flat|csv: bare.csv|; s/label_column: kind/label_column: 2/
        s/header: true/header: auto/" "$SHARED/flat.yaml" >bare.yaml
    run fit bare.yaml -o bare_model -q
    expect_status 0
    for model in "$flat_model" bare_model; do
        { echo 'garbage' && tail -n 2 "$bare"; } >bad.csv
        run predict "$model" --on-error=record bad.csv
        expect_status 0
        expect_line_count stdout 3
        [ -z "$(head -n 1 stdout)" ] || fail "$model: the bad record"
        expect_line stderr '^bad\.csv:1:1: error: '
        tail -n 2 stdout >got
        tail -n 2 "$bare" >good.csv
        run predict "$model" good.csv
        expect_same stdout got
        run predict "$model" bad.csv
        expect_error 65 '^bad\.csv:1:1: error: '
    done
}
