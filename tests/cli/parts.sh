# shellcheck shell=bash
# What is held out of the training source: a test part, then a validation part.

# Forty rows of two numbers, the first a row's own: $parts.
need_parts() {
    parts=parts.csv
    awk 'BEGIN {for (i = 0; i < 40; i++) print (i % 5 < 2 ? "b" : "a") "," i "," i % 7}' \
        >$parts
    cat >parts.yaml <<'END'
data:
  train: {csv: parts.csv}
  split: {test_size: 1/4, eval_size: 0.5, shuffle: false}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 2, learning_rate: 0.01}
END
}

# By the rules, without the program: of each class the first quarter is the
# test, of the rest the first half validates.
expected_parts() { # TEST EVAL - leaves ./test.want, valid.want, train.want
    awk -F, -v t="$1" -v e="$2" '
        function up(x) {return x == int(x) ? x : int(x) + 1}
        {class[NR] = $1; n[$1]++}
        END {for (i = 1; i <= NR; i++) {
            k = class[i]; m = up(n[k] * t - 1e-9); v = up((n[k] - m) * e - 1e-9)
            seen[k]++
            print i - 1 > (seen[k] <= m ? "test" : seen[k] <= m + v ? "valid" : "train") ".want"
        }}' $parts
}

test_a_test_part_is_held_out_first() {
    need_parts
    run fit parts.yaml -o m.st -q
    expect_status 0
    expected_parts 0.25 0.5
    for part in test valid train; do
        run evaluate m.st parts.yaml --split $part --predictions p.csv --force
        expect_status 0
        expect_no_stderr
        tail -n +2 p.csv | cut -d, -f1 >got
        expect_same got $part.want
    done
    # Without --split it is the test samples.
    run evaluate m.st parts.yaml --predictions p.csv --force
    tail -n +2 p.csv | cut -d, -f1 >got
    expect_same got test.want
    run data stats parts.yaml --split test --json
    expect_line stdout '"samples": 10,'
}

test_nothing_that_training_knows_is_of_the_test_part() {
    need_parts
    run fit parts.yaml -o m.st -q
    expected_parts 0.25 0.5
    cat valid.want train.want | awk -F, 'NR == FNR {row[$1] = 1; next}
        (FNR - 1) in row {sum += $2 + $3; n += 2}
        END {printf "%.6f\n", sum / n}' - $parts >want
    run checkpoint show m.st --json
    tr -d ' \n' <stdout | sed 's/.*"mean":\[\([0-9.]*\)\].*/\1\n/' |
        awk '{printf "%.6f\n", $1}' >got
    expect_same got want
    # Other values in the test part make the same weights.
    cp $parts before.csv
    awk -F, -v OFS=, 'NR == FNR {row[$1] = 1; next}
        (FNR - 1) in row {$2 = 200; $3 = 250} {print}' test.want before.csv >$parts
    run fit parts.yaml -o other.st -q
    expect_status 0
    run checkpoint diff m.st other.st
    expect_no_line stdout '^[^m]|^metadata (history|normalization|classes|config)'
}

test_a_test_part_has_a_stream_of_its_own() {
    need_parts
    for seed in 1 2; do
        run fit parts.yaml -o $seed.st -q -s data.split.shuffle=true -s seed=$seed
        expect_status 0
        run evaluate $seed.st parts.yaml -s data.split.shuffle=true \
            -s seed=$seed --predictions $seed.csv
        expect_status 0
        expect_no_stderr
        tail -n +2 $seed.csv | cut -d, -f1,2 | sort -n >$seed.rows
        [ "$(cut -d, -f2 $seed.rows | sort | uniq -c | tr -s ' \n' ' ')" = \
            ' 6 a 4 b ' ] || fail "not of each class a quarter"
    done
    ! cmp -s 1.rows 2.rows || fail "the seed does not matter"
    # The validation samples are no others for a share of nothing.
    run fit parts.yaml -o m.st -q -s 'data.split={eval_size: 0.5}'
    run evaluate m.st parts.yaml -s 'data.split={eval_size: 0.5}' --split test
    expect_error 78 'data.test: is missing, and data.split has no test_size'
}

test_another_test_part_is_said() {
    need_parts
    run fit parts.yaml -o m.st -q
    run evaluate m.st parts.yaml -s data.split.test_size=0.5
    expect_status 0
    expect_line stderr 'warning: the model was trained with data.split \{.*test_size: 1/4.*cut by .*test_size: 0.5'
}

test_a_test_part_in_regression() {
    need_parts
    cat >real.yaml <<'END'
data:
  train: {csv: parts.csv, ignore: [0], target_columns: [2]}
  split: {test_size: 0.25, eval_size: 0.5, shuffle: false}
layers:
  - input: {shape: [1]}
  - dense: {num_units: 1}
train: {max_epochs: 2, regression: true, learning_rate: 0.01}
END
    run fit real.yaml -o r.st -q
    expect_status 0
    run evaluate r.st real.yaml --predictions p.csv
    expect_status 0
    [ "$(tail -n +2 p.csv | cut -d, -f1 | paste -s -d ' ')" = \
        '0 1 2 3 4 5 6 7 8 9' ] || fail "not the first quarter"
}
