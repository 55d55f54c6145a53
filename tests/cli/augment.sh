# shellcheck shell=bash
# data.augment: the same numbers for every thread, after every interruption, in
# every command that shows them.

every='[flip_horizontal, {shift: 2}, {rotate: 10}, {elastic: 20}, {crop: 1},
    erase, {brightness: 0.1}, {noise: 0.05}]'

augmented_config() { # FILE [LIST]
    small_config "$1"
    printf 'data:\n  augment: %s\nextends: %s\n' "${2:-$every}" "$1" >"a_$1"
    mv "a_$1" augmented.yaml
}

test_threads_do_not_matter() {
    augmented_config c.yaml
    for threads in 1 2 5; do
        run fit augmented.yaml -q --threads $threads -o "$threads.safetensors"
        expect_status 0
    done
    expect_same 1.safetensors 2.safetensors
    expect_same 1.safetensors 5.safetensors
    run fit c.yaml -q -o plain.safetensors
    run checkpoint diff plain.safetensors 1.safetensors
    expect_status 1
}

test_slices_and_batches_see_the_same_samples() {
    augmented_config c.yaml
    set -- -q -s train.update=sgd -s train.learning_rate=1e-30 -s train.shuffle=false --epochs 1
    run fit augmented.yaml "$@" -o b.safetensors --metrics b.jsonl \
        -s engine.slices=3 -s train.batch_size=7 -s layers.dropout4.p=0
    expect_status 0
    run fit augmented.yaml "$@" -o c.safetensors --metrics c.jsonl \
        -s layers.dropout4.p=0
    expect_status 0
    # The mean loss of all samples, up to its rounding.
    for file in b c; do
        sed 's/.*"train_loss": \([0-9.]\{7\}\).*/\1/' $file.jsonl >$file
    done
    expect_same b c
}

test_two_halves_equal_the_whole() {
    augmented_config c.yaml
    run fit augmented.yaml -q -o whole.safetensors --epochs 3
    expect_status 0
    run fit augmented.yaml -q -o parts.safetensors --epochs 1
    expect_status 0
    run fit augmented.yaml -q -o parts.safetensors --epochs 3 --resume --threads 3
    expect_status 0
    expect_same whole.safetensors parts.safetensors
}

test_a_killed_run_goes_on() {
    augmented_config c.yaml
    run fit augmented.yaml -q -o whole.safetensors --epochs 12 -s train.save_every=2
    expect_status 0
    for wait in 0.05 0.1; do
        "$CNNCTL" fit augmented.yaml -q -o cut.safetensors --epochs 12 \
            -s train.save_every=2 --resume >/dev/null 2>&1 &
        sleep $wait
        kill -s KILL $! 2>/dev/null || true
        wait $! 2>/dev/null || true
    done
    run fit augmented.yaml -q -o cut.safetensors --epochs 12 -s train.save_every=2 --resume
    expect_status 0
    expect_same whole.safetensors cut.safetensors
}

test_another_list_is_another_run() {
    augmented_config c.yaml '[{shift: 2}]'
    run fit augmented.yaml -q -o m.safetensors --epochs 1
    expect_status 0
    run fit augmented.yaml -q -o m.safetensors --epochs 2 --resume -s 'data.augment=[{shift: 3}]'
    expect_status 78
    expect_line stderr 'cannot resume: data\.augment was \[\{shift: \{pixels: 2, p: 1, fill: zero\}\}\], is now \[\{shift: \{pixels: 3, p: 1, fill: zero\}\}\]'
    run checkpoint show m.safetensors --config
    expect_line stdout '^  augment: \[\{shift: \{pixels: 2, p: 1, fill: zero\}\}\]$'
    run checkpoint verify m.safetensors
    expect_status 0
}

# Validation and evaluation see samples as they are.
test_only_training_is_augmented() {
    augmented_config c.yaml '[{invert: 1}]'
    set -- -q --epochs 1 -s train.update=sgd -s train.learning_rate=1e-30
    run fit c.yaml "$@" -o a.safetensors --metrics a.jsonl
    run fit augmented.yaml "$@" -o b.safetensors --metrics b.jsonl
    expect_status 0
    for file in a b; do
        sed 's/.*\("valid_loss": [^,]*\),.*/\1/' $file.jsonl >$file.valid
        sed 's/.*\("train_loss": [^,]*\),.*/\1/' $file.jsonl >$file.train
    done
    expect_same a.valid b.valid
    ! cmp -s a.train b.train || fail "training was not augmented"
}

test_show_what_training_sees() {
    augmented_config c.yaml '[{flip_vertical: 1}]'
    run data show augmented.yaml --split train --index 3
    expect_status 0
    { head -n 1 stdout; tail -n +2 stdout | tac; } >upside_down
    run data show augmented.yaml --augmented --index 3
    expect_status 0
    expect_same stdout upside_down
    run data show augmented.yaml --augmented --count 4 -s data.augment='[{rotate: 40}]'
    expect_status 0
    [ "$(grep -c '^sample ' stdout)" = 4 ] || fail "not four samples"
    cp stdout epoch1
    run data show augmented.yaml --augmented --count 4 --epoch 1 -s data.augment='[{rotate: 40}]'
    expect_same stdout epoch1
    run data show augmented.yaml --augmented --count 4 --epoch 2 -s data.augment='[{rotate: 40}]'
    expect_status 0
    ! cmp -s stdout epoch1 || fail "both epochs are alike"
    run data show augmented.yaml --augmented --count 9999
    expect_status 0
    [ "$(grep -c '^sample ' stdout)" = 150 ] || fail "not all samples"
}

