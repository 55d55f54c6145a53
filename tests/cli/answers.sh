# shellcheck shell=bash
# What predict may be asked for besides classes: columns that are passed,
# logits, a layer, classes that are not sure.

# Twelve rows of two numbers and three classes, with names: $table; a model of
# them with a layer between: $model, its document $config.
need_table() {
    table=$SHARED/table.csv config=$SHARED/table.yaml model=$SHARED/table.st
    [ ! -e "$model" ] || return 0
    {
        echo 'id,x,note,y,kind'
        for i in 1 2 3 4; do
            echo "a$i,1.$i,\"one, $i\",0.$i,low"
            echo "b$i,5.$i,two,4.$i,mid"
            echo "c$i,9.$i,,1.$i,top"
        done
    } >"$table"
    cat >"$config" <<END
data:
  train: {csv: $table, label_column: kind, ignore: [id, note]}
  split: {eval_size: 0}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 5, nonlinearity: rectify, name: hidden}
  - dense: {num_units: 3, nonlinearity: softmax, name: out}
train: {max_epochs: 60, batch_size: 4, update: adam, learning_rate: 0.05}
END
    run fit "$config" -o "$model" -q
    expect_status 0
}

test_columns_are_passed_in_front() {
    need_table
    run predict "$model" "$table"
    expect_status 0
    cp stdout classes
    run predict "$model" "$table" --pass id
    expect_status 0
    { echo id,class; paste -d, <(tail -n +2 "$table" | cut -d, -f1) classes; } \
        >want
    expect_same stdout want
    run predict "$model" "$table" --pass note,x,-1 --format csv
    expect_status 0
    head -n 3 stdout >three
    expect_stream three note,x,kind,class '"one, 1",1.1,low,low' \
        'two,5.1,mid,mid'
    run predict "$model" "$table" --pass note,id --format tsv
    head -n 2 stdout >two
    expect_stream two "$(printf 'note\tid\tclass')" \
        "$(printf 'one, 1\ta1\tlow')"
    run predict "$model" "$table" --pass id,kind --format jsonl
    [ "$(head -n 1 stdout)" = '{"id": "a1", "kind": "low", "class": "low"}' ] ||
        fail "the first record"
    # A table that has what is needed and the columns asked for, no more.
    awk -F, -v OFS=, 'NR == 1 {print "key", "y", "x"; next}
        {n = NF; print "k" NR, $(n - 1), $2}' "$table" >further.csv
    run predict "$model" further.csv
    expect_error 78 "the model knows no column 'key'; ignore .*, --pass those"
    run predict "$model" further.csv --pass key
    expect_status 0
    cut -d, -f2 stdout | tail -n +2 >got
    expect_same got classes
}

test_columns_are_passed_by_position() {
    need_table
    run predict "$model" "$table"
    cp stdout classes
    awk -F, -v OFS=, 'NR > 1 {print $1, $2, $(NF - 1)}' "$table" >bare.csv
    run predict "$model" bare.csv
    expect_error 65 'bare.csv:1:'
    run predict "$model" bare.csv --pass 0
    expect_status 0
    [ "$(head -n 1 stdout)" = 'column 0,class' ] || fail "the header"
    cut -d, -f2 stdout | tail -n +2 >got
    expect_same got classes
    # A column that is an input is copied too.
    cut -d, -f2- bare.csv >two.csv
    run predict "$model" two.csv --pass 1
    expect_status 0
    cut -d, -f1 stdout | tail -n +2 >got
    cut -d, -f2 two.csv >want
    expect_same got want
    run predict "$model" bare.csv --pass id
    expect_error 78 "has no header, no column is called 'id' \(--pass\)"
    run predict "$model" bare.csv --pass 3
    expect_error 78 '--pass names 3, but a row has columns 0 to 2'
    run predict "$model" "$table" --pass id,0
    expect_error 78 '--pass names column 0 twice'
}

