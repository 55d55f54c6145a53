# shellcheck shell=bash
# Learning rates that move, the best epoch, and runs that stop early.

# A network that trains in a moment; lines for `train` follow on stdin.
moving_config() { # FILE
    small_config "$1"
    cat >>"$1"
}

# fit with saves within the epochs; more words are appended.
fit_some() {
    run fit c.yaml -q --set train.save_every=2 "$@"
}

rates() { # FILE - the learning rates in a file of metrics
    grep -o '"learning_rate": [^,}]*' "$1" | awk '{printf "%.12g\n", $2}'
}

test_the_table_before_training() {
    moving_config c.yaml <<'END'
  schedule:
    learning_rate: {step: {at: [2, 3], gamma: 0.5}}
    momentum: {linear: {stop: 0.5}}
    warmup: {epochs: 1, start: 0.001}
END
    run config show --schedule c.yaml --epochs 4
    expect_status 64
    # 150 samples in batches of 32 are 5 updates an epoch.
    run config show --schedule c.yaml -s train.max_epochs=5
    expect_status 0
    expect_no_stderr
    expect_stdout 'epoch,learning_rate,momentum' '1,0.001,0.9' '2,0.002,0.9' \
        '3,0.002,0.7947368421052632' '4,0.001,0.6894736842105263' \
        '5,0.0005,0.5842105263157895'
    run config show --schedule --expand c.yaml
    expect_status 64
}

test_the_table_of_a_rule_without_momentum_and_of_a_model() {
    moving_config c.yaml <<'END'
  schedule: {cosine: {restarts: 1}}
END
    sed -i 's/update: adam/update: adagrad/' c.yaml
    run config show --schedule c.yaml
    expect_stdout 'epoch,learning_rate,momentum' '1,0.002,' '2,0.002,'
    cp stdout table
    fit_some
    expect_status 0
    run config show --schedule c.safetensors
    expect_stdout <table
    sed -i '/^data/,/^$/d' c.yaml
    run config show --schedule c.yaml
    expect_error 78 'c.yaml: error: a schedule is of train and the number of samples in data.train: data.train is missing'
}

test_plateau_is_drawn_flat_and_said() {
    moving_config c.yaml <<'END'
  schedule: plateau
END
    run config show --schedule c.yaml
    expect_status 0
    expect_stdout 'epoch,learning_rate,momentum' '1,0.002,0.9' '2,0.002,0.9'
    expect_line stderr '^plateau acts on'
}

test_metrics_have_the_rate_of_the_first_update() {
    moving_config c.yaml <<'END'
  schedule: {learning_rate: {exponential: {gamma: 0.5}}, warmup: 1}
END
    run config show --schedule c.yaml -s train.max_epochs=4
    tail -n +2 stdout | cut -d, -f2 >table
    fit_some --epochs 4 --metrics m.jsonl
    expect_status 0
    rates m.jsonl >stdout
    expect_stdout <table
    run checkpoint show --json c.safetensors
    rates stdout >history
    expect_same history table
}

# No form, or the one that does nothing: the same weights, history and
# predictions.
test_a_constant_schedule_changes_nothing() {
    small_config plain.yaml
    moving_config c.yaml <<'END'
  schedule: {learning_rate: constant, momentum: constant}
END
    run fit plain.yaml -q
    fit_some
    run checkpoint diff plain.safetensors c.safetensors
    expect_stdout 'metadata config differs'
    run checkpoint show --history plain.safetensors
    cp stdout expected_history
    run checkpoint show --history c.safetensors
    expect_stdout <expected_history
}

# The default monitor named, the same choice.
test_monitor_decides_which_epoch_is_best() {
    moving_config c.yaml <<'END'
  monitor: accuracy
END
    run fit c.yaml --epochs 8 -s train.learning_rate=0.03
    expect_status 0
    local best
    best=$(awk '$1 ~ /^[0-9]+$/ && NF == 6 && $6 ~ /s$/ && $5 > top {top = $5; e = $1} END {print e}' stdout)
    expect_line stderr "weights of epoch $best,"
    run fit c.yaml --epochs 8 -s train.learning_rate=0.03 --force \
        -s train.monitor=valid_loss
    best=$(awk '$1 ~ /^[0-9]+$/ && NF == 6 && $6 ~ /s$/ && (top == "" || $3 < top) {top = $3; e = $1} END {print e}' stdout)
    expect_line stderr "weights of epoch $best,"
}

waiting_config() { # FILE - reduces and stops within a few epochs
    moving_config "$1" <<'END'
  schedule:
    learning_rate: {plateau: {factor: 0.5, patience: 1, min_delta: 0.05, cooldown: 1}}
    momentum: {cosine: {stop: 0.5, restarts: 2}}
    warmup: 0.5
  early_stopping: {patience: 3, min_delta: 0.02, monitor: accuracy}
END
}

test_an_early_stop_is_success_and_tells_why() {
    waiting_config c.yaml
    run fit c.yaml --epochs 40 --metrics m.jsonl
    expect_status 0
    local last
    last=$(wc -l <m.jsonl)
    [ "$last" -lt 40 ] || fail "it did not stop"
    expect_line stdout "^ +$last  "
    expect_line stderr "^stopped early after epoch $last: accuracy has not become better by more than 0.02 for 3 epochs: 0\.[0-9]* in epoch $((last - 3))\$"
    [ "$(rates m.jsonl | sort -u | wc -l)" -gt 2 ] || fail "plateau never acted"
    run checkpoint show c.safetensors
    expect_line stdout "^stopped +by early_stopping, which waits since epoch $((last - 3))\$"
    run checkpoint show --json c.safetensors
    expect_line stdout '"stopped": "early_stopping"'
    run checkpoint verify c.safetensors
    expect_status 0
    run checkpoint strip c.safetensors -o small
    run checkpoint show small
    expect_line stdout '^stopped +by early_stopping$'
}

