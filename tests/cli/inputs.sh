# shellcheck shell=bash
# A network that learns its own inputs: without labels, printed in raw values.

# $rows: 150 rows of 6 numbers, of which two are sums of others and one never
# varies; $auto and the model $m of it.
need_inputs() {
    rows=$SHARED/rows.csv auto=$SHARED/auto.yaml m=$SHARED/auto.safetensors
    [ ! -e "$m" ] || return 0
    awk 'BEGIN {
        srand(11); print "a,b,c,d,e,f"
        for (i = 0; i < 150; i++) {
            a = rand() * 8; b = rand() * 4 - 9; c = rand() * 2
            printf "%.5f,%.5f,%.5f,%.5f,%.5f,3\n", a, b, c, a + b, b - c
        }
    }' >"$rows"
    cat >"$auto" <<'YAML'
data:
  train: {csv: rows.csv}
  test: {csv: rows.csv}
layers:
  - input: {shape: [6]}
  - dense: {num_units: 4, nonlinearity: linear}
  - dense: {num_units: 6, nonlinearity: linear}
train:
  regression: true
  targets: inputs
  metrics: [r2, mse]
  max_epochs: 30
  batch_size: 16
  learning_rate: 0.05
YAML
    run fit "$auto" -o "$m" --metrics "$SHARED/metrics.jsonl"
    expect_status 0
    cp stdout "$SHARED/fit.out"
}

test_columns_of_a_network_of_inputs() {
    need_inputs
    expect_line "$SHARED/fit.out" ' train/val       r2      mse  dur$'
    run evaluate "$m" "$auto" --fail-under r2=0.5
    expect_status 0
    run evaluate "$m" "$auto" --split valid --json
    for key in r2 mse; do
        sed -n "s/^  \"$key\": \([^,]*\),*\$/\1/p" stdout |
            awk '{printf "%.12g\n", $1}' >got
        epoch=$("$CNNCTL" checkpoint show --json "$m" |
            sed -n 's/^  "best_epoch": \(.*\),$/\1/p')
        sed -n "s/^{\"epoch\": $epoch,.*\"valid_$key\": \([^,]*\),.*/\1/p" \
            "$SHARED/metrics.jsonl" | awk '{printf "%.12g\n", $1}' >want
        expect_same got want
    done
}

# Loss, mse and r2 in normalized units from what predict prints in raw ones.
test_figures_follow_from_raw_values() {
    need_inputs
    run checkpoint show "$m"
    std=$(sed -n 's/^normalization .* \/ \(.*\)$/\1/p' stdout)
    run predict "$m" --format csv "$rows"
    expect_status 0
    [ "$(head -n 1 stdout)" = a,b,c,d,e,f ] || fail "header $(head -n 1 stdout)"
    paste -d, "$rows" stdout | tail -n +2 | awk -F, -v std="$std" '{
        for (k = 1; k <= 6; k++) {
            off = ($(k + 6) - $k) / std
            squares += off * off; left[k] += off * off
            sum[k] += $k / std; square[k] += $k * $k / std / std
        }
    } END {
        # The sixth never varies, there is nothing to explain.
        for (k = 1; k <= 5; k++)
            r2 += 1 - left[k] / (square[k] - sum[k] * sum[k] / NR)
        printf "%.5f\n%.5f\n%.5f\n", r2 / 5, \
            squares / NR / 6, squares / NR / 6
    }' >want
    run evaluate "$m" "$auto" --json
    for key in r2 mse loss; do
        sed -n "s/^  \"$key\": \([^,]*\),*\$/\1/p" stdout
    done | awk '{printf "%.5f\n", $1}' >got
    expect_same got want
}

test_inputs_are_learnt_alike_by_any_threads() {
    need_inputs
    for threads in 1 3; do
        run fit "$auto" -o t$threads -q --threads $threads
        expect_status 0
        expect_same t$threads "$m"
    done
    run fit "$auto" -o parts -q --epochs 7
    run fit "$auto" -o parts -q --resume --epochs 30
    expect_status 0
    run checkpoint diff parts "$m"
    expect_status 0
    run checkpoint verify "$m"
    expect_status 0
}

