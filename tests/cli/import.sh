# shellcheck shell=bash
# Networks of other programs as models.  That every layer of ours comes back as
# itself is in export_onnx.sh.

goldens=$ROOT/tests/data/onnx

test_a_network_of_another_program() {
    run import "$goldens/lenet-9.onnx" -o m.safetensors --config net.yaml
    expect_status 0
    expect_no_stdout
    expect_stderr 'm.safetensors: 7 layers, 627 parameters' \
        'm.safetensors: it computes probabilities, of which the graph computes the logarithms'
    expect_stream net.yaml <<'END'
# An ONNX graph of opset 9, by pytorch 1.13.0.
# Its outputs are the logarithms of those here.
data:
  normalize: none
layers:
  - input: {shape: [1, 12, 12]}
  - conv2d: {num_filters: 4, filter_size: 3, name: conv1}
  - maxpool2d: {pool_size: 2}
  - conv2d: {num_filters: 6, filter_size: 3, pad: 1, name: conv2}
  - maxpool2d: {pool_size: 2}
  - dense: {num_units: 12, name: fc1}
  - dense: {num_units: 5, nonlinearity: softmax, name: fc2}
END
    run config check net.yaml
    expect_status 0
    run checkpoint verify m.safetensors
    expect_status 0
    # What it computes is what PyTorch computed, of the rows beside it.
    run predict m.safetensors "$goldens/lenet-9.in.csv" --proba
    expect_status 0
    sed 1d stdout >got
    awk -F, -v OFS=, '{ for (i = 1; i <= NF; i++) $i = exp($i); print }' \
        "$goldens/lenet-9.out.csv" >want
    paste -d, got want | awk -F, '
        { for (i = 1; i <= NF / 2; i++) {
            d = $i - $(i + NF / 2); if (d > 1e-5 || d < -1e-5) exit 1
            seen++ } }
        END { exit !seen }' || fail "$(cat got want)"
}

test_every_golden_becomes_a_model() {
    local file name count=0
    for file in "$goldens"/*.onnx; do
        name=$(basename "$file" .onnx)
        run import "$file" -o "$name.safetensors"
        expect_status 0
        expect_line stderr 'it computes (what the graph does|probabilities, of which the graph computes the logarithms)$'
        run checkpoint verify "$name.safetensors"
        expect_status 0
        count=$((count + 1))
    done
    [ "$count" -ge 48 ] || fail "only $count"
}

test_weights_are_trained_on() {
    run import "$goldens/lenet-9.onnx" -o m.safetensors --config net.yaml
    expect_status 0
    # Other samples and other classes: the first layers are those of the file.
    sed -e 's/^data:/&\n  train: {digits: {count: 60, seed: 1}}/' \
        -e 's/normalize: none/normalize: scale/' \
        -e 's/12, 12/28, 28/' -e 's/num_units: 5/num_units: 10/' net.yaml >fit.yaml
    echo 'train: {learning_rate: 0.01, max_epochs: 1, batch_size: 20}' >>fit.yaml
    run fit fit.yaml --init-from m.safetensors --partial -o tuned.safetensors
    expect_status 0
}

test_info_of_a_graph() {
    run info "$goldens/mobile-17.onnx"
    expect_status 0
    expect_line stdout '^ *[0-9]* +expand_0 +8x5x5'
    expect_line stdout '^parameters: 246 trainable, 246 in total'
    run info "$goldens/mobile-17.onnx" --json
    expect_status 0
    expect_line stdout '"name": "depthwise_1"'
    expect_line stdout '"parameters": 246'
    run info "$goldens/mobile-17.onnx" --set seed=2
    expect_status 64
    expect_stderr 'cnnctl info: error: --set: has no effect on an ONNX graph'
}

test_other_files_say_what_helps() {
    run import "$goldens/lenet-9.in.csv" -o m.safetensors
    expect_status 65
    expect_stderr "$goldens/lenet-9.in.csv: error: is CSV data, expected an ONNX graph"
    run import missing.onnx -o m.safetensors
    expect_status 66
    run evaluate "$goldens/lenet-9.onnx" x.yaml
    expect_status 65
    expect_stderr "$goldens/lenet-9.onnx: error: is an ONNX graph, expected a model file; cnnctl import $goldens/lenet-9.onnx -o MODEL makes one of it"
    run fit "$goldens/lenet-9.onnx"
    expect_status 78
    expect_line stderr 'is an ONNX graph, expected a configuration; cnnctl import .* -o MODEL --config OUT.yaml writes one$'
    run import "$goldens/lenet-9.onnx"
    expect_status 64
    expect_stderr 'cnnctl import: error: --output: is needed'
    [ ! -e m.safetensors ] || fail "a model was written"
}

test_a_cut_file_is_refused_and_leaves_nothing() {
    local file=$goldens/matmul-9.onnx length
    length=$(stat -c %s "$file")
    for ((i = 3; i < length; i += 7)); do
        head -c "$i" "$file" >cut.onnx
        run import cut.onnx -o m.safetensors --config net.yaml
        expect_status 65
        expect_line stderr '^cut.onnx: error: '
        [ ! -e m.safetensors ] || fail "there is a model"
        [ ! -e net.yaml ] || fail "there is a configuration"
    done
}

test_existing_files_need_force() {
    echo old >net.yaml
    run import "$goldens/matmul-9.onnx" -o m.safetensors --config net.yaml
    expect_status 73
    expect_line stderr '^net.yaml: error: exists; --force replaces it$'
    [ ! -e m.safetensors ] || fail "a model was written"
    run import "$goldens/matmul-9.onnx" -o m.safetensors --config net.yaml --force
    expect_status 0
    run import "$goldens/matmul-9.onnx" -o same --config same
    expect_status 64
}

test_bytes_are_those_of_any_number_of_threads() {
    run import "$goldens/residual-9.onnx" -o one.safetensors --threads 1
    expect_status 0
    run import "$goldens/residual-9.onnx" -o two.safetensors --threads 2
    expect_status 0
    cmp one.safetensors two.safetensors || fail "they differ"
}

# The text of a node that says which layer it is, changed: the nodes count.
test_a_text_that_lies_is_not_believed() {
    cat >net.yaml <<'END'
data: {normalize: none}
layers:
  - input: {shape: [2, 6, 6]}
  - conv2d: {num_filters: 3, filter_size: 3, nonlinearity: tanh, b: {normal: {std: 0.5}}}
  - dense: {num_units: 4, nonlinearity: softmax}
END
    run checkpoint save net.yaml -o m.safetensors
    expect_status 0
    run export m.safetensors -o net.onnx
    expect_status 0
    run import net.onnx -o honest.safetensors
    expect_status 0
    # As long as the truth, so that the file stays one.
    LC_ALL=C sed 's/nonlinearity: tanh/nonlinearity: gelu/' net.onnx >lie.onnx
    cmp -s net.onnx lie.onnx && fail "there is no such text"
    run import lie.onnx -o lied.safetensors
    expect_status 0
    for m in honest lied; do
        run config show $m.safetensors
        expect_status 0
        expect_line stdout 'conv2d: .*nonlinearity: tanh'
        expect_no_line stdout gelu
    done
}
