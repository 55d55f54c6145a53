# shellcheck shell=bash
# What holds weights and gradients: norms, frozen layers, averages.

# Every key of this part at once.
held_config() { # FILE
    small_config "$1"
    cat >>"$1" <<'END'
  clip_norm: 0.5
  max_norm: 0.9
  average: {ema: 0.9}
  freeze: [conv*]
  save_every: 2
END
    sed -i 's/num_units: 16/num_units: 16, l1: 0.001, l2: 0.01/' "$1"
}

test_two_halves_equal_the_whole() {
    held_config c.yaml
    run fit c.yaml -q -o whole.safetensors --epochs 3
    expect_status 0
    run fit c.yaml -q -o parts.safetensors --epochs 1 --threads 1
    expect_status 0
    run fit c.yaml -q -o parts.safetensors --epochs 3 --resume --threads 3
    expect_status 0
    expect_same whole.safetensors parts.safetensors
}

test_stopped_anywhere_it_ends_the_same() {
    held_config c.yaml
    run fit c.yaml -q -o whole.safetensors --epochs 40
    expect_status 0
    local code
    for _ in 1 2 3; do
        "$CNNCTL" fit c.yaml -q -o cut.safetensors --epochs 40 --resume \
            >stdout 2>stderr &
        sleep 0.1
        kill -s TERM $! 2>/dev/null || true
        code=0
        wait $! || code=$?
        [ $code -eq 0 ] || [ $code -eq 143 ] || fail "status $code"
        # Before the signal was heeded there may be no file.
        [ -e cut.safetensors ] || continue
        run checkpoint verify cut.safetensors -q
        expect_status 0
    done
    run fit c.yaml -q -o cut.safetensors --epochs 40 --resume
    expect_status 0
    expect_same whole.safetensors cut.safetensors
}

test_the_average_is_validated_and_predicts() {
    small_config c.yaml
    run fit c.yaml -q -o plain.safetensors --epochs 1
    run fit c.yaml -q -o mean.safetensors --epochs 1 -s 'train.average={ema: 0.9}' \
        --metrics m.jsonl
    expect_status 0
    # Training is the same; what is validated and kept is not.
    run checkpoint show mean.safetensors --json
    expect_line stdout '"train.average.conv2d1.weight"'
    expect_line stdout '"train.last.conv2d1.weight"'
    run checkpoint diff plain.safetensors mean.safetensors
    expect_status 1
    # Without updates there is nothing to average.
    run checkpoint save c.yaml -o new.safetensors -s 'train.average=ema'
    expect_status 0
    run checkpoint save c.yaml -o same.safetensors
    run checkpoint diff new.safetensors same.safetensors
    expect_stdout 'metadata config differs'
}

test_an_average_that_was_stripped_is_not_resumed() {
    held_config c.yaml
    run fit c.yaml -q -o m.safetensors --epochs 1
    run checkpoint strip m.safetensors -o s.safetensors
    expect_status 0
    run fit c.yaml -q -o s.safetensors --epochs 2 --resume
    expect_status 73
    run fit c.yaml -q -o m.safetensors --epochs 2 --resume \
        -s 'train.average={ema: 0.99}'
    expect_status 78
    expect_line stderr 'train.average was {ema: 0.9}, is now {ema: 0.99}'
    run fit c.yaml -q -o m.safetensors --epochs 2 --resume -s train.freeze=null
    expect_status 78
    expect_line stderr "train.freeze was .*, is now absent"
    run fit c.yaml -o m.safetensors --epochs 2 --resume -s train.clip_norm=2
    expect_status 0
    expect_line stderr 'train.clip_norm was 0.5, is now 2'
}

test_frozen_layers_stay() {
    small_config c.yaml
    run checkpoint save c.yaml -o before.safetensors
    run fit c.yaml -q -o after.safetensors -s 'train.freeze=[conv*]' --epochs 1
    expect_status 0
    # What does not differ is not listed; nor are there slots of it.
    run checkpoint diff before.safetensors after.safetensors
    expect_status 1
    expect_line stdout '^dense3.weight '
    expect_line stdout '^train.adam.m.dense3.weight: only in after'
    grep conv2d1 stdout && fail "conv2d1 has moved"
    run info c.yaml -s 'train.freeze=[conv*]' --json
    expect_line stdout '"trainable": 2490'
}

test_the_norm_of_the_gradient_is_told() {
    small_config c.yaml
    run fit c.yaml -q -o m.safetensors --metrics plain.jsonl
    grep -q gradient_norm plain.jsonl && fail "nobody asked for the norm"
    run fit c.yaml -q -o c.safetensors --metrics m.jsonl -s train.clip_norm=1e9
    expect_status 0
    grep -c '"gradient_norm": [0-9]' m.jsonl >count
    echo 2 >two
    expect_same count two
    # A bound that is never reached changes no bit of the weights.
    run checkpoint diff m.safetensors c.safetensors
    expect_stdout 'metadata config differs' 'metadata history differs'
    run checkpoint show --history c.safetensors
    expect_line stdout ',gradient_norm$'
}

