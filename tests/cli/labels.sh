# shellcheck shell=bash
# Several labels a sample, two classes of one output, weights of classes.

# $many: 200 rows u,v,red,w,big,odd with red = u > 0, big = v + w > 1 and
# odd = u v > 0; $lab and the model $m of it; $inputs: u,v,w alone.
need_labels() {
    many=$SHARED/many.csv lab=$SHARED/lab.yaml m=$SHARED/lab.safetensors
    inputs=$SHARED/inputs.csv
    [ ! -e "$m" ] || return 0
    awk 'BEGIN {
        srand(5); print "u,v,red,w,big,odd"
        for (i = 0; i < 200; i++) {
            u = rand() * 4 - 2; v = rand() * 4 - 2; w = rand() * 4 - 2
            printf "%.6f,%.6f,%d,%.6f,%d,%d\n", u, v, (u > 0), w,
                (v + w > 1), (u * v > 0)
        }
    }' >"$many"
    cut -d, -f1,2,4 "$many" >"$inputs"
    cat >"$lab" <<'YAML'
data:
  train: {csv: many.csv, label_columns: [red, big, 5]}
layers:
  - input: {shape: [3]}
  - dense: {num_units: 16}
  - dense: {num_units: 3, nonlinearity: sigmoid}
train: {max_epochs: 12, batch_size: 16, learning_rate: 0.1}
YAML
    run fit "$lab" -o "$m" --metrics "$SHARED/metrics.jsonl"
    expect_status 0
    cp stdout "$SHARED/fit.out"
}

# $pair and the model $p of it: two classes by the sign of u + v.
need_pair() {
    pair=$SHARED/pair.yaml p=$SHARED/pair.safetensors
    pairs=$SHARED/pairs.csv
    [ ! -e "$p" ] || return 0
    awk 'BEGIN {
        srand(7)
        for (i = 0; i < 120; i++) {
            u = rand() * 4 - 2; v = rand() * 4 - 2
            printf "%s,%.6f,%.6f\n", (u + v > 1 ? "yes" : "no"), u, v
        }
    }' >"$pairs"
    cat >"$pair" <<'YAML'
data:
  train: {csv: pairs.csv}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 1, nonlinearity: sigmoid}
train:
  loss: binary_crossentropy
  max_epochs: 6
  batch_size: 16
  learning_rate: 0.1
YAML
    run fit "$pair" -o "$p"
    expect_status 0
}

test_valid_acc_is_subset_accuracy() {
    need_labels
    expect_line "$SHARED/fit.out" ' valid acc  dur$'
    run evaluate "$m" "$lab" --split valid --json
    expect_status 0
    sed -n 's/^  "subset_accuracy": \(.*\),$/\1/p' stdout |
        awk '{printf "%.12g\n", $1}' >got
    epoch=$("$CNNCTL" checkpoint show --json "$m" |
        sed -n 's/^  "best_epoch": \(.*\),$/\1/p')
    sed -n "s/^{\"epoch\": $epoch,.*\"valid_accuracy\": \([^,]*\),.*/\1/p" \
        "$SHARED/metrics.jsonl" | awk '{printf "%.12g\n", $1}' >want
    expect_same got want
    expect_no_line stdout '"confusion"|"per_class"|"accuracy"|"top_k"'
    [ "$(grep -c '"label":' stdout)" -eq 3 ] || fail "per_label"
    expect_line stdout '"label": "odd"'
}

