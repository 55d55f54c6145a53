# shellcheck shell=bash
# Bad input of every kind: each row names the exit status, the whole of standard
# error, and the command line.  (What can be wrong in a YAML file is in
# tests/config/bad, exit statuses as such in status.sh.)

# refused STATUS MESSAGE ARGUMENT... - the message is all that is printed.
refused() {
    local wanted=$1 message=$2
    shift 2
    run "$@"
    expect_status "$wanted"
    expect_no_stdout
    expect_stderr "$message"
}

# A network for images of 2x2 and two classes, `m`, and what it was trained on.
need_tiny() {
    tiny=$SHARED/tiny.yaml m=$SHARED/m
    [ ! -e "$m" ] || return 0
    printf '0,%s\n1,%s\n' 1,2,3,5 4,3,2,1 0,0,0,9 9,0,0,0 >"$SHARED/tiny.csv"
    cat >"$tiny" <<'END'
data: {train: {csv: tiny.csv}, normalize: none, split: {eval_size: 0}}
layers: [input: {shape: [1, 2, 2]}, dense: {num_units: 2, nonlinearity: softmax}]
train: {max_epochs: 1, batch_size: 2, update: sgd, learning_rate: 0.1}
END
    run fit "$tiny" -o "$m" -q
    expect_status 0
}

test_bad_options() {
    need_tiny
    refused 64 "cnnctl: error: fti: unknown command; did you mean fit?" fti
    refused 64 "cnnctl: error: xyzzy: unknown command" xyzzy
    refused 64 "cnnctl config: error: shw: unknown command; did you mean show?" config shw
    refused 64 "cnnctl config: error: xyzzy: unknown command, expected one of init, check, show, schema" config xyzzy
    refused 64 "cnnctl: error: --jsn: unknown option; did you mean --json?" --jsn
    refused 64 "cnnctl fit: error: -x: unknown option" fit -x
    refused 64 "cnnctl fit: error: expected CONFIG, got 0 operands" fit
    refused 64 "cnnctl fit: error: unexpected operand 'b'" fit a b
    refused 64 "cnnctl fit: error: --output: needs a value: MODEL" fit a -o
    refused 64 "cnnctl fit: error: --output: is empty" fit a -o ''
    refused 64 "cnnctl fit: error: --output: expected a file, not standard output" fit a -o -
    refused 64 "cnnctl fit: error: --metrics: expected a file, not standard output" fit a --metrics -
    refused 64 "cnnctl fit: error: --resume: takes no value, got 'yes'" fit a --resume=yes
    refused 64 "cnnctl fit: error: --epochs: '1e3' is not an integer" fit a --epochs 1e3
    refused 64 "cnnctl fit: error: --epochs: 0 is not in [1, 1000000000]" fit a --epochs 0
    refused 64 "cnnctl fit: error: --epochs: '99999999999999999999' is not an integer" fit a --epochs 99999999999999999999
    refused 64 "cnnctl fit: error: --max-time: expected a time such as 90s, 50m or 8h, got '5'" fit a --max-time 5
    refused 64 "cnnctl fit: error: --max-time: expected a time such as 90s, 50m or 8h, got 'infs'" fit a --max-time infs
    refused 64 "cnnctl fit: error: --partial: needs --init-from" fit a --partial
    refused 64 "cnnctl fit: error: --init-from: a resumed run has its weights; leave out --resume" fit a --resume --init-from b
    refused 64 "cnnctl fit: error: --json: has no effect on this command" fit a --json
    refused 64 "cnnctl fit: error: --color: expected auto|always|never, got 'red'" fit a --color red
    refused 64 "cnnctl fit: error: --threads: 0 is not in [1, 1024]" fit a --threads 0
    refused 64 "cnnctl predict: error: expected MODEL [INPUT...|-], got 0 operands" predict
    refused 64 "cnnctl predict: error: --format: expected plain|csv|tsv|jsonl|npy, got 'xml'" predict "$m" --format xml
    refused 64 "cnnctl predict: error: --proba: not together with --top-k" predict "$m" --proba --top-k 2
    refused 64 "cnnctl predict: error: --top-k: 3 is not in [1, 2]" predict "$m" --top-k 3
    refused 64 "cnnctl evaluate: error: expected labelled samples: CONFIG, or --csv, --folder or --source, or --images and --labels" evaluate "$m"
    refused 64 "cnnctl evaluate: error: --images: needs --labels" evaluate "$m" --images a
    refused 64 "cnnctl evaluate: error: --split: needs a CONFIG" evaluate "$m" --csv a --split test
    refused 64 "cnnctl evaluate: error: --set: needs a CONFIG" evaluate "$m" --csv a --set seed=1
    refused 64 "cnnctl evaluate: error: --fail-under: expected METRIC=VALUE with accuracy, subset_accuracy, top_k, balanced_accuracy, f1, precision, recall, auc, loss, r2, rmse, mae or mse, got 'acc=1'; did you mean accuracy?" evaluate "$m" --csv a --fail-under acc=1
    refused 64 "cnnctl info: error: --set: has no effect on a model file" info "$m" --set seed=1
    refused 64 "cnnctl info: error: --compat: expected exact|nolearn, got 'x'" info a --compat x
    refused 64 "cnnctl data show: error: --index: 4, there are 4 samples" data show "$tiny" --index 4
    refused 64 "cnnctl checkpoint load: error: --into: is needed" checkpoint load "$m" -o a
    refused 64 "cnnctl checkpoint load: error: --map: expected OLD=NEW, got 'a='" checkpoint load "$m" --into "$tiny" -o a --map a=
    refused 64 "cnnctl help: error: fti: neither a command, a key nor a rule; did you mean fit?" help fti
    refused 64 "cnnctl help: error: train.lr: neither a command, a key nor a rule; did you mean train.learning_rate?" help train.lr
    refused 64 "cnnctl help: error: kernel_size: neither a command, a key nor a rule; did you mean layers.conv2d.filter_size?" help kernel_size
    refused 78 "--set #1: error: seed: expected an integer in [0, 9007199254740991], got 'x'" info "$tiny" --set seed=x
}

