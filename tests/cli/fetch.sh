# shellcheck shell=bash disable=SC2154 # fetch sets status
# scripts/fetch-mnist, with folders as mirrors.

fetch() { # MIRROR... - into ./got
    command -v curl >/dev/null || skip "needs curl for file://"
    ran="fetch-mnist" status=0
    MNIST_MIRRORS=$(printf "file://$PWD/%s " "$@") timeout -k 5 120 \
        "$ROOT/scripts/fetch-mnist" got >stdout 2>stderr || status=$?
}

only_these_are_left() { # FILE...
    [ "$(ls -A got)" = "$*" ] || fail "left: $(ls -A got)"
}

test_a_mirror_that_never_ends_is_cut_off() {
    mkdir endless
    head -c 25000000 /dev/zero >endless/train-images-idx3-ubyte.gz
    fetch endless
    expect_status 1
    expect_line stderr 'endless: more than 20000000 bytes$'
    expect_line stderr 'could not be fetched from any mirror'
    only_these_are_left
}

test_other_content_is_refused() {
    mkdir wrong
    head -c 200000000 /dev/zero | gzip -1 >wrong/train-images-idx3-ubyte.gz
    fetch missing wrong
    expect_status 1
    expect_line stderr 'wrong/train-images-idx3-ubyte\.gz: not the content of MNIST'
    only_these_are_left
}

test_what_is_sound_is_taken_and_left_alone() {
    [ -n "${MNIST_DIR:-}" ] || skip "needs MNIST_DIR"
    ln -s "$MNIST_DIR" mirror
    umask 027
    fetch missing mirror
    expect_status 0
    [ "$(find got -type f | wc -l)" -eq 4 ] || fail "not four files"
    [ "$(stat -c %a got/train-images-idx3-ubyte.gz)" = 640 ] || fail "mode"
    fetch missing
    expect_status 0
    expect_line stderr 't10k-labels-idx1-ubyte\.gz: there$'
}