# Every figure of a label from the probabilities and the file.
test_figures_of_labels() {
    need_labels
    cut -d, -f3,5,6 "$many" | tail -n +2 >truth
    run predict "$m" --proba "$inputs"
    expect_status 0
    [ "$(head -n 1 stdout)" = red,big,odd ] || fail "header"
    tail -n +2 stdout | paste -d, truth - | awk -F, '{
        right = 1
        for (k = 1; k <= 3; k++) {
            yes = $(k + 3) > 0.5
            right = right && yes == $k
            hits[k] += yes && $k; truly[k] += $k; said[k] += yes
            t[NR, k] = $k; p[NR, k] = $(k + 3)
        }
        all += right
    } END {
        printf "%.12g\n", all / NR
        for (k = 1; k <= 3; k++) {
            pairs = order = 0
            for (i = 1; i <= NR; i++)
                for (j = 1; j <= NR; j++)
                    if (t[i, k] && !t[j, k]) {
                        pairs++
                        order += (p[i, k] > p[j, k]) + (p[i, k] == p[j, k]) / 2
                    }
            printf "%.12g\n%.12g\n%.12g\n%.12g\n%d\n", hits[k] / said[k],
                hits[k] / truly[k], 2 * hits[k] / (truly[k] + said[k]),
                order / pairs, truly[k]
            mean += 2 * hits[k] / (truly[k] + said[k]) / 3
        }
        printf "%.12g\n", mean
    }' >want
    run evaluate "$m" --csv "$many" --json
    expect_status 0
    {
        sed -n 's/^  "subset_accuracy": \(.*\),$/\1/p' stdout
        sed -n 's/^      "\(precision\|recall\|f1\|auc\|support\)": *\([^,]*\),*$/\2/p' stdout
        sed -n 's/^  "f1": \(.*\),$/\1/p' stdout
    } | awk '{printf "%.12g\n", $1}' >got
    expect_same got want
    run evaluate "$m" --csv "$many"
    expect_line stdout '^label +precision +recall +f1 +auc +support'
    expect_line stdout '^subset_accuracy  [01]\.[0-9]+, 95 % interval'
}

test_predicted_labels() {
    need_labels
    head -n 40 "$inputs" >few.csv
    run predict "$m" --proba few.csv
    tail -n +2 stdout >proba
    for over in 0.5 0.9 0; do
        awk -F, -v over=$over '{
            print ($1 > over) "," ($2 > over) "," ($3 > over)
        }' proba >want
        option="--threshold $over"
        [ $over != 0.5 ] || option=
        # shellcheck disable=SC2086 # two words or none
        run predict "$m" --format csv $option few.csv
        expect_status 0
        [ "$(head -n 1 stdout)" = red,big,odd ] || fail "header"
        tail -n +2 stdout >got
        expect_same got want
    done
    run predict "$m" few.csv
    awk -F, '{
        line = ""
        if ($1 > 0.5) line = "red"
        if ($2 > 0.5) line = line (line == "" ? "" : "\t") "big"
        if ($3 > 0.5) line = line (line == "" ? "" : "\t") "odd"
        print line
    }' proba >want
    expect_same stdout want
    grep -q '^$' stdout || fail "no row without a label"
    run predict "$m" --format jsonl few.csv
    awk -F, '{
        line = ""
        if ($1 > 0.5) line = "\"red\""
        if ($2 > 0.5) line = line (line == "" ? "" : ", ") "\"big\""
        if ($3 > 0.5) line = line (line == "" ? "" : ", ") "\"odd\""
        print "{\"labels\": [" line "]"
    }' proba >want
    sed 's/, "probabilities": {"red": [^,]*, "big": [^,]*, "odd": [^,]*}}$//' stdout >got
    expect_same got want
    run predict "$m" --labelled "$many"
    expect_status 0
    expect_line_count stdout 200
    run predict "$m" --format tsv --pass u few.csv
    expect_line stdout '^u[[:blank:]]red[[:blank:]]big[[:blank:]]odd$'
}

test_what_labels_have_not() {
    need_labels
    for option in "--top-k 1" "--threshold 0.9 --unsure x"; do
        # shellcheck disable=SC2086 # two words
        run predict "$m" $option "$inputs"
        expect_error 64 'not of a model of labels$'
    done
    run predict "$m" --format npy -o x.npy "$inputs"
    expect_error 64 'a name is no number'
    for option in "--top-k 1" "--worst 1" --calibration; do
        # shellcheck disable=SC2086 # two words
        run evaluate "$m" --csv "$many" $option
        expect_error 64 'not of a model of labels$'
    done
    run evaluate "$m" --csv "$many" --fail-under accuracy=0.5
    expect_error 64 '--fail-under: accuracy is no metric of labels$'
    run evaluate "$m" --csv "$many" --fail-under subset_accuracy=0.5
    expect_status 0
}

