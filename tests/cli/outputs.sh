# shellcheck shell=bash disable=SC2154 # run and need_* set status and paths
# Outputs: whole or not at all, whoever else writes into the folder.

# Runs the arguments as another user where that is possible.
as_nobody() {
    [ "$(id -u)" -eq 0 ] || skip "needs root to become another user"
    command -v setpriv >/dev/null || skip "needs setpriv"
    setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# The output is that of one of them; who finds it locked is refused.
test_ten_writers_of_one_output_leave_one_whole_file() {
    need_model
    need_digits
    head -n 58 "$rows" >fewer.csv
    run predict "$model" fewer.csv --proba -o a.csv --threads 1
    expect_status 0
    run predict "$model" "$rows" --proba -o b.csv --threads 1
    expect_status 0
    for writers in 2 10; do
        local pids=() pid won=0
        for i in $(seq $writers); do
            local input=fewer.csv
            [ $((i % 2)) -eq 0 ] || input=$rows
            "$CNNCTL" predict "$model" "$input" --proba -o p.csv --threads 1 --force \
                2>"errors$i" &
            pids+=($!)
        done
        for pid in "${pids[@]}"; do
            wait "$pid" && won=$((won + 1)) || [ $? -eq 73 ] ||
                fail "neither written nor refused:" "$(cat errors*)"
        done
        [ $won -ge 1 ] || fail "nobody wrote it:" "$(cat errors*)"
        cmp -s p.csv a.csv || cmp -s p.csv b.csv || fail "a mixture"
    done
    expect_no_temporary
}

# Only one of two runs on one file goes on, and it finishes.
test_two_saves_of_one_model() {
    local pids=() pid won=0
    small_config c.yaml
    for i in 1 2 3 4; do
        "$CNNCTL" checkpoint save c.yaml -o m --threads 1 2>"errors$i" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid" && won=$((won + 1)) || [ $? -eq 73 ] ||
            fail "neither saved nor refused" "$(cat errors*)"
    done
    [ $won -eq 1 ] || fail "$won runs saved"
    run checkpoint verify m
    expect_status 0
    expect_no_file .m.lock
}

test_planted_files_hinder_nobody() {
    small_config c.yaml
    echo precious >victim
    mkfifo .m.tmp m.tmp
    ln -s victim .m.safetensors.tmp
    ln victim .m
    run fit c.yaml -q --epochs 1 -o m
    expect_status 0
    [ "$(cat victim)" = precious ] || fail "written through"
    run checkpoint verify m
    expect_status 0
    expect_no_temporary
}

# A pipe in the place of the lock is refused, not waited for.
test_a_lock_must_be_a_file() {
    small_config c.yaml
    mkfifo .m.lock
    run fit c.yaml -q -o m
    expect_error 73 'm: error: cannot lock: \.m\.lock is no regular file'
    expect_no_file m
}

test_a_private_model_stays_private() {
    small_config c.yaml
    echo old >m
    chmod 600 m
    run fit c.yaml -q --epochs 1 -o m --force
    expect_status 0
    [ "$(stat -c %a m)" = 600 ] || fail "mode $(stat -c %a m)"
}

# In a folder that everybody may write, another user's file, link and pipe
# under the output's name are not written through.
test_another_user_planted_the_output() {
    small_config c.yaml
    echo precious >victim
    chmod 666 victim
    mkdir shared
    chmod 777 shared
    chmod 755 . ..
    as_nobody ln -s ../victim shared/m || skip "this folder is out of reach"
    run fit c.yaml -q --epochs 1 -o shared/m --force
    expect_status 0
    [ "$(cat victim)" = precious ] || fail "written through"
    [ ! -L shared/m ] || fail "the link is still there"
    rm shared/m
    as_nobody mkfifo shared/m
    run fit c.yaml -q --epochs 1 -o shared/m --force
    expect_status 0
    [ -f shared/m ] || fail "no file"
}

# What killed runs left is in nobody's way.
test_leftovers_are_harmless() {
    small_config c.yaml
    : >.m.lock
    echo half >.cnnctl.0123456789abcdef.tmp
    run fit c.yaml -q --epochs 1 -o m
    expect_status 0
    expect_no_file .m.lock
    run checkpoint verify m
    expect_status 0
}

test_a_link_to_nothing_yet_stays_a_link() {
    small_config c.yaml
    mkdir new
    ln -s new/run link
    run fit c.yaml -q --epochs 1 -o link
    expect_status 0
    [ -L link ] || fail "the link was replaced"
    run checkpoint verify new/run
    expect_status 0
}

# A limit on the size of files is an error like a full disk.
test_a_file_that_may_grow_no_more() {
    small_config c.yaml
    (
        ulimit -f 2
        run fit c.yaml -q -o m
        expect_status 74
        expect_line stderr 'm: error: cannot write: File too large'
    )
    expect_no_file m
    expect_no_file .m.lock
    expect_no_temporary
}

test_a_rehearsal_leaves_nothing() {
    small_config c.yaml
    run fit c.yaml -q --dry-run -o m
    expect_status 0
    expect_no_file m
    expect_no_file .m.lock
    expect_no_temporary
}

# What is there stays unless --force is given, and is replaced with it.
test_existing_results_are_refused_unless_forced() {
    need_model
    need_digits
    small_config c.yaml
    echo precious >there
    for command in "predict $model $rows -o there" \
        "evaluate $model $config --predictions there" \
        "data convert $config -o there" \
        "data convert --csv $digits --images there --labels none" \
        "data convert --csv $digits --images none --labels there" \
        "checkpoint save c.yaml -o there" \
        "checkpoint load $model --into c.yaml -o there" \
        "fit c.yaml -o m --metrics there --epochs 1 -q"; do
        # shellcheck disable=SC2086 # words
        run $command
        expect_error 73 '^there: error: exists; .*--force replaces it$'
        [ "$(cat there)" = precious ] || fail "written over"
        expect_no_file none
        expect_no_file m
        # shellcheck disable=SC2086
        run $command --force
        expect_status 0
        [ "$(cat there)" != precious ] || fail "not replaced"
        rm -f none m
        echo precious >there
    done
    run predict "$model" "$rows" -o /dev/null
    expect_status 0
}

# Lines of metrics belong to a run: they are kept with its model alone.
test_metrics_without_their_model_are_refused() {
    small_config c.yaml
    run fit c.yaml -q -o m --metrics log --epochs 1
    expect_status 0
    run fit c.yaml -q -o m --metrics log --resume
    expect_status 0
    expect_line_count log 2
    rm m
    run fit c.yaml -q -o m --metrics log --resume
    expect_error 73 '^log: error: exists; --resume continues it with its model'
    expect_line_count log 2
}

# Lines of two runs are not mixed.
test_two_runs_on_one_file_of_metrics() {
    small_config c.yaml
    "$CNNCTL" fit c.yaml -q -o a --metrics log --epochs 100000 >first 2>&1 &
    pid=$!
    wait_for_epoch $pid first
    run fit c.yaml -q -o b --metrics log --epochs 1 --force
    kill $pid
    expect_error 73 '^log: error: is being written by another process'
    expect_no_file b
    wait $pid || [ $? -eq 143 ] || fail "the first run failed: $(cat first)"
    expect_no_file .log.lock
    [ "$(jq -s 'map(.epoch) == [range(1; length + 1)]' log)" = true ] ||
        fail "not every epoch once"
}

# Neither another name of the file nor another user's file gets the lines.
test_metrics_are_another_file_than_what_stood_there() {
    small_config c.yaml
    echo precious >victim
    ln victim log
    run fit c.yaml -q -o m --metrics log --epochs 1 --force
    expect_status 0
    expect_line_count log 1
    [ "$(cat victim)" = precious ] || fail "written over"
    chmod 755 . ..
    mkdir shared
    chmod 777 shared
    as_nobody sh -c 'echo mine >shared/log; chmod 666 shared/log' ||
        skip "this folder is out of reach"
    run fit c.yaml -q -o m --metrics shared/log --epochs 1 --force
    expect_status 0
    expect_line_count shared/log 1
    [ "$(stat -c '%u %a' shared/log)" = '0 644' ] ||
        fail "another user's file: $(stat -c '%u %a' shared/log)"
}

# Files that the configuration reads, through links and other names too.
test_what_the_configuration_reads_is_never_written() {
    need_digits
    cp "$digits" d.csv
    cp "$images" i
    cp "$labels" l
    ln d.csv hard
    ln -s d.csv soft
    mkdir sub
    small_config digits.yaml
    sed 's|train: .*|train: {images: i, labels: l}|; s|test: .*|test: {csv: d.csv}|
        s|shape: .*|shape: [1, 28, 28]}|' digits.yaml >c.yaml
    run checkpoint save c.yaml -o m
    expect_status 0
    cp d.csv i l c.yaml sub
    for output in i l d.csv hard soft sub/../i ./l; do
        for command in "fit c.yaml --metrics $output" "fit c.yaml -o $output" \
            "checkpoint save c.yaml -o $output" \
            "checkpoint load m --into c.yaml -o $output" \
            "data convert c.yaml -o $output" \
            "evaluate m c.yaml --split train --predictions $output"; do
            for force in --force ''; do
                # shellcheck disable=SC2086 # words
                run $command $force
                expect_error 64 '^[^ ]*: error: is read through c.yaml, it cannot be written too$'
                for file in i l d.csv c.yaml; do expect_same "$file" "sub/$file"; done
            done
        done
    done
}

