# shellcheck shell=bash
# engine: algorithms, instruction sets, and what must not depend on them.

# Filters that every algorithm fits, and others that only some do.
engine_config() { # FILE
    cat >"$1" <<'YAML'
data:
  train: {digits: {count: 150, seed: 1}}

layers:
  - input:     {shape: [1, 28, 28]}
  - conv2d:    {num_filters: 6, filter_size: 3, pad: 1}
  - maxpool2d: {pool_size: 2}
  - conv2d:    {num_filters: 8, filter_size: 3}
  - conv2d:    {num_filters: 8, filter_size: 3, stride: 2}
  - conv2d:    {num_filters: 8, filter_size: 1}
  - dense:     {num_units: 10, nonlinearity: softmax}

train: {max_epochs: 3, batch_size: 32, update: adam, learning_rate: 0.002}
YAML
}

# The instruction sets that this machine has.
levels() {
    for level in avx512 avx2 portable; do
        ! CNNCTL_KERNELS=$level "$CNNCTL" version >/dev/null 2>&1 || echo $level
    done
}

test_bytes_do_not_depend_on_threads() {
    engine_config c.yaml
    for level in $(levels); do
        for algorithm in auto im2col winograd4 winograd6; do
            for threads in 1 3; do
                CNNCTL_KERNELS=$level run fit c.yaml -q --threads $threads \
                    -s engine.algorithm=$algorithm -o $threads.safetensors --force
                expect_status 0
            done
            expect_same 1.safetensors 3.safetensors
            run checkpoint show 1.safetensors
            blas='(, OpenBLAS [0-9.]+ [A-Za-z0-9]+)'
            [ $algorithm = im2col ] || blas="$blas?"
            expect_line stdout "^computed by    $level$blas$"
        done
    done
}

# Rounding differs, and three epochs of Adam enlarge it; a wrong gradient would
# show in the first digits.
test_losses_do_not_depend_on_algorithm_or_instruction_set() {
    local once=naive # whatever the level
    engine_config c.yaml
    for level in $(levels); do
        for algorithm in auto direct im2col winograd{2,3,4,5,6} $once; do
            CNNCTL_KERNELS=$level run fit c.yaml -q -o m.safetensors --force \
                -s engine.algorithm=$algorithm
            expect_status 0
            run checkpoint show m.safetensors --json
            expect_status 0
            sed -n 's/^ *"\(train_loss\|valid_loss\)": *\([0-9.e+-]*\),*$/\2/p' \
                stdout >losses
            [ "$(wc -l <losses)" -eq 6 ] || fail "6 losses expected"
            [ -e first ] || cp losses first
            paste first losses | awk '
                { d = $1 - $2; if (d < 0) d = -d; if (d > 1e-3 * $1) bad = 1 }
                END { exit bad }' ||
                fail "$level, $algorithm: $(paste first losses)"
        done
        once=''
    done
}

# A spot in a background of zeros, no biases: most windows are empty, and whether
# the rectifier passes their gradients on is a matter of sign.  One step of SGD
# makes the bias their sum.
test_empty_windows_are_zero_under_every_algorithm() {
    awk 'BEGIN {
        printf "1"
        for (i = 0; i < 144; i++)
            printf ",%s", i == 52 ? 1 : i == 53 ? 0.7 : i == 64 ? 0.3 : 0
        print ""
    }' >spot.csv
    cat >spot.yaml <<'YAML'
data:
  train: {csv: spot.csv, target_columns: [0], header: false}
  split: {eval_size: 0}
  normalize: none
layers:
  - input: {shape: [1, 12, 12]}
  - conv2d: {num_filters: 4, filter_size: 3, pad: 1, W: {uniform: {range: [-0.7, 0.7]}}}
  - dense: {num_units: 1, nonlinearity: linear, W: 0.01}
train: {regression: true, update: sgd, learning_rate: 1, max_epochs: 1, batch_size: 1}
YAML
    run fit spot.yaml -q -s engine.algorithm=naive -o naive.safetensors
    expect_status 0
    for level in $(levels); do
        for algorithm in direct im2col winograd{2,3,4,5,6}; do
            CNNCTL_KERNELS=$level run fit spot.yaml -q --force \
                -s engine.algorithm=$algorithm -o m.safetensors
            expect_status 0
            run checkpoint diff naive.safetensors m.safetensors
            awk '/^conv2d1/ && $2 > 1e-6 { exit 1 }' stdout ||
                fail "$level, $algorithm: $(cat stdout)"
        done
    done
}

