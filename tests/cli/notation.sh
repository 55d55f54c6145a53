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