test_two_outputs_are_two_files() {
    small_config c.yaml
    mkdir sub
    for metrics in m ./m sub/../m; do
        run fit c.yaml -o m --metrics $metrics
        expect_error 64 'm is also given as --'
    done
}

# Whoever writes NAME locks and removes .NAME.lock.
test_names_of_locks_are_no_names_of_outputs() {
    need_model
    need_digits
    small_config c.yaml
    ln -s .y.lock link
    for output in .x.lock "$PWD/.x.lock" ..lock.lock link; do
        while read -r command; do
            # shellcheck disable=SC2086 # words
            run $command --force
            expect_error 64 "^cnnctl .*: error: --.*: $output has the name of an output's lock\$"
            [ "$(ls -A)" = "$(printf '%s\n' c.yaml expected link stderr stdout)" ] ||
                fail "written: $(ls -A)"
        done <<END
fit c.yaml -q -o $output
fit c.yaml -q -o m --metrics $output
predict $model $rows -o $output
evaluate $model $config --predictions $output
data convert c.yaml -o $output
data convert --csv $digits --images $output --labels l
data convert --csv $digits --images i --labels $output
checkpoint save c.yaml -o $output
checkpoint load $model --into c.yaml -o $output
checkpoint strip $model -o $output
END
    done
    for output in .lock x.lock .x.locks; do
        run checkpoint save c.yaml -o $output
        expect_status 0
    done
}

