# shellcheck shell=bash
# Training: what is printed, what is written, resume, determinism.

test_fit_evaluate_predict_round() {
    small_config c.yaml
    run fit c.yaml
    expect_status 0
    expect_file c.safetensors
    expect_no_temporary
    expect_no_file .c.safetensors.lock
    expect_line stderr 'c\.safetensors'
    run evaluate c.safetensors c.yaml
    expect_status 0
    expect_line stdout '[Aa]ccuracy'
    need_digits
    run predict c.safetensors "$rows"
    expect_status 0
    expect_no_stderr
    expect_line_count stdout 60
    ! grep -qvx '[0-9]' stdout || fail "a line is no digit"
}

test_stdout_is_layer_table_and_epoch_table() {
    small_config c.yaml
    run fit c.yaml
    expect_status 0
    expect_line stdout '^# Neural Network with 2594 learnable parameters$'
    expect_line stdout '^ +0  input0 +1x28x28$'
    expect_line stdout '^ +1  conv2d1 +4x24x24$'
    expect_line stdout '^ +2  maxpool2d2 +4x6x6$'
    expect_line stdout '^ +5  dense5 +10$'
    expect_line stdout '^  epoch    train loss    valid loss    train/val    valid acc  dur$'
    expect_line stdout '^-------  ------------  ------------  -----------  -----------  ------$'
    [ "$(grep -cE '^ {6}[12]( +[0-9.]+){4}  [0-9.]+s$' stdout)" -eq 2 ] ||
        fail "expected two epoch lines"
    expect_no_line stdout $'[\033\r]'
    expect_no_line stderr $'[\033\r]'
}

test_quiet_silences_stderr_not_results() {
    small_config c.yaml
    run fit c.yaml -q
    expect_status 0
    expect_no_stderr
    expect_line stdout '^  epoch '
}

test_colour_on_demand() {
    small_config c.yaml
    run fit c.yaml --color=always
    expect_status 0
    expect_line stdout $'\033\\[36m'
    expect_line stdout $'\033\\[32m'
}

test_refuses_to_overwrite_unless_forced() {
    small_config c.yaml
    run fit c.yaml --epochs 1
    expect_status 0
    cp c.safetensors first
    run fit c.yaml --epochs 2
    expect_error 73 '^c\.safetensors: error: '
    expect_same c.safetensors first
    run fit c.yaml --epochs 2 --force
    expect_status 0
    ! cmp -s c.safetensors first || fail "it was not replaced"
}

test_epochs_is_short_for_set() {
    small_config c.yaml
    run fit c.yaml -o a.safetensors --epochs 1
    expect_status 0
    run fit c.yaml -o b.safetensors -s train.max_epochs=1
    expect_status 0
    expect_same a.safetensors b.safetensors
}

test_set_is_the_same_as_writing_it() {
    small_config c.yaml
    sed 's/num_filters: 4/num_filters: 5/; s/0\.002/1e-3/' c.yaml >d.yaml
    run config show c.yaml -s layers.conv2d1.num_filters=5 \
        -s train.learning_rate=1e-3
    expect_status 0
    cp stdout set
    run config show d.yaml
    expect_status 0
    expect_same stdout set
}

test_the_last_set_wins_and_null_removes() {
    small_config c.yaml
    run config show c.yaml -s seed=1 -s seed=2
    expect_status 0
    expect_line stdout '^seed: 2$'
    run config show c.yaml -s seed=1 -s seed=null
    expect_status 0
    expect_line stdout '^seed: 42$'
}

test_one_two_and_three_threads_give_the_same_bytes() {
    small_config c.yaml
    for threads in 1 2 3; do
        run fit c.yaml -o "$threads.safetensors" --threads "$threads"
        expect_status 0
    done
    expect_same 1.safetensors 2.safetensors
    expect_same 1.safetensors 3.safetensors
    CNNCTL_THREADS=2 run fit c.yaml -o env.safetensors
    expect_same 1.safetensors env.safetensors
}

test_logs_and_progress_do_not_change_the_bytes() {
    small_config c.yaml
    run fit c.yaml -o plain.safetensors -q
    run fit c.yaml -o loud.safetensors -vv --progress=always --color=always \
        --metrics log.jsonl
    expect_status 0
    expect_same plain.safetensors loud.safetensors
}

test_another_seed_gives_other_bytes() {
    small_config c.yaml
    run fit c.yaml -o a.safetensors
    run fit c.yaml -o b.safetensors -s seed=43
    ! cmp -s a.safetensors b.safetensors || fail "the seed has no effect"
}

test_metrics_one_json_line_per_epoch() {
    small_config c.yaml
    run fit c.yaml --metrics log.jsonl
    expect_status 0
    expect_line_count log.jsonl 2
    for key in epoch train_loss valid_loss valid_accuracy dur train_data_loss \
        valid_data_loss penalty learning_rate images_per_second; do
        [ "$(grep -c "\"$key\": *[0-9]" log.jsonl)" -eq 2 ] ||
            fail "not in both lines: $key" "$(cat log.jsonl)"
    done
    run fit c.yaml --metrics log.jsonl --epochs 1 --force
    expect_line_count log.jsonl 1
    run fit c.yaml --metrics log.jsonl --epochs 3 --resume
    expect_status 0
    expect_line_count log.jsonl 3
}

