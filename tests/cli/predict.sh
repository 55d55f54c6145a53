# shellcheck shell=bash
# Prediction: inputs, layouts, streams, and evaluate against predict.

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

test_evaluate_agrees_with_predict() {
    predict_all
    cut -d, -f1 "$digits" | paste - all |
        awk '{n += $1 == $2} END {printf "%.17g\n", n / NR}' >accuracy
    run evaluate "$model" --csv "$digits" --json --predictions p.csv
    expect_status 0
    for key in samples loss accuracy accuracy_interval top_k per_class \
        confusion classes; do
        expect_line stdout "\"$key\":"
    done
    sed -n 's/.*"accuracy": *\([0-9.e-]*\).*/\1/p' stdout |
        awk '{printf "%.17g\n", $1}' >evaluated
    expect_same evaluated accuracy
    [ "$(head -n 1 p.csv)" = index,true,predicted,probability ] ||
        fail "the header of --predictions"
    tail -n +2 p.csv | cut -d, -f3 >predicted
    expect_same predicted all
    run evaluate "$model" --images "$images" --labels "$labels" --json
    expect_status 0
    cp stdout idx
    run evaluate "$model" --csv - --json <"$digits"
    expect_status 0
    expect_same stdout idx
}

test_evaluate_loss_agrees_with_the_probabilities() {
    need_model
    need_digits
    run predict "$model" --proba "$rows"
    tail -n +2 stdout | paste -d, <(cut -d, -f1 "$digits") - |
        awk -F, '{sum -= log($($1 + 2))} END {printf "%.17g\n", sum / NR}' >loss
    run evaluate "$model" --csv "$digits" --json
    sed -n 's/.*"loss": *\([0-9.e+-]*\).*/\1/p' stdout | paste - loss |
        awk '{d = $1 / $2 - 1; exit !(d < 1e-6 && d > -1e-6)}' ||
        fail "evaluate and predict disagree on the loss $(cat loss)"
}
