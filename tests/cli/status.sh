# shellcheck shell=bash
# Exit statuses: one case at least for every row of the table.

test_66_a_missing_config() {
    run info none.yaml
    expect_error 66 '^none\.yaml: error: '
    run fit none.yaml
    expect_error 66 '^none\.yaml: error: '
    mkdir folder.yaml
    run info folder.yaml
    expect_error 66 '^folder\.yaml: error: '
}

test_66_a_missing_data_file() {
    small_config c.yaml
    run fit c.yaml -s 'data.train={csv: none.csv}'
    expect_error 66 'none\.csv: error: '
    expect_no_file c.safetensors
}

test_66_a_missing_input() {
    need_model
    run predict "$model" none.csv
    expect_error 66 '^none\.csv: error: '
}

test_66_an_unreadable_config() {
    small_config c.yaml
    chmod 000 c.yaml
    run_bound info c.yaml
    expect_error 66 '^c\.yaml: error: '
}

test_78_all_errors_are_listed() {
    small_config c.yaml
    sed -i 's/max_epochs: 2/max_epochs: 0/; s/batch_size/batch_sizes/' c.yaml
    run fit c.yaml
    expect_status 78
    expect_no_stdout
    expect_line stderr '^c\.yaml:15:15: error: train\.max_epochs: '
    expect_line stderr '^c\.yaml:16:3: error: train\.batch_sizes: .*batch_size'
    expect_no_file c.safetensors
}

test_78_a_bad_set() {
    small_config c.yaml
    run info c.yaml --set train.learnign_rate=1
    expect_error 78 '^--set #1: error: train\.learnign_rate: .*learning_rate'
    run info c.yaml --set seed=1 --set 'seed='
    expect_error 78 '^--set #2: error: seed: '
    run info c.yaml --set seed
    expect_error 78 '^--set #1: error: '
}

test_78_labels_against_output_units() {
    small_config c.yaml
    run fit c.yaml --set layers.dense5.num_units=7
    expect_status 78
    expect_line stderr '(^|[^0-9])7([^0-9]|$)'
    expect_line stderr '(^|[^0-9])10([^0-9]|$)'
}

test_78_image_size_against_input() {
    small_config c.yaml
    run fit c.yaml --set 'layers.input0.shape=[1, 20, 20]'
    expect_status 78
    expect_line stderr '28'
}

test_65_a_model_that_is_none() {
    printf 'not a model' >m.safetensors
    need_digits
    run predict m.safetensors "$rows"
    expect_error 65 '^m\.safetensors: error: '
}

test_65_a_truncated_model() {
    need_model
    need_digits
    head -c -1 "$model" >short.safetensors
    run predict short.safetensors "$rows"
    expect_error 65 '^short\.safetensors: error: '
}

test_65_a_flipped_bit() {
    need_model
    need_digits
    size=$(stat -c %s "$model")
    for place in 0 9 100 $((size / 2)) $((size - 1)); do
        cp "$model" bad.safetensors
        byte=$(od -An -tu1 -j "$place" -N 1 "$model" | tr -d ' ')
        # shellcheck disable=SC2059
        printf "\\$(printf %03o $((byte ^ 1)))" |
            dd of=bad.safetensors bs=1 seek="$place" conv=notrunc status=none
        run predict bad.safetensors "$rows"
        expect_error 65 '^bad\.safetensors: error: '
    done
}

test_65_malformed_csv() {
    need_model
    need_digits
    { head -n 2 "$rows"; sed -n '3s/^[0-9]*,/abc,/p' "$rows"; } >bad.csv
    run predict "$model" bad.csv
    expect_status 65
    expect_line stderr '^bad\.csv:3:1: error: .*abc'
    head -n 1 "$rows" | cut -d, -f1-700 >short.csv
    run predict "$model" short.csv
    expect_status 65
    expect_line stderr '^short\.csv:1.*: error: .*784'
}

test_65_a_truncated_idx_file() {
    need_model
    need_digits
    head -c 5000 "$images" >short
    run predict "$model" short
    expect_status 65
    expect_line stderr '^short: error: '
}

test_65_image_and_label_counts_that_differ() {
    need_model
    need_digits
    write_octal few 0 0 10 1 0 0 0 2 1 2
    run evaluate "$model" --images "$images" --labels few
    expect_status 65
    expect_line stderr '60'
}

test_73_the_output_exists() {
    small_config c.yaml
    echo precious >c.safetensors
    run fit c.yaml
    expect_error 73 '^c\.safetensors: error: .*--force'
    [ "$(cat c.safetensors)" = precious ] || fail "it was touched"
}

test_73_the_output_folder_is_missing() {
    small_config c.yaml
    run fit c.yaml -o none/m.safetensors
    expect_error 73 'none/m\.safetensors: error: '
}

