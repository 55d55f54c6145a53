# shellcheck shell=bash
# Pixels that are read when they are needed: files of IDX, NumPy and CIFAR that
# stay where they are, data.cache, files that change meanwhile, what bench says
# of waiting.

# 600 digits as i.idx and l.idx, and c.yaml, which trains on them.
small_pair() {
    run data convert - -o d.csv <<'YAML'
data: {train: {digits: {count: 600}}}
layers: [input: {shape: [1, 28, 28]}]
YAML
    expect_status 0
    run data convert --csv d.csv --images i.idx --labels l.idx
    expect_status 0
    cat >c.yaml <<'YAML'
seed: 3
data:
  train: {images: i.idx, labels: l.idx}
  split: {eval_size: 0.25}
layers:
  - input: {shape: [1, 28, 28]}
  - conv2d: {num_filters: 4, filter_size: 5}
  - maxpool2d: {pool_size: 4}
  - dense: {num_units: 10, nonlinearity: softmax}
train: {update: adam, learning_rate: 0.01, batch_size: 32, max_epochs: 2}
YAML
}

test_a_file_that_is_not_read_from_its_beginning_is_read_in_order() {
    small_pair
    run data stats --images i.idx --labels l.idx
    expect_status 0
    cp stdout whole
    sed 's/i\.idx/"-"/' c.yaml >in.yaml
    { echo 'a line before' && cat i.idx; } >behind
    { read -r _ && run data stats in.yaml; } <behind
    expect_same stdout whole
    { read -r _ && run data stats in.yaml -s data.cache=none; } <behind
    expect_error 78 '^standard input: error: data.cache: none has no effect, its pixels'
    run data stats in.yaml -s data.cache=none <i.idx
    expect_same stdout whole
}

# u32 NUMBER... - big-endian.
u32() {
    local n
    for n; do
        # shellcheck disable=SC2059
        printf "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((n >> 24 & 255)) \
            $((n >> 16 & 255)) $((n >> 8 & 255)) $((n & 255)))"
    done
}

# sparse NAME COUNT SIDE - images and labels of 0 and 1 in turn; the pixels are
# holes but for the first of each image of a few.
sparse() {
    local i
    { printf '\0\0\10\3' && u32 "$2" "$3" "$3"; } >"$1.images"
    truncate -s $((16 + $2 * $3 * $3)) "$1.images" || skip 'no room for a sparse file'
    [ "$(du -k "$1.images" | cut -f1)" -lt 100000 ] || skip 'no sparse files here'
    for ((i = 0; i < 200; i++)); do
        printf '\377' |
            dd of="$1.images" bs=1 conv=notrunc seek=$((16 + i * $3 * $3 + i % 2 * 5)) 2>/dev/null
    done
    { printf '\0\0\10\1' && u32 "$2" &&
        head -c $(($2 / 2)) /dev/zero | sed 's/\x00/\x00\x01/g'; } >"$1.labels"
}

test_no_result_depends_on_where_pixels_are() {
    small_pair
    run fit c.yaml -o held.st -q
    expect_status 0
    for threads in 1 2 3; do
        run fit c.yaml -o "apart$threads.st" -q --threads $threads -s data.cache=none
        expect_status 0
        cmp -s apart1.st "apart$threads.st" || fail "$threads threads differ"
    done
    run checkpoint diff held.st apart1.st
    expect_status 1
    expect_stdout 'metadata config differs'
    run fit c.yaml -o memory.st -q -s data.cache=memory
    run checkpoint diff memory.st apart1.st
    expect_stdout 'metadata config differs'
}

test_augmented_samples_too() {
    small_pair
    for cache in none memory; do
        run fit c.yaml -o $cache.st -q -s data.cache=$cache --epochs 1 \
            -s 'data.augment=[{rotate: 10}, {mixup: 0.5}]'
        expect_status 0
        run data show c.yaml --augmented --count 3 -s data.cache=$cache \
            -s 'data.augment=[{rotate: 10}, {mixup: 0.5}]'
        expect_status 0
        mv stdout shown.$cache
    done
    expect_same shown.none shown.memory
    run checkpoint diff none.st memory.st
    expect_stdout 'metadata config differs'
}

