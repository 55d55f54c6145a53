# shellcheck shell=bash
# Regression: numbers learnt, predicted and judged.

# $lines: 300 rows a,b,y,z,c with y = 2a - 3b + 1 and z = a + c - 2, a little
# noise on y; $reg and the model $m of it.
need_regression() {
    lines=$SHARED/lines.csv reg=$SHARED/reg.yaml m=$SHARED/reg.safetensors
    features=$SHARED/features.csv
    [ ! -e "$m" ] || return 0
    awk 'BEGIN {
        srand(3); print "a,b,y,z,c"
        for (i = 0; i < 300; i++) {
            a = rand() * 4 - 2; b = rand() * 4 - 2; c = rand() * 4 - 2
            printf "%.6f,%.6f,%.6f,%.6f,%.6f\n", a, b,
                2 * a - 3 * b + 1 + 0.2 * (rand() - 0.5), a + c - 2, c
        }
    }' >"$lines"
    cut -d, -f1,2,5 "$lines" >"$features"
    cat >"$reg" <<'YAML'
data:
  train: {csv: lines.csv, target_columns: [y, 3]}
  test: {csv: lines.csv, target_columns: [2, 3]}
layers:
  - input: {shape: [3]}
  - dense: {num_units: 2, nonlinearity: linear}
train: {regression: true, max_epochs: 20, batch_size: 16, learning_rate: 0.05}
YAML
    run fit "$reg" -o "$m" --metrics "$SHARED/metrics.jsonl"
    expect_status 0
    cp stdout "$SHARED/fit.out"
    cp stderr "$SHARED/fit.err"
}

value_of() { # FILE KEY
    sed -n "s/.*\"$2\": *\\([-0-9.e]*\\).*/\\1/p" "$1"
}

# Is |A - B| <= LIMIT * |B|?
expect_near() { # WHAT A B LIMIT
    awk -v a="$2" -v b="$3" -v l="$4" 'BEGIN {
        d = a - b; d = d < 0 ? -d : d; b = b < 0 ? -b : b
        exit a == "" || b == "" || !(d <= l * b) }' ||
        fail "$1: $2, expected $3"
}

test_fit_learns_a_linear_relation_without_accuracy() {
    need_regression
    expect_line "$SHARED/fit.out" \
        '^  epoch    train loss    valid loss    train/val  dur$'
    expect_no_line "$SHARED/fit.out" 'acc'
    expect_no_line "$SHARED/fit.err" 'acc|A00'
    expect_line "$SHARED/metrics.jsonl" '"valid_accuracy": null'
    run evaluate "$m" "$reg"
    expect_status 0
    for name in samples loss r2 rmse mae; do
        expect_line stdout "^$name +[0-9.]+\$"
    done
    run evaluate "$m" "$reg" --fail-under r2=0.99
    expect_status 0
    run evaluate "$m" "$reg" --fail-under r2=0.99999
    expect_status 1
    run evaluate "$m" "$reg" --fail-under rmse=0.001
    expect_status 1
    run evaluate "$m" "$reg" --fail-under mae=1
    expect_status 0
}

# The metrics from what predict prints, whose nine digits are all of a float.
# R2 is 1 - residuals / spread of the TRUE values, the mean of both targets.
test_evaluate_agrees_with_predict() {
    need_regression
    run predict "$m" "$features"
    expect_status 0
    paste -d, <(tail -n +2 "$lines" | cut -d, -f3,4) <(tr '\t' , <stdout) >both
    expect_line_count both 300
    awk -F, '{
        n++
        for (k = 1; k <= 2; k++) {
            t[k, n] = $k; s[k] += $k
            d = $k - $(k + 2); sq[k] += d * d; ab += d < 0 ? -d : d
        }
    } END {
        for (k = 1; k <= 2; k++) {
            v = 0
            for (i = 1; i <= n; i++)
                v += (t[k, i] - s[k] / n) ^ 2
            r2 += (1 - sq[k] / v) / 2
        }
        printf "%.17g %.17g %.17g\n", r2, sqrt((sq[1] + sq[2]) / n / 2), ab / n / 2
    }' both >want
    read -r r2 rmse mae <want
    run evaluate "$m" --csv "$lines" --json --predictions p.csv
    expect_status 0
    cp stdout all.json
    expect_near r2 "$(value_of all.json r2)" "$r2" 1e-6
    expect_near rmse "$(value_of all.json rmse)" "$rmse" 1e-5
    expect_near mae "$(value_of all.json mae)" "$mae" 1e-5
    expect_near loss "$(value_of all.json loss)" \
        "$(awk '{printf "%.17g", $2 * $2}' want)" 1e-5
    [ "$(head -n 1 p.csv)" = row,y,y_predicted,target1,target1_predicted ] ||
        fail "the header of --predictions"
    tail -n +2 p.csv | cut -d, -f3,5 >predicted
    cut -d, -f3,4 both >printed
    expect_same predicted printed
    run evaluate "$m" "$reg" --json
    expect_status 0
    expect_same stdout all.json
}