test_73_the_output_folder_is_read_only() {
    small_config c.yaml
    mkdir locked
    chmod 555 locked
    run_bound fit c.yaml -o locked/m.safetensors
    expect_error 73 'locked/m\.safetensors: error: '
}

test_74_a_full_disk_under_stdout() {
    [ -e /dev/full ] || skip "no /dev/full"
    need_model
    need_digits
    for words in "--help" "info $config" "predict $model $rows" \
        "evaluate $model $config" "config show $config"; do
        status=0
        # shellcheck disable=SC2086 # a list of words
        "$CNNCTL" $words >/dev/full 2>stderr || status=$?
        [ "$status" -eq 74 ] || fail "$words: expected status 74, got $status"
        expect_line stderr 'error: '
    done
}

test_141_a_reader_that_went_away() {
    need_model
    need_digits
    row=$(head -n 1 "$rows")
    set +e
    yes "$row" | "$CNNCTL" predict "$model" - 2>stderr | head -n 1 >stdout
    status=${PIPESTATUS[1]}
    set -e
    expect_status 141
    expect_line_count stdout 1
    expect_no_stderr
}

test_1_a_metric_under_its_bound() {
    need_model
    run evaluate "$model" "$config" --fail-under loss=0
    expect_status 1
    expect_line stdout '[Aa]ccuracy'
    run evaluate "$model" "$config" --fail-under accuracy=0
    expect_status 0
}

test_1_an_audit_that_fails() {
    small_config c.yaml
    run info c.yaml
    expect_status 0
    run info c.yaml --strict -s layers.conv2d1.filter_size=3 \
        -s layers.maxpool2d2.pool_size=25
    expect_status 1
}

# Without a nonlinearity that may switch units off, weights grow without end.
linear="-s train.update=sgd -s layers.conv2d1.nonlinearity=linear
    -s layers.dense3.nonlinearity=linear"

diverge() { # OPTION...
    small_config c.yaml
    run fit c.yaml --epochs 50 "$@"
    expect_status 3
}

# shellcheck disable=SC2086 # a list of options
test_3_training_diverges() {
    diverge $linear -s train.learning_rate=1000
    expect_line stderr '^cnnctl: error: training diverged: the output of [a-z]+[0-9] \(forward, sample [0-9]+\) is not finite in epoch 1, batch [0-9]+ \(samples [0-9]+ to [0-9]+ of the epoch\), learning rate 1000$'
    expect_no_file c.safetensors
    cp stderr first
    diverge $linear -s train.learning_rate=1000 --threads 1
    expect_same stderr first
}

# Pixels near 0 keep the outputs small while the penalty drives the weights up,
# so that its gradient overflows first.
test_3_a_gradient_that_overflows() {
    diverge -s 'layers=[input: {shape: [1, 28, 28]}, dense: {num_units: 10, nonlinearity: softmax}]' \
        -s 'data.normalize={mean: 0, std: 1e12}' -s train.update=sgd \
        -s train.learning_rate=1e6 -s train.l2=1e6
    expect_line stderr 'training diverged: the gradient of dense1\.weight \(backward\) is not finite in epoch 1, batch '
}

# One row of 40 numbers near the largest float; its sums overflow.
test_3_the_sample_is_named() {
    awk 'BEGIN {
        for (i = 0; i < 48; i++) {
            printf "%d", i % 2
            for (k = 0; k < 40; k++)
                printf ",%s", i == 37 ? "3e38" : (i + k) % 3
            print ""
        }
    }' >x.csv
    cat >c.yaml <<'END'
data:
  train: {csv: x.csv}
  normalize: none
  split: {eval_size: 0}
layers:
  - input: {shape: [40]}
  - dense: {num_units: 8, name: hidden}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {max_epochs: 2, batch_size: 16, update: sgd, learning_rate: 0.01}
END
    run fit c.yaml
    expect_status 3
    expect_line stderr 'the output of hidden \(forward, sample 37\) is not finite in epoch 1, batch [1-3] \(samples [0-9]+ to [0-9]+ of the epoch\), learning rate 0\.01$'
}

# shellcheck disable=SC2086
test_3_the_last_good_epoch_stays() {
    small_config c.yaml
    run fit c.yaml -o m.safetensors $linear -s train.learning_rate=0.001
    expect_status 0
    cp m.safetensors good
    run fit c.yaml -o m.safetensors --resume --epochs 50 $linear \
        -s train.learning_rate=1000
    expect_status 3
    expect_same m.safetensors good
}

