# shellcheck shell=bash
# Interrupted runs: what continues them, what refuses to.

# fit 3 epochs with a save every few batches; more words are appended.
fit_some() {
    run fit c.yaml -q --set train.save_every=2 "$@"
}

test_two_halves_equal_the_whole() {
    small_config c.yaml
    fit_some -o whole.safetensors --epochs 3
    expect_status 0
    fit_some -o parts.safetensors --epochs 1 --threads 1
    expect_status 0
    fit_some -o parts.safetensors --epochs 3 --resume --threads 3
    expect_status 0
    expect_same whole.safetensors parts.safetensors
}

test_a_signal_saves_and_the_run_goes_on() {
    small_config c.yaml
    fit_some -o whole.safetensors --epochs 20
    expect_status 0
    local signal code
    for signal in TERM INT HUP; do
        "$CNNCTL" fit c.yaml -q --set train.save_every=2 -o cut.safetensors \
            --epochs 20 --resume >stdout 2>stderr &
        sleep 0.1
        kill -s "$signal" $! 2>/dev/null || true
        code=0
        wait $! || code=$?
        # 0: the run was over before the signal came.
        case $code in
        0 | 129 | 130 | 143) ;;
        *) fail "signal $signal: status $code" ;;
        esac
    done
    fit_some -o cut.safetensors --epochs 20 --resume
    expect_status 0
    expect_same whole.safetensors cut.safetensors
}

test_time_limit_is_75_and_resumable() {
    small_config c.yaml
    run fit c.yaml --epochs 100000 --max-time 0.2s -o t.safetensors
    expect_status 75
    expect_line stderr 'the time limit is reached'
    run checkpoint verify t.safetensors
    expect_status 0
}

test_start_or_continue() {
    small_config c.yaml
    run fit c.yaml --resume
    expect_status 0
    expect_line stderr 'c.safetensors does not exist: starting'
    cp c.safetensors before
    run fit c.yaml --resume
    expect_status 0
    expect_line stderr 'resuming c.safetensors after epoch 2'
    expect_same before c.safetensors
}

test_metrics_hold_every_epoch_once() {
    small_config c.yaml
    fit_some --epochs 2 --metrics m.jsonl
    expect_status 0
    # A crash cut the second line short, and something was left over.
    { head -n 1 m.jsonl; tail -n 1 m.jsonl | head -c 30; } >cut
    cp cut m.jsonl
    fit_some --epochs 4 --metrics m.jsonl --resume
    expect_status 0
    sed 's/.*"epoch": \([0-9]*\).*/\1/' m.jsonl >stdout
    expect_stdout 1 2 3 4
    expect_line m.jsonl '"epoch": 2,.*"dur": null'
}

test_schedule_may_change_and_is_named() {
    small_config c.yaml
    fit_some --epochs 1
    run fit c.yaml --resume --epochs 2 -s train.learning_rate=0.5
    expect_status 0
    expect_line stderr 'train.learning_rate was .*, is now 0.5'
    expect_line stderr 'train.max_epochs was 1, is now 2'
}

test_another_run_is_refused_naming_both() {
    small_config c.yaml
    fit_some --epochs 1
    cp c.safetensors before
    run fit c.yaml --resume -s seed=7 -s layers.dense3.num_units=17 \
        -s data.train.digits.seed=9
    expect_status 78
    expect_line stderr 'cannot resume: seed was .*, is now 7'
    expect_line stderr 'cannot resume: layers\[3\] was .*num_units: 16.*, is now .*num_units: 17'
    expect_line stderr 'cannot resume: the data \(its SHA-256\) was'
    expect_same before c.safetensors
}

# A file with the state of another rule, or without an average, has a state.
test_another_rule_or_average_is_named() {
    small_config c.yaml
    fit_some --epochs 1
    cp c.safetensors before
    run fit c.yaml --resume --epochs 2 -s train.update=adagrad \
        -s 'train.average={ema: 0.9}'
    expect_status 78
    expect_line stderr 'cannot resume: train\.update was .*, is now adagrad'
    expect_line stderr 'cannot resume: train\.average was absent, is now \{ema: 0\.9\}'
    expect_same before c.safetensors
}

