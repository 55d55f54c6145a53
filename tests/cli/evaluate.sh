# shellcheck shell=bash
# Evaluation: against what predict prints, bounds, reports.

predict_all() { # leaves ./all, the plain predictions of the rows
    need_model
    need_digits
    run predict "$model" "$rows"
    expect_status 0
    cp stdout all
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
    [ "$(head -n 1 p.csv)" = row,true,predicted,probability ] ||
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

# Confusion, top-k and the classes' figures from the output of predict alone.
test_every_figure_follows_from_predict() {
    need_model
    need_digits
    run predict "$model" --top-k 3 "$rows"
    cut -d, -f1 "$digits" | paste - stdout | tr ' ' '\t' | awk '{
        n[$1, $2]++; near += $2 == $1 || $4 == $1 || $6 == $1
        truly[$1]++; said[$2]++
    } END {
        printf "%.17g\n", near / NR
        for (i = 0; i < 10; i++)
            for (k = 0; k < 10; k++)
                print n[i, k] + 0
        for (i = 0; i < 10; i++) {
            print said[i] ? sprintf("%.15g", n[i, i] / said[i]) : "null"
            print truly[i] ? sprintf("%.15g", n[i, i] / truly[i]) : "null"
        }
    }' >want
    run evaluate "$model" --csv "$digits" --json --top-k 3
    expect_status 0
    {
        sed -n 's/^ *"3": *//p' stdout | awk '{printf "%.17g\n", $1}'
        sed '1,/"confusion"/d; /"classes"/,$d' stdout | tr -d ' ,[]' | grep .
        sed -n 's/^ \{6\}"\(precision\|recall\)": *\([^,]*\),*$/\2/p' stdout |
            awk '{print $1 == "null" ? $1 : sprintf("%.15g", $1)}'
    } >got
    expect_same got want
}

test_bounds() {
    need_model
    for bound in accuracy=0 top_k=0.1 f1=0 loss=1000; do
        run evaluate "$model" "$config" --fail-under $bound
        expect_status 0
    done
    for bound in accuracy=1 f1=1 loss=0; do
        run evaluate "$model" "$config" -q --fail-under $bound
        expect_status 1
        expect_line stdout '^accuracy '
        expect_line stderr "^cnnctl evaluate: error: ${bound%=*} is [0-9.e-]+, asked for at (least|most) "
    done
    for bound in accuracy=1.01 top_k=1.5 f1=-0.1; do
        run evaluate none.safetensors none.yaml --fail-under $bound
        expect_error 64 "--fail-under: ${bound%=*}: .* is not in \\[0, 1\\]\$"
    done
    for bound in loss=-1 rmse=-1; do
        run evaluate none.safetensors none.yaml --fail-under $bound
        expect_error 64 "--fail-under: ${bound%=*}: -1 is less than 0\$"
    done
    run evaluate none.safetensors none.yaml --fail-under r2=2
    expect_error 64 '--fail-under: r2: 2 is more than 1$'
    for bound in accuracy f2=1 =1 accuracy=x 'accuracy=' loss=nan; do
        run evaluate none.safetensors none.yaml --fail-under "$bound"
        expect_error 64 '--fail-under: expected METRIC=VALUE'
    done
}

test_the_worst_have_the_largest_loss() {
    need_model
    need_digits
    run predict "$model" --proba "$rows"
    tail -n +2 stdout | paste -d, <(cut -d, -f1 "$digits") - |
        awk -F, '{printf "%d %.5f\n", NR - 1, -log($($1 + 2))}' |
        sort -s -k2,2gr | head -n 5 >want
    run evaluate "$model" --csv "$digits" --worst 5
    expect_status 0
    sed '1,/^ *row /d; 1d' stdout >table
    sed '1,/^ *row /d' stdout | tail -n +2 | awk '{print $1, $5}' >got
    expect_same got want
    run evaluate "$model" --csv "$digits" --worst 5 --json
    expect_status 0
    grep -A 100 '"worst": \[' stdout | sed -n 's/^ *"row": \([0-9]*\),$/\1/p' >got
    cut -d' ' -f1 want >rows
    expect_same got rows
    for key in true predicted probability; do
        [ "$(grep -A 100 '"worst": \[' stdout | grep -c "\"$key\":")" -eq 5 ] ||
            fail "worst has no $key"
    done
}

# A part of the source keeps the numbers of the source's records.
test_predictions_name_the_record_of_the_source() {
    need_model
    need_digits
    cat >part.yaml <<EOF
data:
  train: {csv: $digits}
  split: {eval_size: 0.25, shuffle: true}
layers:
  - input: {shape: [1, 28, 28]}
  - dense: {num_units: 10, nonlinearity: softmax}
EOF
    run evaluate "$model" part.yaml --split valid --predictions p.csv -q
    expect_status 0
    [ "$(tail -n +2 p.csv | cut -d, -f1 | sort -n | tail -n 1)" -ge \
        "$(tail -n +2 p.csv | wc -l)" ] || fail "rows are counted in the part"
    cut -d, -f1 "$digits" | awk -F, 'NR == FNR {label[NR - 1] = $1; next}
        FNR > 1 && label[$1] != $2 {print "row " $1 ": " $2; bad = 1}
        END {exit bad}' - p.csv || fail "a row of another record"
}

