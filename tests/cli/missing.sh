# shellcheck shell=bash
# Cells of a table that are missing.

# holes.csv: three columns with holes, every word for one; full.csv: the same
# with the mean of what its column has.
need_holes() {
    awk 'BEGIN {
        word[0] = ""; word[1] = "nan"; word[2] = "NA"; word[3] = "null"; word[4] = "\"\""
        print "k,a,b,c"
        for (i = 0; i < 30; i++) {
            a = i % 4 == 1 ? word[n++ % 5] : i % 3 + 0.5
            b = i % 7 == 3 ? word[n++ % 5] : (i % 2) * 4
            print (i % 2 ? "odd" : "even") "," a "," b "," i % 8
        }}' >holes.csv
    awk -F, -v OFS=, 'function hole(x) {return x !~ /^[0-9.]+$/}
        NR == FNR {for (i = 2; i <= 4; i++)
                if (FNR > 1 && !hole($i)) {sum[i] += $i; n[i]++}
            next}
        FNR > 1 {for (i = 2; i <= 4; i++)
                if (hole($i)) $i = sprintf("%.9g", sum[i] / n[i])}
        {print}' holes.csv holes.csv >full.csv
    cat >m.yaml <<'END'
data:
  train: {csv: holes.csv, label_column: k}
  split: {eval_size: 0}
  missing: mean
  normalize: none
layers:
  - input: {shape: [3]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 3, batch_size: 7, learning_rate: 0.1}
END
}

expect_same_weights() { # MODEL MODEL
    run checkpoint diff "$1" "$2"
    expect_no_line stdout '^[^m]|^metadata (history|classes)'
}

test_a_missing_cell_is_an_error_unless_it_is_filled() {
    need_holes
    run fit m.yaml -o m.st -q -s data.missing=null
    expect_status 65
    expect_line stderr '^holes.csv:3:5: error: cell is empty, expected a number'
}

test_the_mean_of_its_column_fills_a_cell() {
    need_holes
    run fit m.yaml -o holes.st -q
    expect_status 0
    run fit m.yaml -o full.st -q -s data.train.csv=full.csv -s data.missing=null
    expect_status 0
    expect_same_weights holes.st full.st
    run checkpoint show holes.st
    expect_line stdout '^missing        [0-9.]+  a$'
    expect_line stdout '^               [0-9.]+  c$'
    run predict full.st full.csv --proba
    cp stdout want
    run predict holes.st holes.csv --proba
    expect_status 0
    expect_same stdout want
    run evaluate full.st --csv full.csv
    cp stdout want
    run evaluate holes.st --csv holes.csv
    expect_status 0
    expect_same stdout want
    for split in train test; do
        run evaluate holes.st m.yaml --split $split \
            -s 'data.test={csv: holes.csv, label_column: k}'
        expect_status 0
        expect_same stdout want
    done
    # A model that was trained without takes no holes.
    run predict full.st holes.csv
    expect_status 65
    run evaluate full.st m.yaml --split train
    expect_error 78 'data.missing: cells are missing, and the model was'
}

test_a_missing_cell_counts_in_no_constant() {
    need_holes
    run fit m.yaml -o m.st -q -s 'data.normalize={standardize: column}'
    expect_status 0
    run checkpoint show m.st --json
    tr -d ' \n' <stdout | sed 's/.*"mean":\[\([^]]*\)\],"std":\[\([^]]*\)\].*/\1,\2\n/' |
        tr ',' '\n' | awk '{printf "%.9f\n", $1}' >got
    awk -F, 'FNR > 1 {for (i = 2; i <= 4; i++)
            if ($i ~ /^[0-9.]+$/) {s[i] += $i; q[i] += $i * $i; n[i]++}}
        END {for (i = 2; i <= 4; i++) printf "%.9f\n", s[i] / n[i]
            for (i = 2; i <= 4; i++)
                printf "%.9f\n", sqrt(q[i] / n[i] - (s[i] / n[i]) ^ 2)}' holes.csv >want
    expect_same got want
}

test_a_number_fills_a_cell() {
    need_holes
    run fit m.yaml -o holes.st -q -s data.missing=-1.5
    expect_status 0
    awk -F, -v OFS=, 'FNR > 1 {for (i = 2; i <= 4; i++)
        if ($i !~ /^[0-9.]+$/) $i = -1.5} {print}' holes.csv >full.csv
    run fit m.yaml -o full.st -q -s data.train.csv=full.csv -s data.missing=null
    expect_same_weights holes.st full.st
    run predict full.st full.csv --proba
    cp stdout want
    run predict holes.st holes.csv --proba
    expect_same stdout want
    # The run goes on with it, and not with another one.
    run fit m.yaml -o holes.st -q --resume --epochs 4 -s data.missing=-1.5
    expect_status 0
    run fit m.yaml -o holes.st -q --resume --epochs 5
    expect_error 78 'cannot resume: data.missing was -1.5, is now mean'
}