# The file's order of columns is the model's, not that of a table.
test_labels_by_name() {
    need_labels
    awk -F, -v OFS=, '{print $6, $4, $3, $2, $1, $5}' "$many" >mixed.csv
    run evaluate "$m" --csv mixed.csv --json
    expect_status 0
    cp stdout mixed
    run evaluate "$m" --csv "$many" --json
    expect_same stdout mixed
    run checkpoint show "$m"
    expect_line stdout '^labels         red big odd$'
    run checkpoint verify "$m"
    expect_status 0
    run evaluate "$m" --csv "$many" --predictions q.csv
    [ "$(head -n 1 q.csv)" = row,red,red_probability,big,big_probability,odd,odd_probability ] ||
        fail "header of --predictions"
}

test_cells_of_labels() {
    need_labels
    sed '3s/,[01]$/,2/' "$many" >"$SHARED/two.csv"
    run fit "$lab" -o x -s data.train.csv="$SHARED/two.csv"
    expect_error 65 "two\\.csv:3:[0-9]+: error: the label is 2, expected 0 or 1 \\(column 'odd'\\)\$"
    sed '3s/^[^,]*/wet/' "$many" >"$SHARED/wet.csv"
    run fit "$lab" -o x -s data.train.csv="$SHARED/wet.csv"
    expect_error 65 "wet\\.csv:3:1: error: cell 'wet' is not a number \\(column 'u'\\)\$"
    sed '3s/,[01]$/,/' "$many" >"$SHARED/none.csv"
    run fit "$lab" -o x -s data.train.csv="$SHARED/none.csv" -s data.missing=mean
    expect_error 65 'none\.csv:3:[0-9]+: error: cell is empty, expected a number'
    awk -F, -v OFS=, 'NR > 1 {$6 = 0} {print}' "$many" >"$SHARED/zero.csv"
    run fit "$lab" -o x -q --epochs 1 -s data.train.csv="$SHARED/zero.csv"
    expect_status 0
    run fit "$lab" -o y --epochs 1 -s data.train.csv="$SHARED/zero.csv"
    expect_line stderr "warning: no sample to train on has label 'odd'$"
}

# A value that the file does not bear out is told where it stands, in a file or
# on the command line.
test_columns_that_a_file_has_not() {
    need_labels
    sed 's/red, big, 5/red, bigg, 5/' "$lab" >"$SHARED/bigg.yaml"
    for command in "fit -o x" "data stats"; do
        # shellcheck disable=SC2086 # several words
        run $command "$SHARED/bigg.yaml"
        expect_error 78 "/bigg\\.yaml:2:[0-9]+: error: data\\.train\\.label_columns\\[1\\]: .*/many\\.csv: the header has no column 'bigg' \\(label_columns\\); did you mean big\\?\$"
        expect_line_count stderr 1
    done
    run fit "$lab" -o x -s 'data.train.label_columns=[red, big, 9]'
    expect_error 78 "^--set .*: error: data\\.train\\.label_columns\\[2\\]: .*label_columns names 9, but a row has columns 0 to 5\$"
    run fit "$lab" -o x -s 'data.train.label_columns=[red, big, 4]'
    expect_error 78 'error: data\.train\.label_columns\[2\]: .*label_columns names column 4 twice$'
    run fit "$lab" -o x -s 'data.train.ignore=[what]'
    expect_error 78 "error: data\\.train\\.ignore.*has no column 'what' \\(ignore\\)\$"
    run data stats --csv "$many" -s data.train.label_column=what
    expect_status 64
}

test_labels_in_data_commands() {
    need_labels
    tail -n +2 "$many" | awk -F, '{r += $3; b += $5; o += $6}
        END {print r, b, o}' >want
    run data stats "$lab" --json
    expect_status 0
    awk '/"labels"/ {on = 1} on && /"(red|big|odd)":/ {gsub(/[^0-9]/, "")
        line = line (line == "" ? "" : " ") $0} END {print line}' stdout >got
    expect_same got want
    run data show "$lab" --index 0
    expect_line stdout '^sample 0, labels'
    run data convert "$lab" -o again.csv
    expect_status 0
    [ "$(head -n 1 again.csv)" = u,v,red,w,big,odd ] || fail "header"
    run evaluate "$m" --csv again.csv --json
    cp stdout again
    run evaluate "$m" --csv "$many" --json
    expect_same stdout again
}

