# shellcheck shell=bash
# lib.sh - what a file of command line tests has at hand.
#
# A file tests/cli/NAME.sh defines functions test_WHAT_IT_SHOWS.  Each runs in
# a subshell and an empty folder of its own; the first expectation that does not
# hold ends it.  Set here: CNNCTL (the program), ROOT (the project), SHARED (a
# folder that all cases of one file share).

# run ARGUMENT... - run the program; leaves ./stdout, ./stderr and $status.
run() {
    ran="cnnctl $*"
    status=0
    timeout -k 5 120 "$CNNCTL" "$@" >stdout 2>stderr || status=$?
}

# The same without root's right to read and write everything.
run_bound() {
    local program=$CNNCTL
    local CNNCTL=./bound

    if [ "$(id -u)" -ne 0 ]; then
        ln -sf "$program" bound
    else
        command -v setpriv >/dev/null || skip "root reads and writes everything"
        printf '#!/bin/sh\nexec setpriv --bounding-set=-dac_override,-dac_read_search "%s" "$@"\n' \
            "$program" >bound
        chmod +x bound
    fi
    run "$@"
}

fail() { # MESSAGE...
    printf '%s\n' "$@"
    if [ -n "${ran:-}" ]; then
        printf 'after: %s (status %s)\nstdout:\n' "$ran" "$status"
        head -c 2000 stdout
        printf 'stderr:\n'
        head -c 2000 stderr
    fi
    exit 1
}

skip() { # MESSAGE
    printf '%s\n' "$1"
    exit 77
}

expect_status() { # NUMBER
    [ "$status" -eq "$1" ] || fail "expected status $1, got $status"
}

# The stream must be these lines byte for byte; without arguments those on
# standard input.
expect_stream() { # FILE [LINE...]
    local stream=$1
    shift
    if [ $# -gt 0 ]; then
        printf '%s\n' "$@" >expected
    else
        cat >expected
    fi
    cmp -s expected "$stream" ||
        fail "$stream differs:" "$(diff -u expected "$stream" || true)"
}

expect_stdout() { expect_stream stdout "$@"; }
expect_stderr() { expect_stream stderr "$@"; }
expect_no_stdout() { expect_stream stdout </dev/null; }
expect_no_stderr() { expect_stream stderr </dev/null; }

expect_line() { # FILE EXTENDED-REGEX - some line matches
    grep -qE -e "$2" "$1" || fail "no line of $1 matches: $2"
}

expect_no_line() { # FILE EXTENDED-REGEX
    ! grep -qE -e "$2" "$1" || fail "a line of $1 matches: $2"
}

expect_line_count() { # FILE NUMBER
    [ "$(wc -l <"$1")" -eq "$2" ] ||
        fail "$1: expected $2 lines, got $(wc -l <"$1")"
}

expect_same() { # FILE FILE - byte for byte
    cmp "$1" "$2" >/dev/null 2>&1 || fail "$1 and $2 differ" "$(cmp "$1" "$2" 2>&1)"
}

expect_file() { [ -e "$1" ] || fail "$1 does not exist"; }
expect_no_file() { [ ! -e "$1" ] || fail "$1 exists"; }

# Nothing is left of an output that was being written.
expect_no_temporary() {
    ! compgen -G '.cnnctl.*' || fail "a temporary file was left"
}

# The command must exit with STATUS and say so in one located line.
expect_error() { # STATUS EXTENDED-REGEX
    expect_status "$1"
    expect_no_stdout
    expect_line stderr "$2"
}

# Wait until a run in the background has printed its first epoch, or is gone.
wait_for_epoch() { # PID FILE
    for _ in $(seq 300); do
        ! grep -qE '^ +1 +[0-9]' "$2" && kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
}

# A network that trains in a moment, on 200 built-in digits.
small_config() { # FILE
    cat >"$1" <<'END'
data:
  train: {digits: {count: 200, seed: 1}}
  test: {digits: {count: 60, seed: 2}}
  split: {eval_size: 1/4, shuffle: false}

layers:
  - input:     {shape: [1, 28, 28]}
  - conv2d:    {num_filters: 4, filter_size: 5}
  - maxpool2d: {pool_size: 4}
  - dense:     {num_units: 16}
  - dropout
  - dense:     {num_units: 10, nonlinearity: softmax}

train:
  max_epochs: 2
  batch_size: 32
  update: adam
  learning_rate: 0.002
END
}

# $SHARED/small.yaml and $SHARED/small.safetensors, trained once for the file.
need_model() {
    config=$SHARED/small.yaml model=$SHARED/small.safetensors
    if [ ! -e "$model" ]; then
        small_config "$config"
        run fit "$config" -o "$model" -q
        expect_status 0
    fi
}

# 60 made-up 28x28 images, written byte by byte so that the program is not its
# own witness: $images and $labels (IDX), $digits (CSV, label first, no header)
# and $rows (CSV without labels).
need_digits() {
    images=$SHARED/images labels=$SHARED/labels
    digits=$SHARED/digits.csv rows=$SHARED/rows.csv
    [ ! -e "$rows" ] || return 0
    # shellcheck disable=SC2046 # a list of numbers
    write_octal "$images" 0 0 10 3 0 0 0 74 0 0 0 34 0 0 0 34 \
        $(awk 'BEGIN {
            for (i = 0; i < 60; i++)
                for (p = 0; p < 784; p++)
                    printf "%o ", (i * 37 + p * (i % 10 + 1) * 13) % 256
        }')
    # shellcheck disable=SC2046
    write_octal "$labels" 0 0 10 1 0 0 0 74 \
        $(seq 0 59 | awk '{printf "%o ", $1 % 10}')
    tail -c +17 "$images" | od -An -v -tu1 -w784 |
        sed 's/^ *//; s/  */,/g' >"$rows"
    paste -d, <(seq 0 59 | awk '{print $1 % 10}') "$rows" >"$digits"
}

# A safetensors file as another program writes it: this header, then so many
# zero bytes of tensors.
write_store() { # FILE HEADER BYTES
    # shellcheck disable=SC2046 # a list of numbers
    write_octal "$1" $(printf '%o %o 0 0 0 0 0 0' \
        $((${#2} % 256)) $((${#2} / 256)))
    { printf %s "$2" && head -c "$3" /dev/zero; } >>"$1"
}

write_octal() { # FILE BYTE...
    local file=$1
    shift
    # shellcheck disable=SC2059 # the format is the bytes
    printf "$(printf '\\%3s' "$@" | tr ' ' 0)" >"$file"
}

# The model FILE with its header edited, checksum of the header made right.
edit_header() { # FILE OUTPUT SED-COMMAND
    local length header crc
    length=$(od -An -tu8 -N8 "$1" | tr -d ' ')
    header=$(tail -c +9 "$1" | head -c "$length" |
        sed -e "$3" -e 's/\("header_crc32":"\)[0-9a-f]*/\100000000/')
    crc=$(printf %s "$header" | gzip -c | tail -c 8 | od -An -tx4 -N4 | tr -d ' ')
    header=${header/'"header_crc32":"00000000'/'"header_crc32":"'$crc}
    write_store "$2" "$header" 0
    tail -c +$((length + 9)) "$1" >>"$2"
}
