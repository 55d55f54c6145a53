# shellcheck shell=bash
# info: tables, footer, findings, JSON, suggestions, the memory plan.

legend='
Explanation
    X, Y:    image dimensions
    cap.:    learning capacity
    cov.:    coverage of image
    magenta: capacity too low (<1/6)
    cyan:    image coverage too high (>100%)
    red:     capacity too low and coverage too high

'

# Heading, table and legend as the tutorial printed them; standard input holds
# the rows.
expect_tutorial_table() { # NET PARAMETERS OPTION...
    local net=$1 parameters=$2
    shift 2
    run info "$ROOT/configs/tutorial/$net.yaml" "$@"
    expect_status 0
    expect_no_stderr
    {
        printf '# Neural Network with %s learnable parameters\n\n' "$parameters"
        printf '## Layer information\n\n'
        cat
        [ $# -eq 0 ] || printf '%s' "$legend"
        printf '\n'
    } >table
    head -c "$(wc -c <table)" stdout >shown
    cmp -s table shown || fail "the table differs:" "$(diff -u table shown)"
    tail -c +$(($(wc -c <table) + 1)) stdout | head -n 1 >next
    expect_line next '^parameters: '
}

test_table_of_net0() {
    expect_tutorial_table net0 753610 <<'END'
  #  name         size
---  -----------  --------
  0  input0       1x28x28
  1  conv2d1      96x24x24
  2  conv2d2      96x22x22
  3  conv2d3      96x20x20
  4  conv2d4      96x18x18
  5  conv2d5      96x16x16
  6  maxpool2d6   96x8x8
  7  conv2d7      128x6x6
  8  conv2d8      128x4x4
  9  conv2d9      128x2x2
 10  maxpool2d10  128x1x1
 11  dense11      64
 12  dropout12    64
 13  dense13      64
 14  dense14      10
END
}

test_table_of_net1() {
    expect_tutorial_table net1 122154 -v <<'END'
name        size        total    cap.Y    cap.X    cov.Y    cov.X
----------  --------  -------  -------  -------  -------  -------
input0      1x28x28       784   100.00   100.00   100.00   100.00
conv2d1     32x26x26    21632   100.00   100.00    10.71    10.71
maxpool2d2  32x13x13     5408   100.00   100.00    10.71    10.71
conv2d3     64x11x11     7744    85.71    85.71    25.00    25.00
conv2d4     64x9x9       5184    54.55    54.55    39.29    39.29
maxpool2d5  64x4x4       1024    54.55    54.55    39.29    39.29
conv2d6     96x2x2        384    63.16    63.16    67.86    67.86
maxpool2d7  96x1x1         96    63.16    63.16    67.86    67.86
dense8      64             64   100.00   100.00   100.00   100.00
dropout9    64             64   100.00   100.00   100.00   100.00
dense10     64             64   100.00   100.00   100.00   100.00
dense11     10             10   100.00   100.00   100.00   100.00
END
}

test_table_of_net2() {
    expect_tutorial_table net2 273930 -v <<'END'
name         size        total    cap.Y    cap.X    cov.Y    cov.X
-----------  --------  -------  -------  -------  -------  -------
input0       1x28x28       784   100.00   100.00   100.00   100.00
conv2d1      32x26x26    21632   100.00   100.00    10.71    10.71
conv2d2      32x24x24    18432    60.00    60.00    17.86    17.86
conv2d3      32x22x22    15488    42.86    42.86    25.00    25.00
conv2d4      32x20x20    12800    33.33    33.33    32.14    32.14
conv2d5      32x18x18    10368    27.27    27.27    39.29    39.29
conv2d6      64x16x16    16384    23.08    23.08    46.43    46.43
conv2d7      64x14x14    12544    20.00    20.00    53.57    53.57
conv2d8      64x12x12     9216    17.65    17.65    60.71    60.71
conv2d9      64x10x10     6400    15.79    15.79    67.86    67.86
conv2d10     64x8x8       4096    14.29    14.29    75.00    75.00
maxpool2d11  64x4x4       1024    14.29    14.29    75.00    75.00
dense12      64             64   100.00   100.00   100.00   100.00
dropout13    64             64   100.00   100.00   100.00   100.00
dense14      64             64   100.00   100.00   100.00   100.00
dense15      10             10   100.00   100.00   100.00   100.00
END
}

test_table_of_net3() {
    expect_tutorial_table net3 166314 -v <<'END'
name         size        total    cap.Y    cap.X    cov.Y    cov.X
-----------  --------  -------  -------  -------  -------  -------
input0       1x28x28       784   100.00   100.00   100.00   100.00
conv2d1      32x28x28    25088   100.00   100.00    10.71    10.71
conv2d2      32x28x28    25088    60.00    60.00    17.86    17.86
maxpool2d3   32x14x14     6272    60.00    60.00    17.86    17.86
conv2d4      32x14x14     6272    66.67    66.67    32.14    32.14
conv2d5      32x14x14     6272    46.15    46.15    46.43    46.43
maxpool2d6   32x7x7       1568    46.15    46.15    46.43    46.43
conv2d7      64x7x7       3136    57.14    57.14    75.00    75.00
conv2d8      64x7x7       3136    41.38    41.38   103.57   103.57
maxpool2d9   64x3x3        576    41.38    41.38   103.57   103.57
conv2d10     64x3x3        576    53.33    53.33   160.71   160.71
conv2d11     64x3x3        576    39.34    39.34   217.86   217.86
maxpool2d12  64x1x1         64    39.34    39.34   217.86   217.86
dense13      64             64   100.00   100.00   100.00   100.00
dropout14    64             64   100.00   100.00   100.00   100.00
dense15      64             64   100.00   100.00   100.00   100.00
dense16      10             10   100.00   100.00   100.00   100.00
END
}

test_table_of_net4() {
    expect_tutorial_table net4 353738 -v <<'END'
name         size        total    cap.Y    cap.X    cov.Y    cov.X
-----------  --------  -------  -------  -------  -------  -------
input0       1x28x28       784   100.00   100.00   100.00   100.00
conv2d1      32x28x28    25088   100.00   100.00    10.71    10.71
conv2d2      32x28x28    25088    60.00    60.00    17.86    17.86
conv2d3      32x28x28    25088    42.86    42.86    25.00    25.00
conv2d4      32x28x28    25088    33.33    33.33    32.14    32.14
conv2d5      32x28x28    25088    27.27    27.27    39.29    39.29
conv2d6      32x28x28    25088    23.08    23.08    46.43    46.43
conv2d7      32x28x28    25088    20.00    20.00    53.57    53.57
maxpool2d8   32x14x14     6272    20.00    20.00    53.57    53.57
conv2d9      64x14x14    12544    31.58    31.58    67.86    67.86
conv2d10     64x14x14    12544    26.09    26.09    82.14    82.14
conv2d11     64x14x14    12544    22.22    22.22    96.43    96.43
maxpool2d12  64x7x7       3136    22.22    22.22    96.43    96.43
dense13      64             64   100.00   100.00   100.00   100.00
dropout14    64             64   100.00   100.00   100.00   100.00
dense15      64             64   100.00   100.00   100.00   100.00
dense16      10             10   100.00   100.00   100.00   100.00
END
}

test_full_table_of_net4() {
    expect_tutorial_table net4 353738 -vv <<'END'
name         size        total    cap.Y    cap.X    cov.Y    cov.X    filter Y    filter X    field Y    field X
-----------  --------  -------  -------  -------  -------  -------  ----------  ----------  ---------  ---------
input0       1x28x28       784   100.00   100.00   100.00   100.00          28          28         28         28
conv2d1      32x28x28    25088   100.00   100.00    10.71    10.71           3           3          3          3
conv2d2      32x28x28    25088    60.00    60.00    17.86    17.86           3           3          5          5
conv2d3      32x28x28    25088    42.86    42.86    25.00    25.00           3           3          7          7
conv2d4      32x28x28    25088    33.33    33.33    32.14    32.14           3           3          9          9
conv2d5      32x28x28    25088    27.27    27.27    39.29    39.29           3           3         11         11
conv2d6      32x28x28    25088    23.08    23.08    46.43    46.43           3           3         13         13
conv2d7      32x28x28    25088    20.00    20.00    53.57    53.57           3           3         15         15
maxpool2d8   32x14x14     6272    20.00    20.00    53.57    53.57           3           3         15         15
conv2d9      64x14x14    12544    31.58    31.58    67.86    67.86           6           6         19         19
conv2d10     64x14x14    12544    26.09    26.09    82.14    82.14           6           6         23         23
conv2d11     64x14x14    12544    22.22    22.22    96.43    96.43           6           6         27         27
maxpool2d12  64x7x7       3136    22.22    22.22    96.43    96.43           6           6         27         27
dense13      64             64   100.00   100.00   100.00   100.00          28          28         28         28
dropout14    64             64   100.00   100.00   100.00   100.00          28          28         28         28
dense15      64             64   100.00   100.00   100.00   100.00          28          28         28         28
dense16      10             10   100.00   100.00   100.00   100.00          28          28         28         28
END
}

test_colours_of_names() {
    run info "$ROOT/configs/tutorial/net2.yaml" -v --color=always
    expect_status 0
    for name in conv2d9 conv2d10 maxpool2d11; do
        expect_line stdout $'^\e\\[35m'"$name"$'\e\\[0m '
    done
    expect_line stdout '^conv2d8 '
    run info "$ROOT/configs/tutorial/net3.yaml" -v --color=always
    for name in conv2d8 maxpool2d9 conv2d10 conv2d11 maxpool2d12; do
        expect_line stdout $'^\e\\[36m'"$name"$'\e\\[0m '
    done
    expect_line stdout '^conv2d7 '
    run info "$ROOT/configs/tutorial/net4.yaml" -v --color=always
    expect_no_line stdout $'^\e'
    run info "$ROOT/configs/tutorial/net3.yaml" -v --color=never
    expect_no_line stdout $'\e'
}

# Ten convolutions of 3x3 see 21 of 20 pixels, of which 3 are no sixth.
test_red_is_both_and_a_colour_has_a_finding() {
    {
        printf 'layers:\n- input: {shape: [1, 20, 20]}\n'
        for _ in $(seq 10); do
            printf -- '- conv2d: {num_filters: 1, filter_size: 3, pad: 1}\n'
        done
    } >deep.yaml
    run info deep.yaml -v --color=always
    expect_status 0
    expect_line stdout $'^conv2d8 '
    expect_line stdout $'^\e\\[35mconv2d9\e\\[0m '
    expect_line stdout $'^\e\\[31mconv2d10\e\\[0m '
    sed -n '/^A0/p' stdout >findings
    expect_stream findings 'A002 conv2d9: capacity 15.79 % is below 16.67 %' \
        'A001 conv2d10: coverage 105.00 % is above 100 %' \
        'A002 conv2d10: capacity 14.29 % is below 16.67 %'
}

test_rules_of_the_receptive_field() {
    net=$ROOT/configs/tutorial/net3.yaml
    run info "$net" -vv --compat exact
    expect_status 0
    # The pools' windows widen the field; pools are not judged.
    expect_line stdout '^conv2d8 .* 32 +32$'
    expect_line stdout '^A001 conv2d8: coverage 114\.29 % '
    expect_no_line stdout '^A00[12] maxpool2d'
    cp stdout exact
    run info "$net" -vv -s info.compat=exact
    expect_same exact stdout
    run info "$net" -vv -s info.compat=exact --compat=nolearn
    expect_line stdout '^conv2d8 .* 29 +29$'
    expect_line stdout '^A001 maxpool2d9: coverage 103\.57 % '
    run info "$net" --compat=lasagne
    expect_error 64 '--compat: .*exact.*nolearn'
}

test_footer() {
    small_config c.yaml
    run info c.yaml --threads 1
    expect_status 0
    expect_no_stderr
    sed -n '/^parameters/,/^memory/p' stdout >footer
    # 4 * (24 * 24 * 25) + 4 * 6 * 6 * 16 + 16 * 10 products
    expect_stream footer 'parameters: 2594 trainable, 2594 in total' \
        'multiply-adds: 60064 per sample, forward' \
        'lanes: 1 in training, one per thread' '' 'memory         MiB'
    for region in weights gradients optimizer activations scratch data \
        program total; do
        expect_line stdout "^$region +[0-9]+\.[0-9]\$"
    done
    run info c.yaml --threads 3
    expect_line stdout '^lanes: 3 in training, one per thread$'
    run info c.yaml --threads 3 --json
    expect_line stdout '^  "lanes": 3,$'
    run info c.yaml -s layers.conv2d1.trainable=false
    expect_line stdout '^parameters: 2490 trainable, 2594 in total$'
}

# The value of a number of the memory plan in ./stdout.
bytes_of() { # REGION
    sed -n "s/^ *\"$1\": \([0-9]*\),\{0,1\}\$/\1/p" stdout
}

test_regions_add_up() {
    small_config c.yaml
    run info c.yaml --json
    expect_status 0
    sum=0
    for region in weights gradients optimizer activations scratch data \
        program; do
        sum=$((sum + $(bytes_of $region)))
    done
    [ "$sum" -eq "$(bytes_of total)" ] || fail "the sum is $sum"
    # 200 images with label; 150 train (number, order), 50 validate.
    [ "$(bytes_of data)" -ge $((200 * 788 + 150 * 16 + 50 * 8)) ] ||
        fail "data: $(bytes_of data)"
    [ "$(bytes_of optimizer)" -ge $((2 * 4 * 2594)) ] || fail "adam's slots"
    [ "$(bytes_of optimizer)" -le $((2 * 4 * 2594 + 4 * 64 * 12)) ] ||
        fail "adam's slots"
    sed -i '/^data:/,/^$/d' c.yaml
    run info c.yaml --json
    expect_status 0
    [ "$(bytes_of data)" -eq 0 ] || fail "data without data"
}

# Fields, capacities and products by hand, every number in full.
test_json() {
    cat >c.yaml <<'END'
layers:
  - input: {shape: [1, 20, 24]}
  - conv2d: {num_filters: 2, filter_size: [3, 5], stride: 2, name: first}
  - maxpool2d: {pool_size: 2}
  - dense: {num_units: 3, nonlinearity: softmax}
END
    run info c.yaml --json
    expect_status 0
    expect_no_stderr
    tr -d ' \n' <stdout | sed 's/"memory":{[^}]*}/"memory":{}/' >packed
    tr -d ' \n' >wanted <<'END'
{"parameters": 155, "trainable": 155, "macs": 2820, "memory": {},
"findings": [
{"rule": "A003", "layer": "first", "message": "the stride leaves 1 row and
 1 column at the end of its input unread"},
{"rule": "A003", "layer": "maxpool2d2", "message": "the stride leaves 1 row and
 0 columns at the end of its input unread"}],
"layers": [
{"name": "input0", "type": "input", "incoming": [], "shape": [1, 20, 24],
 "parameters": 0, "macs": 0, "filter": [20.0, 24.0], "field": [20.0, 24.0],
 "capacity": [100.0, 100.0], "coverage": [100.0, 100.0]},
{"name": "first", "type": "conv2d", "incoming": ["input0"],
 "shape": [2, 9, 10], "parameters": 32, "macs": 2700, "filter": [3.0, 5.0],
 "field": [3.0, 5.0], "capacity": [100.0, 100.0],
 "coverage": [15.0, 20.833333333333332]},
{"name": "maxpool2d2", "type": "maxpool2d", "incoming": ["first"],
 "shape": [2, 4, 5], "parameters": 0, "macs": 0, "filter": [3.0, 5.0],
 "field": [5.0, 7.0], "capacity": [60.0, 71.428571428571431],
 "coverage": [25.0, 29.166666666666668]},
{"name": "dense3", "type": "dense", "incoming": ["maxpool2d2"], "shape": [3],
 "parameters": 123, "macs": 120, "filter": [20.0, 24.0],
 "field": [20.0, 24.0], "capacity": [100.0, 100.0],
 "coverage": [100.0, 100.0]}]}
END
    expect_same wanted packed
}

test_json_of_a_network_without_images() {
    printf 'layers:\n- input: {shape: [4]}\n- dense: {num_units: 2}\n' >c.yaml
    run info c.yaml --json
    expect_status 0
    expect_line stdout '"findings": \[\]'
    expect_line stdout '"coverage": null'
}

test_strict() {
    run info "$ROOT/configs/tutorial/net2.yaml" --strict
    expect_status 1
    expect_line stdout '^A002 conv2d10: '
    expect_line_count stderr 3
    for name in conv2d9 conv2d10 maxpool2d11; do
        expect_line stderr "net2\.yaml: error: A002 $name: capacity "
    done
    run info "$ROOT/configs/tutorial/net2.yaml" --strict --json
    expect_status 1
    expect_line stdout '"layer": "conv2d10"'
    run info "$ROOT/configs/tutorial/net0.yaml" --strict
    expect_status 0
    expect_no_stderr
    run info "$ROOT/configs/mnist.yaml" --strict
    expect_status 0
    expect_no_stderr
}

test_a_silenced_rule_is_not_broken() {
    small_config c.yaml
    run info c.yaml -s layers.maxpool2d2.pool_size=5 --strict
    expect_status 1
    expect_line stderr 'A003 maxpool2d2: '
    run info c.yaml -s layers.maxpool2d2.pool_size=5 \
        -s 'layers.maxpool2d2.lint=[A003]' --strict
    expect_status 0
    expect_no_line stdout '^A0'
    run info c.yaml -s 'layers.maxpool2d2.lint=[A999]'
    expect_error 78 '^--set #1: error: .*lint.*A999'
}

# The classes are the data's whatever its form.
test_classes_of_the_data() {
    small_config c.yaml
    need_digits
    seven='-s layers.dense5.num_units=7'
    want='^A004 dense5: 7 output units, the data has 10 classes$'
    # shellcheck disable=SC2086 # two words
    for source in '{digits: {count: 200}}' "{csv: $digits}" \
        "{images: $images, labels: $labels}"; do
        run info c.yaml $seven -s "data.train=$source"
        expect_status 0
        expect_no_stderr
        expect_line stdout "$want"
        run info c.yaml -s "data.train=$source"
        expect_no_line stdout '^A004'
    done
    run info c.yaml -s 'data.classes=[a, b]'
    expect_line stdout '^A004 dense5: 10 output units, the data has 2 classes$'
}

test_absent_data_is_no_error() {
    small_config c.yaml
    printf 'x' >broken
    for source in '{csv: none.csv}' '{csv: broken}' '{csv: -}' \
        '{images: none, labels: none}' '{images: broken, labels: broken}' \
        '{images: -, labels: none}'; do
        run info c.yaml -s "data.train=$source"
        expect_status 0
        expect_no_stderr
        expect_no_line stdout '^A004'
        expect_line stdout '^data +0\.0$'
    done
}

# Pixels in memory: bytes, or floats as soon as one cell needs it.
test_data_of_bytes_and_of_floats() {
    small_config c.yaml
    need_digits
    run info c.yaml --json -s "data.train={csv: $digits}"
    bytes=$(bytes_of data)
    run info c.yaml --json -s "data.train={images: $images, labels: $labels}"
    [ "$(bytes_of data)" -eq "$bytes" ] || fail "IDX and CSV differ: $bytes"
    sed '7s/,[0-9]*$/,0.5/' "$digits" >reals.csv
    run info c.yaml --json -s "data.train={csv: reals.csv}"
    [ "$(bytes_of data)" -eq $((bytes + 60 * 784 * 3)) ] ||
        fail "$bytes of bytes, $(bytes_of data) of floats"
}

test_of_a_model() {
    need_model
    run info "$model" --strict
    expect_status 0
    expect_no_stderr
    expect_line stdout '^parameters: 2594 trainable, 2594 in total$'
    expect_line stdout '^data +0\.0$'
    run info "$model" --json
    expect_line stdout '"macs": 60064,'
    run info "$model" --suggest
    expect_line stdout '^layers:$'
}

test_suggestion_trains() {
    small_config c.yaml
    run info c.yaml --suggest
    expect_status 0
    expect_no_stderr
    {
        sed -n '/^data:/,/^$/p' c.yaml
        cat stdout
        sed -n '/^train:/,$p' c.yaml
    } >deeper.yaml
    "$CNNCTL" info deeper.yaml --strict >/dev/null || fail "the audit"
    run fit - -o m.safetensors --epochs 1 -s data.train.limit=40 <deeper.yaml
    expect_status 0
    expect_no_stderr_but_the_result
    run info c.yaml --suggest --json
    expect_error 64 '--suggest: '
    run info c.yaml -s 'layers.input0.shape=[1, 2, 28]' \
        -s layers.conv2d1.filter_size=1 -s layers.maxpool2d2.pool_size=1 \
        --suggest
    expect_error 78 '^--set #1: error: |^c\.yaml:7:'
}

# Layers that do not fit are what it is asked about; other errors stay errors.
test_suggestion_where_the_layers_do_not_fit() {
    small_config c.yaml
    run info c.yaml --suggest
    cp stdout want
    run info c.yaml --suggest -s layers.maxpool2d2.pool_size=25
    expect_status 0
    expect_no_stderr
    expect_same stdout want
    run info c.yaml --suggest -s layers.maxpool2d2.pool_size=25 -s seed=x
    expect_error 78 'maxpool2d2'
    expect_line stderr 'seed'
}

expect_no_stderr_but_the_result() {
    expect_line_count stderr 1
    expect_line stderr '^m\.safetensors: weights of epoch 1'
}

test_fit_warns_of_findings() {
    small_config c.yaml
    run fit c.yaml -o m.safetensors --epochs 1 \
        -s layers.maxpool2d2.pool_size=5 -s data.train.limit=40
    expect_status 0
    expect_line stderr '^cnnctl fit: warning: A003 maxpool2d2: the stride '
    expect_no_line stdout 'A003'
    run fit c.yaml -o m.safetensors --epochs 1 --force -q \
        -s layers.maxpool2d2.pool_size=5 -s data.train.limit=40
    expect_status 0
    expect_no_stderr
}

test_after_a_shape_error_the_good_layers() {
    small_config c.yaml
    run info c.yaml -v -s layers.maxpool2d2.pool_size=25
    expect_status 78
    expect_line stdout '^conv2d1 +4x24x24 '
    expect_no_line stdout 'maxpool2d2|^parameters'
    expect_line stderr 'error: layers\[2\] maxpool2d2.*25x25'
    run info c.yaml --json -s layers.maxpool2d2.pool_size=25
    expect_status 78
    expect_line stdout '"name": "conv2d1"'
    expect_no_line stdout 'maxpool2d2|memory|findings'
    expect_line stderr 'error: layers\[2\] maxpool2d2'
}

test_after_other_errors_nothing() {
    small_config c.yaml
    for set in layers.dense3.num_unit=3 layers.conv2d1.filter_size=x \
        train.momentum=0.9 sead=3; do
        run info c.yaml -s "$set"
        expect_error 78 '^--set #1: error: '
    done
}

# The peak of a run that trains, validates and saves, against the plan: they may
# differ by a tenth.  On a busy machine it takes some epochs until every thread
# has had its part.
expect_planned_memory() { # CONFIG THREADS OPTION...
    local config=$1 threads=$2 peak plan
    shift 2
    run info "$config" --threads "$threads" --json "$@"
    expect_status 0
    plan=$(bytes_of total)
    "$CNNCTL" fit "$config" --threads "$threads" "$@" -o big.safetensors \
        --force -q --epochs 100000 >epochs &
    fit=$!
    wait_for_epoch "$fit" epochs
    for _ in $(seq 50); do
        peak=$(awk '/^VmHWM:/ {print $2 * 1024}' "/proc/$fit/status")
        [ -n "$peak" ] && [ $((10 * peak)) -lt $((9 * plan)) ] || break
        sleep 0.1
    done
    kill -TERM "$fit"
    wait "$fit" || true
    [ -n "$peak" ] || fail "the run is gone"
    [ $((10 * peak)) -ge $((9 * plan)) ] && [ $((10 * peak)) -le $((11 * plan)) ] ||
        fail "$config, $threads threads: planned $plan, resident $peak bytes"
}

test_planned_memory_is_what_a_run_takes() {
    [ -r /proc/self/status ] || skip "no /proc"
    ! grep -qa __asan_init "$CNNCTL" || skip "the sanitizer takes its own memory"
    digits='data.train={digits: {count: 4000}, limit: 1600}'
    for threads in 1 2; do
        for net in lenet tutorial/net1; do
            rm -f epochs
            expect_planned_memory "$ROOT/configs/$net.yaml" "$threads" \
                -s "$digits" -s data.test=null
        done
    done
}

# On a narrow terminal columns are as wide as they must be.
test_tables_fit_a_terminal_of_60_columns() {
    command -v script >/dev/null || skip "needs script"
    script -qec "stty cols 60; '$CNNCTL' info -v --color never '$ROOT/configs/tutorial/net4.yaml'" \
        /dev/null </dev/null | tr -d '\r' >narrow
    expect_line narrow '^name         size      total   cap.Y   cap.X   cov.Y   cov.X$'
    expect_no_line narrow '^.{61}'
    small_config c.yaml
    script -qec "stty cols 60; '$CNNCTL' fit c.yaml -q --color never" /dev/null \
        </dev/null | tr -d '\r' >epochs
    expect_line epochs '^epoch  train loss  valid loss  train/val  valid acc  dur$'
    expect_no_line epochs '^.{61}'
    run info -v "$ROOT/configs/tutorial/net4.yaml"
    [ "$(tr -d ' -' <narrow)" = "$(tr -d ' -' <stdout)" ] || fail "other content"
}