test_scores_of_labels() {
    need_labels
    run fit "$lab" -o h -q -s train.loss=binary_hinge \
        -s layers.dense2.nonlinearity=linear
    expect_status 0
    run predict h --logits "$inputs"
    tail -n +2 stdout | awk -F, '{print ($1 > 0) "," ($2 > 0) "," ($3 > 0)}' >want
    run predict h --format csv "$inputs"
    tail -n +2 stdout >got
    expect_same got want
    for option in --proba "--threshold 0.5" "--threshold 0"; do
        # shellcheck disable=SC2086 # two words
        run predict h $option "$inputs"
        expect_error 64 'has outputs that are no probabilities'
    done
    run evaluate h --csv "$many" --json
    expect_line stdout '"auc": null'
    expect_no_line stdout '^  "auc"'
    run evaluate h --csv "$many" --fail-under auc=0.1
    expect_error 64 'auc needs probabilities'
}

test_one_output_for_two_classes() {
    need_pair
    run predict "$p" --labelled --proba "$pairs"
    expect_status 0
    [ "$(head -n 1 stdout)" = no,yes ] || fail "header"
    tail -n +2 stdout >proba
    awk -F, '{d = $1 + $2 - 1; exit !(d < 1e-6 && d > -1e-6)}' proba ||
        fail "probabilities do not add up to 1"
    awk -F, '{print ($2 > 0.5 ? "yes" : "no")}' proba >want
    run predict "$p" --labelled "$pairs"
    expect_same stdout want
    run evaluate "$p" --csv "$pairs" --json
    expect_status 0
    cut -d, -f1 "$pairs" | paste -d, - proba | awk -F, '
        {sum -= log($1 == "yes" ? $3 : $2)} END {printf "%.5f\n", sum / NR}' >want
    sed -n 's/^  "loss": \(.*\),$/\1/p' stdout | awk '{printf "%.5f\n", $1}' >got
    expect_same got want
    run predict "$p" --labelled --logits "$pairs"
    tail -n +2 stdout | paste -d, proba - | awk -F, '
        {p = 1 / (1 + exp($3 - $4)); d = p - $2; if (d > 1e-6 || d < -1e-6) exit 1}' ||
        fail "logits are not those of the probabilities"
    run predict "$p" --labelled --top-k 2 "$pairs"
    expect_status 0
    run evaluate "$p" --csv "$pairs" --calibration --worst 2 --compare "$p"
    expect_status 0
    run checkpoint verify "$p"
    expect_status 0
}

# The output would say yes to the other class.
test_one_output_is_of_its_classes() {
    need_pair
    run fit "$pair" -o q -q --epochs 1 --init-from "$p"
    expect_status 0
    run fit "$pair" -o r --epochs 1 --init-from "$p" \
        -s 'data.classes=["yes", "no"]'
    expect_status 65
    expect_line stderr 'stands for other classes in .*, or in another order'
    sed 's/^no,/maybe,/' "$pairs" >"$SHARED/maybe.csv"
    sed '1,5s/^[a-z]*,/never,/' "$pairs" >"$SHARED/three.csv"
    run evaluate "$p" --csv "$SHARED/maybe.csv"
    expect_error 78 "label 'maybe' of sample"
    run fit "$pair" -o s -s data.train.csv="$SHARED/three.csv"
    expect_error 78 'one output unit stands for two classes, but the data has 3; '
}

# A class that counts twice is one whose samples all stand there twice.
test_weights_of_classes() {
    need_pair
    awk -F, '{print} $1 == "yes" {print}' "$pairs" >"$SHARED/twice.csv"
    wide='-s train.batch_size=1000 -s train.max_epochs=4 -s train.shuffle=false -s engine.slices=1 -s data.split.eval_size=0 -s data.normalize=none'
    # shellcheck disable=SC2086 # several words
    run fit "$pair" -o one $wide -s 'train.class_weights={"yes": 2, "no": 1}'
    expect_status 0
    # shellcheck disable=SC2086 # several words
    run fit "$pair" -o two $wide -s data.train.csv="$SHARED/twice.csv"
    expect_status 0
    run predict one --proba --labelled "$pairs"
    tail -n +2 stdout >one.p
    run predict two --proba --labelled "$pairs"
    tail -n +2 stdout | paste -d, one.p - | awk -F, '
        {d = $1 - $3; if (d > 1e-5 || d < -1e-5) exit 1}' ||
        fail "weights are not numbers of samples"
    run fit "$pair" -o three --resume -q
    expect_status 0
    run fit "$pair" -o three --resume --epochs 7 -s train.class_weights=balanced
    expect_error 78 'train\.class_weights was absent, is now balanced$'
    run fit "$pair" -o x -s 'train.class_weights={"yes": 2}'
    expect_error 78 "class 'no' has no weight"
    run fit "$pair" -o x -s 'train.class_weights={"yes": 2, "no": 1, perhaps: 1}'
    expect_error 78 'train\.class_weights\.perhaps: is no class of the data'
}