# What a command reads is not written over.
test_outputs_that_are_inputs() {
    need_tiny
    cp "$tiny" c.yaml
    cp "$SHARED/tiny.csv" .
    cp "$m" model
    ln -s c.yaml link
    refused 64 "cnnctl fit: error: --output: c.yaml is read by the command" fit c.yaml --force -o c.yaml
    refused 64 "cnnctl fit: error: --output: link is read by the command" fit c.yaml --force -o link
    refused 64 "cnnctl fit: error: --metrics: ./c.yaml is read by the command" fit c.yaml -o new --metrics ./c.yaml
    refused 64 "cnnctl fit: error: --output: new is also given as --metrics" fit c.yaml -o new --metrics new
    refused 64 "cnnctl fit: error: --output: c.safetensors is also given as --metrics" fit c.yaml --metrics c.safetensors
    refused 64 "cnnctl evaluate: error: --predictions: model is read by the command" evaluate model c.yaml --predictions model
    refused 64 "cnnctl evaluate: error: --predictions: tiny.csv is also given as --csv" evaluate model --csv tiny.csv --predictions tiny.csv
    refused 64 "cnnctl predict: error: --output: tiny.csv is read by the command" predict model tiny.csv --labelled -o tiny.csv
    refused 64 "cnnctl data convert: error: --images: tiny.csv is also given as --csv" data convert --csv tiny.csv --images tiny.csv --labels l --force
    refused 64 "cnnctl data convert: error: --images: x is also given as --labels" data convert --csv tiny.csv --images x --labels x
    refused 64 "cnnctl data convert: error: --images: expected a file, not standard output" data convert --csv tiny.csv --images - --labels l
    refused 64 "cnnctl checkpoint save: error: --output: c.yaml is read by the command" checkpoint save c.yaml -o c.yaml --force
    refused 64 "cnnctl checkpoint load: error: --output: c.yaml is also given as --into" checkpoint load model --into c.yaml -o c.yaml --force
    refused 73 "none/p: error: cannot create: No such file or directory" evaluate model c.yaml --split train --predictions none/p
    mkdir folder
    refused 73 "folder: error: cannot create: is a folder" fit c.yaml -o folder
    refused 73 "folder: error: cannot create: is a folder" predict model tiny.csv --labelled -o folder
    refused 73 "folder/: error: cannot create: is a folder" data convert c.yaml -o folder/
    expect_same c.yaml "$tiny"
    expect_same model "$m"
    expect_same tiny.csv "$SHARED/tiny.csv"
    expect_no_file new
}