test_a_bad_record_keeps_what_is_passed() {
    need_table
    sed '3s/,5.1,/,x,/; 4s/,1.1,/,/' "$table" >bad.csv
    run predict "$model" bad.csv --pass id --on-error record
    expect_status 0
    sed -n 3,4p stdout >two
    expect_stream two b1, c1,
    run predict "$model" bad.csv --pass id --on-error record --format jsonl
    [ "$(grep -c '^null$' stdout)" -eq 2 ] || fail "a bad record is null"
    printf 'id,x,y\n\377,1,2\nq,1,2\n' >bytes.csv
    run predict "$model" bytes.csv --pass id
    expect_status 65
    expect_line stderr '^bytes.csv:2:1: error: the cell is no UTF-8 text'
}

test_passed_columns_of_several_inputs_are_called_alike() {
    need_table
    sed '1s/id/key/' "$table" >other.csv
    run predict "$model" "$table" other.csv --pass 0
    expect_status 78
    expect_line stderr "column 'key' is called 'id' in the input before"
    cp "$table" same.csv
    run predict "$model" "$table" same.csv --pass 0
    expect_status 0
    expect_line_count stdout 25
}

test_a_record_has_no_member_twice() {
    need_table
    sed '1s/note/class/' "$table" >class.csv
    run predict "$model" class.csv --pass class --format jsonl
    expect_error 64 "a record of jsonl would hold 'class' twice"
}

# log(p) and logits differ by one number a row.
test_logits_are_what_probabilities_are_made_of() {
    need_table
    run predict "$model" "$table" --proba
    tail -n +2 stdout >proba
    run predict "$model" "$table" --logits
    expect_status 0
    [ "$(head -n 1 stdout)" = low,mid,top ] || fail "the header"
    tail -n +2 stdout | paste -d, proba - | awk -F, '{
        for (i = 1; i <= 3; i++) {
            d = log($i) - $(i + 3) - (log($1) - $4)
            if (d > 1e-4 || d < -1e-4) {print NR ": " d; bad = 1}
        }
    } END {exit bad || NR != 12}' || fail "logits and probabilities disagree"
    run predict "$model" "$table" --logits --format jsonl
    expect_line stdout '^{"class": "low", "logits": {"low": [0-9.e-]+, "mid": '
}

# The layers above are computed from its output by hand.
test_a_layer_is_what_the_next_one_reads() {
    need_table
    run predict "$model" "$table" --layer out
    expect_status 0
    [ "$(head -n 1 stdout)" = out_0,out_1,out_2 ] || fail "the header"
    tail -n +2 stdout >last
    run predict "$model" "$table" --proba
    tail -n +2 stdout >proba
    expect_same last proba
    run predict "$model" "$table" --layer hidden
    expect_status 0
    [ "$(head -n 1 stdout)" = hidden_0,hidden_1,hidden_2,hidden_3,hidden_4 ] ||
        fail "the header"
    tail -n +2 stdout >hidden
    expect_no_line hidden '-'
    # A network of the last layer alone makes the same of it.
    cat >rest.yaml <<'END'
data: {normalize: none, classes: [low, mid, top]}
layers:
  - input: {shape: [5]}
  - dense: {num_units: 3, nonlinearity: softmax, name: out}
END
    run checkpoint load "$model" --into rest.yaml -o rest.st --partial
    expect_status 0
    run predict rest.st hidden --proba
    expect_status 0
    tail -n +2 stdout | paste -d, proba - | awk -F, '{
        for (i = 1; i <= 3; i++)
            bad = bad || $i - $(i + 3) > 1e-6 || $i - $(i + 3) < -1e-6
    } END {exit bad || NR != 12}' || fail "the last layer makes something else"
    run predict "$model" "$table" --layer hiden
    expect_error 64 "the model has no layer 'hiden'; did you mean hidden\?"
}