# n / (K n_k), of what trains.
test_balanced_weights() {
    need_pair
    run fit "$pair" -o a -q -s train.class_weights=balanced -s data.split.eval_size=0
    expect_status 0
    weights=$(cut -d, -f1 "$pairs" | awk '{n[$1]++} END {
        printf "{\"yes\": %.17g, \"no\": %.17g}", NR / 2 / n["yes"], NR / 2 / n["no"]}')
    run fit "$pair" -o b -q -s "train.class_weights=$weights" \
        -s data.split.eval_size=0
    expect_status 0
    run checkpoint diff a b
    expect_stdout 'metadata config differs'
    for threads in 1 2; do
        run fit "$pair" -o t$threads -q -s train.class_weights=balanced --threads $threads
        expect_status 0
    done
    expect_same t1 t2
}

# Of a probability p, 1 - p has not all of its digits.
test_area_of_one_output() {
    awk 'BEGIN {for (i = 0; i < 40; i++) printf "%d,%.2f\n", (i > 19), i / 20 - 4}' >far.csv
    cat >far.yaml <<'YAML'
data: {train: {csv: far.csv}, normalize: none}
layers:
  - input: {shape: [1]}
  - dense: {num_units: 1, nonlinearity: sigmoid, W: {constant: {val: 8}}}
train: {loss: binary_crossentropy, max_epochs: 1, learning_rate: 1e-9}
YAML
    run fit far.yaml -o far -q
    expect_status 0
    run evaluate far --csv far.csv --json
    expect_line stdout '"auc": 1\.0,?$'
}

test_weights_reach_the_check() {
    need_pair
    run fit "$pair" --check
    cp stdout plain
    run fit "$pair" --check -s 'train.class_weights={"yes": 9, "no": 1}'
    expect_status 0
    ! cmp -s stdout plain || fail "the gradient is that without weights"
}

test_labels_are_not_compared_with_classes() {
    need_labels
    need_pair
    run evaluate "$m" --csv "$many" --compare "$p"
    expect_error 64 '--compare: .* is of classes$'
}

# What the classes of a table are measured by reads outputs where there are
# several labels.
test_a_column_that_reads_the_outputs_of_labels() {
    local of
    printf 'a,b,x,y\n1,0,1,2\n0,1,2,1\n1,1,3,3\n0,0,0,1\n1,0,2,2\n0,1,1,3\n' \
        >two.csv
    cat >two.yaml <<'END_YAML'
data:
  train: {csv: two.csv, label_columns: [a, b]}
  test: {csv: two.csv}
  split: {eval_size: 0.5}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 2, nonlinearity: sigmoid}
train: {max_epochs: 2, learning_rate: 0.1}
END_YAML
    for of in f1 precision recall; do
        run fit two.yaml -q -o two.st --force -s train.metrics="[$of]" \
            -s train.train_metrics=true --metrics two.jsonl
        expect_status 0
        expect_line two.jsonl "\"train_$of\": [0-9]"
    done
    run config check two.yaml -s data.train.label_columns=null \
        -s data.train.target_columns=x
    expect_status 78
}

# What is wrong with a name is said with the key and with the file.
test_names_with_control_characters_are_told_where() {
    printf 'a\001b,1,2\nc,3,4\n' >odd.csv
    cat >odd.yaml <<'END'
data: {train: {csv: odd.csv}, split: {eval_size: 0}}
layers: [{input: {shape: [2]}}, {dense: {num_units: 2, nonlinearity: softmax}}]
train: {max_epochs: 1, learning_rate: 0.1}
END
    run fit odd.yaml -o m
    expect_error 65 '^odd\.yaml: error: data\.train: odd\.csv: a name has control characters or is no UTF-8$'
    expect_no_file m
}