test_predict_layouts_of_numbers() {
    need_regression
    head -n 2 "$features" >one.csv
    run predict "$m" one.csv
    expect_line stdout $'^[-0-9.]+\t[-0-9.]+$'
    expect_line_count stdout 1
    y=$(tr '\t' , <stdout)
    run predict "$m" one.csv --format csv
    expect_stdout y,target1 "$y"
    run predict "$m" one.csv --format jsonl
    expect_stdout "{\"target\": [${y/,/, }]}"
    head -n 2 "$lines" >labelled.csv
    run predict "$m" --labelled labelled.csv --format csv
    expect_stdout y,target1 "$y"
    run predict "$m" labelled.csv --format csv
    expect_stdout y,target1 "$y"
    tail -n 1 labelled.csv >headless.csv
    run predict "$m" headless.csv
    expect_line stderr 'if the targets are among them, use --labelled$'
    expect_status 65
}

test_what_regression_has_not_is_refused() {
    need_regression
    for options in --proba '--top-k 1'; do
        # shellcheck disable=SC2086 # an option and its value
        run predict "$m" $options "$features"
        expect_error 64 'not of a regression model$'
    done
    for options in '--top-k 1' '--worst 3'; do
        # shellcheck disable=SC2086
        run evaluate "$m" "$reg" $options
        expect_error 64 'not of a regression model$'
    done
    run evaluate "$m" "$reg" --fail-under accuracy=0.9
    expect_error 64 'accuracy is no metric of regression$'
    need_model
    run evaluate "$model" "$config" --fail-under r2=0.9
    expect_error 64 'r2 is no metric of classes$'
    need_digits
    cat >other.yaml <<YAML
data:
  train: {csv: $digits, target_columns: [0]}
  test: {csv: $digits, target_columns: [0]}
layers: [input: {shape: [1, 28, 28]}, dense: {num_units: 1}]
YAML
    run evaluate "$model" other.yaml
    expect_error 78 'data.test: the samples have targets, the network is of '
    run info other.yaml
    expect_status 0
    cut -d, -f1-4 "$lines" | tail -n +2 >labels.csv
    cat >other.yaml <<YAML
data: {train: {csv: labels.csv}, test: {csv: labels.csv}}
layers: [input: {shape: [3]}, dense: {num_units: 1}]
YAML
    run evaluate "$m" other.yaml
    expect_error 78 'data.test: the samples have no targets, the network is of '
}

test_resume_info_data_and_verify_know_regression() {
    need_regression
    run fit "$reg" -o half --epochs 10 -q
    run fit "$reg" -o half --resume -q
    expect_status 0
    run fit "$reg" -o whole -q
    expect_status 0
    expect_same half whole
    awk 'NR == 9 {sub(/,[^,]*$/, ",1.5")} {print}' "$lines" >other.csv
    run fit "$reg" -o half --resume --epochs 21 \
        --set data.train.csv="$PWD/other.csv"
    expect_error 78 'the data \(its SHA-256\)'
    awk -F, -v OFS=, 'NR == 9 {$3 += 1} {print}' "$lines" >other.csv
    run fit "$reg" -o half --resume --epochs 21 \
        --set data.train.csv="$PWD/other.csv"
    expect_error 78 'the data \(its SHA-256\)'
    run checkpoint verify whole
    expect_status 0
    run checkpoint show whole
    expect_status 0
    expect_line stdout '^classes +none, regression$'
    run data stats "$reg"
    expect_line stdout '^targets  2$'
    run data show "$reg"
    expect_line stdout '^sample 0, target '
    run info whole
    expect_status 0
    sed 's/shape: .3./shape: [1, 8, 8]/' "$reg" >image.yaml
    run info image.yaml --suggest
    expect_line stdout 'num_units: 2, nonlinearity: linear'
    run bench "$reg" --seconds 0.1
    expect_status 0
    run checkpoint save "$reg" -o fresh
    expect_status 0
    run predict fresh "$features"
    expect_line_count stdout 300
}

