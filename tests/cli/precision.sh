# shellcheck shell=bash
# engine.precision: bfloat16 in training, models, predictions and exports.

precision_config() { # FILE
    cat >"$1" <<'YAML'
data:
  train: {digits: {count: 200, seed: 1}}

layers:
  - input:     {shape: [1, 28, 28]}
  - conv2d:    {num_filters: 6, filter_size: 3, pad: 1}
  - maxpool2d: {pool_size: 2}
  - conv2d:    {num_filters: 11, filter_size: 3}
  - batchnorm
  - conv2d:    {num_filters: 8, filter_size: 5}
  - dense:     {num_units: 10, nonlinearity: softmax}

train: {max_epochs: 2, batch_size: 32, update: adam, learning_rate: 0.002}
engine: {algorithm: winograd2, precision: bfloat16}
YAML
}

# The instruction sets that this machine has.
levels() {
    for level in avx512 avx2 portable; do
        ! CNNCTL_KERNELS=$level "$CNNCTL" version >/dev/null 2>&1 || echo $level
    done
}

# What is printed of a processor that has no instruction for it.
is_emulated() {
    "$CNNCTL" info c.yaml | grep -q '^precision: bfloat16, emulated, in '
}

test_bytes_do_not_depend_on_threads() {
    precision_config c.yaml
    for level in $(levels); do
        for threads in 1 3; do
            CNNCTL_KERNELS=$level run fit c.yaml -q --threads $threads \
                -o $threads.safetensors --force
            expect_status 0
        done
        expect_same 1.safetensors 3.safetensors
        run checkpoint show 1.safetensors
        expect_line stdout "^computed by    $level\+bfloat16(, OpenBLAS .*)?$"
        run checkpoint verify 1.safetensors
        expect_status 0
    done
}

test_a_run_that_is_resumed_has_the_same_bytes() {
    precision_config c.yaml
    run fit c.yaml -q -o whole.safetensors
    expect_status 0
    run fit c.yaml -q --epochs 1 -o parts.safetensors
    run fit c.yaml -q --resume -o parts.safetensors
    expect_status 0
    expect_same whole.safetensors parts.safetensors
}

# Rounding to 8 bits is seen, and is no more than that.
test_losses_are_near_those_in_float32() {
    precision_config c.yaml
    for level in $(levels); do
        for precision in float32 bfloat16; do
            CNNCTL_KERNELS=$level run fit c.yaml -q -o m.safetensors --force \
                -s engine.precision=$precision
            expect_status 0
            run checkpoint show m.safetensors --json
            sed -n 's/^ *"\(train_loss\|valid_loss\)": *\([0-9.e+-]*\),*$/\2/p' \
                stdout >$precision
            [ "$(wc -l <$precision)" -eq 4 ] || fail "4 losses expected"
        done
        paste float32 bfloat16 | awk '
            { d = $1 - $2; if (d < 0) d = -d
              if (d > 0.03 * $1 || d == 0) bad = 1 }
            END { exit bad }' || fail "$level: $(paste float32 bfloat16)"
    done
}

test_the_precision_is_part_of_the_model() {
    precision_config c.yaml
    run config show c.yaml
    expect_line stdout '^  precision: bfloat16$'
    run fit c.yaml -q --epochs 1 -o m.safetensors
    expect_status 0
    run fit c.yaml --resume -o m.safetensors --progress=never \
        -s engine.precision=float32
    expect_status 0
    expect_line stderr '^engine.precision was bfloat16, is now float32$'
    expect_line stderr '^m.safetensors was computed by [a-z0-9]+\+bfloat16(, .*)?, this machine computes by [a-z0-9]+(, .*)?: training goes on, the bytes will differ$'
    run checkpoint show m.safetensors
    expect_line stdout '^computed by    [a-z0-9]+(, .*)?$'
}

# Other transforms round otherwise, and what is near a tie to other 8 bits.
test_a_model_of_another_instruction_set_is_sound() {
    [ "$(levels | wc -l)" -gt 1 ] || skip 'this machine has one'
    precision_config c.yaml
    CNNCTL_KERNELS=portable run fit c.yaml -q -o m.safetensors
    expect_status 0
    run checkpoint verify m.safetensors
    expect_status 0
    expect_line stderr 'sound; the outputs differ by [0-9.e-]+: saved by portable\+bfloat16'
    run export m.safetensors -o m.onnx
    expect_status 0
}

test_emulation_is_said() {
    precision_config c.yaml
    manner=native
    ! is_emulated || manner=emulated
    run info c.yaml --json
    expect_line stdout "^ *\"bfloat16\": \"$manner\",$"
    run bench c.yaml --seconds 0.01
    expect_status 0
    expect_line stdout "^kernels    [a-z0-9]+\+bfloat16(, .*)?, bfloat16 $manner$"
    run bench c.yaml --seconds 0.01 --json
    expect_line stdout "\"bfloat16\": \"$manner\""
    run bench c.yaml --seconds 0.01 --json -s engine.precision=float32
    expect_no_line stdout bfloat16
    run info c.yaml -s engine.precision=float32
    expect_no_line stdout precision
    run fit c.yaml --epochs 1 -o m.safetensors --progress=never
    expect_status 0
    if [ $manner = emulated ]; then
        grep -c '^engine.precision: bfloat16 is emulated, as this processor' \
            stderr >count
        expect_stream count '1'
    else
        expect_no_line stderr emulated
    fi
    run fit c.yaml -q --epochs 1 -o n.safetensors
    expect_no_stderr
}

