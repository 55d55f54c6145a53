# shellcheck shell=bash
# Documents: a first one, those that extend others, what is said of mistakes.

table() { # FILE
    {
        echo 'a,b,label'
        for i in $(seq 40); do echo "$i,$((i * 7 % 11)),$((i % 2))"; done
    } >"$1"
}

test_init_trains() {
    run config init
    expect_status 0
    cp stdout digits.yaml
    run info digits.yaml --strict
    expect_status 0
    run fit digits.yaml -q --epochs 1 -o m -s data.train.digits.count=100
    expect_status 0
    table t.csv
    run config init --from t.csv
    expect_status 0
    expect_line stdout '^  train: \{csv: t\.csv, label_column: label\}$'
    expect_line stdout 'input: +\{shape: \[2\]\}'
    expect_line stdout 'num_units: 2, nonlinearity: softmax'
    cp stdout t.yaml
    run fit t.yaml -q --epochs 1 -o t
    expect_status 0
    run data convert --csv t.csv --images some-images.idx --labels some-labels.idx
    expect_status 0
    run config init --from some-images.idx
    expect_status 0
    expect_line stdout 'images: some-images\.idx, labels: some-labels\.idx'
    cp stdout i.yaml
    run config check i.yaml
    expect_status 0
    run config init --from missing.csv
    expect_error 66 '^missing\.csv: error: '
}

test_extended_files() {
    mkdir d
    table d/t.csv
    (cd d && "$CNNCTL" config init --from t.csv >base.yaml)
    printf 'extends: d/base.yaml\ntrain: {max_epochs: 1}\nlayers: {dense1: {num_units: 5}}\n' >c.yaml
    run config show c.yaml
    expect_status 0
    expect_line stdout '^  train: \{csv: d/t\.csv, '
    expect_line stdout '  - dense: \{num_units: 5,'
    run config show --origins c.yaml
    expect_line stdout '^  max_epochs: 1 +# c\.yaml:2$'
    expect_line stdout '^  learning_rate: 0\.001 +# d/base\.yaml:[0-9]+$'
    run fit c.yaml -q -o m
    expect_status 0
    # What is stored needs no other file.
    rm -r d c.yaml
    run info m
    expect_status 0
    # What is read is not written.
    run config init
    cp stdout base.yaml
    echo 'extends: base.yaml' >c.yaml
    run fit c.yaml -o base.yaml --force
    expect_error 64 'base\.yaml: error: is read through c\.yaml, it cannot be written too'
    run config check c.yaml -s extends=base.yaml
    expect_error 78 '^--set #1: error: extends: has no effect here, only in a file$'
    echo 'extends: none.yaml' >c.yaml
    run config check c.yaml
    expect_error 66 '^none\.yaml: error: '
    # As many levels as are allowed, and one more.
    run config init
    cp stdout 0.yaml
    for i in $(seq 17); do echo "extends: $((i - 1)).yaml" >"$i.yaml"; done
    run config check 16.yaml
    expect_status 0
    run config check 17.yaml
    expect_error 78 'more than 16 levels'
}

test_files_of_another_kind() {
    table t.csv
    run config init
    cp stdout c.yaml
    run fit c.yaml -q --epochs 1 -o m -s data.train.digits.count=50
    expect_status 0
    run fit m
    expect_error 78 '^m: error: is a model file, expected a configuration; cnnctl config show m prints its own$'
    run config check t.csv
    expect_error 78 '^t\.csv: error: is CSV data, expected a configuration; cnnctl config init --from t\.csv prints a first one$'
    gzip -k t.csv
    run fit t.csv.gz
    expect_error 78 '^t\.csv\.gz: error: is gzip-compressed data, expected a configuration; '
    run predict c.yaml t.csv
    expect_error 65 '^c\.yaml: error: is a configuration, expected a model file; cnnctl fit c\.yaml writes one$'
    run checkpoint diff m c.yaml
    expect_error 65 '^c\.yaml: error: is a configuration, expected a model file; '
    run evaluate t.csv --csv t.csv
    expect_error 65 '^t\.csv: error: is CSV data, expected a model file$'
    # A first line longer than any peek, which begins like a list of YAML.
    seq -s, -1 -1 -900 >wide.csv
    run fit wide.csv
    expect_error 78 '^wide\.csv: error: is CSV data, expected a configuration; '
}

test_paths_as_messages_show_them() {
    run config init
    cp stdout c.yaml
    for path in 'layers[1] conv2d1' 'layers[1]' layers.conv2d1 layers.1; do
        run config show c.yaml -s "$path.num_filters=77"
        expect_status 0
        expect_line stdout 'conv2d: \{num_filters: 77,'
        run config check c.yaml -s "$path.pad=x"
        expect_error 78 '^--set #1: error: layers\[1\] conv2d1\.pad: expected '
    done
    for path in 'layers[1' 'layers[]' 'layers[1]]' '[1]'; do
        run config check c.yaml -s "$path.pad=x"
        [ "$status" -eq 78 ] || fail "$path is accepted"
    done
}

test_a_long_list_is_cut() {
    {
        echo 'layers: [input: {shape: [1, 28, 28]}]'
        for i in $(seq 2000); do echo "key$i: 1"; done
    } >c.yaml
    run config check c.yaml
    expect_status 78
    expect_line stderr '^c\.yaml:2:1: error: key1: unknown key'
    shown=$(grep -c '^c\.yaml' stderr)
    tail -n 1 stderr >stdout
    expect_stdout "cnnctl: error: and $((2000 - shown)) more errors like these"
}

test_help_explains_rules() {
    for rule in A00{1..9} A01{0..3}; do
        run help "$rule"
        expect_status 0
        expect_line stdout "^$rule\$"
        expect_line stdout '^  remedy   [A-Z].*'
    done
    run help A014
    expect_error 64 'A014: neither a command, a key nor a rule'
}