test_show_refuses() {
    augmented_config c.yaml
    run data show c.yaml --augmented
    expect_status 78
    expect_line stderr 'c\.yaml: error: data\.augment: is missing, nothing is augmented'
    run data show augmented.yaml --augmented --split test
    expect_status 64
    expect_line stderr 'augmented: is of the training samples, not of --split test'
    run data show augmented.yaml --epoch 2
    expect_status 64
    expect_line stderr 'epoch: needs --augmented'
    need_digits
    run data show --csv "$digits" --augmented
    expect_status 64
    expect_line stderr 'augmented: needs a CONFIG'
}

test_bench_shows_its_share() {
    augmented_config c.yaml '[{rotate: 9}]'
    run bench augmented.yaml --seconds 0.05
    expect_status 0
    expect_line stdout '^input0 +augment +- +[0-9.]+ +- +- +[0-9.]+ % +-$'
    run bench c.yaml --seconds 0.05
    expect_no_line stdout 'augment'
}

# R is 255 of 8-bit numbers, whose results are clipped; else the largest one.
test_range_of_the_values() {
    for k in 0 1 2 3; do printf '%s,%s\n' "$k" "$((k * 10)),200,7,255"; done >bytes.csv
    for k in 0 1 2 3; do printf '%s,%s\n' "$k" "0.5,-4,1,$k"; done >reals.csv
    cat >c.yaml <<'END'
data:
  train: {csv: bytes.csv}
  split: {eval_size: 0}
  normalize: none
  augment: [{brightness: [1, 1]}]
layers:
  - input: {shape: [4]}
  - dense: {num_units: 4, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 1e-30, update: sgd}
END
    # All 255: the loss is that of samples that are alike.
    run fit c.yaml -q -o b.safetensors --metrics b.jsonl -s data.augment='[{brightness: [1, 1]}]'
    expect_status 0
    run fit c.yaml -q -o o.safetensors --metrics o.jsonl -s data.augment='[{erase: {area: 1, aspect: 1, value: 255}}]' -s layers='[{input: {shape: [1, 2, 2]}}, {dense: {num_units: 4, nonlinearity: softmax, name: dense1}}]'
    expect_status 0
    sed 's/.*\("train_loss": [^,]*\),.*/\1/' b.jsonl >b
    sed 's/.*\("train_loss": [^,]*\),.*/\1/' o.jsonl >o
    expect_same b o
    # R = 4: 0.25 R is 1, as if 1 had been added to every number.
    sed 's/csv: bytes/csv: reals/' c.yaml >r.yaml
    awk -F, -v OFS=, '{for (i = 2; i <= 5; i++) $i += 1; print}' reals.csv >more.csv
    run fit r.yaml -q -o r.safetensors --metrics r.jsonl -s data.augment='[{brightness: [0.25, 0.25]}]'
    expect_status 0
    run fit r.yaml -q -o s.safetensors --metrics s.jsonl -s data.train.csv=more.csv -s data.augment=null
    expect_status 0
    sed 's/.*\("train_loss": [^,]*\),.*/\1/' r.jsonl >r
    sed 's/.*\("train_loss": [^,]*\),.*/\1/' s.jsonl >s
    expect_same r s
}

test_help_knows_them() {
    run help data.augment
    expect_status 0
    expect_line stdout 'elastic'
    run help data.augment.rotate
    expect_status 0
    expect_line stdout 'Turns the picture about its centre'
    run help data.augment.rotate.degrees
    expect_status 0
    expect_line stdout 'a number or an interval \[low, high\] in \[-360, 360\]'
}

test_mixing() {
    augmented_config c.yaml '[{rotate: 9}, {mixup: 1}]'
    for threads in 1 3; do
        run fit augmented.yaml -q --threads $threads -o "$threads.safetensors"
        expect_status 0
    done
    expect_same 1.safetensors 3.safetensors
    run fit augmented.yaml -q -o parts.safetensors --epochs 1
    run fit augmented.yaml -q -o parts.safetensors --resume
    expect_status 0
    expect_same 1.safetensors parts.safetensors
    run data show augmented.yaml --augmented --count 3
    expect_status 0
    expect_line stdout '^sample 0, class [0-9], 0\.[0-9]+ of class [0-9]$'
    run bench augmented.yaml --seconds 0.05
    expect_status 0
    run fit augmented.yaml -q -o cut.safetensors -s 'data.augment=[cutmix]'
    expect_status 0
}

# A box as large as the picture: the partner in its stead, values and class.
# Two samples, of one class each: whoever is shown has the class that is said.
test_a_partner_brings_its_class() {
    printf '0,10,10,10,10\n1,90,90,90,90\n' >two.csv
    cat >c.yaml <<'END'
data:
  train: {csv: two.csv}
  split: {eval_size: 0}
  augment: [{mixup: 1}]
layers:
  - input: {shape: [1, 2, 2]}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 1, learning_rate: 0.1, update: sgd}
END
    for epoch in 1 2 3 4 5 6 7 8; do
        run data show c.yaml --augmented --count 2 --epoch $epoch
        expect_status 0
        grep '^sample' stdout >>titles
    done
    grep -q 'class 0, .* of class 1' titles || fail "never mixed with the other"
    grep -q 'class 1, .* of class 0' titles || fail "never mixed with the other"
    run fit c.yaml -q -o m.safetensors
    expect_status 0
}