test_75_out_of_time() {
    small_config c.yaml
    run fit c.yaml -o m.safetensors --epochs 100000 --max-time 1s
    expect_status 75
    expect_file m.safetensors
    need_digits
    run predict m.safetensors "$rows"
    expect_status 0
    run fit c.yaml -o m.safetensors --epochs 100000 --max-time 1s --resume
    expect_status 75
}

# A background job of a shell without job control ignores SIGINT; env undoes it.
stop_with() { # SIGNAL STATUS
    small_config c.yaml
    env --default-signal="$1" "$CNNCTL" fit c.yaml -o m.safetensors \
        --epochs 100000 >stdout 2>stderr &
    pid=$!
    ran="cnnctl fit, then SIG$1" status=0
    wait_for_epoch $pid stdout
    kill -"$1" "$pid" || fail "it ended by itself"
    wait "$pid" || status=$?
    expect_status "$2"
    expect_file m.safetensors
    need_digits
    run predict m.safetensors "$rows"
    expect_status 0
    expect_no_temporary
    expect_no_file .m.safetensors.lock
}

test_129_sighup_saves_first() { stop_with HUP 129; }
test_130_sigint_saves_first() { stop_with INT 130; }
test_143_sigterm_saves_first() { stop_with TERM 143; }

# The second may be another one than the first: it ends the run at once, during
# a batch that takes long.
test_143_a_second_signal_of_another_kind() {
    small_config c.yaml
    "$CNNCTL" fit c.yaml -o m.safetensors --threads 1 --epochs 1000 \
        -s data.train.digits.count=2000 -s train.batch_size=1500 \
        -s layers.conv2d1.num_filters=256 >stdout 2>stderr &
    pid=$!
    ran="cnnctl fit, then SIGINT and SIGTERM" status=0
    for _ in $(seq 100); do
        grep -q '^-------' stdout && break
        sleep 0.1
    done
    kill -INT $pid && kill -TERM $pid
    wait $pid || status=$?
    expect_status 143
    expect_no_line stderr 'orderly shutdown'
}

# The kernel repeats the signal every second.
test_152_the_limit_of_processor_time() {
    small_config c.yaml
    (
        ulimit -S -t 1
        run fit c.yaml --epochs 100000 --threads 1 -o m.safetensors
        expect_status 152
        expect_line stderr 'ended by SIGXCPU after an orderly shutdown'
    )
    run checkpoint verify m.safetensors
    expect_status 0
}

# Waits until the process uses no more processor time.
wait_until_idle() { # PID
    local before=none now
    for _ in $(seq 200); do
        now=$(cut -d ' ' -f 14,15 "/proc/$1/stat") || return 0
        [ "$now" != "$before" ] || return 0
        before=$now
        sleep 0.3
    done
}

# A pipe that nobody reads, all but one page of it full.
test_143_a_second_signal_while_a_write_blocks() {
    small_config c.yaml
    mkfifo pipe
    sleep 60 <pipe &
    local reader=$!
    exec 4>pipe
    dd if=/dev/zero bs=4096 count=15 status=none >&4
    "$CNNCTL" fit c.yaml -o m.safetensors --epochs 100000 --threads 1 \
        -s data.train.digits.count=50 >&4 2>stderr &
    pid=$!
    ran="cnnctl fit into a full pipe, then SIGTERM twice" status=0
    wait_until_idle $pid
    kill -TERM $pid && sleep 0.2 && kill -TERM $pid
    wait $pid || status=$?
    exec 4>&-
    kill $reader
    expect_status 143
    expect_no_line stderr 'orderly shutdown'
}

# Where nobody asks for it, it is nothing.
test_sigusr1_ends_no_command() {
    need_model
    need_digits
    mkfifo pipe
    "$CNNCTL" predict "$model" - <pipe >classes 2>stderr &
    pid=$!
    exec 4>pipe
    head -n 1 "$rows" >&4
    for _ in $(seq 100); do
        [ ! -s classes ] || break
        sleep 0.1
    done
    kill -USR1 $pid
    tail -n +2 "$rows" | head -n 1 >&4
    exec 4>&-
    status=0 ran="cnnctl predict -, then SIGUSR1"
    wait $pid || status=$?
    expect_status 0
    expect_line_count classes 2
}

test_a_stack_of_128_kilobytes_suffices() {
    ! grep -qa __asan_init "$CNNCTL" || skip "the sanitizer takes more"
    small_config c.yaml
    need_digits
    (
        ulimit -s 128
        for algorithm in auto im2col; do
            run fit c.yaml -q --threads 3 -o m.safetensors --force \
                -s engine.algorithm=$algorithm
            expect_status 0
        done
        run fit c.yaml -o m.safetensors --epochs 3 --resume
        expect_status 0
        run predict m.safetensors "$rows"
        expect_status 0
        run evaluate m.safetensors c.yaml --split train
        expect_status 0
        run info c.yaml -s layers.conv2d1.incoming=input -s train.nothing=1
        expect_status 78
        run help
        expect_status 0
        printf '{"a":{"shape":%s}}' "$(printf '[%.0s' $(seq 30000))" >header
        write_store deep.st "$(cat header)" 0
        run checkpoint show deep.st
        expect_error 65 '^deep\.st: error: JSON byte .*: more than 16 levels deep'
    )
}

