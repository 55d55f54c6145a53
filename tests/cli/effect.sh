# shellcheck shell=bash
# What would have no effect is refused, or at least said.

# Ten digits of ten classes: none of them is left over to validate with.
few_digits() { # FILE
    small_config "$1"
    sed -i 's/count: 200/count: 10/; s/split: .*/split: {eval_size: 0.1}/' "$1"
}

test_validation_that_comes_out_empty() {
    few_digits c.yaml
    run fit c.yaml
    expect_status 0
    expect_line stderr 'warning: no sample is left to validate with: data\.split\.eval_size 0\.1 of 10 samples is none$'
    for line in 'early_stopping: {patience: 2}' 'monitor: accuracy' \
        'metrics: [f1]' 'restore_best: true' 'schedule: {plateau: {patience: 2}}'; do
        few_digits c.yaml
        echo "  $line" >>c.yaml
        name=${line%%:*}
        [ "$name" != schedule ] || name=schedule.plateau
        run fit c.yaml --force
        expect_error 78 "^c\\.yaml:4:22: error: data\\.split\\.eval_size: 0\\.1 of 10 samples is none to validate with, as train\\.$name needs\$"
        run fit c.yaml --resume
        expect_error 78 "as train\\.$name needs\$"
        run fit c.yaml --dry-run
        expect_error 78 "as train\\.$name needs\$"
    done
    # What is held out for the test is looked for by evaluate alone.
    few_digits c.yaml
    sed -i '/test: /d' c.yaml
    run fit c.yaml --force -s 'data.split={test_size: 0.1, eval_size: 0}'
    expect_status 0
    expect_line stderr 'warning: no sample is left for the test: data\.split\.test_size 0\.1 of 10 samples is none$'
    # The training part is measured, too.
    few_digits c.yaml
    run fit c.yaml --force -s 'train.metrics=[f1]' -s train.train_metrics=true
    expect_status 0
}