# A label that the document names is passed over.
test_labels_are_not_needed() {
    need_inputs
    awk -F, -v OFS=, 'NR == 1 {print "kind", $0} NR > 1 {print "x", $0}' \
        "$rows" >"$SHARED/named.csv"
    run fit "$auto" -o n -q -s data.train.csv="$SHARED/named.csv" \
        -s data.train.label_column=kind -s data.test=null
    expect_status 0
    run checkpoint diff n "$m"
    expect_stdout 'metadata config differs'
    cat >digits.yaml <<'YAML'
data: {train: {digits: {count: 40}}}
layers:
  - input: {shape: [1, 28, 28]}
  - dense: {num_units: 8}
  - dense: {num_units: 784, nonlinearity: linear}
train: {regression: true, targets: inputs, max_epochs: 2, learning_rate: 0.01}
YAML
    run fit digits.yaml -o d -q
    expect_status 0
    run evaluate d digits.yaml --split valid --json
    expect_line stdout '"r2": -?[0-9]'
}

test_what_inputs_have_not() {
    need_inputs
    for option in --proba --logits "--top-k 1"; do
        # shellcheck disable=SC2086 # two words
        run predict "$m" $option "$rows"
        expect_error 64 'not of a regression model$'
    done
    run evaluate "$m" "$auto" --predictions p.csv
    expect_error 64 '--predictions: the model learns its inputs'
    run evaluate "$m" "$auto" --fail-under accuracy=0.5
    expect_error 64 '--fail-under: accuracy is no metric of learnt inputs$'
    run fit "$auto" -o x -s train.regression=false -s train.metrics=null
    expect_error 78 'train\.targets: has no effect without regression: true'
    run fit "$auto" -o x -s data.train.target_columns='[a]' -s data.test=null
    expect_error 78 'has no effect beside train\.targets: inputs'
    run fit "$auto" -o x -s layers.dense2.num_units=5
    expect_error 78 '5 output units, but the network has 6 inputs'
}

test_gradients_of_inputs() {
    need_inputs
    run fit "$auto" --check
    expect_status 0
}

# Nothing reads answers that a document does not promise.
test_inputs_meet_a_model_of_classes() {
    need_inputs
    cat >classes.yaml <<'YAML'
data: {normalize: none}
layers:
  - input: {shape: [6]}
  - dense: {num_units: 2, nonlinearity: softmax}
YAML
    run checkpoint save classes.yaml -o k
    expect_status 0
    run evaluate k "$auto"
    expect_error 78 'the samples have inputs, the network is of classes$'
}

# Saved untrained, without data, too.
test_numbers_need_no_data_to_be_saved() {
    need_inputs
    for targets in inputs null; do
        run checkpoint save "$auto" -s data=null -s data.normalize=scale \
            -s train.targets=$targets -o fresh --force
        expect_status 0
        run checkpoint verify fresh
        expect_status 0
    done
    seq -s , 6 >one.csv
    run predict fresh one.csv
    expect_status 0
}

# Columns that are left out stand in a table without a header, too.
test_ignored_columns_of_inputs() {
    need_inputs
    tail -n +2 "$rows" | nl -w 1 -s , >"$SHARED/counted.csv"
    run fit "$auto" -o c -q -s data.train.csv="$SHARED/counted.csv" \
        -s data.train.ignore='[0]' -s data.test=null
    expect_status 0
    run evaluate c --csv "$SHARED/counted.csv"
    expect_status 0
}

test_stats_of_inputs() {
    need_inputs
    run data stats "$auto"
    expect_status 0
    expect_line stdout '^targets  6, the inputs$'
    run data stats --json "$auto"
    expect_line stdout '"targets": 6'
}

# All rows alike have no variance that could be explained.
test_r2_of_constant_inputs() {
    need_inputs
    awk 'BEGIN {
        print "a,b,c,d,e,f"
        for (i = 0; i < 5000; i++) print "0.1,0.7,1.3,2.9,0.3,3"
    }' >alike.csv
    run evaluate "$m" --csv alike.csv --json
    expect_line stdout '"r2": null'
}

test_images_without_labels_as_csv() {
    cat >pictures.yaml <<'YAML'
data: {train: {images: few.idx}}
layers:
  - input: {shape: [1, 2, 2]}
  - dense: {num_units: 4, nonlinearity: linear}
train: {regression: true, targets: inputs, max_epochs: 1, learning_rate: 0.01}
YAML
    printf '\0\0\10\3\0\0\0\2\0\0\0\2\0\0\0\2\1\2\3\4\5\6\7\10' >few.idx
    run data convert pictures.yaml -o -
    expect_status 0
    printf '1,2,3,4\n5,6,7,8\n' >want
    expect_same stdout want
}