test_every_command_reads_them() {
    small_pair
    run fit c.yaml -o m.st -q
    for cache in none memory; do
        run evaluate m.st c.yaml --split train --json -s data.cache=$cache
        expect_status 0
        mv stdout evaluated.$cache
        run data stats c.yaml --json -s data.cache=$cache
        mv stdout stats.$cache
        run data show c.yaml --index 7 -s data.cache=$cache
        mv stdout shown.$cache
        run data convert c.yaml -o - -s data.cache=$cache
        expect_status 0
        mv stdout converted.$cache
        run fit c.yaml --check -s data.cache=$cache
        expect_status 0
    done
    for what in evaluated stats shown converted; do
        expect_same $what.none $what.memory
    done
}

test_a_run_goes_on_wherever_its_pixels_are() {
    small_pair
    run fit c.yaml -o whole.st -q -s data.cache=none
    run fit c.yaml -o m.st -q --epochs 1 -s data.cache=memory
    run fit c.yaml -o m.st -q --resume -s data.cache=none
    expect_status 0
    cmp -s whole.st m.st || fail 'it is another run'
}

test_verbose_says_where_pixels_are() {
    small_pair
    run fit c.yaml -o m.st -v --dry-run -s data.cache=none
    expect_status 0
    expect_line stderr '^data\.train: 0\.4 MiB of pixels are read when they are needed$'
    run fit c.yaml -o m.st -v --dry-run
    expect_line stderr '^data\.train: 0\.4 MiB of pixels are held in memory$'
    run fit c.yaml -o m.st --dry-run
    expect_no_line stderr 'pixels'
}

test_what_cannot_be_left_in_its_file() {
    small_pair
    gzip i.idx
    run fit c.yaml -o m.st -s data.train.images=i.idx.gz -s data.cache=none
    expect_error 78 'i\.idx\.gz: error: data\.cache: none has no effect'
    run fit c.yaml -o m.st -q -s data.train.images=i.idx.gz -s data.cache=memory
    expect_status 0
}

# A large file and the same packed: the same bytes, also with a limit, which in
# place reads no further.
test_large_files_stay_where_they_are() {
    sparse x 17000 64
    mkdir plain packed
    mv x.images plain/x.idx
    gzip -1 <plain/x.idx >packed/x.idx
    cat >c.yaml <<'YAML'
data:
  train: {images: x.idx, labels: ../x.labels, limit: 160}
layers: [input: {shape: [1, 64, 64]}, dense: {num_units: 2, nonlinearity: softmax}]
train: {learning_rate: 0.01, batch_size: 32, max_epochs: 2}
YAML
    for where in plain packed; do
        cp c.yaml $where
        for threads in 1 3; do
            run fit $where/c.yaml -o $where$threads.st -q --threads $threads
            expect_status 0
        done
        cmp -s ${where}1.st ${where}3.st || fail "threads differ, $where"
    done
    cmp -s plain1.st packed1.st || fail 'the bytes depend on the place'
    run evaluate plain1.st plain/c.yaml --split valid
    expect_status 0
    expect_no_line stderr 'other data'
}

# mark FILE BYTE COUNT FIRST STEP - a byte there, and at every step behind it.
mark() {
    local i
    for ((i = 0; i < $3; i++)); do
        # shellcheck disable=SC2059 # the format is the byte
        printf "$2" | dd of="$1" bs=1 conv=notrunc seek=$(($4 + i * $5)) 2>/dev/null
    done
}

# expect_left CONFIG - its pixels stay in their file, and one of them held gives
# the same weights.
expect_left() {
    run fit "$1" -o left.st -v
    expect_status 0
    expect_line stderr '^data\.train: [0-9.]+ MiB of pixels are read when they are needed$'
    run fit "$1" -o held.st -q -s data.cache=memory
    expect_status 0
    run checkpoint diff held.st left.st
    expect_stdout 'metadata config differs'
}