test_no_validation_gives_nan_and_null() {
    small_config c.yaml
    run fit c.yaml --metrics log.jsonl -s 'data.split={eval_size: 0}'
    expect_status 0
    expect_line stdout '^ +1 .* nan .* nan '
    expect_line log.jsonl '"valid_loss": *null'
}

test_dry_run_writes_nothing() {
    small_config c.yaml
    run fit c.yaml --dry-run
    expect_status 0
    [ "$(ls -A)" = "$(printf 'c.yaml\nstderr\nstdout')" ] || fail "left: $(ls -A)"
    echo precious >c.safetensors
    echo lines >log
    run fit c.yaml --dry-run --metrics log
    expect_status 0
    [ "$(cat c.safetensors log)" = "$(printf 'precious\nlines')" ] || fail "written to"
    run fit c.yaml --dry-run --resume
    expect_error 65 '^c\.safetensors: error: '
}

test_a_split_that_leaves_nothing_to_train_on() {
    printf 'y,a\n1,2\n2,3\n3,5\n' >r.csv
    cat >c.yaml <<'END'
data:
  train: {csv: r.csv, target_columns: [y]}
  split: {eval_size: 0.9}
  normalize: none
layers:
  - input: {shape: [1]}
  - dense: {num_units: 1, nonlinearity: linear}
train: {regression: true, learning_rate: 0.01, max_epochs: 1}
END
    run fit c.yaml -o m
    expect_error 78 '^c\.yaml:2:3: error: data\.train: no sample is left to train on$'
    expect_no_file m
}

test_resume_without_a_file_starts() {
    small_config c.yaml
    run fit c.yaml -o a.safetensors
    run fit c.yaml -o b.safetensors --resume
    expect_status 0
    expect_same a.safetensors b.safetensors
}

test_resume_after_sigkill_continues_to_the_same_bytes() {
    small_config c.yaml
    run fit c.yaml -o whole.safetensors --epochs 30
    expect_status 0
    kills=0
    for delay in 0.05 0.1 0.2 0.3; do
        rc=0
        timeout --foreground -s KILL "$delay" "$CNNCTL" fit c.yaml \
            -o parts.safetensors --epochs 30 --resume >/dev/null 2>&1 || rc=$?
        [ "$rc" -ne 137 ] || kills=$((kills + 1))
    done
    run fit c.yaml -o parts.safetensors --epochs 30 --resume
    expect_status 0
    # Killed in the middle of a save, a run may leave a file that nobody minds.
    expect_same whole.safetensors parts.safetensors
    [ "$kills" -gt 0 ] || skip "trains faster than it can be killed"
}

test_a_damaged_file_is_not_resumed() {
    need_model
    head -c -1 "$model" >m.safetensors
    run fit "$config" -o m.safetensors --resume
    expect_error 65 'm\.safetensors: error: '
}

test_two_runs_on_one_output() {
    small_config c.yaml
    "$CNNCTL" fit c.yaml -o m.safetensors --epochs 100000 >first 2>&1 &
    pid=$!
    wait_for_epoch $pid first
    run fit c.yaml -o m.safetensors --force
    kill -TERM "$pid"
    wait "$pid" || true
    expect_error 73 'm\.safetensors: error: '
}

test_init_from_takes_the_weights() {
    need_model
    run fit "$config" --init-from "$model" -o a.safetensors --epochs 1
    expect_status 0
    run fit "$config" -o b.safetensors --epochs 1
    ! cmp -s a.safetensors b.safetensors || fail "the weights were not taken"
    run fit "$config" --init-from "$model" -o c.safetensors \
        -s layers.dense3.num_units=17
    expect_error 65 'dense3'
}

test_a_config_from_stdin() {
    small_config c.yaml
    run fit - -o m.safetensors <c.yaml
    expect_status 0
    run fit c.yaml -o n.safetensors
    expect_same m.safetensors n.safetensors
}

test_the_locale_does_not_matter() {
    small_config c.yaml
    run fit c.yaml -o a.safetensors
    LC_ALL=de_DE.UTF-8 run fit c.yaml -o b.safetensors
    expect_status 0
    expect_same a.safetensors b.safetensors
}

# Steps too small to change a float leave the validation loss as it is.
test_of_equal_losses_the_first_is_the_best() {
    small_config c.yaml
    run fit c.yaml -q -o m.safetensors -s train.update=sgd \
        -s train.learning_rate=1e-12 --epochs 3
    expect_status 0
    [ "$(awk '$1 ~ /^[123]$/ && NF == 6 {print $3}' stdout | uniq -c |
        awk '{print $1}')" = 3 ] || fail "the losses are not equal"
    run checkpoint show m.safetensors
    expect_line stdout '^best epoch +1$'
}

test_printed_losses_include_the_penalty() {
    small_config c.yaml
    run fit c.yaml -q -o m.safetensors -s train.l2=0.01 --metrics log.jsonl
    expect_status 0
    tr -d ' {}"' <log.jsonl | tr ',' '\n' | awk -F: '
        {v[$1] = $2}
        $1 == "images_per_second" {
            gap = v["valid_loss"] - v["valid_data_loss"] - v["penalty"]
            if (v["penalty"] > 0.01 && gap < 1e-9 && gap > -1e-9)
                good++
        }
        END {exit good != 2}' || fail "$(cat log.jsonl)"
}