test_bad_csv() {
    need_tiny
    bad_csv() { # CONTENT MESSAGE [OPTION...]
        printf '%b' "$1" >x.csv
        local message=$2
        shift 2
        refused 65 "$message" data stats --csv x.csv "$@"
    }
    bad_csv '' "x.csv: error: the file is empty, expected rows"
    bad_csv '\n' "x.csv: error: the file is empty, expected rows"
    bad_csv 'label,a,b\n' "x.csv: error: no rows after the header"
    bad_csv '1\n2\n' "x.csv: error: rows hold a label and nothing else"
    bad_csv '1,2,3\n4,5\n' "x.csv:2:4: error: row has 2 cells, expected 3"
    bad_csv '1,2,3\n4,5,6,7\n' "x.csv:2:7: error: row has 4 cells, expected 3"
    bad_csv '1,2,3\n\n4,5,6\n' "x.csv:2:1: error: empty line"
    bad_csv '1,2,3\n4,x,6\n' "x.csv:2:3: error: cell 'x' is not a number"
    bad_csv '1,2,3\n4,,6\n' "x.csv:2:3: error: cell is empty, expected a number"
    bad_csv '1,2,3\n4,nan,6\n' "x.csv:2:3: error: cell 'nan' is not a number"
    bad_csv '1,2,3\n4,-inf,6\n' "x.csv:2:3: error: cell '-inf' is not a number"
    bad_csv '1,2,3\n4,0x10,6\n' "x.csv:2:3: error: cell '0x10' is not a number"
    bad_csv '1,2,3\n4, 5 5,6\n' "x.csv:2:3: error: cell '5 5' is not a number"
    bad_csv '1,2,3\n4,1e39,6\n' "x.csv:2:3: error: cell '1e39' is too large for a 32-bit float"
    bad_csv '1,2,3\n4,"5,6\n' "x.csv:2:3: error: the quote is not closed on its line"
    bad_csv '1,2,3\n4,"5"6,7\n' "x.csv:2:3: error: text follows the closing quote, expected ','"
    bad_csv '1,2,3\n4,\00005,6\n' "x.csv:2:3: error: cell '?5' is not a number"
    bad_csv '1,2,3\n,5,6\n' "x.csv:2:1: error: the label is empty"
    bad_csv '1;2;3\n4;5;6\n' "x.csv:1:2: error: row has one cell, expected ',' between cells; delimiter: \";\" may be meant"
    bad_csv '1,2,3\r4,5,6\r' "x.csv:1:5: error: cell '3\\x0d4' is not a number; header: true makes the first row a header, header: skip leaves it out"
    bad_csv '1,2,3\n4,\033[31m,6\n' "x.csv:2:3: error: cell '\x1b[31m' is not a number"
    refused 66 "no.csv: error: cannot open: No such file or directory" data stats --csv no.csv
    refused 66 ".: error: cannot read: Is a directory" data stats --csv .
    printf '5,1,2,3,4\n' >x.csv
    refused 78 "x.csv: error: label '5' of sample 0 is none of the 2 classes of the training data" evaluate "$m" --csv x.csv
    printf '0,1,2,4\n' >x.csv
    refused 65 "x.csv:1:8: error: row has 4 cells, expected 5" evaluate "$m" --csv x.csv
    printf '0,1,2,3,5\n' >x.csv
    refused 65 "x.csv:1:9: error: row has 5 cells, the network takes 4; if one of them is a label, use --labelled" predict "$m" x.csv
    printf '1,2,3\n' >x.csv
    refused 65 "x.csv: error: no rows after the first, which is left out" data stats --source '{csv: x.csv, header: skip}'
    : >x.csv
    refused 65 "x.csv: error: the file is empty, expected rows" data stats --source '{csv: x.csv, header: skip}'
}

# Bytes of IDX files as printf has them: one image of 2x2, its label 0.
one_image='\0\0\10\3\0\0\0\1\0\0\0\2\0\0\0\2\1\2\3\4'
one_label='\0\0\10\1\0\0\0\1\0'
no_idx='expected 00 00, a type (08 09 0b 0c 0d 0e) and the number of axes'

