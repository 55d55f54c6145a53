# shellcheck shell=bash
# Notations: the layers that repeat, residual and normalize make.

DATA='data: {train: {digits: {count: 60}}}
train: {update: sgd, learning_rate: 0.05, max_epochs: 2, batch_size: 16}'

repeated() { # FILE
    cat >"$1" <<END
$DATA
layers:
  - input: {shape: [1, 28, 28]}
  - maxpool2d: {pool_size: 4}
  - repeat:
      times: 2
      layers:
        - conv2d: {num_filters: 3, filter_size: 3, pad: same}
        - repeat: {times: 2, name: inner, layers: [dropout: {name: drop, p: 0.1}]}
        - conv2d: {num_filters: 2, filter_size: 1}
  - dense: {num_units: 10, nonlinearity: softmax}
END
}

names() { # FILE - of the layers that info shows
    run info --json "$@"
    expect_status 0
    sed -n 's/^ *"name": "\(.*\)",\{0,1\}$/\1/p' stdout
}

test_repeat_names_its_layers() {
    repeated c.yaml
    names c.yaml >got
    expect_stream got input0 maxpool2d1 repeat2_1_conv2d1 repeat2_1_inner1_drop \
        repeat2_1_inner2_drop repeat2_1_conv2d3 repeat2_2_conv2d1 \
        repeat2_2_inner1_drop repeat2_2_inner2_drop repeat2_2_conv2d3 dense3
}

# What is written and what it stands for are one network, to the byte.
test_written_out() {
    repeated c.yaml
    run config show c.yaml
    expect_status 0
    expect_line stdout '^      times: 2$'
    cp stdout shown.yaml
    run config show shown.yaml
    expect_same stdout shown.yaml
    run config show --expand c.yaml
    expect_status 0
    expect_no_line stdout 'repeat:'
    cp stdout expanded.yaml
    for form in shown expanded; do
        run config show --expand $form.yaml
        expect_same stdout expanded.yaml
    done
    run config show expanded.yaml
    expect_same stdout expanded.yaml
    for form in c shown expanded; do
        run fit $form.yaml -q -o $form.st
        expect_status 0
        expect_same c.st $form.st
    done
    run checkpoint show --config c.st
    expect_line stdout 'name: repeat2_2_inner1_drop'
    run config show --origins --expand c.yaml
    expect_status 64
}

test_either_form_resumes() {
    repeated c.yaml
    "$CNNCTL" config show --expand c.yaml >expanded.yaml
    run fit c.yaml -q --epochs 1 -o m.st
    run fit expanded.yaml -q --epochs 2 --resume -o m.st
    expect_status 0
    run fit c.yaml -q --epochs 2 -o whole.st
    expect_same m.st whole.st
    run fit c.yaml -q --epochs 3 --resume -o m.st \
        -s layers.repeat2_2_inner1_drop.p=0.2
    expect_status 78
    expect_line stderr 'cannot resume: layers\[7\] was dropout: .*p: 0\.1'
}

# --set reaches the entry, what stands in it, and one layer of one round.
test_set() {
    repeated c.yaml
    names c.yaml -s layers.repeat2.times=1 | tail -n 2 >got
    expect_stream got repeat2_1_conv2d3 dense3
    run info --json c.yaml -s layers.repeat2.layers.conv2d1.num_filters=5
    [ "$(grep -c '^ *5,$' stdout)" -eq 6 ] || fail 'not all rounds'
    run config show c.yaml -s layers.repeat2_2_conv2d1.num_filters=5
    expect_status 0
    expect_no_line stdout 'repeat:'
    expect_line stdout 'num_filters: 5, .*name: repeat2_2_conv2d1,'
    expect_line stdout 'num_filters: 3, .*name: repeat2_1_conv2d1,'
    cp stdout shown.yaml
    run config show shown.yaml
    expect_same stdout shown.yaml
    # A notation within a round; later settings win; null takes a key away.
    names c.yaml -s layers.repeat2_1_inner.times=1 | sed -n 3,6p >got
    expect_stream got repeat2_1_conv2d1 repeat2_1_inner1_drop repeat2_1_conv2d3 \
        repeat2_2_conv2d1
    run config show c.yaml -s layers.repeat2_2_inner2_drop.p=0.3 \
        -s layers.repeat2_2_inner2_drop.p=null
    expect_line stdout 'dropout: \{p: 0\.5, .*name: repeat2_2_inner2_drop,'
    expect_line stdout 'dropout: \{p: 0\.1, .*name: repeat2_2_inner1_drop,'
    cat >over.yaml <<'END'
extends: c.yaml
layers: {repeat2_1_conv2d1: {num_filters: 4}, repeat2: {times: 1}}
END
    run info --json over.yaml
    [ "$(grep -c '^ *4,$' stdout)" -eq 3 ] || fail 'not from the file over it'
}

