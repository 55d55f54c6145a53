# shellcheck shell=bash
# Metrics that a run is asked for: columns, keys, the file, a resumed run.

asked='train.metrics=[f1, {top_k: 3}, accuracy, auc]'

# $some: a configuration whose runs last a moment.
need_some() {
    some=$SHARED/some.yaml
    [ -e "$some" ] || cat >"$some" <<'YAML'
data:
  train: {digits: {count: 200}}
  test: {digits: {count: 90, seed: 3}}
layers:
  - input: {shape: [1, 28, 28]}
  - dense: {num_units: 10, nonlinearity: softmax}
train: {update: adam, max_epochs: 4, batch_size: 32}
YAML
}

# The value of a key in a line of --metrics.
value_of() { # KEY FILE
    sed -n "s/.*\"$1\": \([^,}]*\).*/\1/p" "$2"
}

test_columns_and_keys() {
    need_some
    run fit "$some" -o m --metrics m.jsonl -s "$asked" -s train.train_metrics=true
    expect_status 0
    expect_line stdout '^  epoch .*  valid acc       f1    top 3      auc    train f1    train top 3    train accuracy    train auc  dur$'
    for key in valid_f1 valid_top_3 valid_auc train_f1 train_top_3 \
        train_accuracy train_auc valid_accuracy; do
        value_of "$key" m.jsonl >"$key"
        [ "$(grep -cE '^(1\.0|0\.[0-9]+)$' "$key")" -eq 4 ] ||
            fail "$key: $(cat "$key")"
    done
    run checkpoint show m --history
    expect_line stdout '^epoch,train_loss,valid_loss,valid_accuracy,valid_f1,valid_top_3,valid_auc,train_f1,train_top_3,train_accuracy,train_auc,'
    run checkpoint show m
    expect_line stdout '^train top 3 '
}

# The weights are those of a run that measures nothing; what is measured on the
# training part is what evaluate finds there.
test_measuring_leaves_the_run_alone() {
    need_some
    run fit "$some" -o plain --metrics plain.jsonl -s train.restore_best=false
    run fit "$some" -o asked --metrics asked.jsonl -s "$asked" \
        -s train.train_metrics=true -s train.restore_best=false
    run checkpoint diff plain asked
    expect_stdout 'metadata config differs' 'metadata history differs'
    for key in train_loss valid_loss valid_accuracy; do
        value_of $key plain.jsonl >want
        value_of $key asked.jsonl >got
        expect_same got want
    done
    for part in train valid; do
        run evaluate asked "$some" --split $part --json --top-k 3
        expect_status 0
        for key in f1 auc; do
            sed -n "s/^  \"$key\": \(.*\),/\1/p" stdout >got
            value_of ${part}_$key asked.jsonl | tail -n 1 >want
            expect_same got want
        done
        sed -n 's/^ *"3": *//p' stdout >got
        value_of ${part}_top_3 asked.jsonl | tail -n 1 >want
        paste got want | awk '{exit !($1 - $2 < 1e-12 && $2 - $1 < 1e-12)}' ||
            fail "$part top 3: $(cat got want)"
    done
}

test_a_resumed_run_measures_the_same() {
    need_some
    run fit "$some" -o whole --metrics whole.jsonl -s "$asked" --threads 1
    run fit "$some" -o parts --epochs 2 --metrics parts.jsonl -s "$asked"
    run fit "$some" -o parts --resume --metrics parts.jsonl -s "$asked"
    expect_status 0
    sed 's/, "dur.*//' whole.jsonl >want
    sed 's/, "dur.*//' parts.jsonl >got
    expect_same got want
    run checkpoint diff parts whole
    expect_status 0
    run fit "$some" -o parts --resume --epochs 6 -s 'train.metrics=[f1]'
    expect_error 78 'train\.metrics was \[f1, \{top_k: 3\}, accuracy, auc\], is now \[f1\]$'
}

# From the probabilities alone, pair by pair.
test_auc_follows_from_the_probabilities() {
    need_some
    run fit "$some" -o m -q
    run evaluate m "$some" --json
    sed -n 's/^  "auc": \(.*\),/\1/p' stdout >auc
    sed -n 's/^  "balanced_accuracy": \(.*\),/\1/p' stdout >balanced
    run data convert "$some" --split test -o test.csv
    expect_status 0
    cut -d, -f1 test.csv >labels
    run predict m test.csv --labelled --proba
    tail -n +2 stdout | paste -d, labels - | awk -F, '
        {t[NR] = $1; best = 2
         for (k = 2; k <= 11; k++) {p[NR, k - 2] = $k; if ($k > $best) best = k}
         n[$1]++; hits[$1] += best - 2 == $1}
        END {
            for (k = 0; k < 10; k++) {
                for (i = 1; i <= NR; i++)
                    for (j = 1; j <= NR; j++)
                        if (t[i] == k && t[j] != k) {
                            pairs++
                            right += (p[i, k] > p[j, k]) + \
                                (p[i, k] == p[j, k]) / 2
                        }
                area += right / pairs / 10; right = pairs = 0
                recall += hits[k] / n[k] / 10
            }
            printf "%.12g %.12g\n", area, recall
        }' >want
    paste -d' ' auc balanced | awk '{printf "%.12g %.12g\n", $1, $2}' >got
    expect_same got want
}

test_scores_have_no_auc() {
    need_some
    run fit "$some" -o m -q -s train.loss=multiclass_hinge \
        -s layers.dense1.nonlinearity=linear
    expect_status 0
    run evaluate m "$some" --json
    expect_no_line stdout '"auc"'
    run evaluate m "$some" --fail-under auc=0.5
    expect_error 64 '--fail-under: auc needs probabilities'
    run evaluate m "$some" --fail-under mse=0.5
    expect_error 64 '--fail-under: mse is no metric of classes'
}