test_bad_idx() {
    bad_idx() { # MESSAGE IMAGES [LABELS]
        printf '%b' "$2" >i
        printf '%b' "${3-$one_label}" >l
        refused 65 "$1" data stats --images i --labels l
    }
    bad_idx "i: error: not an IDX file: only 0 bytes long" ''
    bad_idx "i: error: not an IDX file: only 3 bytes long" '\0\0\10'
    bad_idx "i: error: not an IDX file: starts with 00 01 08 03, $no_idx" '\0\1\10\3'
    bad_idx "i: error: not an IDX file: starts with 00 00 07 03, $no_idx" '\0\0\7\3\0\0\0\1'
    bad_idx "i: error: not an IDX file: starts with 31 2c 32 0a, $no_idx" '1,2\n'
    bad_idx "i: error: IDX file with 0 axes, expected 1 for labels, 3 or 4 for images" '\0\0\10\0'
    bad_idx "i: error: IDX file with 5 axes, expected 1 for labels, 3 or 4 for images" '\0\0\10\5\0\0\0\1'
    bad_idx "i: error: the IDX header ends after 12 of 16 bytes" '\0\0\10\3\0\0\0\1\0\0\0\2'
    bad_idx "i: error: 1 axis, expected images: [N, H, W] or [N, C, H, W]" "$one_label"
    bad_idx "i: error: images of 1x0x2 pixels" '\0\0\10\3\0\0\0\1\0\0\0\0\0\0\0\2'
    bad_idx "i: error: images of 1x4294967295x4294967295 pixels" '\0\0\10\3\0377\0377\0377\0377\0377\0377\0377\0377\0377\0377\0377\0377'
    bad_idx "i: error: ends after 1 of the 8589934588 bytes of elements that its header says" '\0\0\10\3\0177\0377\0377\0377\0\0\0\2\0\0\0\2\1'
    bad_idx "i: error: ends after 3 of the 4 bytes of elements that its header says" "${one_image%?4}"
    bad_idx "i: error: longer than its IDX header says" "$one_image\5"
    bad_idx "i: error: image 0 holds a pixel that is not a finite 32-bit float" '\0\0\15\3\0\0\0\1\0\0\0\1\0\0\0\1\0177\0200\0\0'
    bad_idx "i: error: 1 image, but l holds 2 labels" "$one_image" '\0\0\10\1\0\0\0\2\0\1'
    bad_idx "l: error: ends after 0 of the 1 bytes of elements that its header says" "$one_image" '\0\0\10\1\0\0\0\1'
    bad_idx "l: error: 3 axes, expected labels: [N]" "$one_image" "$one_image"
    bad_idx "l: error: elements of type 0x0d (real numbers), expected integer labels" "$one_image" '\0\0\15\1\0\0\0\1\0077\0200\0\0'
    bad_idx "l: error: not an IDX file: only 0 bytes long" "$one_image" ''
    printf '%b' "$one_label" >l
    refused 66 "no: error: cannot open: No such file or directory" data stats --images no --labels l
    refused 66 ".: error: cannot read: Is a directory" data stats --images i --labels .
}

test_bad_gzip() {
    need_tiny
    printf '%s\n' 1,2,3,4 4,3,2,1 0,0,0,9 9,0,0,0 >rows
    gzip -n rows
    size=$(stat -c %s rows.gz)
    # Rows that were decoded before the fault was met have been printed.
    bad_gzip() { # MESSAGE
        run predict "$m" x.gz
        expect_status 65
        expect_stderr "x.gz: error: the gzip data is $1"
    }
    patched() { # OFFSET BYTE
        cp rows.gz x.gz
        printf '%b' "$2" | dd of=x.gz bs=1 seek="$1" conv=notrunc status=none
    }
    for length in $(seq 2 $((size - 1))); do
        head -c "$length" rows.gz >x.gz
        bad_gzip truncated
    done
    patched 2 '\7' && bad_gzip "corrupt: unknown compression method"
    patched 3 '\0340' && bad_gzip "corrupt: unknown header flags set"
    patched 10 '\0377' && bad_gzip "corrupt: invalid block type"
    patched $((size - 8)) '\0' && bad_gzip "corrupt: incorrect data check"
    patched $((size - 4)) '\0377' && bad_gzip "corrupt: incorrect length check"
    { cat rows.gz && echo x; } >x.gz
    run predict "$m" x.gz
    expect_status 65
    expect_stderr "x.gz: error: goes on after the gzip data with bytes that are neither gzip nor zeros"
    cat rows.gz rows.gz | head -c $((2 * size - 1)) >x.gz && bad_gzip truncated
    { printf '%b' "$one_image" && echo; } | gzip >x.gz
    run predict "$m" x.gz
    expect_status 65
    expect_stderr "x.gz: error: longer than its IDX header says"
}