test_predictions_are_whole_or_not_there() {
    predict_all
    run evaluate "$model" --csv "$digits" --predictions p.csv -q
    expect_status 0
    run predict "$model" --top-k 1 --format csv "$rows"
    tail -n +2 stdout | paste -d, <(cut -d, -f1 "$digits") - |
        awk '{print NR - 1 "," $0}' >want
    tail -n +2 p.csv >got
    expect_same got want
    run evaluate "$model" --csv "$digits" --predictions none/p.csv
    expect_status 73
    expect_line stderr '^none/p\.csv: error: '
}

test_parts_of_the_configuration() {
    need_model
    for part in train:150 valid:50 test:60; do
        run evaluate "$model" "$config" --split "${part%:*}" --json
        expect_status 0
        expect_line stdout "\"samples\": ${part#*:},"
    done
    run evaluate "$model" "$config" --json
    expect_line stdout '"samples": 60,'
    run evaluate "$model" "$config" -s 'data.test=null'
    expect_error 78 'data\.test'
    run evaluate "$model" --split valid
    expect_error 64 'expected labelled samples: CONFIG'
}

test_samples_of_another_shape() {
    need_model
    sed 's/shape: .*/shape: [1, 20, 20]}/' "$config" >other.yaml
    for part in train valid test; do
        run evaluate "$model" other.yaml --split $part \
            -s 'data.train={csv: x.csv}' -s 'data.test={csv: x.csv}'
        [ "$status" -ne 0 ] || fail "$part: was read"
    done
    awk 'BEGIN {
        for (i = 0; i < 40; i++) {
            printf "%d", i % 10
            for (k = 0; k < 400; k++)
                printf ",%d", (i * k) % 251
            print ""
        }
    }' >x.csv
    for part in train valid test; do
        run evaluate "$model" other.yaml --split $part \
            -s 'data.train={csv: x.csv}' -s 'data.test={csv: x.csv}'
        expect_error 78 '(400|1x20x20).*(784|1x28x28)'
    done
}

test_classes_are_matched_by_name() {
    need_model
    need_digits
    run evaluate "$model" --csv "$digits" --json
    cp stdout all
    sed 's/^\([0-9]\),/00\1,/' "$digits" >zeros.csv
    run evaluate "$model" --csv zeros.csv --json
    expect_same stdout all
    sed -n '/^7,/p' "$digits" >sevens.csv
    run evaluate "$model" --csv sevens.csv --json
    expect_status 0
    sed '1,/"confusion"/d; /"classes"/,$d' stdout | tr -d ' ,[]' | grep . |
        awk '{row = int((NR - 1) / 10); sum[row] += $1}
             END {exit !(sum[7] == 6 && NR == 100)}' ||
        fail "sevens are not in row 7"
    expect_line stdout '"recall": null'
    sed '3s/^[0-9]*/eleven/' "$digits" >unknown.csv
    run evaluate "$model" --csv unknown.csv
    expect_error 78 'eleven'
}

test_wrong_usage() {
    run evaluate none.safetensors
    expect_error 64 'expected labelled samples: CONFIG'
    run evaluate none.safetensors c.yaml --csv x.csv
    expect_error 64 'one of them'
    run evaluate none.safetensors --labels x
    expect_error 64 '--labels: needs --images'
    run evaluate none.safetensors --csv x.csv -s seed=1
    expect_error 64 '--set'
    need_model
    run evaluate "$model" --images x
    expect_error 64 '--images: needs --labels'
    run evaluate "$model" "$config" --top-k 11
    expect_error 64 '--top-k: 11 is not in \[1, 10\]'
}

test_progress_is_off_the_results() {
    need_model
    run evaluate "$model" "$config"
    expect_no_stderr
    cp stdout plain
    run evaluate "$model" "$config" --progress=always
    expect_same stdout plain
    expect_line stderr 'evaluate .*100 %'
    run evaluate "$model" "$config" --progress=always -q
    expect_no_stderr
}

# A hinge loss compares scores, which nothing passes off as probabilities.
test_scores_are_no_probabilities() {
    small_config c.yaml
    need_digits
    run fit c.yaml -q -o m -s train.loss=multiclass_hinge -s layers.dense5.nonlinearity=linear
    expect_status 0
    for option in --proba '--top-k 2' '--threshold 0.5'; do
        # shellcheck disable=SC2086 # an option and its value
        run predict m "$rows" $option
        expect_error 64 "^cnnctl predict: error: ${option%% *}: the last layer, dense5, has outputs that are no probabilities; --logits prints them$"
    done
    run predict m "$rows" --logits
    expect_status 0
    run evaluate m c.yaml --split valid --calibration
    expect_error 64 ': --calibration: the last layer has outputs that are no probabilities'
    run evaluate m c.yaml --split valid --predictions p.csv --worst 1 --json
    expect_status 0
    expect_line p.csv '^0,[0-9],[0-9],$'
    expect_line stdout '"probability": null'
    # The loss is that of training.
    loss=$(sed -n 's/^  "loss": \([0-9.e-]*\),*$/\1/p' stdout)
    run checkpoint show m --history
    awk -F, -v want="$loss" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "valid_data_loss") at = i }
        NR > 1 { d = $at - want; if (d * d < 1e-12) found = 1 }
        END { exit !found }' stdout || fail "evaluate says a loss of $loss"
}