# What was not there when the command began is not replaced without --force.
test_an_output_that_appears_meanwhile() {
    need_model
    need_digits
    mkfifo in
    for command in "predict $model - -o new" \
        "evaluate $model --csv - --predictions new" \
        "data convert --csv - --images new --labels l" \
        "data convert --csv - --images i --labels new"; do
        for force in '' --force; do
            rm -f new i l
            # shellcheck disable=SC2086 # words
            "$CNNCTL" $command $force <in >stdout 2>stderr &
            pid=$! ran="cnnctl $command $force" status=0
            exec 3>in
            for _ in $(seq 50); do # until it has begun a file without a name
                [ -z "$(find /proc/$pid/fd -lname '*(deleted)')" ] || break
                sleep 0.1
            done
            echo precious >new
            case $command in
            predict*) cat "$rows" >&3 ;;
            *) cat "$digits" >&3 ;;
            esac
            exec 3>&-
            wait $pid || status=$?
            if [ "$force" ]; then
                expect_status 0
                [ "$(head -c 8 new)" != precious ] || fail "not replaced"
            else
                expect_status 73
                expect_stream stderr 'new: error: cannot create: File exists'
                [ "$(cat new)" = precious ] || fail "replaced"
            fi
            expect_no_temporary
        done
    done
}