# Stopped after every epoch, at any batch, and resumed: the bytes of a run that
# went through.
test_pieces_equal_the_whole() {
    waiting_config c.yaml
    fit_some -o whole.safetensors --epochs 40 --threads 2
    expect_status 0
    local last
    run checkpoint show --history whole.safetensors
    last=$(($(wc -l <stdout) - 1))
    [ "$last" -ge 4 ] && [ "$last" -lt 40 ] || fail "stopped after $last epochs"
    for ((i = 0; i < 400; i++)); do
        run fit c.yaml -q --set train.save_every=2 -o cut.safetensors \
            --epochs 40 --resume --max-time 0.001s --threads 1
        [ "$status" -eq 75 ] || break
        run checkpoint verify -q cut.safetensors
        expect_status 0
    done
    expect_status 0
    [ "$i" -ge $((last * 4)) ] || fail "only $i pieces of $last epochs"
    expect_same whole.safetensors cut.safetensors
}

test_a_run_that_has_stopped_stays_stopped() {
    waiting_config c.yaml
    fit_some --epochs 40
    cp c.safetensors before
    run fit c.yaml --resume --epochs 60 -s train.save_every=2
    expect_status 0
    expect_line stderr 'train.max_epochs was 40, is now 60'
    expect_line stderr 'nothing is left to train: train.early_stopping has ended the run'
    expect_same before c.safetensors
    # More patience goes on, to the bytes of a run that had it from the start.
    fit_some --epochs 12 -s train.early_stopping.patience=100 --resume \
        -o c.safetensors
    expect_status 0
    fit_some --epochs 12 -s train.early_stopping.patience=100 -o all.safetensors
    expect_same all.safetensors c.safetensors
}

# What plateau has made of the epochs so far follows the settings of now.
test_other_settings_look_back() {
    waiting_config c.yaml
    sed -i '/early_stopping/d' c.yaml
    fit_some --epochs 6
    expect_status 0
    run fit c.yaml --resume --epochs 9 -s train.learning_rate=0.004 \
        -s train.save_every=2
    expect_status 0
    expect_line stderr 'train.learning_rate was 0.002, is now 0.004'
    expect_line stderr 'train.schedule: epoch 7 goes on with learning rate 0\.[0-9]*$'
    run checkpoint verify c.safetensors
    expect_status 0
}

test_another_length_moves_the_schedule_and_says_so() {
    moving_config c.yaml <<'END'
  schedule: cosine
END
    fit_some --epochs 2
    run fit c.yaml --resume --epochs 4
    expect_status 0
    expect_line stderr 'train.max_epochs was 2, is now 4'
    expect_line stderr '^train.schedule: epoch 3 goes on with learning rate 0\.001$'
    fit_some --epochs 4 -o long.safetensors --max-time 0.0001s
    expect_status 75
    run fit c.yaml --resume --epochs 8 -o long.safetensors
    expect_line stderr '^train.schedule: epoch 1 goes on with learning rate 0\.00[0-9]*, not 0\.00[0-9]*$'
}

# A state with right checksums that no training has left.
test_a_state_that_was_made_up_is_refused() {
    waiting_config c.yaml
    fit_some --epochs 40
    local edit
    for edit in 's/"schedule":"{\\"best\\":[^,]*,/"schedule":"{\\"best\\":0.5,/' \
        's/\\"rate\\":[^,]*,/\\"rate\\":0.5,/' \
        's/\\"cooldown\\":[0-9]*/\\"cooldown\\":7/' \
        's/\\"cooldown\\":[0-9]*/\\"cooldown\\":-1/' \
        's/\(early_stopping":"[^}]*\)wait\\":3/\1wait\\":2/' \
        's/\(early_stopping":"[^}]*\)wait\\":3/\1wait\\":99/' \
        's/"stopped":"{\\"epoch\\":\([0-9]*\)/"stopped":"{\\"epoch\\":1\1/' \
        's/"stopped":"[^}]*}",//' \
        's/"schedule":"[^}]*}",//' \
        's/\("early_stopping":\)"[^}]*}",//' \
        's/\\"reason\\":\\"early_stopping/\\"reason\\":\\"tired/'; do
        edit_header c.safetensors bad.safetensors "$edit"
        ! cmp -s c.safetensors bad.safetensors || fail "nothing edited: $edit"
        run checkpoint verify bad.safetensors
        expect_error 65 'bad.safetensors: error: .*(schedule|early_stopping|stopped)'
        run fit c.yaml -q --resume -o bad.safetensors --epochs 40
        expect_error 65 'bad.safetensors: error: .*(schedule|early_stopping|stopped)'
    done
}

test_what_is_stripped_predicts_and_verifies() {
    waiting_config c.yaml
    fit_some --epochs 40
    run checkpoint strip c.safetensors -o s.safetensors
    expect_status 0
    run checkpoint verify s.safetensors
    expect_status 0
    ! grep -aqE '"(schedule|early_stopping)":"' s.safetensors ||
        fail "what training waits for was not left out"
}

test_origins_of_short_forms() {
    moving_config c.yaml <<'END'
  schedule: {cosine: {restarts: 3}}
  early_stopping: 4
END
    local first
    first=$(grep -n schedule c.yaml | cut -d: -f1)
    run config show --origins c.yaml
    expect_status 0
    expect_line stdout '^        stop: 0 +# default$'
    expect_line stdout '^        restarts: 3 +# c.yaml:'"$first"'$'
    expect_line stdout '^    patience: 4 +# c.yaml:'"$((first + 1))"'$'
    expect_line stdout '^    min_delta: 0 +# default$'
}