# What a change means is the row's: refused, named, or nothing.
test_every_kind_of_change() {
    small_config c.yaml
    fit_some --epochs 1
    run fit c.yaml --resume --epochs 2 -s data.split.eval_size=0.5 \
        -s data.normalize=scale -s train.update=sgd
    expect_status 78
    expect_line stderr 'cannot resume: data\.split\.eval_size was .*, is now 0\.5'
    expect_line stderr 'cannot resume: data\.normalize was .*, is now scale'
    expect_line stderr 'cannot resume: train\.update was .*, is now sgd'
    run fit c.yaml --resume --epochs 2 -s engine.slices=3 -s train.l2=0.01 \
        -s train.save_every=3 -s info.compat=nolearn -s train.batch_size=7
    expect_status 0
    expect_line stderr 'engine\.slices was 8, is now 3'
    expect_line stderr 'train\.l2 was .*, is now 0\.01'
    expect_line stderr 'train\.batch_size was .*, is now 7'
    expect_no_line stderr 'save_every|compat|momentum'
}

test_untrained_file_is_refused_unless_forced() {
    small_config c.yaml
    run checkpoint save c.yaml -o c.safetensors
    expect_status 0
    run fit c.yaml --resume
    expect_status 73
    run fit c.yaml --resume --force
    expect_status 0
}

# Another network cannot go on; forced, it starts, and why is said.
test_another_network_is_refused_unless_forced() {
    small_config c.yaml
    fit_some --epochs 1
    cp c.safetensors before
    run fit c.yaml --resume -s layers.dense3.num_units=17
    expect_status 78
    expect_same c.safetensors before
    run fit c.yaml --resume --force --epochs 1 -s layers.dense3.num_units=17
    expect_status 0
    expect_line stderr 'cannot resume: layers\[3\]'
    expect_line stderr '^c\.safetensors cannot be resumed: starting$'
    run checkpoint show c.safetensors
    expect_line stdout '^dense3\.bias +17$'
}

test_damaged_file_is_refused_unless_forced() {
    small_config c.yaml
    fit_some --epochs 1
    head -c 2000 c.safetensors >cut
    cp cut c.safetensors
    run fit c.yaml --resume
    expect_status 65
    expect_same cut c.safetensors
    run fit c.yaml --resume --force
    expect_status 0
}

test_second_run_on_one_output_is_refused() {
    small_config c.yaml
    "$CNNCTL" fit c.yaml -q --epochs 100000 -o busy.safetensors >/dev/null 2>&1 &
    local first=$!
    for _ in $(seq 100); do
        [ ! -e busy.safetensors ] || break
        sleep 0.05
    done
    run fit c.yaml --resume -o busy.safetensors
    kill "$first" 2>/dev/null
    wait "$first" 2>/dev/null || true
    expect_status 73
}

test_dry_run_leaves_nothing() {
    small_config c.yaml
    run fit c.yaml --dry-run
    expect_status 0
    expect_no_file c.safetensors
    expect_no_temporary
    expect_no_file .c.safetensors.lock
}

# Between two batches of an epoch the samples seen so far depend on it.
test_batch_size_is_fixed_within_an_epoch() {
    small_config c.yaml
    for _ in 1 2 3; do
        rm -f m.safetensors
        run fit c.yaml -q -s train.batch_size=1 -o m.safetensors \
            --epochs 100000 --max-time 1s
        expect_status 75
        ! grep -q 'saved in epoch' stderr || break
    done
    run fit c.yaml -q -s train.batch_size=2 -o m.safetensors --resume
    expect_error 78 '^m\.safetensors: error: .*train\.batch_size was 1, is now 2'
}