test_large_arrays_stay_where_they_are() {
    local head="{'descr': '<f4', 'fortran_order': False, 'shape': (17000, 1, 32, 31)}"
    # shellcheck disable=SC2059 # the format is the bytes
    { printf "\\x93NUMPY\\x01\\x00\\x$(printf %02x ${#head})\\x00" &&
        printf %s "$head"; } >x.npy
    truncate -s $((10 + ${#head} + 17000 * 32 * 31 * 4)) x.npy || skip 'no room for a sparse file'
    [ "$(du -k x.npy | cut -f1)" -lt 60000 ] || skip 'no sparse files here'
    # 0x3f800000 is 1.0, of every second sample.
    mark x.npy '\200\077' 80 $((10 + ${#head} + 2)) $((2 * 32 * 31 * 4))
    head=${head/<f4/|u1} head=${head/, 1, 32, 31/,}
    # shellcheck disable=SC2059 # the format is the bytes
    { printf "\\x93NUMPY\\x01\\x00\\x$(printf %02x ${#head})\\x00" &&
        printf %s "$head" && head -c 8500 /dev/zero | sed 's/\x00/\x01\x00/g'; } >y.npy
    cat >c.yaml <<'YAML'
data: {train: {npy: x.npy, labels: y.npy, limit: 160}}
layers: [input: {shape: [1, 32, 31]}, dense: {num_units: 2, nonlinearity: softmax}]
train: {learning_rate: 0.01, batch_size: 32, max_epochs: 2}
YAML
    expect_left c.yaml
}

test_large_batches_of_cifar_stay_where_they_are() {
    truncate -s $((3073 * 22000)) a.bin || skip 'no room for a sparse file'
    [ "$(du -k a.bin | cut -f1)" -lt 60000 ] || skip 'no sparse files here'
    printf 'cat\ndog\n' >batches.meta.txt
    mark a.bin '\1\377' 80 0 $((2 * 3073))
    cat >c.yaml <<'YAML'
data: {train: {cifar: a.bin, limit: 160}}
layers: [input: {shape: [3, 32, 32]}, dense: {num_units: 2, nonlinearity: softmax}]
train: {learning_rate: 0.01, batch_size: 32, max_epochs: 2}
YAML
    expect_left c.yaml
    gzip a.bin
    run fit c.yaml -o m.st -s data.train.cifar=a.bin.gz -s data.cache=none
    expect_error 78 'a\.bin\.gz: error: data\.cache: none has no effect, its pixels'
}

test_a_set_larger_than_memory() {
    command -v prlimit >/dev/null || skip 'needs prlimit'
    [ "${SAN:-}" = '' ] && ! grep -q __asan_init "$CNNCTL" || skip 'a sanitizer takes addresses'
    sparse big 20480 1024
    cat >c.yaml <<'YAML'
data:
  train: {images: big.images, labels: big.labels, limit: 96}
layers:
  - input: {shape: [1, 1024, 1024]}
  - maxpool2d: {pool_size: 32}
  - dense: {num_units: 2, nonlinearity: softmax}
train: {learning_rate: 0.01, batch_size: 16, max_epochs: 1}
YAML
    status=0
    timeout 120 prlimit --as=2147483648 "$CNNCTL" fit c.yaml -o m.st -q --threads 2 \
        >stdout 2>stderr || status=$?
    expect_status 0
    run data stats c.yaml --json
    expect_status 0
    expect_line stdout '"samples": *96[^0-9]'
    rm big.images
}

# The header claims images that are no longer there when they are needed.
test_a_file_that_is_cut_while_it_is_read() {
    small_pair
    mkfifo go
    # The first epoch is saved; then the file is cut before the next one ends.
    run fit c.yaml -o m.st -q --epochs 1 -s data.cache=none
    expect_status 0
    cp m.st before.st
    "$CNNCTL" fit c.yaml -o m.st -q --resume --epochs 100000 -s data.cache=none \
        >out 2>err &
    local pid=$!
    for ((i = 0; i < 200; i++)); do
        cmp -s m.st before.st || break
        sleep 0.05
    done
    truncate -s 200000 i.idx
    status=0
    wait $pid || status=$?
    [ $status -eq 74 ] || fail "status $status" "$(cat err)"
    expect_line err '^i\.idx: error: ends at byte 200000, it was longer when it was opened$'
    [ "$(wc -l <err)" -eq 1 ] || fail "more than one line" "$(cat err)"
    run checkpoint verify m.st
    expect_status 0
}

test_a_large_file_of_a_wrong_length() {
    small_pair
    truncate -s -1 i.idx
    run fit c.yaml -o m.st -s data.cache=none
    expect_error 65 '^i\.idx: error: ends after 470399 of the 470400 bytes of elements'
    truncate -s +2 i.idx
    run fit c.yaml -o m.st -s data.cache=none
    expect_error 65 '^i\.idx: error: longer than its IDX header says$'
}

test_bench_says_how_long_training_waits() {
    small_pair
    run bench c.yaml --seconds 0.1 -s data.cache=none
    expect_status 0
    expect_line stdout '^loading +[0-9.]+ % of training waits for samples$'
    run bench c.yaml --seconds 0.1 -s data.cache=none --json
    expect_line stdout '"loading_share": *[0-9.e-]+,$'
    run bench c.yaml --seconds 0.1 --json
    expect_line stdout '"loading_share": *0\.0,$'
    rm i.idx
    run bench c.yaml --seconds 0.1 --json
    expect_status 0
    expect_line stdout '"loading_share": *null'
}