test_the_log_of_layers() {
    small_config c.yaml
    run fit c.yaml -q -o plain.safetensors
    run fit c.yaml -o m.safetensors --metrics m.jsonl -s train.log=true
    expect_status 0
    expect_line m.jsonl '"gradient_norm": [0-9.]+, '
    expect_line m.jsonl '"layers": {"conv2d1": {"weight_norm": [0-9.]+, "update_norm": [0-9.e-]+, "gradient_norm": [0-9.]+, "dead": 0.0}, "dense3"'
    expect_line m.jsonl '"dense5": {.*"dead": null}}}$'
    grep -q warning stderr && fail "a sound network"
    # It is watched, not changed.
    run checkpoint diff plain.safetensors m.safetensors
    expect_stdout 'metadata config differs' 'metadata history differs'
    run fit c.yaml -o d.safetensors --epochs 3 -s train.log=true \
        -s layers.dense3.b=-100
    expect_status 0
    grep -c 'warning: dense3 is dead' stderr >count
    echo 1 >once
    expect_same count once
    expect_line stderr 'warning: conv2d1: the last update was 0 of its weights'
}

test_check_compares_gradients() {
    small_config c.yaml
    run fit c.yaml --check --threads 1
    expect_status 0
    expect_line stdout '^parameter +checked +worst +gradient +difference +error$'
    expect_line stdout '^conv2d1.weight +4  \[.*\] '
    expect_line stderr 'the gradients of 32 samples are those of their loss'
    awk 'NR > 2 && $NF >= 1e-4' stdout >far
    [ ! -s far ] || fail "errors beyond rounding" "$(cat far)"
    [ "$(ls)" = "$(printf '%s\n' c.yaml expected far stderr stdout |
        sed "$([ -e expected ] || echo /expected/d)")" ] || fail "files: $(ls)"
    cp stdout one
    run fit c.yaml --check --threads 3
    expect_same one stdout
    # From the weights of a model, and of a network with everything on.
    held_config h.yaml
    run fit h.yaml -q -o m.safetensors --epochs 1
    run fit h.yaml --check --init-from m.safetensors
    expect_status 0
    grep conv2d1 stdout && fail "a frozen layer has no gradient"
    run fit c.yaml --check --dry-run
    expect_error 64 'cnnctl fit: error: --check: trains nothing'
    for series in folds repeat; do
        run fit c.yaml --check "--$series" 2
        expect_error 64 "--check: trains nothing; leave out --$series"
    done
    # Nothing compared is nothing found to be right.
    run fit c.yaml --check -s layers.conv2d1.trainable=false \
        -s layers.dense3.trainable=false -s layers.dense5.trainable=false
    expect_error 78 'conv2d1\.trainable: every layer with parameters is frozen'
}

# Numbers near 4e6 that differ by a few: their differences are rounding.
test_check_finds_what_single_precision_loses() {
    awk 'BEGIN {
        for (i = 0; i < 40; i++) {
            printf "%d", i % 2
            for (j = 0; j < 6; j++)
                printf ",%d", 4000000 + (i * 7 + j * 3) % 5
            print ""
        }
    }' >big.csv
    cat >c.yaml <<'END'
data:
  train: {csv: big.csv, header: false}
  normalize: none
layers:
  - input: {shape: [6]}
  - dense: {num_units: 8, nonlinearity: linear}
  - batchnorm
  - dense: {num_units: 2, nonlinearity: softmax}
train: {update: sgd, learning_rate: 0.1, batch_size: 20}
END
    run fit c.yaml --check
    expect_status 1
    expect_line stderr 'error: the gradient of .*\[.*\] is .*, the difference of the loss .*: an error of .*, above 1e-03'
}

# Eight digits, then a new head for ten on a frozen body, then all of it.
test_fine_tuning() {
    cp "$ROOT/configs/quickstart.yaml" "$ROOT/configs/finetune.yaml" .
    run data convert quickstart.yaml -s data.train.digits.count=1500 -o all.csv
    expect_status 0
    grep '^[0-7],' all.csv >eight.csv
    run fit quickstart.yaml -q -o eight.safetensors --epochs 6 -s data.test=null \
        -s 'data.train={csv: eight.csv}' -s layers.dense7.num_units=8
    expect_status 0
    run fit finetune.yaml -q -o head.safetensors --init-from eight.safetensors
    expect_status 65
    run fit finetune.yaml -o head.safetensors --init-from eight.safetensors \
        --partial
    expect_status 0
    expect_line stderr 'classes that the file does not know: 8, 9'
    # The body is that of the first run, bit for bit.
    run checkpoint diff eight.safetensors head.safetensors
    expect_status 1
    expect_line stdout '^dense7.weight: shapes differ'
    grep -E '^(conv2d1|conv2d3|dense5)' stdout && fail "the body has moved"
    run fit finetune.yaml -q -o thawed.safetensors -s train.freeze=null \
        -s train.learning_rate=0.0003 --init-from head.safetensors
    expect_status 0
    run evaluate thawed.safetensors quickstart.yaml -q --fail-under accuracy=0.88
    expect_status 0
    run fit finetune.yaml -q -o alone.safetensors -s train.freeze=null
    run evaluate alone.safetensors quickstart.yaml -q --fail-under accuracy=0.88
    expect_status 1
}