test_bench_names_what_runs() {
    engine_config c.yaml
    for algorithm in direct im2col winograd{2,3,4,5,6} naive; do
        run bench c.yaml --seconds 0.01 -s engine.algorithm=$algorithm
        expect_status 0
        for pass in forward backward inference; do
            expect_line stdout "^conv2d1 +$pass +$algorithm "
            expect_line stdout "^conv2d3 +$pass +$algorithm "
        done
    done
    # A stride has no Winograd form: the choice is that of auto.
    expect_no_line stdout '^conv2d4 .*winograd'
    expect_line stdout '^kernels +[a-z0-9]+'
    CNNCTL_KERNELS=portable run bench c.yaml --seconds 0.01 --json \
        -s engine.algorithm=im2col
    expect_line stdout '"kernels": "portable, OpenBLAS '
}

test_the_algorithm_is_part_of_the_model() {
    engine_config c.yaml
    run config show c.yaml
    expect_line stdout '^  algorithm: auto$'
    run fit c.yaml -q --epochs 1 -s engine.algorithm=winograd2 -o m.safetensors
    expect_status 0
    run bench m.safetensors --seconds 0.01
    expect_line stdout '^conv2d3 +inference +winograd2 '
    run fit c.yaml --epochs 2 --resume -o m.safetensors --progress=never
    expect_status 0
    expect_line stderr '^engine.algorithm was winograd2, is now auto$'
}

# A library that is none stands in for one that is not installed.
test_openblas_is_loaded_where_it_is_needed() {
    engine_config c.yaml
    mkdir lib
    : >lib/libopenblas.so.0
    LD_LIBRARY_PATH=$PWD/lib run version
    expect_status 0
    expect_line stdout '^blas: not loaded \(.*libopenblas\.so\.0.*\)$'
    LD_LIBRARY_PATH=$PWD/lib run version --json
    expect_line stdout '"blas": null'
    expect_line stdout '"kernel": null'
    LD_LIBRARY_PATH=$PWD/lib run fit c.yaml -q --epochs 1 -o m.safetensors \
        -s engine.algorithm=direct
    expect_status 0
    run checkpoint show m.safetensors
    expect_line stdout '^computed by +[a-z0-9]+$'
    LD_LIBRARY_PATH=$PWD/lib run fit c.yaml -q -o n.safetensors \
        -s engine.algorithm=im2col
    expect_status 71
    expect_line stderr "^cnnctl: error: this network multiplies by OpenBLAS, which cannot be loaded: .*; Debian's package is libopenblas0$"
    expect_no_file n.safetensors
}

# It would wait for ever.
test_openblas_is_not_loaded_where_there_is_no_room() {
    ! grep -qa __asan_init "$CNNCTL" || skip 'the sanitizer takes all addresses'
    engine_config c.yaml
    for kilobytes in 40000 60000 100000; do
        (ulimit -v $kilobytes && run version && expect_status 0)
    done
    (ulimit -v 40000 && run version &&
        expect_line stdout '^blas: not loaded \(the limit on memory \(ulimit -v\) ')
    (ulimit -v 150000
        run fit c.yaml -q --threads 1 -o m.safetensors \
        -s engine.algorithm=im2col
        expect_status 71
        expect_line stderr 'ulimit -v')
}

test_another_instruction_set_is_named() {
    [ "$(levels | wc -l)" -gt 1 ] || skip 'this machine has one'
    engine_config c.yaml
    CNNCTL_KERNELS=portable run fit c.yaml -q --epochs 1 -o m.safetensors \
        -s engine.algorithm=im2col
    expect_status 0
    run checkpoint verify m.safetensors
    expect_status 0
    run fit c.yaml --epochs 2 --resume -o m.safetensors \
        -s engine.algorithm=im2col
    expect_status 0
    expect_line stderr 'm.safetensors was computed by portable, OpenBLAS .*, this machine computes by avx'
}

test_cnnctl_kernels_is_checked() {
    engine_config c.yaml
    CNNCTL_KERNELS=sse9 run info c.yaml
    expect_error 64 "^CNNCTL_KERNELS: error: 'sse9' is not one of avx512, avx2, portable$"
    CNNCTL_KERNELS='' run info c.yaml
    expect_status 0
}

test_unknown_algorithm() {
    engine_config c.yaml
    run info c.yaml -s engine.algorithm=fft
    expect_error 78 "engine.algorithm: 'fft' is not one of auto, depthwise, direct, im2col"
}

# Models and documents name it that were written when there was one.
test_an_algorithm_that_is_gone() {
    engine_config c.yaml
    run config show c.yaml -s engine.algorithm=pointwise
    expect_status 0
    expect_line stdout '^  algorithm: auto$'
    echo 'engine: {algorithm: pointwise}' >>c.yaml
    run config check c.yaml
    expect_status 0
    expect_stderr 'cnnctl config check: warning: c.yaml: engine.algorithm: pointwise is gone, it is computed as by auto'
    run fit c.yaml -q --epochs 1 -o m.safetensors
    expect_status 0
    run checkpoint show m.safetensors --config
    expect_line stdout '^  algorithm: auto$'
    run info c.yaml -s engine.precision=pointwise
    expect_error 78 "'pointwise' is not one of float32, bfloat16"
}