test_arrays_hold_the_numbers_of_the_csv() {
    need_table
    run predict "$model" "$table" --layer hidden --format npy -o h.npy
    expect_status 0
    expect_no_stdout
    head -c 256 h.npy | tail -c +11 | tr -s ' ' >header
    expect_stream header \
        "{'descr': '<f4', 'fortran_order': False, 'shape': (12, 5,), } "
    [ "$(head -c 10 h.npy | od -An -tx1 | tr -d ' ')" = \
        934e554d50590100f600 ] || fail "the magic"
    tail -c +257 h.npy | od -An -v -tf4 -w20 | awk '{
        for (i = 1; i <= 5; i++) printf "%.6g%s", $i, i < 5 ? "," : "\n"}' >got
    run predict "$model" "$table" --layer hidden
    tail -n +2 stdout | awk -F, '{
        for (i = 1; i <= 5; i++) printf "%.6g%s", $i, i < 5 ? "," : "\n"}' >want
    expect_same got want
    run predict "$model" /dev/null --proba --format npy -o none.npy
    expect_status 0
    [ "$(wc -c <none.npy)" -eq 256 ] || fail "an empty array"
    expect_line none.npy "'shape': \(0, 3,\)"
    expect_no_temporary
}

test_a_class_that_is_not_sure() {
    need_table
    run predict "$model" "$table" --top-k 1 --format csv
    tail -n +2 stdout >top
    limit=$(cut -d, -f2 top | sort -g | sed -n 6p)
    run predict "$model" "$table" --threshold "$limit" --unsure '?'
    expect_status 0
    awk -F, -v p="$limit" '{print $2 + 0 < p + 0 ? "?" : $1}' top >want
    expect_same stdout want
    [ "$(grep -c '?' want)" -ge 4 ] || fail "the threshold parts nothing"
    run predict "$model" "$table" --threshold "$limit"
    sed -i 's/^?$//' want
    expect_same stdout want
    run predict "$model" "$table" --threshold 1 --format jsonl --top-k 1
    expect_line stdout '^{"class": "", "top": \[\["low", '
}

test_what_goes_not_together() {
    need_table
    while IFS='|' read -r words why; do
        # shellcheck disable=SC2086 # a list of words
        run predict none.st none.csv $words
        expect_error 64 "$why"
    done <<'END'
--proba --logits|--proba: not together with --logits
--proba --top-k 2|--proba: not together with --top-k
--logits --layer x|--logits: not together with --layer
--top-k 1 --layer x|--top-k: not together with --layer
--logits --format plain|--logits: not as --format plain
--layer x --format plain|--layer: not as --format plain
--pass a --format plain|--pass: not as --format plain
--layer x --format jsonl|--layer: not as --format jsonl
--pass a --format npy -o o|--pass: not as --format npy
--proba --format npy|--format npy: needs --output FILE
--proba --format npy -o -|--format npy: needs --output FILE
--unsure x|--unsure: needs --threshold
--threshold 2|--threshold: 2 is not in \[0, 1\]
--threshold 0.5 --proba|--threshold: has no effect with --proba
--threshold 0.5 --top-k 1|--threshold: has no effect with --top-k
--threshold 0.5 --layer x|--threshold: has no effect with --layer
--pass a,,b|--pass: a column is empty
--pass "a|--pass: a quote is not closed
END
    run predict "$model" "$table" --format npy -o o.npy
    expect_error 64 '--format npy: a name is no number'
    expect_no_file o.npy
    need_digits
    run predict "$model" "$images" --pass 0
    expect_status 64
    expect_line stderr '--pass: images has no columns'
}

test_predictions_of_evaluate_pass_columns() {
    need_table
    run evaluate "$model" --csv "$table" --predictions p.csv --pass id,note -q
    expect_status 0
    head -n 2 p.csv | cut -d, -f1-6 >two
    expect_stream two id,note,row,true,predicted,probability \
        'a1,"one, 1",0,low,low'
    tail -n +2 p.csv | sed 's/"[^"]*"/x/' | cut -d, -f1,4,5 >got
    run predict "$model" "$table" --pass id,kind
    tail -n +2 stdout >want
    expect_same got want
    # Of a part, the cells are those of its rows.
    run evaluate "$model" "$config" --split train -q --predictions t.csv --pass id
    expect_status 0
    awk -F, 'NR == FNR {id[NR - 2] = $1; next}
        FNR > 1 && id[$2] != $1 {bad = 1} END {exit bad || FNR != 13}' \
        "$table" t.csv || fail "cells of other rows"
    run evaluate "$model" --csv "$table" --pass id
    expect_error 64 '--pass: needs --predictions'
}