test_validation_that_comes_out_empty_at_defaults() {
    for row in 1 2; do echo "$row,$row"; done >two.csv
    cat >c.yaml <<'END'
data: {train: {csv: two.csv, header: false}, normalize: none}
layers:
  - input: {shape: [1]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {learning_rate: 0.1, max_epochs: 1, monitor: f1, metrics: [f1], early_stopping: 3}
END
    run fit c.yaml
    expect_error 78 '^c\.yaml:1:1: error: data\.split\.eval_size: 0\.2 of 2 samples is none to validate with, as train\.metrics, train\.early_stopping, train\.monitor need$'
    run fit c.yaml -s data.split.shuffle=false
    expect_error 78 'data\.split\.eval_size: 0\.2 of 2 samples'
}

# A network of which the model knows nothing; one of which it knows a layer.
test_weights_that_do_not_match() {
    need_model
    small_config c.yaml
    sed -i 's/num_filters: 4/num_filters: 4, name: a/
        s/num_units: 16/num_units: 16, name: b/
        s/num_units: 10/num_units: 10, name: c/' c.yaml
    for command in "fit c.yaml --init-from $model" \
        "checkpoint load $model --into c.yaml"; do
        # shellcheck disable=SC2086 # words
        run $command -o to.st
        expect_status 65
        # shellcheck disable=SC2086
        run $command -o to.st --partial
        expect_status 65
        expect_line stderr 'small\.safetensors: error: nothing of it matches the network of c\.yaml$'
        expect_no_file to.st
    done
    sed -i 's/, name: b//' c.yaml
    run fit c.yaml --init-from "$model" --partial -q -o to.st
    expect_status 0
    expect_line_count stderr 1
    expect_line stderr "^cnnctl fit: warning: .*small\\.safetensors: not loaded, or not all of it: a\\.weight, a\\.bias, c\\.weight, c\\.bias, conv2d1\\.bias, conv2d1\\.weight, dense5\\.bias, dense5\\.weight\$"
    # What is loaded whole is nothing to speak of.
    run fit "$config" --init-from "$model" --partial -q -o to.st --force
    expect_status 0
    expect_no_stderr
}

test_folds_of_two_places() {
    small_config c.yaml
    sed -i 's/eval_size: 1\/4/folds: 4, fold: 2/' c.yaml
    run fit c.yaml --folds 2
    expect_status 78
    expect_line stderr '^c\.yaml:4:11: error: data\.split\.folds: has no effect beside --folds'
    expect_line stderr '^c\.yaml:4:21: error: data\.split\.fold: has no effect beside --folds'
    run fit c.yaml --folds 2 -s data.split.folds=null -s data.split.fold=null
    expect_status 0
}

test_options_of_what_trains_nothing() {
    small_config c.yaml
    for option in '-o m.st' --resume '--metrics log' '--max-time 1h' --force '--epochs 3'; do
        # shellcheck disable=SC2086 # words
        run fit c.yaml --check $option
        expect_error 64 '^cnnctl fit: error: --check: trains nothing; leave out --'
    done
    run fit c.yaml --dry-run --max-time 1h
    expect_error 64 '^cnnctl fit: error: --dry-run: trains nothing; leave out --max-time$'
    run fit c.yaml --epochs 3 -s train.max_epochs=4
    expect_error 64 '--epochs: not together with --set train\.max_epochs'
    # A rehearsal sees whether the outputs could be written.
    run fit c.yaml --dry-run -o none/m.st
    expect_error 73 none
    run fit c.yaml --dry-run --metrics none/log
    expect_error 73 none
    # Nothing needs a name where nothing is written.
    run fit - --check <c.yaml
    expect_status 0
    [ "$(ls)" = "$(printf '%s\n' c.yaml expected stderr stdout)" ] || fail "files: $(ls)"
}

test_runs_too_short_for_their_schedule() {
    small_config c.yaml
    run config check c.yaml
    expect_no_stderr
    while IFS='|' read -r keys epochs message; do
        small_config c.yaml
        echo "  $keys" >>c.yaml
        run config check c.yaml -s train.max_epochs="$epochs"
        expect_status 0
        expect_stderr "cnnctl config check: warning: c.yaml: train.$message"
        run config check c.yaml -s train.max_epochs=$((epochs + 1))
        expect_status 0
        expect_no_stderr
    done <<'END'
schedule: {warmup: 8}|8|schedule.warmup: it takes 8 epochs, there are 8: nothing follows it
schedule: {learning_rate: cosine, warmup: 7.5}|7|schedule.warmup: it takes 7.5 epochs, there are 7: nothing follows it
schedule: {step: {at: [4, 40], gamma: 0.5}}|40|schedule: the step after 40 epochs never comes, there are 40
schedule: {step: {every: 3, gamma: 0.5}}|3|schedule: the step after 3 epochs never comes, there are 3
schedule: {learning_rate: {step: {at: [3], gamma: 0.5}}, warmup: 2}|5|schedule: the step after 3 epochs never comes, there are 3 behind the warmup
schedule: {momentum: {step: {at: [2], gamma: 0.5}}}|2|schedule: the step after 2 epochs never comes, there are 2
schedule: {plateau: {patience: 4}}|4|schedule.plateau: a patience of 4 epochs never ends, there are 4
schedule: {cosine: {restarts: 3}}|3|schedule: the restart after 3 epochs never comes, there are 3
schedule: {exponential: {gamma: 0.5}}|1|schedule: the step after 1 epoch never comes, there is 1
schedule: {learning_rate: {exponential: {gamma: 0.5}}, warmup: 1.5}|2|schedule: the step after 1 epoch never comes, there is 0.5 behind the warmup
early_stopping: {patience: 4}|4|early_stopping: a patience of 4 epochs never ends, there are 4
END
    run fit c.yaml --epochs 2
    expect_status 0
    expect_line stderr '^cnnctl fit: warning: c\.yaml: train\.early_stopping: a patience of 4 epochs never ends, there are 2$'
    run fit c.yaml -o m.st -s train.save_every=5
    expect_line stderr 'c\.yaml: train\.save_every: 5 batches, an epoch has 5: it is saved at the epochs. ends alone$'
    run fit c.yaml -o n.st -s train.save_every=4
    expect_no_line stderr save_every
    small_config c.yaml
    run config check c.yaml -s 'train.schedule={step: {every: 1, gamma: 1}}'
    expect_line stderr 'train\.schedule: a gamma of 1 changes nothing$'
    run config check c.yaml -s 'train.schedule={linear: {stop: 0.002}}'
    expect_line stderr 'train\.schedule: it stops at 0\.002, where it starts: nothing moves$'
    run config check c.yaml -s 'train.schedule={cosine: {stop: 0.001}}' -s engine.algorithm=winograd2
    expect_no_stderr
    run config check c.yaml -s engine.algorithm=winograd6
    expect_stderr 'cnnctl config check: warning: c.yaml: engine.algorithm: there is no convolution that winograd6 fits'
    run config check c.yaml -s 'train.schedule={plateau: {min: 0.1}}' -s train.learning_rate=0.1 -s train.max_epochs=9
    expect_line stderr 'train\.schedule\.plateau: min 0\.1 is not below the learning rate 0\.1: it reduces nothing$'
}

# Ten images without labels, for a model that has learnt such.
test_images_need_no_labels_where_inputs_are_learnt() {
    cat >digits.yaml <<'END'
data: {train: {digits: {count: 40}}, test: {digits: {count: 30, seed: 3}}}
layers:
  - input: {shape: [1, 28, 28]}
  - dense: {num_units: 4}
  - dense: {num_units: 784, nonlinearity: linear}
train: {regression: true, targets: inputs, max_epochs: 2, learning_rate: 0.01}
END
    run fit digits.yaml -o d -q
    expect_status 0
    small_config classes.yaml
    sed -i 's/count: 60, seed: 2/count: 30, seed: 3/' classes.yaml
    run data convert classes.yaml --split test -o x.csv
    run data convert --csv x.csv --images i --labels l
    expect_status 0
    run evaluate d digits.yaml --json
    sed '/"samples"/d' stdout >want
    for data in '--images i' classes.yaml; do
        # shellcheck disable=SC2086 # words
        run evaluate d $data --json
        expect_status 0
        sed '/"samples"/d' stdout >got
        expect_same want got
    done
    run evaluate d --labels l
    expect_error 64 '--labels: needs --images'
    run evaluate d --images i --labels l
    expect_error 64 '--labels: has no effect, the model learns its inputs$'
    run data stats --images i
    expect_error 64 '--images: needs --labels'
    # Parts that the labels of another document cut.
    for part in train:150 valid:50; do
        run evaluate d classes.yaml --split "${part%:*}" --json
        expect_status 0
        expect_line stdout "\"samples\": ${part#*:},"
    done
    run evaluate d classes.yaml -s data.split.test_size=0.2 -s data.test=null --json
    expect_status 0
    expect_line stdout '"samples": 40,'
}

test_class_weights_in_any_order() {
    small_config c.yaml
    up='{0: 1, 1: 2, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 3}'
    down='{9: 3, 8: 1, 7: 1, 6: 1, 5: 1, 4: 1, 3: 1, 2: 1, 1: 2, 0: 1}'
    run fit c.yaml -o a.st -q -s "train.class_weights=$up"
    expect_status 0
    run fit c.yaml -o b.st -q -s "train.class_weights=$down"
    expect_same a.st b.st
    run fit c.yaml -o a.st -q --resume --epochs 3 -s "train.class_weights=$down"
    expect_status 0
    run fit c.yaml -o a.st --resume --epochs 4 -s "train.class_weights=${down/1: 2/1: 5}"
    expect_error 78 'cannot resume: train\.class_weights was \{.0.: 1, .1.: 2, '
    run fit c.yaml -o c.st -s "train.class_weights=${up/1: 2/1: 2, 01: 5}"
    expect_error 78 "train\\.class_weights\\.0*1: weighs class '1' again\$"
    run config check c.yaml -s "train.class_weights={cat: 1, dog: 3, bird: 2}" \
        -s 'data.classes=[cat, dog]' -s layers.dense5.num_units=2
    expect_error 78 'bird: is no class of data\.classes$'
}

test_the_plan_has_the_copy_of_a_log() {
    small_config c.yaml
    for log in false true; do
        run info c.yaml --json -s train.log=$log
        expect_status 0
        tr -d ' \n' <stdout | sed 's/.*"weights":\([0-9]*\).*/\1/' >$log
        run info c.yaml --json -s train.log=$log
        tr -d ' \n' <stdout | sed 's/.*"trainable":\([0-9]*\).*/\1/' >count
    done
    more=$(($(cat true) - $(cat false)))
    [ $more -ge $((4 * $(cat count))) ] || fail "$more bytes for $(cat count) numbers"
    [ $more -le $((4 * $(cat count) + 1024)) ] || fail "$more bytes are too many"
}

test_nothing_to_train() {
    small_config c.yaml
    sed -i 's/filter_size: 5/&, trainable: false/
        s/num_units: [0-9]*/&, trainable: false/' c.yaml
    run config check c.yaml
    expect_error 78 '^c\.yaml:8:[0-9]*: error: layers\[1\] conv2d1\.trainable: every layer with parameters is frozen, nothing is left to train$'
    sed -i '/^train/,$d' c.yaml
    run config check c.yaml
    expect_status 0
}

test_options_of_what_is_not_there() {
    need_model
    run evaluate "$model" "$config" --force
    expect_error 64 '^cnnctl evaluate: error: --force: needs --predictions$'
    run predict "$model" --force </dev/null
    expect_error 64 '^cnnctl predict: error: --force: needs --output$'
    need_digits
    run predict "$model" --labelled "$images"
    expect_error 64 '--labelled: images has no columns to be skipped, a table has$'
    for row in 1 2 3 4; do echo "$row,$((row * row))"; done >r.csv
    cat >r.yaml <<'END'
data:
  train: {csv: r.csv, header: false, target_columns: [1]}
  split: {eval_size: 0.25}
layers:
  - input: {shape: [1]}
  - dense: {num_units: 1, nonlinearity: linear}
train: {regression: true, learning_rate: 0.01, max_epochs: 1}
END
    run fit r.yaml -o r -q
    expect_status 0
    run evaluate r r.yaml --split train --confusion
    expect_error 64 '--confusion: not of a regression model$'
}

test_every_threshold_counts() {
    need_model
    run evaluate "$model" "$config" --fail-under accuracy=0 --fail-under loss=99
    expect_status 0
    run evaluate "$model" "$config" -q --fail-under loss=0 --fail-under accuracy=0
    expect_status 1
    expect_line_count stderr 1
    run evaluate "$model" "$config" -q --fail-under loss=0 --fail-under accuracy=1
    expect_status 1
    expect_line stderr 'loss is .*, asked for at most 0$'
    expect_line stderr 'accuracy is .*, asked for at least 1$'
    run evaluate "$model" "$config" --fail-under loss=0 --fail-under loss=9
    expect_error 64 '--fail-under: loss is given twice$'
    run evaluate "$model" "$config" --fail-under loss=9 --fail-under r2=0
    expect_error 64 '--fail-under: r2 is no metric of '
}