test_limits_are_named() {
    small_config c.yaml
    local valid='data.valid={digits: {count: 60, seed: 3}, limit: '
    run fit c.yaml -q -o m.safetensors -s data.split=null -s "${valid}50}"
    expect_status 0
    run fit c.yaml -q -o m.safetensors --resume --epochs 3 \
        -s data.split=null -s "${valid}40}"
    expect_error 78 '^m\.safetensors: error: .*data\.valid\.limit was 50, is now 40'
}

# A header edited so: no training leaves it, though its checksum is right.
expect_contradiction() { # SED-COMMAND MESSAGE
    edit_header c.safetensors bad.safetensors "$1"
    for command in "checkpoint verify bad.safetensors" \
        "fit c.yaml -q --epochs 9 --resume -o bad.safetensors"; do
        # shellcheck disable=SC2086 # words
        run $command
        expect_error 65 "^bad\.safetensors: error: $2\$"
    done
}

test_a_training_state_that_contradicts_itself_is_refused() {
    small_config c.yaml
    fit_some -o c.safetensors --epochs 2
    expect_status 0
    expect_contradiction 's/"best_epoch":"[0-9]*"/"best_epoch":"3"/' \
        'best_epoch is beyond epoch'
    expect_contradiction 's/"update_count":"[0-9]*"/"update_count":"1"/' \
        'update_count does not fit epoch and position'
    expect_contradiction 's/"update_count":"[0-9]*"/"update_count":"9223372036854775807"/' \
        'metadata update_count is no count'
    expect_contradiction 's/\(batches\\":\)0/\19223372036854775807/' \
        'update_count does not fit epoch and position'
    expect_contradiction 's/\(weight\\":\)0.0/\1-1.5/' \
        'metadata position contradicts itself'
    expect_contradiction 's/\(std\\":\[\)[0-9.e+-]*/\11e-40/' \
        'metadata normalization has a std that is not positive, or too small or large for its reciprocal'
    expect_contradiction 's/\(std\\":\[\)[0-9.e+-]*/\13e38/' \
        'metadata normalization has a std that is not positive, or too small or large for its reciprocal'
    expect_contradiction 's/\(mean\\":\[\)[0-9.e+-]*/\11e39/' \
        'metadata normalization is malformed'
    expect_contradiction 's/"update_count":"[0-9]*"/"update_count":"301"/' \
        'update_count does not fit the epochs and their samples'
    for edit in 's/\(train\\":\)150/\1-150/' 's/\(train\\":\)150/\10/' \
        's/\(valid\\":\)50/\1null/' 's/valid_rows/valid_columns/'; do
        expect_contradiction "$edit" 'metadata split is malformed'
    done
    expect_contradiction 's/"data_fingerprint":"./"data_fingerprint":"Z/' \
        'metadata data_fingerprint is malformed'
    expect_contradiction 's/"format":/"inputs":"[]","format":/' \
        'metadata inputs is malformed'
    expect_contradiction 's/"format":/"inputs":"{\\"label\\":3}","format":/' \
        'metadata inputs is malformed'
}

# Of two epochs the second is the better one.
test_a_history_that_no_run_leaves_is_refused() {
    small_config c.yaml
    fit_some -o c.safetensors --epochs 2
    expect_status 0
    run checkpoint show c.safetensors
    expect_line stdout '^best epoch +2$'
    expect_contradiction 's/"best_epoch":"2"/"best_epoch":"1"/' \
        'best_epoch is not the best of its history'
    # The numbers of the first row, which come first.
    for edit in 's/\(learning_rate\\":\)/\1-/' 's/\(penalty\\":\)/\1-1/' \
        's/\(valid_accuracy\\":\)[0-9.e-]*/\11.01/' \
        's/\(valid_accuracy\\":\)/\1-/' \
        's/\(train_loss\\":\)[0-9.]*/\1null/' \
        's/\(train_data_loss\\":\)[0-9.]*/\1null/'; do
        expect_contradiction "$edit" 'a row of the history is malformed'
    done
    expect_contradiction 's/"format":/"judged_from":"3","format":/' \
        'judged_from is beyond epoch'
    run checkpoint strip c.safetensors -o s.safetensors
    expect_status 0
    edit_header s.safetensors bad.safetensors \
        's/"best_epoch":"2"/"best_epoch":"1"/'
    run predict bad.safetensors </dev/null
    expect_error 65 'best_epoch is not the best of its history'
}