test_labels_and_targets_are_never_missing() {
    need_holes
    sed '5s/^[a-z]*,/,/' holes.csv >nolabel.csv
    run fit m.yaml -o m.st -q -s data.train.csv=nolabel.csv
    expect_status 65
    expect_line stderr '^nolabel.csv:5:1: error: the label is empty'
    run fit m.yaml -o m.st -q -s data.train='{csv: holes.csv, ignore: [k], target_columns: [a]}' \
        -s train.regression=true -s 'layers.input0.shape=[2]' \
        -s layers.dense1.num_units=1 -s layers.dense1.nonlinearity=linear
    expect_status 65
    expect_line stderr '^holes.csv:3:5: error: cell is empty, expected a number'
}

test_what_cannot_be_filled() {
    need_holes
    sed '2,$s/^\([a-z]*\),[^,]*,/\1,,/' holes.csv >none.csv
    run fit m.yaml -o m.st -q -s data.train.csv=none.csv
    expect_error 78 "column 'a' has no value to take the mean of"
    small_config c.yaml
    run config check c.yaml -s data.missing=mean
    expect_error 78 'data.missing: has no effect without a source with columns'
    cat >bare.yaml <<'END'
data: {missing: mean, normalize: none}
layers: [input: {shape: [3]}, dense: {num_units: 2, nonlinearity: softmax}]
END
    run checkpoint save bare.yaml -o bare.st
    expect_error 78 'data.missing: mean needs data'
}

test_the_file_says_how_tables_and_parts_were_made() {
    need_holes
    sed 's/,/;/g; 2,$s/^/x;/; 1s/^/id;/' holes.csv >semi.csv
    run fit m.yaml -o m.st -q -s data.train='{csv: semi.csv, label_column: k, ignore: [id], delimiter: ";"}' \
        -s 'data.split={eval_size: 0.25, test_size: 1/3, shuffle: false}' \
        -s data.missing=0.5
    expect_status 0
    tr -d '\\' <m.st >header
    for part in '"inputs":"{"columns":["a","b","c"],"delimiter":";","ignore":["id"],"label":"k","missing":[0.5]}"' \
        '"targets":"{"kind":"class"}"' \
        '"split":"{"eval_size":"0.25","seed":42,"shuffle":false,"stratify":true,"test":10,"test_size":"1/3","train":14,"valid":6,"valid_rows":"'; do
        grep -qaF "$part" header || fail "the header lacks $part"
    done
    # 10, 11, .. as 64-bit numbers: the first six after the test part.
    rows=$(for i in 10 11 12 13 14 15; do printf "\\\\%o\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0\\\\0" $i; done)
    # shellcheck disable=SC2059 # the format is the bytes
    digest=$(printf "$rows" | sha256sum | cut -d' ' -f1)
    grep -qaF "\"valid_rows\":\"$digest\"" header || fail "another digest"
    run checkpoint verify m.st
    expect_status 0
    edit_header m.st bad.st 's/missing\\":\[0.5\]/missing\\":[\\"x\\"]/'
    run checkpoint verify bad.st
    expect_error 65 'metadata inputs: missing is malformed'
    edit_header m.st bad.st 's/missing\\":\[0.5\]/missing\\":[1,2]/'
    run predict bad.st holes.csv
    expect_error 65 'metadata inputs has not one number for missing cells'
    edit_header m.st bad.st 's/{\\"kind\\":\\"class/{\\"kind\\":\\"real/'
    run predict bad.st holes.csv
    expect_error 65 'metadata targets are of another kind'
}

test_many_values_are_cut() {
    awk 'BEGIN {for (i = 0; i < 12; i++) {
        printf "%d", i % 2; for (k = 0; k < 25; k++) printf ",%d", (i * k) % 9 + i
        print ""}}' >wide.csv
    cat >w.yaml <<'END'
data: {train: {csv: wide.csv}, missing: mean, normalize: {standardize: column}}
layers: [input: {shape: [25]}, dense: {num_units: 2, nonlinearity: softmax}]
train: {max_epochs: 1, learning_rate: 0.1}
END
    run fit w.yaml -o w.st -q
    expect_status 0
    run checkpoint show w.st
    [ "$(grep -c '(x - ' stdout)" -eq 20 ] || fail "not the first twenty"
    [ "$(grep -c '^ *and 5 more, all are in --json$' stdout)" -eq 2 ] ||
        fail "what is cut is not said"
}