# With the environment as users have it: OpenBLAS makes no threads of its own.
test_71_the_limit_on_processes() {
    ! grep -qa __asan_init "$CNNCTL" || skip "the sanitizer has a process too"
    [ "$(id -u)" -eq 0 ] || skip "needs root to become another user"
    command -v setpriv >/dev/null && command -v prlimit >/dev/null ||
        skip "needs setpriv and prlimit"
    small_config c.yaml
    chmod 755 . ..
    mkdir -m 777 theirs
    as_few() { # PROCESSES ARGUMENT...
        status=0 ran="cnnctl as $*"
        setpriv --reuid=64999 --regid=64999 --clear-groups \
            prlimit --nproc="$1" "$CNNCTL" "${@:2}" >stdout 2>stderr ||
            status=$?
    }
    as_few 9 version
    [ $status -eq 0 ] || skip "the program is out of reach"
    for algorithm in direct im2col; do
        as_few 2 fit c.yaml -q --threads 4 -o theirs/m \
            -s engine.algorithm=$algorithm
        expect_error 71 'the system does not give 4 threads$'
        expect_no_file theirs/m
        as_few 1 fit c.yaml -q --threads 1 -o theirs/m --force \
            -s engine.algorithm=$algorithm
        expect_status 0
        rm theirs/m
    done
}

# No file lands on a descriptor that messages go to.
test_closed_descriptors() {
    need_model
    need_digits
    run predict "$model" "$rows"
    "$CNNCTL" predict "$model" "$rows" -o classes <&- >&- 2>&-
    expect_same stdout classes
    echo 'no,sample' >bad.csv
    status=0 ran="cnnctl predict bad.csv, all closed"
    "$CNNCTL" predict "$model" bad.csv -o bad <&- >&- 2>&- || status=$?
    expect_status 65
    expect_no_file bad
    small_config c.yaml
    status=0
    "$CNNCTL" fit c.yaml -o m.safetensors <&- >&- 2>&- || status=$?
    expect_status 74
    expect_no_file m.safetensors
    "$CNNCTL" fit c.yaml -o m.safetensors <&- >table 2>&-
    run checkpoint verify m.safetensors
    expect_status 0
}

test_78_a_label_that_the_training_part_lacks() {
    small_config c.yaml
    need_digits
    head -n 9 "$digits" | sed 's/^0,/12,/' >valid.csv
    run fit c.yaml -s data.split=null -s 'data.valid={csv: valid.csv}'
    expect_error 78 "^c\.yaml: error: data\.valid: label '12' of sample 0 "
}

# gzip's trailer holds the same sum as header_crc32: computed here once for the
# file as it is, once for one that claims to be of a later version.
test_65_a_newer_format_version() {
    need_model
    local length=$(($(od -An -tu8 -N 8 "$model"))) sum
    head -c $((8 + length)) "$model" | tail -c +9 >header
    sum_of() {
        sed 's/"header_crc32":"[0-9a-f]*"/"header_crc32":"00000000"/' "$1" |
            gzip -c | tail -c 8 | od -An -tx4 -N 4 | tr -d ' '
    }
    grep -qF "\"header_crc32\":\"$(sum_of header)\"" header ||
        fail "header_crc32 is not $(sum_of header)"
    sed -i 's/"format_version":"[0-9]"/"format_version":"9"/' header
    sum=$(sum_of header)
    sed -i "s/\"header_crc32\":\"[0-9a-f]*\"/\"header_crc32\":\"$sum\"/" header
    {
        head -c 8 "$model"
        cat header
        tail -c +$((9 + length)) "$model"
    } >later.safetensors
    run checkpoint show later.safetensors
    expect_error 65 '^later\.safetensors: error: is of format version 9, .* up to 2$'
}

test_71_the_plan_does_not_fit() {
    small_config c.yaml
    small() { (ulimit -v 400000 && "$CNNCTL" "$@"); }
    # A sanitizer's complaint about the limit is no report of a fault.
    ASAN_OPTIONS='' small version >out 2>&1 ||
        skip "the program does not start in 400 MB of address space"
    status=0
    small fit c.yaml --threads 1 -s layers.dense3.num_units=500000 \
        >stdout 2>stderr || status=$?
    expect_error 71 '^c\.yaml: error: training needs [0-9]+ MiB of memory'
    expect_no_file c.safetensors
}
