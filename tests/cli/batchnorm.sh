# shellcheck shell=bash
# Batch normalization: a network trains, goes on, is frozen and folded.

batchnorm_config() { # FILE
    cat >"$1" <<'YAML'
data:
  train: {digits: {count: 330, seed: 1}}
  test: {digits: {count: 60, seed: 2}}
  split: {eval_size: 1/3}

layers:
  - input:     {shape: [1, 28, 28]}
  - conv2d:    {name: stem, num_filters: 6, filter_size: 3, stride: 2, b: null, nonlinearity: linear}
  - batchnorm: {name: stem_bn, nonlinearity: rectify}
  - conv2d:    {name: a, num_filters: 6, filter_size: 3, pad: same, b: null, nonlinearity: linear}
  - batchnorm: {name: a_bn, nonlinearity: rectify}
  - conv2d:    {name: b, num_filters: 6, filter_size: 3, pad: same, nonlinearity: linear, lint: [A005]}
  - batchnorm: {name: b_bn}
  - elemwisesum: {name: sum, incoming: [b_bn, stem_bn]}
  - nonlinearity: {name: block}
  - maxpool2d: {pool_size: 2}
  - dense:     {name: hidden, num_units: 24, b: null, nonlinearity: linear}
  - batchnorm: {name: hidden_bn, nonlinearity: rectify}
  - dense:     {name: scores, num_units: 10, nonlinearity: softmax, lint: [A006]}

train: {max_epochs: 3, batch_size: 31, update: adam, learning_rate: 0.01, save_every: 3}
YAML
}

# 220 samples in batches of 31: the last one has 3, in slices of 4.
test_bytes_do_not_depend_on_threads_and_interruptions() {
    batchnorm_config c.yaml
    for threads in 1 2 3; do
        run fit c.yaml -q --threads $threads -o $threads.safetensors
        expect_status 0
        run checkpoint verify $threads.safetensors
        expect_status 0
    done
    expect_same 1.safetensors 2.safetensors
    expect_same 1.safetensors 3.safetensors
    run fit c.yaml -q --epochs 1 --threads 2 -o cut.safetensors
    expect_status 0
    run fit c.yaml -q --threads 1 --resume -o cut.safetensors
    expect_status 0
    expect_same 1.safetensors cut.safetensors
}

test_it_learns() {
    batchnorm_config c.yaml
    run fit c.yaml -q --epochs 6 -s data.train.digits.count=1200 -o m.safetensors
    expect_status 0
    run evaluate m.safetensors c.yaml --split test --fail-under accuracy=0.8
    expect_status 0
}

# rectify behind batchnorm or as its key, folded or not: the same numbers.
test_a_nonlinearity_behind_it_is_the_same() {
    batchnorm_config key.yaml
    sed -E '/_bn, nonlin/s/^(.*name: )([a-z]+)(_bn), (nonlinearity: rectify.*)$/\1\2\3}\n  - nonlinearity: {name: \2_nonlin}/
        s/stem_bn\]/stem_nonlin]/' key.yaml >behind.yaml
    [ "$(grep -c "_nonlin}" behind.yaml)" -eq 3 ] || fail "$(cat behind.yaml)"
    need_digits
    for fold in true false; do
        for form in key behind; do
            run fit $form.yaml -q -o m.safetensors --force \
                --metrics $form.jsonl -s engine.fold=$fold
            expect_status 0
            sed -E 's/"(dur|images_per_second)": [^,}]*//g' $form.jsonl \
                >$form.history
            run predict m.safetensors "$rows" --proba
            expect_status 0
            cp stdout $form
        done
        expect_same key.history behind.history
        expect_same key behind
    done
}

# One sample in the last batch: hidden_bn has one value per channel.
test_a_last_batch_of_one_sample() {
    batchnorm_config c.yaml
    run fit c.yaml -q --epochs 1 -s train.batch_size=73 -o m.safetensors
    expect_status 0
    run checkpoint verify m.safetensors
    expect_status 0
    run fit c.yaml -q --epochs 1 -s train.batch_size=1 \
        -s data.train.digits.count=30 -o one.safetensors
    expect_status 0
}

