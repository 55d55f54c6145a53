# shellcheck shell=bash
# Samples as arrays of NumPy, alone and in archives, and as batches of CIFAR.

# $golden: arrays that NumPy wrote, and their samples as rows.
golden=$ROOT/tests/data/golden/arrays

# document SHAPE SOURCE - a configuration d.yaml of that source.
document() {
    cat >d.yaml <<YAML
data:
  train: {$2}
  split: {eval_size: 0}
layers:
  - input: {shape: [$1]}
  - dense: {num_units: 3, nonlinearity: softmax}
train: {learning_rate: 0.01, max_epochs: 2, batch_size: 2}
YAML
}

# expect_rows SOURCE CSV - what is read of a source are these rows.
expect_rows() {
    document 1 "$1"
    run data convert d.yaml -o -
    expect_status 0
    expect_no_stderr
    expect_same stdout "$2"
}

test_every_type_that_numpy_writes() {
    for rows in "$golden"/*.csv; do
        name=${rows%.csv}
        case $(basename "$name") in
        last*) layout=last ;;
        *) layout=first ;;
        esac
        expect_rows "npy: $name.npy, labels: $golden/labels.npy, layout: $layout" "$rows"
    done
    for name in "$golden"/labels-*.npy "$golden/column.npy"; do
        expect_rows "npy: $golden/grey.npy, labels: $name" "$golden/grey.csv"
    done
}

test_every_archive_that_numpy_and_zip_write() {
    for name in stored deflated; do
        expect_rows "npz: $golden/$name.npz, images: x_train, labels: y_train" \
            "$golden/grey.csv"
        tac "$golden/grey.csv" >reversed
        expect_rows "npz: $golden/$name.npz, images: x_test, labels: y_test.npy" \
            reversed
    done
    expect_rows "npz: $golden/wide.npz, images: x, labels: y" "$golden/grey.csv"
    expect_rows "npz: $golden/named.npz, images: pictures, labels: answers" \
        "$golden/grey.csv"
    document 1 "npz: $golden/packed.npz, images: grey, labels: labels"
    run data stats d.yaml
    expect_status 65
    expect_stderr \
        "$golden/packed.npz/grey.npy: error: is packed by lzma (14); expected stored (0) or deflate (8)" \
        "$golden/packed.npz/labels.npy: error: is packed by bzip2 (12); expected stored (0) or deflate (8)"
}

test_packed_arrays() {
    gzip <"$golden/f4.npy" >x.npy.gz
    gzip <"$golden/labels.npy" >y
    expect_rows "npy: x.npy.gz, labels: y" "$golden/f4.csv"
    head -c 100 x.npy.gz >cut
    document 1 "npy: cut, labels: y"
    run data stats d.yaml
    expect_status 65
    expect_stderr "cut: error: the gzip data is truncated"
}

# refuse STATUS MESSAGE SOURCE
refuse() {
    document 1 "$3"
    run data stats d.yaml
    expect_status "$1"
    expect_no_stdout
    expect_stderr "$2"
}

test_arrays_that_are_refused_say_how_to_mend_them() {
    x=$golden/grey.npy y=$golden/labels.npy
    refuse 65 "$golden/fortran.npy: error: is in Fortran order, expected C order; in NumPy numpy.ascontiguousarray(x) makes it" \
        "npy: $golden/fortran.npy, labels: $y"
    refuse 65 "$golden/objects.npy: error: elements of type '|O', objects of Python; expected bool, integers of 1 to 8 bytes, or floats of 4 or 8; in NumPy x.astype(\"float32\") makes them" \
        "npy: $x, labels: $golden/objects.npy"
    refuse 65 "$golden/halves.npy: error: elements of type '<f2'; expected bool, integers of 1 to 8 bytes, or floats of 4 or 8; in NumPy x.astype(\"float32\") makes them" \
        "npy: $golden/halves.npy, labels: $y"
    refuse 65 "$golden/nan.npy: error: sample 4: a number is NaN; data.missing fills such ones" \
        "npy: $golden/nan.npy, labels: $y"
    refuse 65 "$golden/one-hot.npy: error: is an array of [6, 4], expected labels: [N]; of one-hot rows y.argmax(axis=1) makes them, label_columns names several labels of a sample, targets numbers to be predicted" \
        "npy: $x, labels: $golden/one-hot.npy"
    refuse 65 "$golden/reals.npy: error: holds real numbers, expected integer labels; targets names numbers to be predicted" \
        "npy: $x, labels: $golden/reals.npy"
    refuse 65 "$golden/none.npy: error: 0 samples, but $y holds 6 labels" \
        "npy: $golden/none.npy, labels: $y"
    refuse 65 "$golden/stored.npz: error: holds no array 'train'; the archive holds x_train, y_train, x_test, y_test" \
        "npz: $golden/stored.npz, images: train, labels: y_train"
    refuse 66 "missing.npy: error: cannot open: No such file or directory" \
        "npy: $x, labels: missing.npy"
    refuse 78 "$x: error: is an array of [6, 3, 2], layout: last is of [N, H, W, C]" \
        "npy: $x, labels: $y, layout: last"
}

# Arrays train to the very bytes that the same rows train to; of the files only
# what they say of their data differs.
test_an_array_trains_as_its_rows_do() {
    document 1,2,2,2 "npy: $golden/f4.npy, labels: $golden/labels.npy"
    sed -i 's/1,2,2,2/2, 2, 2/' d.yaml
    run fit d.yaml -o a
    expect_status 0
    document 8 "csv: $golden/f4.csv"
    sed -i 's/shape: \[8\]/shape: [2, 2, 2]/' d.yaml
    run fit d.yaml -o b
    expect_status 0
    run checkpoint diff a b
    expect_status 1
    expect_stdout "metadata config differs"
    for model in a b; do
        run evaluate $model --csv "$golden/f4.csv" --json
        expect_status 0
        mv stdout $model.json
        grep -aoE '"data_fingerprint":"[0-9a-f]*"' $model >$model.print
    done
    expect_same a.json b.json
    expect_same a.print b.print
}

# What is said of an archive names it as it was given, though it is closed by
# then.
test_samples_of_an_archive_are_told_by_its_name() {
    document "3, 2" "csv: scaled.csv"
    sed -i 's/shape: \[3, 2\]/shape: [1, 3, 2]/' d.yaml
    awk -F, -v OFS=, '{ for (i = 2; i <= NF; i++) $i /= 255; print }' \
        "$golden/grey.csv" >scaled.csv
    run fit d.yaml -q -o m
    expect_status 0
    for input in "$golden/grey.npy" "$golden/alone.npz"; do
        run predict m "$input"
        expect_status 0
        expect_line stderr \
            "^cnnctl predict: warning: $input: the largest .* is one of them scaled\?$"
    done
}

test_predict_tells_arrays_by_their_first_bytes() {
    document "3, 2" "npy: $golden/grey.npy, labels: $golden/labels.npy"
    sed -i 's/shape: \[3, 2\]/shape: [1, 3, 2]/' d.yaml
    run fit d.yaml -o m
    expect_status 0
    cut -d, -f2- "$golden/grey.csv" >rows.csv
    run predict m rows.csv --proba
    expect_status 0
    mv stdout want
    gzip <"$golden/grey.npy" >packed
    for input in "$golden/grey.npy" "$golden/alone.npz" packed; do
        run predict m "$input" --proba
        expect_status 0
        expect_same stdout want
    done
    run predict m --input-format npy --proba "$golden/grey.npy"
    expect_same stdout want
    run predict m --proba - <"$golden/grey.npy"
    expect_same stdout want
    run predict m --proba - <"$golden/alone.npz"
    expect_same stdout want
    "$CNNCTL" predict m --proba - < <(cat "$golden/grey.npy") >stdout
    expect_same stdout want
    run predict m "$golden/stored.npz"
    expect_status 78
    expect_stderr \
        "$golden/stored.npz: error: holds x_train, y_train, x_test, y_test; images, or --array of predict and plot, says which array holds the samples"
    run data convert --source "{npz: $golden/stored.npz, images: x_test, labels: y_test}" -o test.csv
    expect_status 0
    run predict m --labelled --proba test.csv
    cp stdout want
    run predict m --proba --array x_test "$golden/stored.npz"
    expect_status 0
    expect_same stdout want
    run predict m --array x_tset "$golden/stored.npz"
    expect_error 65 "holds no array 'x_tset'; the archive holds x_train, y_train, x_test, y_test$"
    run predict m --array x_test rows.csv
    expect_error 64 '^cnnctl predict: error: --array: rows.csv is no archive of NumPy arrays$'
    run predict m "$golden/nan.npy" --on-error record
    expect_status 78
    run predict m "$golden/grey.npy" --pass 0
    expect_status 64
}

# The names of a model's arrays are those that a further archive is asked for.
test_archives_of_a_model_of_archives() {
    document "1, 3, 2" "npz: $golden/stored.npz, images: x_train, labels: y_train"
    run fit d.yaml -o m
    expect_status 0
    run predict m "$golden/deflated.npz"
    expect_status 0
    expect_line_count stdout 6
    run predict m "$golden/alone.npz"
    expect_status 65
    expect_stderr \
        "$golden/alone.npz: error: holds no array 'x_train'; the archive holds arr_0"
}

test_a_bad_number_of_an_array_is_a_record() {
    document 4 "npy: $golden/table.npy, labels: $golden/labels.npy"
    run fit d.yaml -o m
    expect_status 0
    run predict m "$golden/nan.npy" --on-error record --format jsonl
    expect_status 0
    expect_line_count stdout 6
    [ "$(sed -n 5p stdout)" = null ] || fail "sample 4: $(sed -n 5p stdout)"
    expect_line stderr 'nan.npy: error: sample 4: a number is NaN'
}

test_numbers_to_be_predicted_and_missing() {
    cat >r.yaml <<YAML
data:
  train: {npy: $golden/nan.npy, targets: $golden/targets.npy}
  test: {npy: $golden/table.npy, targets: $golden/targets.npy}
  missing: mean
  normalize: {standardize: column}
  split: {eval_size: 0}
layers:
  - input: {shape: [4]}
  - dense: {num_units: 2, nonlinearity: linear}
train: {learning_rate: 0.01, max_epochs: 2, regression: true}
YAML
    run fit r.yaml -o m
    expect_status 0
    run evaluate m r.yaml --json
    expect_status 0
    expect_line stdout '"samples": 6'
    run data convert r.yaml --split test -o -
    expect_status 0
    paste -d , <(cut -d, -f2- "$golden/table.csv") \
        <(awk 'BEGIN {for (i = 0; i < 12; i += 2) print i / 4 - 1 "," (i + 1) / 4 - 1}') >want
    sed 's/^\([^,]*,[^,]*\),\(.*\)$/\2,\1/' stdout >got
    expect_same got want
    run fit r.yaml -o n --set 'data.missing=error'
    expect_status 65
    sed -i 's/num_units: 2/num_units: 3/' r.yaml
    run fit r.yaml -o n
    expect_status 78
    expect_line stderr '2 targets, but the network of regression has 3 output units'
}

test_several_labels_of_an_array() {
    cat >l.yaml <<YAML
data:
  train: {npy: $golden/table.npy, labels: $golden/sky-sea.npy, label_columns: [sky, sea]}
  split: {eval_size: 0}
layers:
  - input: {shape: [4]}
  - dense: {num_units: 2, nonlinearity: sigmoid}
train: {learning_rate: 0.01, max_epochs: 2}
YAML
    run data stats l.yaml --json
    expect_status 0
    expect_line stdout '"sky": 3'
    expect_line stdout '"sea": 2'
    run fit l.yaml -o m
    expect_status 0
    run predict m "$golden/table.npy" --format csv
    expect_status 0
    [ "$(head -n 1 stdout)" = sky,sea ] || fail "header $(head -n 1 stdout)"
    sed -i 's/, sea\]/, sea, sand]/; s/num_units: 2/num_units: 3/' l.yaml
    run fit l.yaml -o n
    expect_status 78
    expect_line stderr 'is an array of \[6, 2\], label_columns names another number'
}

# Whoever forgets to name the test's arrays does not test on those of training.
test_arrays_of_an_archive_are_not_taken_over() {
    document "1, 3, 2" "npz: $golden/stored.npz, images: x_train, labels: y_train"
    sed -i "s|^  split: .*|  test: {npz: $golden/stored.npz}|" d.yaml
    run config check d.yaml
    expect_status 78
    expect_stderr "d.yaml:3:3: error: data.test.labels: missing, expected the name of an array"
    sed -i 's|stored.npz}|stored.npz, labels: y_test}|' d.yaml
    run data stats d.yaml --split test
    expect_status 78
    expect_line stderr 'images, or --array of predict and plot, says which array holds the samples'
}

# Every form holds the same samples: rows, arrays, IDX, and rows again.
test_conversion_in_a_circle() {
    awk 'BEGIN {
        for (i = 0; i < 12; i++) {
            printf "%d", i * 7 % 5
            for (k = 0; k < 16; k++)
                printf ",%s", i * 16 + k
            print ""
        }
    }' >bytes.csv
    awk -F, '{printf "%d", $1 - 300; for (k = 2; k <= NF; k++) printf ",%s", $k / 8 - 3; print ""}' \
        bytes.csv >reals.csv
    for rows in bytes reals; do
        run data convert --csv $rows.csv -o $rows.npy --labels $rows.labels.npy
        expect_status 0
        run data convert --source "{npy: $rows.npy, labels: $rows.labels.npy}" \
            --images $rows.i --labels $rows.l
        expect_status 0
        run data convert --images $rows.i --labels $rows.l -o -
        expect_status 0
        expect_same stdout $rows.csv
    done
    expect_line bytes.npy "'descr': '.u1'.*\\(12, 16,\\)"
    expect_line reals.npy "'descr': '<f4'"
    expect_line bytes.labels.npy "'descr': '.u1'"
    expect_line reals.labels.npy "'descr': '<i8'"
    run data convert --csv reals.csv -o x.npy.gz --labels y.npy
    expect_status 0
    run data convert --source '{npy: x.npy.gz, labels: y.npy}' -o -
    expect_same stdout reals.csv
}

test_what_arrays_do_not_hold_is_refused() {
    printf 'cat,1,2\ndog,3,4\n' >x.csv
    run data convert --csv x.csv -o x.npy
    expect_status 64
    expect_stderr \
        "cnnctl data convert: error: --output: an array of samples holds no labels; --labels names a file for them"
    run data convert --csv x.csv -o x.npy --labels y.npy
    expect_status 65
    expect_stderr \
        "x.csv: error: label 'cat' is not a 64-bit integer, an array of labels holds no others; CSV does"
    [ ! -e x.npy ] || fail "x.npy is left"
}

test_targets_go_to_arrays_and_back() {
    source="{npy: $golden/table.npy, targets: $golden/targets.npy}"
    cat >t.yaml <<YAML
data:
  train: $source
  split: {eval_size: 0}
layers:
  - input: {shape: [4]}
  - dense: {num_units: 2, nonlinearity: linear}
train: {learning_rate: 0.01, regression: true}
YAML
    run data convert t.yaml -o -
    mv stdout want
    run data convert t.yaml -o x.npy --labels y.npy
    expect_status 0
    run data convert t.yaml --set "data.train={npy: x.npy, targets: y.npy}" -o -
    expect_same stdout want
}

# batch NAME FIRST COUNT LABELS - records of FIRST, FIRST + 1 .., then pixels.
batch() {
    for i in $(seq "$2" $(($2 + $3 - 1))); do
        for _ in $(seq "$4"); do
            printf "\\x$(printf %02x "$i")"
        done
        head -c 3072 /dev/zero | tr '\0' "\\$(printf %o $((i + 64)))"
    done >"$1"
}

# row LABEL VALUE - of a record.
row() {
    awk -v label="$1" -v value="$2" 'BEGIN {
        printf "%s", label
        for (i = 0; i < 3072; i++)
            printf ",%d", value
        print ""
    }'
}

test_batches_of_cifar() {
    batch data_batch_1.bin 0 2 1
    batch data_batch_2.bin 2 1 1
    for i in 0 1 2; do row $i $((i + 64)); done >want
    expect_rows "cifar: [data_batch_1.bin, data_batch_2.bin]" want
    gzip data_batch_2.bin
    expect_rows "cifar: [data_batch_1.bin, data_batch_2.bin.gz]" want
    printf 'airplane\nautomobile\nbird\n' >batches.meta.txt
    sed -i '1s/^0/airplane/; 2s/^1/automobile/; 3s/^2/bird/' want
    expect_rows "cifar: [data_batch_1.bin, data_batch_2.bin.gz]" want
    batch train.bin 1 2 2
    for i in 1 2; do row $i $((i + 64)); done >want
    expect_rows "cifar: train.bin" want
    expect_rows "cifar: train.bin, label: coarse" want
    refuse 65 "short: error: is 3 bytes long, no multiple of the 3073 of a record of CIFAR-10 or the 3074 of CIFAR-100" \
        "cifar: $(printf ab\\n >short; echo short)"
    refuse 78 "data_batch_1.bin: error: label: fine has no effect, the batches are of CIFAR-10, which has one label" \
        "cifar: data_batch_1.bin, label: fine"
    batch data_batch_2.bin 9 2 1
    mv batches.meta.txt fewer
    refuse 65 "data_batch_2.bin: error: record 1: label 10, but CIFAR-10 has 10 classes" \
        "cifar: data_batch_2.bin"
}

test_predict_takes_a_batch_by_its_name() {
    batch train.bin 0 3 1
    document "3, 32, 32" "cifar: train.bin"
    run fit d.yaml -o m
    expect_status 0
    run predict m train.bin
    expect_status 0
    expect_line_count stdout 3
    mv stdout want
    cp train.bin other
    run predict m --input-format cifar other
    expect_status 0
    expect_same stdout want
    "$CNNCTL" predict m --input-format cifar - < <(cat train.bin) >stdout 2>stderr || true
    expect_stderr "standard input: error: cannot be read as a batch of CIFAR, whose size says what it is: expected a file, not a pipe"
    run predict m --input-format cifar - <train.bin
    expect_same stdout want
    gzip train.bin
    run predict m train.bin.gz
    expect_same stdout want
    run predict m --input-format cifar - <train.bin.gz
    expect_status 65
    expect_stderr "standard input: error: is a packed batch of CIFAR, which can be read by its name alone"
}

# The configuration of CIFAR-10 reads what its archive unpacks to.
test_the_configuration_of_cifar() {
    for i in 1 2 3 4 5; do batch data_batch_$i.bin 0 10 1; done
    batch test_batch.bin 0 10 1
    printf '%s\n' airplane automobile bird cat deer dog frog horse ship truck '' \
        >batches.meta.txt
    export CIFAR10_DIR=$PWD
    run data stats "$ROOT/configs/resnet-cifar10.yaml" --json
    expect_status 0
    expect_line stdout '"samples": 50'
    expect_line stdout '"truck": 5'
    run data stats "$ROOT/configs/resnet-cifar10.yaml" --split test --json
    expect_line stdout '"samples": 10'
    run fit "$ROOT/configs/resnet-cifar10.yaml" -o m --dry-run \
        --set train.batch_size=4
    expect_status 0
}

test_no_file_that_is_read_is_written() {
    batch a.bin 0 2 1
    batch b.bin 0 2 1
    document "3, 32, 32" "cifar: [a.bin, b.bin]"
    run fit d.yaml -o b.bin --force
    expect_status 64
    expect_stderr "b.bin: error: is read through d.yaml, it cannot be written too"
}

test_the_words_of_keras_lead_here() {
    document 1 "x_train: a.npy, y_train: b.npy"
    run config check d.yaml
    expect_status 78
    expect_line stderr 'names no source; .*; did you mean npy\?'
    document 1 "npy: a.npy, y_train: b.npy, data_format: last"
    run config check d.yaml
    expect_status 78
    expect_line stderr 'y_train: unknown key; did you mean labels\?'
    expect_line stderr 'data_format: unknown key; did you mean layout\?'
    document 1 "CIFAR10: a"
    run config check d.yaml
    expect_line stderr 'names no source; .*; did you mean cifar\?'
}

# Who takes an array for IDX is told what it is.
test_arrays_are_no_idx() {
    document "1, 3, 2" "npy: $golden/grey.npy, labels: $golden/labels.npy"
    run fit d.yaml -q -o m
    expect_status 0
    run evaluate m --images "$golden/grey.npy" --labels "$golden/labels.npy"
    expect_error 65 'grey\.npy: error: is what a source \{npy: \.\.\} reads, not IDX$'
    run data stats --images "$golden/stored.npz" --labels "$golden/labels.npy"
    expect_error 65 'stored\.npz: error: is what a source \{npz: \.\.\} reads, not IDX$'
    cp "$golden/grey.npy" images.npy
    cp "$golden/stored.npz" images.npz
    for file in images.npy images.npz; do
        run config init --from $file
        expect_error 65 "^$file: error: is an array of NumPy, whose labels stand apart; expected a table, .* data.train is \{${file#*.}: \.\., labels: \.\.\}\$"
    done
    need_digits
    cp "$images" some.idx
    run config init --from some.idx
    expect_error 65 '^some.idx: error: is IDX data, whose labels stand apart'
    # A table is one whatever it is called, and packed or not.
    printf '%s\n' label,a,b x,1,2 y,3,4 >images.csv
    gzip <images.csv >images.csv.gz
    for file in images.csv images.csv.gz; do
        run config init --from $file
        expect_status 0
        expect_line stdout "^  train: \{csv: $file, label_column: label\}\$"
    done
    printf 'P5 1 1 255\nx' >one.pgm
    run config init --from one.pgm
    expect_error 65 '^one.pgm: error: is an image'
}