# A model file that another program wrote, or somebody by hand.
test_bad_model_headers() {
    need_tiny
    bad_model() { # BYTES HEADER MESSAGE
        write_store s "$2" "$1"
        refused 65 "s: error: $3" checkpoint load s --into "$tiny" -o out
        expect_no_file out
    }
    weight='"dense1.weight":{"dtype":"F32","shape":[2,4],"data_offsets":[0,32]}'
    bias() { # TYPE SHAPE OFFSETS
        printf '"dense1.bias":{"dtype":"%s","shape":%s,"data_offsets":%s}' "$@"
    }
    good="{$weight,$(bias F32 '[2]' '[32,40]')}"
    shape="tensor 'dense1.bias': the shape is not a list of extents, integers from 0, of reasonable product"
    bad_model 39 "$good" "truncated: 39 bytes of tensors, expected 40"
    bad_model 41 "$good" "the file goes on after the last tensor"
    bad_model 32 "{$weight,$weight}" "duplicate key 'dense1.weight' in the header"
    bad_model 40 "${good%\}}" "JSON byte 134: expected ',' or '}'"
    bad_model 0 '[]' "not a model file: does not begin with the header of safetensors"
    bad_model 36 "{$weight,$(bias F32 '[2]' '[28,36]')}" "tensor 'dense1.bias' begins at byte 28, expected 32: tensors overlap"
    bad_model 44 "{$weight,$(bias F32 '[2]' '[36,44]')}" "tensor 'dense1.bias' begins at byte 36, expected 32: a gap between tensors"
    bad_model 40 "{$weight,$(bias F32 '[3]' '[32,40]')}" "tensor 'dense1.bias': data_offsets are not two offsets 12 bytes apart"
    bad_model 40 "{$weight,$(bias F16 '[2]' '[32,40]')}" "tensor 'dense1.bias': data_offsets are not two offsets 4 bytes apart"
    bad_model 40 "{$weight,$(bias F32 '[2]' '[40,32]')}" "tensor 'dense1.bias': data_offsets are not two offsets, the second not below the first"
    bad_model 40 "{$weight,$(bias F32 '[-2]' '[32,40]')}" "$shape"
    bad_model 40 "{$weight,$(bias F32 '[4611686018427387904]' '[32,40]')}" "$shape"
    bad_model 32 '{"__metadata__":{"a":1},'"$weight}" "metadata 'a' is not a string"
    bad_model 32 '{"__metadata__":{"format":"cnnctl"},'"$weight}" "the checksum header_crc32 is missing"
    # The length in front of the header is not believed.
    printf '\377\377\377\377\377\377\377\377{}' >s
    refused 65 "s: error: not a model file: does not begin with the header of safetensors" checkpoint verify s
    printf '\0\341\365\5\0\0\0\0{}' >s
    refused 65 "s: error: truncated: 2 bytes of a header of 100000000" checkpoint verify s
    refused 65 "/dev/zero: error: not a model file: does not begin with the header of safetensors" predict /dev/zero
    refused 65 "$tiny: error: is a configuration, expected a model file; cnnctl fit $tiny writes one" predict "$tiny"
    refused 66 "standard input: error: a model file is expected by name" checkpoint verify -
    refused 66 ".: error: cannot read: Is a directory" checkpoint verify .
}

# Cut anywhere, or one bit wrong anywhere: refused, in one located line.
refuse_model() { # COMMAND...
    run "$@"
    expect_status 65
    expect_no_stdout
    expect_line_count stderr 1
    expect_line stderr '^x: error: '
}

test_prefixes_of_a_model() {
    need_tiny
    size=$(stat -c %s "$m")
    for length in $(seq 0 31 "$size") $(seq $((size - 20)) $((size - 1))); do
        head -c "$length" "$m" >x
        refuse_model checkpoint verify x
    done
}

test_flipped_bits_of_a_model() {
    need_tiny
    size=$(stat -c %s "$m")
    # shellcheck disable=SC2013 # words, one a line
    for place in $(awk -v n="$size" 'BEGIN {
        srand(1)
        for (i = 0; i < 64; i++) print i
        for (i = 0; i < 120; i++) print int(rand() * n * 8)
    }'); do
        byte=$(od -An -tu1 -j $((place / 8)) -N 1 "$m" | tr -d ' ')
        cp "$m" x
        # shellcheck disable=SC2059
        printf "\\$(printf %03o $((byte ^ 1 << place % 8)))" |
            dd of=x bs=1 seek=$((place / 8)) conv=notrunc status=none
        case $((place % 3)) in
        0) refuse_model predict x ;;
        1) refuse_model checkpoint verify x ;;
        2) refuse_model checkpoint show x ;;
        esac
    done
}