# Found before anything is read or trained.
test_a_folder_that_cannot_be_written() {
    small_config c.yaml
    run predict nothing.st nothing.csv -o nowhere/x
    expect_error 73 '^nowhere/x: error: cannot create: No such file or directory$'
    chmod 755 . ..
    mkdir mine sticky
    chmod 1777 sticky
    echo mine >sticky/m
    as_nobody ln -s sticky/m link 2>/dev/null || ln -s sticky/m link
    chown -h 65534 link
    for output in mine/m sticky/m link; do
        status=0
        as_nobody "$CNNCTL" predict nothing.st nothing.csv -o $output --force \
            >stdout 2>stderr || status=$?
        expect_error 73 "^$output: error: cannot create: (Permission denied|Operation not permitted)$"
        status=0
        as_nobody "$CNNCTL" fit c.yaml -o $output --force >stdout 2>stderr ||
            status=$?
        expect_error 73 "^$output: error: cannot "
    done
}

# One run owns an output, whatever it writes.
test_conversions_lock_their_outputs() {
    printf '1,2\n0,3\n' >x.csv
    mkfifo in
    "$CNNCTL" data convert --csv - --images i --labels l <in 2>first &
    pid=$!
    exec 3>in
    for _ in $(seq 100); do
        [ ! -e .l.lock ] && kill -0 $pid 2>/dev/null || break
        sleep 0.05
    done
    run data convert --csv x.csv --images i --labels other
    expect_error 73 'i: error: is being written by another process'
    cat x.csv >&3
    exec 3>&-
    wait $pid || fail "the first conversion failed: $(cat first)"
    expect_file i
    expect_file l
    expect_no_file .i.lock
    expect_no_file .l.lock
    expect_no_file .other.lock
    mkfifo .c.csv.lock
    run data convert --images i --labels l -o c.csv
    expect_error 73 'c.csv: error: cannot lock'
}

# The same of what is computed from a model: the second writer finds the first,
# and what has come to stand there meanwhile is not replaced.
test_predictions_lock_their_outputs() {
    need_model
    mkfifo in
    "$CNNCTL" predict "$model" - -o out <in 2>first &
    pid=$!
    exec 3>in
    for _ in $(seq 100); do
        [ ! -e .out.lock ] && kill -0 $pid 2>/dev/null || break
        sleep 0.05
    done
    expect_file .out.lock
    run predict "$model" /dev/null -o out --force
    expect_error 73 'out: error: is being written by another process'
    run evaluate "$model" "$config" --predictions out
    expect_error 73 'out: error: is being written by another process'
    yes 0 | head -n 784 | paste -sd, >&3
    exec 3>&-
    wait $pid || fail "the first one failed: $(cat first)"
    expect_line_count out 1
    expect_no_file .out.lock
    cp out kept
    run predict "$model" /dev/null -o out
    expect_error 73 'out: error: exists; --force replaces it'
    expect_same out kept
    expect_no_file .out.lock
    mkfifo .other.lock
    run evaluate "$model" "$config" --predictions other
    expect_error 73 'other: error: cannot lock'
    expect_no_file other
    # A device is written to, and needs no lock.
    run predict "$model" /dev/null -o /dev/null
    expect_status 0
}
