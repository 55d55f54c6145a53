# shellcheck shell=bash
# Two models on the same samples, and how sure one is.

# $model and $other: the same network after two epochs and after one; labels
# that make some of the rows right: $known.csv.
need_two() {
    need_model
    need_digits
    other=$SHARED/other.safetensors known=$SHARED/known.csv
    [ ! -e "$known" ] || return 0
    run fit "$config" -o "$other" -q --epochs 1 -s seed=7
    expect_status 0
    run predict "$model" "$rows"
    cp stdout mine
    run predict "$other" "$rows"
    paste -d, mine stdout "$rows" | awk -F, -v OFS=, '{
        label = NR % 5 < 2 ? $1 : NR % 5 < 4 ? $2 : 3
        $1 = ""; $2 = ""; print label substr($0, 2)}' >"$known"
}

# Of --predictions of both models: which rows are right where.
count_right() { # leaves ./counts: both, this, other, neither
    run evaluate "$model" --csv "$known" -q --predictions a.csv --force
    run evaluate "$other" --csv "$known" -q --predictions b.csv --force
    paste -d, a.csv b.csv | tail -n +2 | awk -F, '{
        a = $2 == $3; b = $6 == $7
        both += a && b; this += a && !b; that += !a && b; none += !a && !b
    } END {print both + 0, this + 0, that + 0, none + 0}' >counts
}

test_samples_that_one_model_alone_has_right() {
    need_two
    count_right
    run evaluate "$model" --csv "$known" --compare "$other" --json
    expect_status 0
    for key in both_right this_alone other_alone both_wrong; do
        sed -n "s/^ *\"$key\": \([0-9]*\),/\1/p" stdout
    done | paste -s -d ' ' >got
    expect_same got counts
    awk '{exit !($2 + $3 > 0)}' counts || fail "the models do not differ"
    run evaluate "$model" --csv "$known" --compare "$other"
    expect_line stdout "^compared with $other\$"
    expect_line stdout "^McNemar's test, (exact binomial|chi square.*): p [0-9.e-]+\$"
    # What stands before is what is printed without it.
    sed '/^compared with/,$d' stdout | sed '$d' >before
    run evaluate "$model" --csv "$known"
    expect_same before stdout
    # A model does not differ from itself.
    run evaluate "$model" "$config" --compare "$model" --json
    expect_line stdout '"this_alone": 0,'
    expect_line stdout '"test": "exact"'
    expect_line stdout '"statistic": null'
    expect_line stdout '"p_value": 1.0'
}

test_the_test_is_the_exact_one_for_few() {
    need_two
    count_right
    run evaluate "$model" --csv "$known" --compare "$other" --json
    sed -n 's/^ *"p_value": //p' stdout | paste -d ' ' counts - | awk '{
        a = $2; b = $3; n = a + b
        few = a < b ? a : b
        if (n < 25) {
            ways = 1; for (k = 0; k <= few; k++) {sum += ways; ways *= (n - k) / (k + 1)}
            p = sum * 2 / 2 ^ n; if (p > 1) p = 1
        } else exit 0
        d = p - $5; exit d > 1e-9 || d < -1e-9}' || fail "another p"
}

test_columns_and_classes_are_the_other_models_own() {
    printf 'a,b,k\n' >t.csv
    for i in 1 2 3 4 5 6; do printf '%s,0.%s,no\n0.%s,%s,yes\n' $i $i $i $i; done >>t.csv
    awk -F, -v OFS=, '{print $3, $2, $1}' t.csv >turned.csv
    cat >t.yaml <<'END'
data: {train: {csv: t.csv, label_column: k}, split: {eval_size: 0}}
layers: [input: {shape: [2]}, dense: {num_units: 2, nonlinearity: softmax}]
train: {max_epochs: 80, update: adam, learning_rate: 0.1}
END
    run fit t.yaml -o one.st -q
    run fit t.yaml -o two.st -q -s data.train.csv=turned.csv \
        -s 'data.classes=[yes, no]'
    run evaluate one.st t.yaml --split train --compare two.st --json
    expect_status 0
    expect_line stdout '"both_right": 12,'
}

test_how_sure_and_how_often_right() {
    need_two
    run evaluate "$model" --csv "$known" -q --predictions p.csv
    tail -n +2 p.csv | awk -F, '{
        m = int($4 * 15); if (m == $4 * 15) m--
        n[m]++; right[m] += $2 == $3; sum[m] += $4; all++
    } END {
        for (m in n) {d = right[m] - sum[m]; e += d < 0 ? -d : d}
        printf "%.5f\n", e / all
        for (m = 0; m < 15; m++) print n[m] + 0}' >want
    run evaluate "$model" --csv "$known" --calibration
    expect_status 0
    expect_line stdout "^expected calibration error  $(head -n 1 want)\$"
    run evaluate "$model" --csv "$known" --calibration --json
    {
        sed -n 's/^ *"expected_error": \([0-9.e-]*\),/\1/p' stdout |
            awk '{printf "%.5f\n", $1}'
        sed '1,/"bins"/d' stdout | sed -n 's/^ *"samples": \([0-9]*\),/\1/p'
    } >got
    expect_same got want
}

test_what_cannot_be_compared() {
    need_two
    run evaluate "$model" --csv - --compare "$other" <"$known"
    expect_error 64 '--compare: standard input can be read only once'
    run evaluate "$model" --csv "$known" --compare none.st
    expect_error 66 'none.st'
    cat >real.yaml <<END
data: {train: {csv: $known, target_columns: [0]}}
layers: [input: {shape: [784]}, dense: {num_units: 1}]
train: {max_epochs: 1, regression: true, learning_rate: 1e-4}
END
    run fit real.yaml -o real.st -q
    expect_status 0
    run evaluate "$model" --csv "$known" --compare real.st
    expect_error 64 '--compare: real.st is of regression'
    for words in "--compare $model" --calibration; do
        # shellcheck disable=SC2086 # a list of words
        run evaluate real.st --csv "$known" $words
        expect_error 64 "${words% *}: not of a regression model"
    done
    cat >linear.yaml <<END
data: {normalize: none}
layers: [input: {shape: [784]}, dense: {num_units: 10, nonlinearity: linear}]
END
    run checkpoint save linear.yaml -o linear.st
    expect_status 0
    run evaluate linear.st --csv "$known" --calibration
    expect_error 64 '--calibration: the last layer has outputs that are no prob'
    run predict linear.st "$rows" --threshold 0.5
    expect_error 64 '--threshold: the last layer, dense1, has outputs'
}