# What is best is told by the monitor that a run had, not by that of another.
test_another_monitor_leaves_a_sound_history() {
    small_config c.yaml
    fit_some -o c.safetensors --epochs 3
    expect_status 0
    for change in restore_best=false monitor=accuracy; do
        cp c.safetensors m.safetensors
        run fit c.yaml -q --epochs 4 --resume -o m.safetensors \
            -s "train.$change"
        expect_status 0
        grep -qaF '"judged_from":"3"' m.safetensors ||
            fail "it does not say since when epochs are judged so"
        run checkpoint verify m.safetensors
        expect_status 0
        run fit c.yaml -q --epochs 5 --resume -o m.safetensors \
            -s "train.$change"
        expect_status 0
        grep -qaF '"judged_from":"3"' m.safetensors || fail "it is forgotten"
    done
}

# A variance has a root: what training cannot leave is found when it is read.
test_a_negative_variance_is_refused() {
    small_config c.yaml
    fit_some -o c.safetensors --epochs 1 \
        -s 'layers.conv2d1={conv2d: {num_filters: 4, filter_size: 5, normalize: batch}}'
    expect_status 0
    length=$(od -An -tu8 -N8 c.safetensors | tr -d ' ')
    tail -c +9 c.safetensors | head -c "$length" >header
    name=$(grep -o '"[a-z0-9_]*\.running_var":' header | tr -d '":')
    at=$(sed "s/.*\"$name\":{\"data_offsets\":\[\([0-9]*\),.*/\1/" header)
    size=$(sed "s/.*\"$name\":{\"data_offsets\":\[[0-9]*,\([0-9]*\)\].*/\1/" header)
    cp c.safetensors bad.safetensors
    printf '\200\277' | # -1: the upper half of its four bytes
        dd of=bad.safetensors bs=1 seek=$((8 + length + at + 2)) conv=notrunc \
            status=none
    crc=$(tail -c +$((9 + length + at)) bad.safetensors |
        head -c $((size - at)) | gzip -c | tail -c 8 | od -An -tx4 -N4 |
        tr -d ' ')
    edit_header bad.safetensors sound.safetensors \
        "s/\(\\\\\"$name\\\\\":\\\\\"\)[0-9a-f]*/\1$crc/"
    for command in "checkpoint verify sound.safetensors" \
        "predict sound.safetensors" \
        "fit c.yaml -q --epochs 9 --resume -o sound.safetensors"; do
        # shellcheck disable=SC2086 # words
        run $command </dev/null
        expect_error 65 "^sound.safetensors: error: tensor $name holds a number below 0$"
    done
}

# How many batches an epoch has is known with the data alone.
test_a_position_beyond_the_epoch_is_refused() {
    small_config c.yaml
    fit_some -o c.safetensors --epochs 2
    expect_status 0
    edit_header c.safetensors bad.safetensors \
        's/"update_count":"[0-9]*"/"update_count":"1000"/
         s/\(batches\\":\)0/\1900/; s/\(weight\\":\)0.0/\1900.5/'
    run fit c.yaml -q --epochs 9 --resume -o bad.safetensors
    expect_error 65 '^bad\.safetensors: error: metadata position is 900 batches into an epoch of [0-9]+$'
}

test_a_run_that_is_done_says_so() {
    small_config c.yaml
    run fit c.yaml -o m -q
    expect_status 0
    cp m before
    run fit c.yaml -o m --resume
    expect_status 0
    expect_line stderr 'nothing is left to train: train\.max_epochs is 2$'
    expect_same m before
}
