# shellcheck shell=bash disable=SC2154 # run and need_* set status and paths
# Outputs: whole or not at all, whoever else writes into the folder.

# Runs the arguments as another user where that is possible.
as_nobody() {
    [ "$(id -u)" -eq 0 ] || skip "needs root to become another user"
    command -v setpriv >/dev/null || skip "needs setpriv"
    setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# The output is that of one of them.
test_ten_writers_of_one_output_leave_one_whole_file() {
    need_model
    need_digits
    head -n 58 "$rows" >fewer.csv
    run predict "$model" fewer.csv --proba -o a.csv --threads 1
    expect_status 0
    run predict "$model" "$rows" --proba -o b.csv --threads 1
    expect_status 0
    for writers in 2 10; do
        local pids=() pid
        for i in $(seq $writers); do
            local input=fewer.csv
            [ $((i % 2)) -eq 0 ] || input=$rows
            "$CNNCTL" predict "$model" "$input" --proba -o p.csv --threads 1 \
                2>"errors$i" &
            pids+=($!)
        done
        for pid in "${pids[@]}"; do
            wait "$pid" || fail "a writer failed:" "$(cat errors*)"
        done
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