test_folding_changes_rounding_alone() {
    batchnorm_config c.yaml
    need_digits
    head -n 7 "$rows" | tail -n 1 >seventh
    for fold in true false; do
        run fit c.yaml -q -s engine.fold=$fold -o $fold.safetensors
        expect_status 0
        for threads in 1 3; do
            run predict $fold.safetensors "$rows" --proba --threads $threads
            expect_status 0
            cp stdout $fold.$threads
        done
        expect_same $fold.1 $fold.3
        # A sample alone has the same bits.
        run predict $fold.safetensors seventh --proba
        expect_status 0
        [ "$(tail -n 1 stdout)" = "$(sed -n 8p $fold.1)" ] ||
            fail "fold $fold: a sample alone differs"
    done
    paste -d , true.1 false.1 | awk -F , 'NR > 1 {
        for (i = 1; i <= NF / 2; i++) {
            d = $i - $(i + NF / 2)
            if (d > 2e-5 || d < -2e-5) exit 1
        }
    }' || fail "predictions differ by more than rounding"
}

# evaluate's own predictions are those of predict, to the last digit.
test_evaluate_and_predict_agree() {
    batchnorm_config c.yaml
    need_digits
    run fit c.yaml -q -o m.safetensors
    expect_status 0
    run evaluate m.safetensors --csv "$digits" --predictions p.csv --threads 3
    expect_status 0
    run predict m.safetensors "$rows" --top-k 1 --format csv
    expect_status 0
    cut -d , -f 3,4 p.csv | tail -n +2 >evaluated
    tail -n +2 stdout >predicted
    expect_same evaluated predicted
}

# What is frozen keeps its statistics, unless it says otherwise.
test_frozen_statistics_stay() {
    batchnorm_config c.yaml
    run fit c.yaml -q --epochs 1 -o before.safetensors
    expect_status 0
    for update in auto true; do
        run fit c.yaml -q --epochs 1 --init-from before.safetensors \
            -s layers.a_bn.trainable=false -s layers.a_bn.update=$update \
            -o $update.safetensors
        expect_status 0
        run checkpoint diff before.safetensors $update.safetensors
        cp stdout $update
    done
    expect_no_line auto '^a_bn\..* differ'
    expect_line true 'a_bn.running_mean'
}

# A bias before statistics of the batch is lost, before running ones it is not.
test_a_bias_is_lost_unless_statistics_are_frozen() {
    batchnorm_config c.yaml
    sed 's/, lint: .A005.//' c.yaml >loud.yaml
    run info loud.yaml
    expect_line stdout '^A005 b: its bias is cancelled by b_bn'
    run info loud.yaml -s layers.b_bn.trainable=false
    expect_no_line stdout '^A005'
}

# nin and locallyconnected2d have rows of weights, too; biases that a layer does
# not have may be untied.
test_other_linear_layers_fold() {
    batchnorm_config c.yaml
    sed 's/^  - conv2d: .*name: a,.*/  - nin: {name: a, num_units: 6, b: null, nonlinearity: linear}/
         s/stride: 2,/& untie_biases: true,/
         s/^  - conv2d: .*name: b,.*/  - locallyconnected2d: {name: b, num_filters: 6, filter_size: 3, nonlinearity: linear, lint: [A005]}/' \
        c.yaml >others.yaml
    for fold in true false; do
        run fit others.yaml -q --epochs 1 -s engine.fold=$fold \
            -o $fold.safetensors
        expect_status 0
        run evaluate $fold.safetensors others.yaml --split test --json
        expect_status 0
        sed -n 's/^ *"loss": *\([0-9.e-]*\),*/\1/p' stdout | head -n 1 >$fold
        [ -s $fold ] || fail 'no loss'
        run bench $fold.safetensors --seconds 0.05 -q
        expect_status 0
        grep -cE '_bn +inference' stdout >$fold.count || true
    done
    paste true false | awk '{d = $1 - $2; exit d > 1e-5 || d < -1e-5}' ||
        fail "losses differ: $(cat true false)"
    expect_stream true.count 0
    expect_stream false.count 4
}