test_wrong_changes() {
    repeated c.yaml
    run info c.yaml -s layers.repeat2_3_conv2d1.num_filters=5
    expect_error 78 "^--set #1: error: layers: no entry 'repeat2_3_conv2d1' among 11; did you mean repeat2_[12]_conv2d1\?$"
    run info c.yaml -s layers.repeat2_2_conv2d1.units=5
    expect_error 78 '^--set #1: error: layers\[2\] repeat2\.layers\[0\] conv2d1\.units: unknown key'
    run info c.yaml -s layers.repeat2_2_conv2d1.num_filters=0
    expect_error 78 '^--set #1: error: .*num_filters: 0 is not in '
    run info c.yaml -s layers.repeat2_2_conv2d1=null
    expect_error 78 'is made of another entry'
    # Where no entry makes others, a name is looked for at once.
    sed -i '/- repeat:$/,/num_filters: 2/d' c.yaml
    run info c.yaml -s layers.repeat2_2_conv2d1.num_filters=5
    expect_error 78 "^--set #1: error: layers: no entry 'repeat2_2_conv2d1' among 3$"
}

test_origins() {
    repeated c.yaml
    run config show --origins c.yaml -s layers.repeat2.times=3
    expect_status 0
    expect_line stdout '^      times: 3 +# --set #1$'
    expect_line stdout '^            num_filters: 3 +# c\.yaml:9$'
    expect_line stdout '^                  p: 0\.1 +# c\.yaml:10$'
}

residuals() { # FILE
    cat >"$1" <<END
$DATA
layers:
  - input: {shape: [1, 28, 28]}
  - maxpool2d: {pool_size: 4}
  - conv2d: {num_filters: 3, filter_size: 3, pad: same}
  - residual:
      - conv2d: {num_filters: 3, filter_size: 3, pad: same}
      - conv2d: {num_filters: 3, filter_size: 3, pad: same}
  - residual:
      name: down
      projection: pool
      layers:
        - conv2d: {num_filters: 4, filter_size: 3, pad: same, stride: 2, name: first}
  - dense: {num_units: 10, nonlinearity: softmax}
END
}

# The sum in place of the notation, by hand.
test_residual_is_the_sum() {
    residuals c.yaml
    names c.yaml >got
    expect_stream got input0 maxpool2d1 conv2d2 residual3_conv2d1 \
        residual3_conv2d2 residual3_sum residual3 down_first \
        down_projection_pool down_projection down_sum down dense5
    cat >hand.yaml <<END
$DATA
layers:
  - input: {shape: [1, 28, 28]}
  - maxpool2d: {pool_size: 4}
  - conv2d: {num_filters: 3, filter_size: 3, pad: same}
  - conv2d: {num_filters: 3, filter_size: 3, pad: same, name: residual3_conv2d1}
  - conv2d: {num_filters: 3, filter_size: 3, pad: same, name: residual3_conv2d2, nonlinearity: linear}
  - elemwisesum: {incoming: [residual3_conv2d2, conv2d2], name: residual3_sum}
  - nonlinearity: {nonlinearity: rectify, name: residual3}
  - conv2d: {num_filters: 4, filter_size: 3, pad: same, stride: 2, name: down_first, nonlinearity: linear}
  - avgpool2d: {pool_size: 2, ignore_border: false, incoming: residual3, name: down_projection_pool}
  - conv2d: {num_filters: 4, filter_size: 1, nonlinearity: linear, name: down_projection}
  - elemwisesum: {incoming: [down_first, down_projection], name: down_sum}
  - nonlinearity: {nonlinearity: rectify, name: down}
  - dense: {num_units: 10, nonlinearity: softmax, name: dense5}
END
    for form in c hand; do
        run fit $form.yaml -q -o $form.st
        expect_status 0
    done
    # What each layer reads is said in other places.
    run checkpoint diff c.st hand.st
    expect_stdout 'metadata config differs'
    run config show --expand c.yaml
    cp stdout expanded.yaml
    run fit expanded.yaml -q -o expanded.st
    expect_same c.st expanded.st
}