# Two epochs of gradient descent written out: a tanh layer of two outputs, mean
# of squares over all elements, batches of 4, 4 and 2.  The program computes in
# float: 6 updates of a few roundings each, 2^-24 relative, on numbers near 1.
test_two_epochs_against_the_formulas() {
    awk 'BEGIN { for (i = 0; i < 10; i++) printf "%d,%.3f,%.3f,%d,%.3f\n",
        i % 3, sin(i) / 2, cos(3 * i) / 2, i % 4 - 1, sin(2 * i) }' >t.csv
    cat >t.yaml <<'YAML'
data:
  train: {csv: t.csv, target_columns: [4, 1]}
  split: {eval_size: 0}
  normalize: none
layers:
  - input: {shape: [3]}
  - dense: {num_units: 2, nonlinearity: tanh, W: {constant: {val: 0.1}}}
train: {regression: true, max_epochs: 2, batch_size: 4, shuffle: false,
        update: sgd, learning_rate: 0.5}
YAML
    run fit t.yaml -o m --metrics t.jsonl -q
    expect_status 0
    cut -d, -f1,3,4 t.csv >x.csv
    run predict m x.csv
    expect_status 0
    tr '\t' ' ' <stdout >got
    awk -F, '
    function tanh(z) { return 1 - 2 / (exp(2 * z) + 1) }
    function out(i, k, j, z) {
        z = bias[k]
        for (j = 1; j <= 3; j++) z += w[k, j] * x[i, j]
        return tanh(z)
    }
    { n++; x[n, 1] = $1; x[n, 2] = $3; x[n, 3] = $4; t[n, 1] = $5; t[n, 2] = $2 }
    END {
        for (k = 1; k <= 2; k++) for (j = 1; j <= 3; j++) w[k, j] = 0.1
        for (epoch = 1; epoch <= 2; epoch++) {
            loss = 0
            for (first = 1; first <= n; first += 4) {
                last = first + 3 < n ? first + 3 : n
                for (k = 1; k <= 2; k++) {
                    gb = g1 = g2 = g3 = 0
                    for (i = first; i <= last; i++) {
                        y = out(i, k); d = y - t[i, k]; loss += d * d / 2
                        g = 2 * d * (1 - y * y) / 2 / (last - first + 1)
                        gb += g; g1 += g * x[i, 1]
                        g2 += g * x[i, 2]; g3 += g * x[i, 3]
                    }
                    bias[k] -= gb / 2; w[k, 1] -= g1 / 2
                    w[k, 2] -= g2 / 2; w[k, 3] -= g3 / 2
                }
            }
            printf "%.9g\n", loss / n >"losses"
        }
        for (i = 1; i <= n; i++) printf "%.9g %.9g\n", out(i, 1), out(i, 2)
    }' t.csv >want
    paste -d' ' got want | awk '{
        for (k = 1; k <= 2; k++) { d = $k - $(k + 2)
            if (!(d * d <= 1e-12)) { bad = 1; print "row " NR ": " $0 } }
    } END { exit bad || NR != 10 }' >differences ||
        fail "predictions differ:" "$(cat differences)"
    value_of t.jsonl train_loss | paste -d' ' - losses |
        awk '{ d = $1 - $2; if (!(d * d <= 1e-12)) bad = 1; print }
            END { exit bad || NR != 2 }' >differences ||
        fail "losses differ:" "$(cat differences)"
}
