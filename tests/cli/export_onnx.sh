# shellcheck shell=bash
# Networks written as ONNX: what is read back computes what predict does.
#
# The program itself compares what it reads back with the model; here the rows
# are others, and they go through the model that import makes of the file.
. "$ROOT/tests/cli/networks.bash"

# The file becomes a model again, back.safetensors.
read_back() { # FILE
    rm -f back.safetensors
    run import "$1" -o back.safetensors
    expect_status 0
}

test_every_layer_computes_what_predict_does() {
    networks | sed -n 's/^= //p' >list
    while read -r name shape; do
        write_network "$name"
        run checkpoint save model.yaml -o m.safetensors --force
        expect_status 0
        run export m.safetensors -o net.onnx --force
        expect_status 0
        expect_no_stdout
        expect_line stderr '^net.onnx: [0-9]+ nodes, [0-9]+ bytes of constants$'
        expect_line stderr 'read back and node by node it computes the verification samples as the model'
        write_rows $((${shape//,/*})) 3 >rows.csv
        run predict m.safetensors rows.csv --format csv --logits
        expect_status 0
        sed 1d stdout >want
        read_back net.onnx
        run predict back.safetensors rows.csv --format csv --logits
        expect_status 0
        sed 1d stdout >got
        expect_close got want
    done <list
}

# Each layer comes back as itself.  A merge that crops begins with slices of its
# inputs and comes back with these as layers.
test_every_layer_comes_back_as_itself() {
    networks | sed -n 's/^= //p' >list
    while read -r name _; do
        write_network "$name"
        run checkpoint save model.yaml -o m.safetensors --force
        run export m.safetensors -o net.onnx --force --no-fold
        expect_status 0
        read_back net.onnx
        for file in m back; do
            run info $file.safetensors --json
            expect_status 0
            grep -o '"type": *"[a-z0-9_]*"' stdout | grep -v slice >$file.types
        done
        cmp -s m.types back.types ||
            fail "$name: $(diff m.types back.types)"
    done <list
}

test_a_trained_network() {
    need_trained
    need_digits
    run predict "$trained" "$rows" --proba
    sed 1d stdout >want
    for option in '' --no-fold; do
        # shellcheck disable=SC2086 # a word or none
        run export "$trained" -o net.onnx --force $option
        expect_status 0
        read_back net.onnx
        run predict back.safetensors "$rows" --proba
        expect_status 0
        sed 1d stdout >got
        expect_close got want
    done
}

test_folding_leaves_batch_normalization_out() {
    need_trained
    run export "$trained" -o folded.onnx
    expect_status 0
    run export "$trained" -o whole.onnx --no-fold
    expect_status 0
    grep -aq 'conv2d1_bn' whole.onnx || fail "no batch normalization"
    ! grep -aq 'conv2d1_bn' folded.onnx || fail "it is there, folded too"
    # One that cannot be folded stays.
    grep -aq 'running_var' folded.onnx || fail "the other one is gone"
}

test_bytes_depend_on_the_model_alone() {
    need_trained
    run export "$trained" -o one.onnx --threads 1
    expect_status 0
    mkdir elsewhere
    run export "$trained" -o elsewhere/two.onnx --threads 2
    expect_status 0
    cmp one.onnx elsewhere/two.onnx || fail "bytes differ"
    ! grep -aqE 'elsewhere|safetensors|/tmp' one.onnx || fail "it names a path"
}

test_what_exists_is_kept_without_force() {
    need_model
    echo mine >net.onnx
    run export "$model" -o net.onnx
    expect_status 73
    expect_line stderr 'exists; --force replaces it'
    expect_stream net.onnx mine
    run export "$model" -o net.onnx --force
    expect_status 0
    [ "$(head -c 1 net.onnx | od -An -tx1)" = ' 08' ] || fail "no ONNX file"
    expect_no_temporary
}

# The samples are normalized before, not in the file.
test_without_normalization() {
    cat >n.yaml <<'END'
data: {normalize: {mean: [1, -2], std: [3, 0.5]}}
layers:
  - input: {shape: [2, 1, 2]}
  - dense: {num_units: 3, nonlinearity: softmax, b: {normal: {std: 1}}}
END
    run checkpoint save n.yaml -o n.safetensors
    expect_status 0
    run export n.safetensors -o with.onnx
    expect_status 0
    run export n.safetensors -o without.onnx --no-normalization
    expect_status 0
    grep -aq 'normalization/sub' with.onnx || fail "no normalization"
    ! grep -aq 'normalization/sub' without.onnx || fail "normalization"
    write_rows 4 5 >rows.csv
    awk -F, '{ printf "%.17g,%.17g,%.17g,%.17g\n", ($1 - 1) / 3, ($2 - 1) / 3,
        ($3 + 2) / 0.5, ($4 + 2) / 0.5 }' rows.csv >normal.csv
    run predict n.safetensors rows.csv --proba
    sed 1d stdout >want
    for pair in with:rows without:normal; do
        read_back "${pair%:*}.onnx"
        run predict back.safetensors "${pair#*:}.csv" --proba
        expect_status 0
        sed 1d stdout >got
        expect_close got want
    done
}

test_logits() {
    need_trained
    need_digits
    run export "$trained" -o logits.onnx --logits
    expect_status 0
    ! grep -aq Softmax logits.onnx || fail "there is a softmax"
    run predict "$trained" "$rows" --format csv --logits
    expect_status 0
    sed 1d stdout >want
    read_back logits.onnx
    run predict back.safetensors "$rows" --format csv --logits
    expect_status 0
    sed 1d stdout >got
    expect_close got want
    cat >scores.yaml <<'END'
data: {normalize: none}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 3, nonlinearity: linear}
END
    run checkpoint save scores.yaml -o scores.safetensors
    expect_status 0
    run export scores.safetensors -o none.onnx --logits
    expect_status 78
    expect_line stderr "error: --logits: the network's outputs are no probabilities"
    [ ! -e none.onnx ] || fail "there is a file"
}

test_wrong_usage() {
    need_model
    for option in --header --int8 '--prefix x'; do
        # shellcheck disable=SC2086 # words
        run export "$model" -o net.onnx $option
        expect_status 64
        expect_line stderr "${option%% *}: has no effect with .onnx"
    done
    for option in --logits --no-normalization --no-fold; do
        run export "$model" -o net.c $option
        expect_status 64
        expect_line stderr "${option}: has no effect with .c"
    done
    run export "$model" -o net.onx
    expect_status 64
    expect_line stderr "'net.onx' does not end with one of .onnx, .c"
    [ ! -e net.onnx ] || fail "there is a file"
}

test_two_classes_of_one_output() {
    awk 'BEGIN { print "a,b,y"; for (i = 0; i < 40; i++) print i % 7 "," i % 5 "," (i % 7 > i % 5 ? "yes" : "no") }' >x.csv
    cat >c.yaml <<'END'
data: {train: {csv: x.csv, label_column: y}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 6, nonlinearity: tanh}
  - dense: {num_units: 1, nonlinearity: sigmoid}
train: {max_epochs: 3, batch_size: 8, learning_rate: 0.1, loss: binary_crossentropy}
END
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run export m.safetensors -o logits.onnx --logits
    expect_status 0
    run export m.safetensors -o net.onnx
    expect_status 0
    grep -aqF '["no", "yes"]' net.onnx || fail "its classes are not there"
    sed '1d; s/,[a-z]*$//' x.csv >rows.csv
    run predict m.safetensors rows.csv --proba
    sed 1d stdout >want
    read_back net.onnx
    run predict back.safetensors rows.csv --proba
    expect_status 0
    sed 1d stdout >got
    expect_close got want
}

# Numbers come out as training had them.
test_numbers() {
    awk 'BEGIN { print "a,b,u,v"; for (i = 0; i < 40; i++) print i % 7 "," i % 5 "," 100 + 30 * (i % 7) "," i % 5 - 3 }' >x.csv
    cat >c.yaml <<'END'
data: {train: {csv: x.csv, target_columns: [u, v]}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 6, nonlinearity: tanh}
  - dense: {num_units: 2, nonlinearity: linear}
train: {max_epochs: 5, batch_size: 8, learning_rate: 0.1, regression: true, standardize_targets: true}
END
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run export m.safetensors -o net.onnx
    expect_status 0
    for word in values scale/mul scale.mean '\["u", "v"\]'; do
        grep -aq "$word" net.onnx || fail "there is no $word"
    done
    sed '1d' x.csv | cut -d, -f 1,2 >rows.csv
    run predict m.safetensors rows.csv --format csv
    sed 1d stdout >want
    read_back net.onnx
    run predict back.safetensors rows.csv --format csv
    expect_status 0
    sed 1d stdout >got
    expect_close got want
}

# Names of classes are text in JSON, whatever they hold.
test_hostile_names_are_only_names() {
    # shellcheck disable=SC2016
    printf '%b' '*/ }\n"]; {"a": ??/\n\\\\n%d\n0123\n' >names
    { echo a,b,y && sed 's/"/""/g; s/.*/1,2,"&"/' names; } >x.csv
    cat >c.yaml <<'END'
data: {train: {csv: x.csv, label_column: y}, split: {eval_size: 0}}
layers:
  - input: {shape: [2]}
  - dense: {num_units: 4, nonlinearity: softmax}
train: {max_epochs: 1, batch_size: 2, learning_rate: 0.1}
END
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run export m.safetensors -o net.onnx
    expect_status 0
    grep -aqF '\"]; {\"a\": ??/"' net.onnx || fail "no JSON of the names"
}

# Statistics that differ along every axis.
test_batch_normalization_along_any_axes() {
    cat >b.yaml <<'END'
data:
  train: {digits: {count: 60, seed: 2}}
  split: {eval_size: 1/4, shuffle: false}
layers:
  - input: {shape: [1, 28, 28]}
  - conv2d: {num_filters: 3, filter_size: [8, 7], stride: [5, 7], b: {normal: {std: 1}}, name: c}
  - batchnorm: {incoming: c, axes: [0], name: b0}
  - batchnorm: {incoming: c, axes: [0, 1], name: b1}
  - batchnorm: {incoming: c, axes: [0, 2], name: b2, weight: false}
  - batchnorm: {incoming: c, axes: [0, 3], name: b3, bias: false}
  - batchnorm: {incoming: c, axes: [0, 1, 2], name: b12}
  - batchnorm: {incoming: c, axes: [0, 1, 3], name: b13}
  - batchnorm: {incoming: c, axes: [0, 2, 3], name: b23, weight: false, bias: false}
  - batchnorm: {incoming: c, axes: [0, 1, 2, 3], name: all}
  - concat: {incoming: [b0, b1, b2, b3, b12, b13, b23, all]}
  - dense: {num_units: 10, nonlinearity: softmax}
train: {max_epochs: 1, batch_size: 15, learning_rate: 0.01}
END
    need_digits
    run fit b.yaml -o b.safetensors -q
    expect_status 0
    run predict b.safetensors "$rows" --proba
    sed 1d stdout >want
    run export b.safetensors -o b.onnx --no-fold
    expect_status 0
    read_back b.onnx
    run predict back.safetensors "$rows" --proba
    expect_status 0
    sed 1d stdout >got
    expect_close got want
}

test_a_model_that_computes_something_else_is_refused() {
    need_model
    cp "$model" wrong.safetensors
    # The last bytes are reference outputs or weights: either is found.
    size=$(stat -c %s wrong.safetensors)
    printf '\377\377\177\177' |
        dd of=wrong.safetensors bs=1 seek=$((size - 4)) conv=notrunc 2>dd.log
    run export wrong.safetensors -o net.onnx
    expect_status 65
    [ ! -e net.onnx ] || fail "there is a file"
    expect_no_temporary
}

test_the_networks_of_configs() {
    for config in lenet mobilenet-small inception-small tables/iris \
        tutorial/net4; do
        run checkpoint save "$ROOT/configs/$config.yaml" -s data=null \
            -s data.normalize=scale -o m.safetensors --force
        expect_status 0
        run export m.safetensors -o net.onnx --force
        expect_status 0
        expect_line stderr 'read back and node by node it computes'
    done
}

test_what_layers_become_is_listed() {
    run help --tables
    expect_status 0
    expect_line stdout $'^operator\tlayer\tlrn2d\tLRN$'
    expect_line stdout $'^operator\tnonlinearity\thard_swish\tHardSwish$'
}

# The running values move elsewhere as they do here: float 0.99 is a4707d3f.
test_normalization_can_be_trained_on() {
    cat >c.yaml <<'END'
data: {normalize: none}
layers:
  - input: {shape: [2, 3, 3]}
  - batchnorm: {alpha: 0.01}
  - dense: {num_units: 3, nonlinearity: softmax}
END
    "$CNNCTL" checkpoint save c.yaml -o m.st 2>/dev/null
    run export m.st -o m.onnx --no-fold
    expect_status 0
    LC_ALL=C grep -qaP 'momentum\x15\xa4\x70\x7d\x3f' m.onnx ||
        fail "momentum is not 0.99"
}