# A projection where one is needed: by strides, or by means.
test_projections() {
    residuals c.yaml
    names c.yaml -s layers.down.projection=conv | sed -n 8,11p >got
    expect_stream got down_first down_projection down_sum down
    run config show --expand c.yaml -s layers.down.projection=conv
    expect_line stdout 'conv2d: \{num_filters: 4, filter_size: 1, stride: 2, .*name: down_projection, incoming: \[residual3\]'
    # Equal channels need no convolution, equal extents no pool.
    names c.yaml -s layers.down.layers.first.num_filters=3 | sed -n 8,11p >got
    expect_stream got down_first down_projection down_sum down
    run config show --expand c.yaml -s layers.down.layers.first.num_filters=3
    expect_line stdout 'avgpool2d: \{.*name: down_projection,'
    names c.yaml -s layers.down.layers.first.stride=1 | sed -n 8,11p >got
    expect_stream got down_first down_projection down_sum down
    run config show --expand c.yaml -s layers.down.layers.first.stride=1
    expect_line stdout 'conv2d: \{num_filters: 4, filter_size: 1, .*name: down_projection,'
    # 7x7 becomes 4x3: strides of two and three.
    run config show --expand c.yaml -s layers.down.projection=conv \
        -s 'layers.down.layers.first.stride=[2,3]'
    expect_line stdout 'stride: \[2, 3\], pad: 0, .*name: down_projection'
    # What the notation adds is silenced by its own key.
    run info c.yaml -s layers.down.projection=conv
    expect_line stdout '^A013 down_projection: '
    run info c.yaml -s layers.down.projection=conv -s 'layers.down.lint=[A013]'
    expect_no_line stdout 'A013'
    # A sum alone where the nonlinearity is linear.
    names c.yaml -s layers.down.nonlinearity=linear | tail -n 2 >got
    expect_stream got down_sum dense5
}

test_parts_can_be_set() {
    residuals c.yaml
    run config show c.yaml -s layers.down_projection.W=he_normal \
        -s layers.down_sum.coeffs=0.5
    expect_status 0
    expect_line stdout 'W: \{he_normal: .*name: down_projection,'
    expect_line stdout 'elemwisesum: \{coeffs: \[0\.5\], .*name: down_sum,'
    cp stdout shown.yaml
    run config show shown.yaml
    expect_same stdout shown.yaml
    run info c.yaml -s layers.down_sum.coefs=0.5
    expect_error 78 '^--set #1: error: layers\[4\] down_sum\.coefs: unknown key; did you mean coeffs\?$'
}

batch_normalized() { # FILE
    cat >"$1" <<END
$DATA
layers:
  - input: {shape: [1, 28, 28]}
  - maxpool2d: {pool_size: 4}
  - conv2d: {num_filters: 3, filter_size: 3, pad: same, batch_norm: true}
  - dense: {num_units: 9, normalize: batch, nonlinearity: tanh}
  - residual: [dense: {num_units: 9, normalize: batch}]
  - dense: {num_units: 10, nonlinearity: softmax}
END
}

# What config show --expand has printed, and what it prints without, are the same
# document, from which the same file is trained.
expect_forms_agree() {
    local form
    cp stdout expanded.yaml
    run config show expanded.yaml
    expect_same stdout expanded.yaml
    run config show c.yaml
    expect_line stdout 'conv2d: \{.*batch_norm: true, name: conv2d2,'
    expect_no_line stdout 'b: null'
    cp stdout shown.yaml
    run config show shown.yaml
    expect_same stdout shown.yaml
    for form in c shown expanded; do
        run fit $form.yaml -q -o $form.st
        expect_status 0
        expect_same c.st $form.st
    done
    run info c.yaml -s layers.conv2d2_bn.epsilon=0
    expect_error 78 '^--set #1: error: layers\[2\] conv2d2_bn\.epsilon: 0 is not in'
}

test_batch_normalization() {
    batch_normalized c.yaml
    names c.yaml >got
    expect_stream got input0 maxpool2d1 conv2d2 conv2d2_bn conv2d2_nonlin \
        dense3 dense3_bn dense3_nonlin residual4_dense1 residual4_dense1_bn \
        residual4_sum residual4 dense5
    run config show --expand c.yaml
    expect_line stdout 'nonlinearity: linear, .*b: null, name: conv2d2,'
    expect_line stdout 'nonlinearity: tanh, name: dense3_nonlin,'
    expect_forms_agree
    run info c.yaml
    expect_line stdout '^lanes: 8 in training, one per slice$'
}