test_what_has_no_bfloat16_is_said() {
    precision_config c.yaml
    for algorithm in direct im2col depthwise naive winograd5 winograd6; do
        run fit c.yaml -s engine.algorithm=$algorithm -o m.safetensors
        expect_error 78 "engine.algorithm: $algorithm does not compute in bfloat16, the precision asked for; winograd2, winograd3 and winograd4 do"
        expect_no_file m.safetensors
    done
    run fit c.yaml --check
    expect_error 78 '^c.yaml:14:43: error: engine.precision: --check compares gradients to a thousandth, which bfloat16 rounds away; check them in float32$'
    cat >dense.yaml <<'YAML'
layers:
  - input: {shape: [4]}
  - dense: {num_units: 3, nonlinearity: softmax}
engine: {precision: bfloat16}
YAML
    run config check dense.yaml
    expect_stderr 'cnnctl config check: warning: dense.yaml: engine.precision: nothing is computed in bfloat16, there is no convolution that winograd2, winograd3 or winograd4 computes in it'
}

# Tiles of 8 inputs along an edge are too large.
test_filters_of_7x7_stay_float32() {
    cat >c.yaml <<'YAML'
layers:
  - input: {shape: [32, 14, 14]}
  - conv2d: {num_filters: 32, filter_size: 7, pad: same}
  - dense: {num_units: 3, nonlinearity: softmax}
engine: {algorithm: winograd2}
YAML
    run config check c.yaml
    expect_no_stderr
    run config check c.yaml -s engine.precision=bfloat16
    expect_line stderr 'there is no convolution that winograd2 fits in bfloat16$'
    expect_line stderr 'nothing is computed in bfloat16, there is no convolution that'
}

# Gradients that nobody wants count for nothing, whatever would compute them.
test_what_never_runs_in_bfloat16_is_said() {
    nothing='cnnctl config check: warning: c.yaml: engine.precision: nothing is computed in bfloat16, there is no convolution that winograd2, winograd3 or winograd4 computes in it'
    narrow_config() { # INPUT WORDS-OF-THE-CONVOLUTION
        cat >c.yaml <<YAML
layers:
  - input:  {shape: $1}
  - conv2d: {num_filters: 32, filter_size: 3, pad: same${2:-}}
  - maxpool2d: {pool_size: 2}
  - dense:  {num_units: 10, nonlinearity: softmax}
engine: {precision: bfloat16}
train: {max_epochs: 9, learning_rate: 0.01}
YAML
    }
    narrow_config '[1, 28, 28]'
    run info c.yaml
    if grep -q '^precision: .* in 0\.0 % ' stdout; then
        expect_line stdout '^precision: bfloat16, [a-z]+, in 0\.0 % of the multiply-adds of training; float32: conv2d1, dense3$'
        run config check c.yaml
        expect_stderr "$nothing"
    fi
    # Only the weights' gradient would be computed so, and they are frozen.
    narrow_config '[1, 28, 28]' ', trainable: false'
    run config check c.yaml
    expect_stderr "$nothing"
    sed -i '/^train/d' c.yaml
    run config check c.yaml
    expect_stderr "$nothing"
    narrow_config '[32, 28, 28]'
    run config check c.yaml
    expect_no_stderr
}

test_what_stays_float32_is_said() {
    precision_config c.yaml
    run info c.yaml
    expect_line stdout '^precision: bfloat16, [a-z]+, in [0-9]+\.[0-9] % of the multiply-adds of training; float32: dense6$'
    run info c.yaml --json
    expect_line stdout '^ *"bfloat16_share": 0\.[0-9]+,$'
    tr -d ' \n' <stdout >flat
    expect_line flat '"float32":\[\{"layer":"dense6","passes":\["forward","data","weights"\]\}\]'
    run info c.yaml --json -s engine.precision=float32
    expect_no_line stdout 'bfloat16|float32'
    run fit c.yaml --epochs 1 -o m.safetensors --progress=never
    expect_line stderr '^precision: bfloat16, [a-z]+, in [0-9]+\.[0-9] % of the multiply-adds of training; float32: dense6$'
    sed '/^train:/d; /^data:/,/^$/d' c.yaml >bare.yaml
    run info bare.yaml
    expect_line stdout '^precision: .* of the multiply-adds of inference; float32: dense6$'
    # Of a filter of 5x5 winograd3 has no form.
    run info c.yaml -s engine.algorithm=winograd3
    expect_line stdout '; float32: conv2d5.*, dense6$'
}

# What is exported computes in float32 and is verified so.
test_models_are_predicted_exported_and_imported() {
    precision_config c.yaml
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    awk 'BEGIN {
        for (i = 0; i < 784; i++) printf "%s%d", i ? "," : "", (i * 37) % 256
        print "" }' >one.csv
    run predict m.safetensors one.csv --proba --format tsv
    expect_status 0
    tail -n 1 stdout | tr '\t' '\n' >narrow
    run export m.safetensors -o m.onnx
    expect_status 0
    expect_line stderr "^m.onnx: .* it computes the verification samples as the model's weights do in float32$"
    expect_line stderr '^m.onnx: the model itself computes in bfloat16: its answers to the verification samples differ by up to [0-9.e-]+$'
    expect_no_line stderr 'differ by up to 0$'
    run import m.onnx -o back.safetensors
    expect_status 0
    run checkpoint show back.safetensors
    expect_no_line stdout 'bfloat16$'
    run predict back.safetensors one.csv --proba --format tsv
    tail -n 1 stdout | tr '\t' '\n' >wide
    paste narrow wide | awk '
        { d = $1 - $2; if (d < 0) d = -d; if (d > 0.02) bad = 1; sum += d }
        END { exit bad || NR != 10 || sum == 0 }' || fail "$(paste narrow wide)"
    run export m.safetensors -o m.c
    expect_status 0
}