# incoming: NAME reads the last that NAME makes; keys of every layer stay on it.
test_normalized_layers_are_read() {
    batch_normalized c.yaml
    cat >>c.yaml <<END
  - repeat:
      times: 2
      layers:
        - dense: {num_units: 4, normalize: batch, name: a, lint: [A012], trainable: false, incoming: dense3}
        - dense: {num_units: 4, incoming: [a]}
  - elemwisesum: {incoming: [repeat6, repeat6_1_dense2, dense5]}
END
    sed -i 's/num_units: 10, nonlinearity: softmax/num_units: 4/' c.yaml
    run config show --expand c.yaml
    expect_status 0
    expect_line stdout 'name: repeat6_1_a, incoming: \[dense3_nonlin\], trainable: false, .*lint: \[A012\]'
    expect_line stdout 'name: repeat6_2_dense2, incoming: \[repeat6_2_a_nonlin\]'
    expect_line stdout 'name: elemwisesum7, incoming: \[repeat6_2_dense2, repeat6_1_dense2, dense5\]'
    expect_line stdout 'batchnorm: .*name: repeat6_1_a_bn, trainable: true'
}

normalized() { # FILE
    cat >"$1" <<END
$DATA
layers:
  - input: {shape: [1, 28, 28]}
  - maxpool2d: {pool_size: 4}
  - conv2d: {num_filters: 3, filter_size: 3, pad: same, batch_norm: true}
  - conv2d: {num_filters: 3, filter_size: 3, normalize: instance, nonlinearity: tanh}
  - dense: {num_units: 9, normalize: layer}
  - residual: [dense: {num_units: 9, normalize: batch}]
  - dense: {num_units: 10, nonlinearity: softmax}
END
}

test_normalize_names_its_layers() {
    normalized c.yaml
    names c.yaml >got
    expect_stream got input0 maxpool2d1 conv2d2 conv2d2_bn conv2d2_nonlin \
        conv2d3 conv2d3_in conv2d3_in_scale conv2d3_in_bias conv2d3_nonlin \
        dense4 dense4_ln dense4_ln_scale dense4_ln_bias dense4_nonlin \
        residual5_dense1 residual5_dense1_bn residual5_sum residual5 dense6
    run config show --expand c.yaml
    expect_line stdout 'nonlinearity: linear, .*b: null, name: conv2d2,'
    expect_line stdout 'nonlinearity: tanh, name: conv2d3_nonlin,'
    expect_line stdout 'standardization: \{axes: spatial, .*name: conv2d3_in,'
    expect_line stdout 'standardization: \{axes: features, .*name: dense4_ln,'
    expect_forms_agree
}

test_help_and_schema_know_them() {
    for word in layers.repeat layers.residual; do
        run help $word
        expect_status 0
        expect_line stdout "^$word\$"
    done
    run help layers.repeat.times
    expect_line stdout '^  value +an integer in \[1, '
    run help layers.normalize
    expect_line stdout '^  value +one of batch, instance, layer$'
    run config schema
    expect_line stdout '"repeat": \{'
}

# A change in one round may make more layers than the document asks for, and
# leaves the end of a branch linear.
test_changes_that_make_layers() {
    cat >c.yaml <<'END'
layers:
  - input: {shape: [1, 4, 4]}
  - repeat: {times: 1, layers: [{repeat: {name: inner, times: 1, layers: [dropout]}}]}
  - residual:
      name: r
      layers:
        - conv2d: {num_filters: 1, filter_size: 3, pad: same}
        - conv2d: {num_filters: 1, filter_size: 3, pad: same}
  - dense: {num_units: 2}
END
    run info c.yaml -s layers.repeat1_1_inner.times=5000
    expect_status 0
    [ "$(grep -c ' repeat1_1_inner[0-9]*_dropout1 ' stdout)" -eq 5000 ] ||
        fail "not 5000 layers"
    run info c.yaml -s layers.repeat1_1_inner.times=10000
    expect_error 78 '^c\.yaml:3:5: error: layers\[1\] repeat1: more than 10000 layers'
    run config show --expand c.yaml -s layers.r_conv2d2.trainable=false
    expect_line stdout 'nonlinearity: linear, .*name: r_conv2d2, trainable: false'
    run config show --expand c.yaml -s layers.r_conv2d2.nonlinearity=tanh
    expect_line stdout 'nonlinearity: tanh, .*name: r_conv2d2,'
}
